"""What is late and climbed to somebody, and what is nobody's to do: as reminders say, while it is open and he sees it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from agencies.models.user import system_user
from reviews.deadlines import BY_SLUG, Kind, at
from reviews.lines import MOST, seen
from reviews.models import Reminder
from reviews.still_due import still_due

Rung = Reminder.Rung
# The board is told numbers, and finds them on its own page.
NOTES: dict[str, str | Promise] = {
    Rung.NOBODY: _("Nobody is there to do this. Give it to somebody."),
    Rung.MANAGER: _("Late in your agency, which you manage."),
    Rung.COORDINATOR: _("Late in the area, which you co-ordinate."),
}


@dataclass(frozen=True)
class Passed:
    """One late deadline that climbed to the reader."""

    due: date
    kind: Kind
    row: Any
    reminder: Reminder

    @property
    def note(self) -> str:
        return str(NOTES[self.reminder.rung])


def passed_up_to(user: User) -> list[Passed]:
    """Worst first, each once: two queries, and one more for each kind there is. `holding` asks of some whose they are still."""
    rows = Reminder.objects.visible_to(user).filter(to=user, rung__in=NOTES, withdrawn_at__isnull=True)
    climbed: defaultdict[str, dict[tuple[str, date], Reminder]] = defaultdict(dict)
    for reminder in rows.order_by("pk")[:MOST]:
        climbed[reminder.kind][reminder.reference, reminder.due_on] = reminder
    if not climbed:
        return []
    everything, found = system_user(), []
    for slug in sorted(climbed.keys() & BY_SLUG.keys()):
        found += _open(BY_SLUG[slug], climbed[slug], everything, user)
    return sorted(found, key=lambda passed: (passed.due, passed.kind.slug, passed.row.pk))


def _open(kind: Kind, climbed: dict[tuple[str, date], Reminder], everything: User, user: User) -> list[Passed]:
    """Those of one kind that are open with that due date, and that he sees."""
    named = kind.open(everything).filter(**{f"{kind.reference}__in": {reference for reference, _due in climbed}})
    found = []
    for row in seen(named, user):
        due = kind.due_on(row)
        if reminder := climbed.get((at(row, kind.reference), due)):
            found.append(Passed(due, kind, row, reminder))
    return found


def holding(passed: Sequence[Passed], user: User, on: date) -> list[Passed]:
    """Those that are still his to hear of, by the rule that a message asks: it costs more, and is asked of what is shown."""
    held = {line.reminder.pk for line in still_due([one.reminder for one in passed], user, on)}
    return [one for one in passed if one.reminder.pk in held]
