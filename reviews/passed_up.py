"""What is late and climbed to somebody, and what is nobody's to do: as reminders say, while it is open and he sees it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from reviews.deadlines import BY_SLUG, Kind
from reviews.lines import MOST
from reviews.models import Reminder
from reviews.still_due import Line, still_due

Rung = Reminder.Rung
# The board is told numbers, and finds them on its own page.
NOTES: Mapping[str, str | Promise] = {
    Rung.NOBODY: _("Nobody is there to do this. Give it to somebody."),
    Rung.MANAGER: _("Late in your agency, which you manage."),
    Rung.COORDINATOR: _("Late in the area, which you co-ordinate."),
}


def passed_up_to(user: User) -> list[Reminder]:
    """Those whose deadline is open with that due date, and seen by him, worst first and each once.

    Two queries, and one more for each kind there is. `held` asks whose they are still. What was done years ago is among the
    reminders: of very many the newest are read.
    """
    rows = Reminder.objects.visible_to(user).filter(to=user, rung__in=NOTES, withdrawn_at__isnull=True)
    climbed: defaultdict[str, dict[tuple[str, date], Reminder]] = defaultdict(dict)
    for reminder in rows.order_by("-pk")[:MOST]:
        climbed[reminder.kind].setdefault((reminder.reference, reminder.due_on), reminder)
    found = [one for slug in climbed.keys() & BY_SLUG.keys() for one in _open(BY_SLUG[slug], climbed[slug], user)]
    return sorted(found, key=lambda one: (one.due_on, one.kind, one.pk))


def _open(kind: Kind, climbed: Mapping[tuple[str, date], Reminder], user: User) -> list[Reminder]:
    rows = kind.open(user).filter(**{f"{kind.reference}__in": {reference for reference, _due in climbed}})
    there = set(rows.order_by().values_list(kind.reference, kind.due))
    return [reminder for key, reminder in climbed.items() if key in there]


def held(passed: Sequence[Reminder], user: User, on: date, most: int) -> list[Line]:
    """The first so many that are still his to hear of, by the rule that a message asks.

    It costs more than to find them, and is asked of so many at a time, no further than what is shown: what was given to
    somebody since then stands among them for as long as it is open.
    """
    found: list[Line] = []
    for start in range(0, len(passed), most):
        some = passed[start : start + most]
        lines = {line.reminder.pk: line for line in still_due(some, user, on)}
        found += [lines[one.pk] for one in some if one.pk in lines]
        if len(found) >= most:
            break
    return found[:most]
