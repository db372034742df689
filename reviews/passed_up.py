"""What is late and climbed to somebody, and what is nobody's to do: as reminders say, while it is open and he sees it."""

from collections import defaultdict
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
    note: str


def passed_up_to(user: User) -> list[Passed]:
    """Worst first, each once: two queries, and one more for each kind there is."""
    rows = Reminder.objects.visible_to(user).filter(to=user, rung__in=NOTES, withdrawn_at__isnull=True)
    climbed: defaultdict[str, dict[tuple[str, date], str]] = defaultdict(dict)
    for kind, reference, due_on, rung in rows.order_by("pk").values_list("kind", "reference", "due_on", "rung")[:MOST]:
        climbed[kind][reference, due_on] = rung
    if not climbed:
        return []
    everything, found = system_user(), []
    for slug in sorted(climbed.keys() & BY_SLUG.keys()):
        found += _open(BY_SLUG[slug], climbed[slug], everything, user)
    return sorted(found, key=lambda passed: (passed.due, passed.kind.slug, passed.row.pk))


def _open(kind: Kind, climbed: dict[tuple[str, date], str], everything: User, user: User) -> list[Passed]:
    """Those of one kind that are open with that due date, and that he sees; also where he may not do them himself."""
    named = kind.open(everything).filter(**{f"{kind.reference}__in": {reference for reference, _due in climbed}})
    found = []
    for row in seen(named, user):
        due = kind.due_on(row)
        if rung := climbed.get((at(row, kind.reference), due)):
            found.append(Passed(due, kind, row, str(NOTES[rung])))
    return found
