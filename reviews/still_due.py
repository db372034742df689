"""Which of somebody's reminders still hold: asked when they are told, and when they are shown."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from agencies.access import memberships
from agencies.delegating import stood_in_for
from agencies.models import User
from agencies.models.user import system_user
from offenders.visibility import one_scope
from reviews import escalation
from reviews.deadlines import BY_SLUG, Kind, at
from reviews.deadlines.parts import R
from reviews.escalation import Rung
from reviews.models import Reminder
from reviews.reminders import passing

Key = tuple[str, date]


@dataclass(frozen=True)
class Line:
    """A reminder that holds, with its row."""

    reminder: Reminder
    kind: Kind
    row: Any

    @property
    def rung(self) -> Rung:
        return Rung(self.reminder.rung)


def still_due(reminders: Iterable[Reminder], user: User, on: date) -> list[Line]:
    """Those whose row is open with that due date, and still this person's to hear of, as whom he was reminded."""
    groups: defaultdict[tuple[str, Rung], list[Reminder]] = defaultdict(list)
    for reminder in reminders:
        groups[reminder.kind, Rung(reminder.rung)].append(reminder)
    found = []
    with one_scope():
        for (slug, rung), group in groups.items():
            # A kind that there is no more has nothing open.
            rows = _rows(BY_SLUG[slug], rung, group, user, on) if slug in BY_SLUG else {}
            found += [Line(r, BY_SLUG[slug], rows[r.reference, r.due_on]) for r in group if _key(r) in rows]
    return found


def _key(reminder: Reminder) -> Key:
    return reminder.reference, reminder.due_on


def _rows(kind: Kind, rung: Rung, reminders: Sequence[Reminder], user: User, on: date) -> dict[Key, Any]:
    """The rows of these reminders that the rule of the rung still gives him."""
    seen = _seen(kind, rung, user, on).filter(**{f"{kind.reference}__in": {r.reference for r in reminders}})
    wanted = {_key(reminder) for reminder in reminders}
    keyed = [((at(row, kind.reference), kind.due_on(row)), row) for row in seen]
    rows = [row for key, row in keyed if key in wanted]
    held = _held(kind, rung, rows, user, on)
    return {key: row for key, row in keyed if key in wanted and row.pk in held}


def _seen(kind: Kind, rung: Rung, user: User, on: date) -> Any:
    if rung == Rung.OWN:
        return kind.mine(user, on)
    # The board is told a number, of cases that it does not see.
    return kind.open(system_user() if rung == Rung.BOARD else user)


def _held(kind: Kind, rung: Rung, rows: Sequence[Any], user: User, on: date) -> set[int]:
    """Of rows that he sees, or that the board counts, those that are his as whom he was reminded."""
    if rung in {Rung.COORDINATOR, Rung.BOARD}:
        role = R.COORDINATOR if rung == Rung.COORDINATOR else R.BOARD_MEMBER
        areas = {m.agency.area_id for m in memberships(user) if m.role_id == role}
        return {row.pk for row in rows if at(row, kind.area) in areas}
    if rung == Rung.STANDING_IN:
        return _stood_in_for(kind, rows, user, on)
    if rung == Rung.MANAGER:
        return {row for row, manager in escalation.managers(owners_of(kind, rows, on), on) if manager == user.pk}
    if rung == Rung.NOBODY:
        return _without_owner(kind, rows, user, on)
    return {row.pk for row in rows}


def owners_of(kind: Kind, rows: Sequence[Any], on: date) -> dict[int, set[int]]:
    """Whose each row is today, asked anew."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for row, user in passing(kind.candidates(rows, on), lambda user: kind.mine(user, on)):
        found[row].add(user)
    return found


def _stood_in_for(kind: Kind, rows: Sequence[Any], user: User, on: date) -> set[int]:
    away = {row.person_id for row in stood_in_for(user, on)}
    return {row for row, people in owners_of(kind, rows, on).items() if people & away}


def _without_owner(kind: Kind, rows: Sequence[Any], user: User, on: date) -> set[int]:
    """Rows that still nobody does who hears of them, of areas that he co-ordinates."""
    owners, away = owners_of(kind, rows, on), escalation.standing_in(on)
    doing = {row: people | {to for person in people for to in away.get(person, ())} for row, people in owners.items()}
    reached = escalation.reachable(set().union(*doing.values()), on)
    here = {row for row, coordinator in escalation.coordinators(kind, rows, on) if coordinator == user.pk}
    return {row for row in here if not doing.get(row, set()) & reached}
