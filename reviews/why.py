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
from agencies.models.standard import UnknownStandardError, value
from mappa.templatetags.mappa import long_date
from reviews.deadlines import Kind, at
from reviews.deadlines.sources import Figure, figures_of
from reviews.escalation import LATE, Rung
from reviews.lines import kinds_of, seen
from reviews.passed_up import NOTES, held, passed_up_to

# To whom something late climbs.
CLIMBS = {
    Rung.MANAGER: gettext_lazy("the managers of the agency whose it is"),
    Rung.COORDINATOR: gettext_lazy("the area’s co-ordination"),
    Rung.BOARD: gettext_lazy("the board, as a number"),
}


@dataclass(frozen=True)
class Because:
    """A row that somebody is shown, and why: at least one reason; whose it is, and whether it was passed up from there."""

    row: Any
    reasons: list[str]
    of: User
    is_passed_up: bool = False


def why_shown(kind: Kind, reference: str, user: User, on: date) -> Because | None:
    """The row of a reference that the user is shown, and every reason; None where he is not shown it."""
    named = {kind.reference: reference}
    for row in kind.mine(user, on).filter(**named).order_by(kind.due, "pk")[:1] if _can_have(kind, user) else ():
        mine = [part for part in kind.whose if kind.open(user).filter(part.mine(user, on), pk=row.pk).exists()]
        return Because(row, [part.words(user, row) for part in mine], user)
    for standing in stood_in_for(user, on):
        theirs = kind.mine(standing.person, on).filter(**named).order_by(kind.due, "pk")
        for row in seen(kind, theirs, user)[:1]:
            words = _("You stand in for %(name)s, who is away until %(until)s, and you see it yourself.")
            said = words % {"name": standing.person, "until": long_date(standing.until)}
            return Because(row, [said], standing.person)
    passed = [one for one in passed_up_to(user) if (one.kind, one.reference) == (kind.slug, reference)]
    lines = held(passed, user, on, 1)
    return next((Because(line.row, [str(NOTES[line.rung])], user, is_passed_up=True) for line in lines), None)


def _can_have(kind: Kind, user: User) -> bool:
    return any(each is kind for _place, each in kinds_of(user))


def reminders_of(kind: Kind, row: Any, user: User, on: date, *, early: bool = True) -> list[str]:
    """When the user, whose it is, is reminded of it, each stage in words with its day; nothing where he hears of it by no
    mail. Without `early` nothing before the day, as somebody chose, but of what is urgent."""
    told = [part for part in kind.mailed if kind.open(user).filter(part.mine(user, on), pk=row.pk).exists()]
    if kind.mailed and not told:
        return []
    due = kind.due_on(row)
    reach = timedelta(days=max(map(abs, kind.stages), default=0) * 2 + 30)
    closed = working_days.closed_days(Area.objects.filter(pk=at(row, kind.area)).first(), due - reach, due + reach)
    stages = [days for days in sorted(kind.stages) if early or days >= 0 or (kind.urgent and days >= kind.urgent_from)]
    said = [_stage_words(days, working_days.step(due, days, closed), on) for days in stages]
    return [*said, _("At once, at any hour: it cannot wait for the morning.")] if kind.urgent else said


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


def sources_of(kind: Kind, row: Any, on: date) -> list[str]:
    """From where its day comes: in words, and by which figures in force in the area."""
    area = Area.objects.filter(pk=at(row, kind.area)).first()
    figures = figures_of([kind], area, on)[kind.slug]
    return [str(kind.standard), *map(_figure_words, figures)]


def _figure_words(figure: Figure) -> str:
    """Of several which is which, by whom, and how far that was checked."""
    certainty = f" ({figure.certainty})" if figure.certainty else ""
    return f"{figure.words} ({figure.called}): {figure.citation}{certainty}"


def climbs_of(kind: Kind, row: Any, on: date) -> Sequence[str]:
    """To whom it is passed when it is late, and when, by the standards of the area."""
    area = Area.objects.filter(pk=at(row, kind.area)).first()
    if not kind.climbs or area is None:
        return []
    due, said = kind.due_on(row), []
    for rung, name in LATE.items():
        try:
            days = value(name, area, on)
        except UnknownStandardError:
            # Nothing climbs so far where no figure is in force.
            continue
        day = working_days.step(due, days, working_days.closed_days(area, due, due + timedelta(days=2 * days + 30)))
        words = ngettext(
            "%(days)d working day late, %(day)s: %(to)s", "%(days)d working days late, %(day)s: %(to)s", days
        )
        said.append(words % {"days": days, "day": long_date(day), "to": CLIMBS[rung]})
    return said
