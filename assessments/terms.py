"""What a plan has to answer: every running licence condition, every order that stands, every flag."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from agencies.models import User
from assessments.models import Plan, PlanTerm
from offenders.models import Offender


@dataclass(frozen=True)
class Running:
    """One of them. `kind` is the column of PlanTerm that holds it."""

    kind: str
    row: Any
    title: str
    text: str

    @property
    def key(self) -> tuple[str, int]:
        return (self.kind, self.row.pk)


def running(offender: Offender, user: User) -> list[Running]:
    """Three queries, however many there are."""
    conditions = offender.licence_conditions.visible_to(user).standing().filter(licence__ended_on__isnull=True)
    orders = offender.orders.visible_to(user).standing().select_related("kind").order_by("made_on", "pk")
    flags = offender.flags.visible_to(user).open().select_related("kind")
    rows = conditions.select_related("wording")
    found: list[tuple[str, Any, str]] = [("condition", row, row.text) for row in rows]
    found += [("order", row, row.court) for row in orders]
    found += [("flag", row, row.notes) for row in flags]
    return [Running(kind, row, title_of(kind, row), text) for kind, row, text in found]


def title_of(kind: str, row: Any) -> str:
    """Which one it is, in the words of the record."""
    if kind == "condition":
        return _("Licence condition: %s") % str(row.wording.title)
    return (_("Order: %s") if kind == "order" else _("Flag: %s")) % str(row.kind.name)


def answers(plan: Plan, user: User) -> dict[tuple[str, int], PlanTerm]:
    """What the plan says of each, by what it is."""
    rows = plan.terms.visible_to(user)
    return {
        (kind, pk): row for row in rows for kind in ("condition", "order", "flag") if (pk := getattr(row, f"{kind}_id"))
    }
