"""Why somebody is shown a deadline: asked of the same rules that put it into his My work and that remind him."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies import working_days
from agencies.delegating import stood_in_for
from agencies.models import Area, User
from agencies.models.standard import value
from mappa.templatetags.mappa import long_date
from reviews.deadlines import Kind, at
from reviews.lines import kinds_of, seen
from reviews.passed_up import passed_up_to

# The steps by which something late climbs: the standard, and to whom.
CLIMBS = (
    ("late_to_manager_working_days", gettext_lazy("the managers of the agency whose it is")),
    ("late_to_coordinator_working_days", gettext_lazy("the area’s co-ordination")),
    ("late_to_board_working_days", gettext_lazy("the board, as a number")),
)


@dataclass(frozen=True)
class Because:
    """A row that somebody is shown, and why: at least one reason."""

    row: Any
    reasons: list[str]


def why_shown(kind: Kind, reference: str, user: User, on: date) -> Because | None:
    """The row of a reference that the user is shown, and every reason; None where he is not shown it."""
    named = {kind.reference: reference}
    for row in kind.mine(user, on).filter(**named).order_by(kind.due, "pk")[:1] if _can_have(kind, user) else ():
        mine = [part for part in kind.whose if kind.open(user).filter(part.mine(user, on), pk=row.pk).exists()]
        return Because(row, [part.words(user, row) for part in mine])
    for standing in stood_in_for(user, on):
        theirs = kind.mine(standing.person, on).filter(**named).order_by(kind.due, "pk")
        for row in seen(theirs, user)[:1]:
            words = _("You stand in for %(name)s, who is away until %(until)s, and you see it yourself.")
            return Because(row, [words % {"name": standing.person, "until": long_date(standing.until)}])
    for passed in passed_up_to(user):
        if passed.kind is kind and at(passed.row, kind.reference) == reference:
            return Because(passed.row, [passed.note])
    return None


def _can_have(kind: Kind, user: User) -> bool:
    return any(each is kind for _place, each in kinds_of(user))


def reminders_of(kind: Kind, row: Any, on: date) -> list[str]:
    """When somebody is reminded of it, each stage in words with its day."""
    due = kind.due_on(row)
    room = timedelta(days=2 * max(map(abs, kind.stages), default=0) + 30)
    closed = working_days.closed_days_of_areas(due - room, due + room)[at(row, kind.area)]
    return [_stage_words(days, working_days.step(due, days, closed), on) for days in sorted(kind.stages)]


def _stage_words(days: int, day: date, on: date) -> str:
    number = abs(days)
    if not days:
        words = _("on the day")
    elif days < 0:
        words = ngettext("%d working day before", "%d working days before", number) % number
    else:
        words = ngettext("%d working day after", "%d working days after", number) % number
    said = f"{words}: {long_date(day)}"
    return _("%s (past)") % said if day < on else said


def climbs_of(kind: Kind, row: Any, on: date) -> Sequence[str]:
    """To whom it is passed when it is late, and when, by the standards of the area."""
    area = Area.objects.filter(pk=at(row, kind.area)).first()
    if not kind.climbs or area is None:
        return []
    due, said = kind.due_on(row), []
    for name, to in CLIMBS:
        days = value(name, area, on)
        day = working_days.step(due, days, working_days.closed_days(area, due, due + timedelta(days=2 * days + 30)))
        words = ngettext(
            "%(days)d working day late, %(day)s: %(to)s", "%(days)d working days late, %(day)s: %(to)s", days
        )
        said.append(words % {"days": days, "day": long_date(day), "to": to})
    return said
