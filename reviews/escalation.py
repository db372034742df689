"""To whom a deadline goes besides whose it is: the managers, the co-ordination and the board, the later it is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Self

from agencies import working_days
from agencies.models import Area, Delegation, Membership, MessageChoice, Rank
from agencies.models.standard import UnknownStandardError, value
from reviews.deadlines import Kind, at, reached_on
from reviews.deadlines.parts import OFFICERS, Holders, R, coordination
from reviews.models import Reminder

Rung = Reminder.Rung
Pair = tuple[int, int]
# After how many working days what is late climbs to each rung.
LATE = {
    Rung.MANAGER: "late_to_manager_working_days",
    Rung.COORDINATOR: "late_to_coordinator_working_days",
    Rung.BOARD: "late_to_board_working_days",
}
# Stages lie within weeks of a due date, and an area's own closed days are read as far as that.
AROUND = timedelta(days=200)


@dataclass
class Day:
    """What is asked of one day again and again: which stage a deadline has reached there, and how far it has climbed."""

    on: date
    closed: Mapping[int, AbstractSet[date]]
    areas: Mapping[int, Area]
    standing_in: Mapping[int, Sequence[int]]
    # Whoever wants nothing before the day itself.
    quiet: AbstractSet[int]
    _stages: dict[tuple[Any, ...], int | None] = field(default_factory=dict)
    _limits: dict[tuple[int, str], int | None] = field(default_factory=dict)
    _rungs: dict[tuple[int, date], list[Rung]] = field(default_factory=dict)

    @classmethod
    def of(cls, on: date) -> Self:
        return cls(
            on=on,
            closed=working_days.closed_days_of_areas(on - AROUND, on + AROUND),
            areas=Area.objects.in_bulk(),
            standing_in=standing_in(on),
            quiet=frozenset(MessageChoice.objects.filter(early=False).values_list("user", flat=True)),
        )

    def stage(self, kind: Kind, row: Any) -> int | None:
        """The stage that a row has reached, in working days from its due date."""
        area, due = at(row, kind.area), kind.due_on(row)
        key = (kind.stages, area, due)
        if key not in self._stages:
            self._stages[key] = reached_on(kind.stages, due, self.on, self.closed[area])
        return self._stages[key]

    def rungs(self, kind: Kind, row: Any) -> list[Rung]:
        """The rungs to which a row has climbed, lowest first."""
        area, due = at(row, kind.area), kind.due_on(row)
        if not kind.climbs or due >= self.on:
            return []
        if (area, due) not in self._rungs:
            self._rungs[area, due] = [rung for rung in LATE if self._is_late(area, due, rung)]
        return self._rungs[area, due]

    def latest(self, area: int, rung: Rung) -> date | None:
        """The latest due date of what has climbed to a rung in an area; none where nothing climbs so far."""
        if self._limit(area, LATE[rung]) is None:
            return None
        due = self.on - timedelta(days=1)
        while not self._is_late(area, due, rung):
            due -= timedelta(days=1)
        return due

    def _is_late(self, area: int, due: date, rung: Rung) -> bool:
        limit = self._limit(area, LATE[rung])
        return limit is not None and working_days.step(due, limit, self.closed[area]) <= self.on

    def _limit(self, area: int, name: str) -> int | None:
        """The area's figure. Where none is in force nothing climbs so far, and everything else goes on."""
        if (area, name) not in self._limits:
            try:
                self._limits[area, name] = value(name, self.areas[area], self.on)
            except UnknownStandardError:
                self._limits[area, name] = None
        return self._limits[area, name]


def standing_in(on: date) -> Mapping[int, Sequence[int]]:
    """Who stands in for whom: colleagues still, for whoever moves on stands in for nobody (agencies.delegating)."""
    pairs = list(Delegation.objects.in_force(on).values_list("person", "to"))
    held = Membership.objects.in_force(on).filter(user__in={user for pair in pairs for user in pair})
    agencies: defaultdict[int, set[int]] = defaultdict(set)
    for user, agency in held.exclude(role=R.INTEGRATION).values_list("user", "agency"):
        agencies[user].add(agency)
    found: defaultdict[int, list[int]] = defaultdict(list)
    for person, stand_in in pairs:
        if agencies[person] & agencies[stand_in]:
            found[person].append(stand_in)
    return found


def reachable(people: Iterable[int], on: date) -> set[int]:
    """Those of these people who work here today and whom mail reaches."""
    held = Membership.objects.in_force(on).filter(user__in=people, user__mail_returned_at__isnull=True)
    return set(held.values_list("user", flat=True))


def managers(owners: Mapping[int, AbstractSet[int]], on: date) -> set[Pair]:
    """Pairs of row and whoever works at manager rank in an agency of one of those whose it is, and is none of them."""
    held = Membership.objects.in_force(on)
    people = set().union(*owners.values())
    agencies: defaultdict[int, set[int]] = defaultdict(set)
    for user, agency in held.filter(user__in=people).values_list("user", "agency"):
        agencies[user].add(agency)
    ranked: defaultdict[int, set[int]] = defaultdict(set)
    there = held.filter(agency__in=set().union(*agencies.values()), role__in=OFFICERS, rank__order__gte=Rank.MANAGER)
    for agency, user in there.values_list("agency", "user"):
        ranked[agency].add(user)
    return {
        (row, manager)
        for row, users in owners.items()
        for agency in set().union(*(agencies[user] for user in users))
        for manager in ranked[agency] - users
    }


def coordinators(kind: Kind, rows: Sequence[Any], on: date) -> set[Pair]:
    return set(coordination(kind.area).candidates(rows, on))


def board(kind: Kind, rows: Sequence[Any], on: date) -> set[Pair]:
    """Pairs of row and whoever sits on the board of its area: he hears a number, and no row."""
    return set(Holders(kind.area, (R.BOARD_MEMBER,), of="agency__area").candidates(rows, on))
