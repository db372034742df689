"""Actions as pages show them: how each stands in words, what became of it, and what a meeting takes over from earlier ones."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.access import memberships
from agencies.models import User
from mappa.templatetags.mappa import SOON_DAYS, clock, long_date
from panels.models import Action, AgendaItem, Postponement, Progress

State, Kind = Action.State, Progress.Kind


@dataclass(frozen=True)
class Standing:
    """How an action stands, in words, with the colour of GOV.UK's tags that goes with them."""

    words: str
    colour: str


def standing_of(action: Action, on: date) -> Standing:
    """Red, amber and green in words: late, due soon, on track; or what its owner and co-ordination said."""
    if action.is_late(on):
        return Standing(_("Late"), "red")
    if action.is_open and (action.due_on - on).days <= SOON_DAYS:
        return Standing(_("Due soon"), "orange")
    return {
        State.OPEN: lambda: Standing(_("On track"), "green"),
        State.DONE: lambda: Standing(_("To be confirmed"), "blue"),
        State.CONFIRMED: lambda: Standing(_("Done"), "green"),
        State.WITHDRAWN: lambda: Standing(_("Withdrawn"), "grey"),
    }[State(action.state)]()


def carried_words(times: int) -> str:
    """How many meetings found it late; nothing for none."""
    words = ngettext("Carried over once", "Carried over %(times)s times", times)
    return words % {"times": times} if times else ""


@dataclass(frozen=True)
class Line:
    """One action of a list."""

    row: Action
    standing: Standing
    carried: str


def lines(rows: Iterable[Action], on: date) -> list[Line]:
    return [Line(row, standing_of(row, on), carried_words(row.carried)) for row in rows]


def whose(show: str, user: User) -> Q:
    """Mine: those that name me, and those of my agency that name nobody, for people I lead. My meetings: those I chair or arranged."""
    agencies = {m.agency_id for m in memberships(user)}
    return {
        "mine": Q(officer=user) | Q(officer=None, agency__in=agencies, offender__lead_officer=user),
        "agency": Q(agency__in=agencies),
        "meetings": Q(item__meeting__chair=user) | Q(item__meeting__arranged_by=user),
    }.get(show, Q())


def only(state: str, rows: Any, on: date) -> Any:
    """The open ones of some actions, the late ones of them, or those that wait to be confirmed."""
    return {"late": lambda: rows.late(on), "confirm": rows.to_confirm}.get(state, rows.open)()


def carried_over(item: AgendaItem, user: User) -> list[Action]:
    """What earlier meetings agreed about the person and nobody has settled, for the meeting to ask about; the late first."""
    return carried_over_by_item([item], user)[item.pk]


def carried_over_by_item(items: Iterable[AgendaItem], user: User) -> dict[int, list[Action]]:
    """The same of several items of one meeting, by the item's key: one query, however many they are."""
    by_case = {item.offender_id: item for item in items}
    found: dict[int, list[Action]] = defaultdict(list)
    if not by_case:
        return found
    rows = (
        Action.objects.visible_to(user)
        .unsettled()
        .filter(offender__in=by_case, item__meeting__starts_at__lt=next(iter(by_case.values())).meeting.starts_at)
    )
    # "open" stands behind "done" in the alphabet: what is open is asked about first.
    for action in rows.select_related("agency", "officer", "item__meeting").order_by("-state", "due_on", "pk"):
        found[by_case[action.offender_id].pk].append(action)
    return found


def story(action: Action, user: User) -> list[dict[str, str]]:
    """What became of an action, newest first, in the words of components/timeline.html."""
    steps = [
        *action.progress.visible_to(user).select_related("by", "from_agency", "to_agency"),
        *action.postponements.visible_to(user).select_related("by"),
    ]
    steps.sort(key=lambda step: (step.at, step.pk), reverse=True)
    agreed = _event(_("Agreed at the meeting"), action.made_by, action.made_at, "")
    return [*(_event(_title(step), step.by, step.at, _text(step)) for step in steps), agreed]


def _event(title: str, by: User, at: datetime, text: str) -> dict[str, str]:
    when = _("%(date)s at %(time)s") % {"date": long_date(at), "time": clock(at)}
    return {"title": title, "by": by.name, "when": when, "text": text}


def _title(step: Progress | Postponement) -> str:
    if isinstance(step, Postponement):
        words = _("New date: from %(was)s to %(now)s")
        return words % {"was": long_date(step.from_due_on), "now": long_date(step.to_due_on)}
    if step.from_agency and step.to_agency:
        words = _("Given to another agency: from %(was)s to %(now)s")
        return words % {"was": step.from_agency.name, "now": step.to_agency.name}
    if step.kind == Kind.CARRIED:
        return _("Late at meeting %s, and carried over") % step.text
    if step.kind == Kind.GIVEN:
        return _("Given to %s") % step.text
    return step.get_kind_display()


def _text(step: Progress | Postponement) -> str:
    if isinstance(step, Postponement):
        return step.reason
    return "" if step.kind in {Kind.CARRIED, Kind.GIVEN} else step.text
