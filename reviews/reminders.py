"""Reading the table of deadlines for reminders: what has reached a stage today, and who must hear of it.

Rows are walked in batches by primary key, so that memory stays flat; who is entitled is decided at that moment, by
the rule that fills the person's own "My work".
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from agencies import working_days
from agencies.models import User
from reviews import actions
from reviews.deadlines import KINDS, REACH, Kind, at, stage_on
from reviews.models import Reminder

BATCH = 500


def remind_all(*, on: date, by: User, kinds: Sequence[Kind] = KINDS) -> int:
    """Make every reminder of a day that was not yet made; how many."""
    room = 2 * REACH
    closed = working_days.closed_days_of_areas(on - room, on + room)
    made = 0
    for kind in (kind for kind in kinds if kind.stages):
        for rows in _batches(kind, on, by):
            stages = {row.pk: stage_on(kind.stages, kind.due_on(row), on, closed[at(row, kind.area)]) for row in rows}
            made += _remind_batch(kind, [row for row in rows if stages[row.pk]], stages, on, by)
    return made


def _batches(kind: Kind, on: date, by: User) -> Iterator[list[Any]]:
    """The open rows near enough to their due date, a batch at a time."""
    rows = kind.open(by).filter(**{f"{kind.due}__range": (on - REACH, on + REACH)}).order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].pk


def _remind_batch(kind: Kind, rows: Sequence[Any], stages: dict[int, str], on: date, by: User) -> int:
    """Remind of one batch whoever was not, asking for each person which of the rows are his."""
    made = 0
    by_user = _not_reminded(kind, rows, stages, on, by)
    for user in User.objects.filter(pk__in=by_user, is_active=True).order_by("pk"):
        for row in kind.mine(user, on).filter(pk__in=by_user[user.pk]).order_by("pk"):
            made += actions.remind(kind=kind, row=row, stage=stages[row.pk], to=user, by=by)
    return made


def _not_reminded(kind: Kind, rows: Sequence[Any], stages: dict[int, str], on: date, by: User) -> dict[int, list[int]]:
    """The rows by each user who may have to act on them and has no reminder of this stage."""
    if not rows:
        return {}
    references = {row.pk: at(row, kind.reference) for row in rows}
    due = {row.pk: kind.due_on(row) for row in rows}
    known = Reminder.objects.visible_to(by).filter(kind=kind.slug, reference__in=references.values())
    done = set(known.values_list("reference", "due_on", "stage", "to"))
    wanted: defaultdict[int, list[int]] = defaultdict(list)
    for row, user in sorted(kind.candidates(rows, on)):
        if (references[row], due[row], stages[row], user) not in done:
            wanted[user].append(row)
    return wanted
