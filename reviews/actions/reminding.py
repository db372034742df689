"""The verbs of the clock: remind, and take back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from agencies.models import Membership, User
from audit.models import Act
from audit.record import record, record_each
from reviews.deadlines import Kind, at
from reviews.messages import post_at_once
from reviews.models import Reminder

Rung = Reminder.Rung


@dataclass(frozen=True)
class Wanted:
    """A reminder to be made: of a row, at a stage, to somebody, as whom."""

    row: Any
    stage: str
    to: int
    rung: Rung
    is_urgent: bool = False


@transaction.atomic
def remind(*, kind: Kind, wanted: Sequence[Wanted], by: User) -> int:
    """Make reminders of one kind, and post at once what cannot wait for the morning: all together, or not at all. How many.

    The caller holds the lock of the kind, and has found that each deadline is that person's. One that was withdrawn before it
    was told, as when somebody was excluded for a time, holds again.
    """
    if not by.is_system:
        raise PermissionDenied("Only the clock reminds")
    once = {_key(kind, one): one for one in reversed(wanted)}
    again = _withdrawn(kind, once, by)
    made = Reminder.objects.bulk_create(_new(kind, one) for key, one in once.items() if key not in again)
    for reminder in again.values():
        reminder.withdrawn_at = reminder.message = None
        reminder.rung = once[reminder.reference, reminder.due_on, reminder.stage, reminder.to_id].rung
        reminder.save(update_fields=["withdrawn_at", "message", "rung"])
    told = [*made, *again.values()]
    details = ({"deadline": kind.slug, "stage": r.stage, "rung": r.rung, "to": r.to_id} for r in told)
    record_each("deadline.reminded", act=Act.TELL, by=by, rows=zip(told, details, strict=True))
    post_at_once(kind, told, by=by)
    return len(told)


@transaction.atomic
def take_back_reminders(*, kind: Kind, of: Sequence[Wanted], by: User) -> None:
    """Let reminders stand no more, told or not: what they are of is not that person's any more."""
    if not by.is_system:
        raise PermissionDenied("Only the clock takes back")
    for one in of:
        reference, due_on, stage, to = _key(kind, one)
        rows = Reminder.objects.visible_to(by).filter(kind=kind.slug, reference=reference, due_on=due_on)
        rows.filter(stage=stage, to=to).update(withdrawn_at=timezone.now())
        record("deadline.reminder_taken_back", by=by, deadline=kind.slug, stage=stage, to=to)


@transaction.atomic
def let_go_reminders(*, on: date, by: User) -> int:
    """Withdraw what was never told to whoever works nowhere any more, for no morning comes to him; how many.

    Should he come back while it is still his, it is made again.
    """
    if not by.is_system:
        raise PermissionDenied("Only the clock lets go")
    here = Membership.objects.standing(on).values("user")
    gone = list(Reminder.objects.visible_to(by).untold().exclude(to__in=here).order_by().values_list("pk", flat=True))
    if gone:
        Reminder.objects.visible_to(by).filter(pk__in=gone).update(withdrawn_at=timezone.now())
        record("deadline.reminders_withdrawn", by=by, reminders=gone)
    return len(gone)


def _key(kind: Kind, one: Wanted) -> tuple[str, date, str, int]:
    return (at(one.row, kind.reference), kind.due_on(one.row), one.stage, one.to)


def _withdrawn(kind: Kind, keys: Iterable[Any], by: User) -> dict[Any, Reminder]:
    references = {key[0] for key in keys}
    rows = Reminder.objects.visible_to(by).filter(kind=kind.slug, reference__in=references, withdrawn_at__isnull=False)
    found = {(row.reference, row.due_on, row.stage, row.to_id): row for row in rows}
    return {key: row for key, row in found.items() if key in set(keys)}


def _new(kind: Kind, one: Wanted) -> Reminder:
    return Reminder(
        kind=kind.slug,
        reference=at(one.row, kind.reference),
        due_on=kind.due_on(one.row),
        stage=one.stage,
        to_id=one.to,
        rung=one.rung,
        is_urgent=one.is_urgent,
        # To the board it is a number.
        offender=None if one.rung == Rung.BOARD else kind.case_of(one.row),
    )
