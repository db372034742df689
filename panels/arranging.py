"""Arrange for me: the order of an agenda in which agencies' representatives wait least.

Knows no database and no page. docs/adr/0014 states the method and why it is exact; docs/panels/agenda.md its figures.

An agency waits during a line that does not need it, when one before and one after it do. So how long everybody waits
depends at each line on which lines come before it, and never on their order: the best order of a set of lines is found
from those of its subsets (as Held and Karp do for routes).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

# More lines that may move than this are not tried in every order: 2 to the power of 12 sets are.
EXACT = 12
# Then so many neighbours at a time are put in their best order.
WINDOW = 6
SHUFFLES = 3


@dataclass(frozen=True)
class Line:
    """A line of the agenda: a case, a break or a standing item. `fixed` keeps its place in the order."""

    key: str
    minutes: int
    agencies: frozenset[int] = frozenset()
    fixed: bool = False


@dataclass(frozen=True)
class Stay:
    """How long an agency is there: from the start of its first case to the end of its last, in minutes of the meeting."""

    begins: int
    ends: int
    cases: int
    waits: int

    @property
    def is_one_stretch(self) -> bool:
        return self.waits == 0


# What is compared, the first that differs decides: minutes waited, agencies that wait at all, and pairs of lines that do
# not stand as the chair put them.
Cost = tuple[int, int, int]


def stays(lines: Iterable[Line]) -> dict[int, Stay]:
    """When each agency comes and goes, for how many cases, and how long it waits between them."""
    found: dict[int, Stay] = {}
    now = 0
    for line in lines:
        until = now + line.minutes
        for agency in line.agencies:
            stay = found.get(agency, Stay(now, now, 0, 0))
            found[agency] = Stay(stay.begins, until, stay.cases + 1, stay.waits + now - stay.ends)
        now = until
    return found


def waiting(lines: Iterable[Line]) -> int:
    """Minutes that all agencies together wait."""
    return sum(stay.waits for stay in stays(lines).values())


def arrange(lines: Sequence[Line]) -> list[Line]:
    """The lines in the order in which agencies wait least; of such orders, in which most come for one stretch; of those,
    the nearest to the order given.

    Fixed lines keep their places. Up to EXACT lines that may move there is no better order; with more, none was found, and
    it is never worse than the order given.
    """
    agenda = _Agenda(lines)
    free = [place for place, line in enumerate(lines) if not line.fixed]
    given = list(range(len(lines)))
    order = agenda.best(given, free) if len(free) <= EXACT else _search(agenda, given, free)
    return [lines[number] for number in order]


class _Agenda:
    """The lines by number, in the order given; agencies are bits of a number."""

    def __init__(self, lines: Sequence[Line]) -> None:
        bits: dict[int, int] = {}
        for line in lines:
            for agency in sorted(line.agencies):
                bits.setdefault(agency, 1 << len(bits))
        self.minutes = [line.minutes for line in lines]
        self.need = [sum(bits[agency] for agency in line.agencies) for line in lines]
        self.fixed = [line.fixed for line in lines]

    def cost(self, order: Sequence[int]) -> Cost:
        before, waited, total = 0, 0, 0
        after = self._after(order)
        for place, number in enumerate(order):
            waits = before & after[place] & ~self.need[number]
            total += self.minutes[number] * waits.bit_count()
            waited |= waits
            before |= self.need[number]
        return total, waited.bit_count(), self._moved(order)

    def _after(self, order: Sequence[int]) -> list[int]:
        """At each place, the agencies that later lines need."""
        found, need = [0] * len(order), 0
        for place in range(len(order) - 1, -1, -1):
            found[place] = need
            need |= self.need[order[place]]
        return found

    def _moved(self, order: Sequence[int]) -> int:
        free = [number for number in order if not self.fixed[number]]
        return sum(a > b for place, a in enumerate(free) for b in free[place + 1 :])

    def best(self, order: list[int], places: list[int]) -> list[int]:
        """The best order that differs only in what stands at these places."""
        if len(places) < 2:
            return order
        chosen = _Subsets(self, order, places).best()
        found = list(order)
        for place, number in zip(places, chosen, strict=True):
            found[place] = number
        return found


@dataclass
class _Way:
    """A way to put a set of lines at the first places: who has waited, pairs moved, and the last line with the way before."""

    waited: int
    moved: int
    last: int = -1
    before: "_Way | None" = None

    def is_as_good_as(self, other: "_Way") -> bool:
        return self.waited | other.waited == other.waited and self.moved <= other.moved


class _Subsets:
    """The best order of some lines at some places, everything else staying: from the best orders of all their subsets.

    For each set that may come first, the least waiting, and the ways to have it. Of two ways of which one made no agency
    wait that the other spared, and moved no more pairs, only that one is kept: whatever follows adds the same to both.
    """

    def __init__(self, agenda: _Agenda, order: list[int], places: list[int]) -> None:
        self.agenda, self.order, self.places = agenda, order, places
        self.items = sorted(order[place] for place in places)
        size = len(order)
        moving = set(places)
        # At each place, the agencies that other lines need before it and after it.
        self.earlier, self.later = [0] * size, [0] * size
        need = 0
        for place in range(size):
            self.earlier[place] = need
            need |= 0 if place in moving else agenda.need[order[place]]
        need = 0
        for place in range(size - 1, -1, -1):
            self.later[place] = need
            need |= 0 if place in moving else agenda.need[order[place]]

    def best(self) -> list[int]:
        count, need = len(self.items), self._need_of_sets()
        everything = (1 << count) - 1
        least: list[int | None] = [None] * (everything + 1)
        ways: list[list[_Way]] = [[] for _set in range(everything + 1)]
        least[0], ways[0] = 0, [_Way(self._waited_outside(need[everything]), 0)]
        # A set is a greater number than its subsets, so each is complete when its turn comes.
        for before in range(everything):
            so_far, place = least[before] or 0, before.bit_count()
            for item in range(count):
                bit = 1 << item
                if before & bit:
                    continue
                after = everything ^ before ^ bit
                cost, waited = self._put(place, self.items[item], need[before], need[after])
                target = before | bit
                total = so_far + cost
                known = least[target]
                if known is not None and known < total:
                    continue
                if known is None or total < known:
                    least[target], ways[target] = total, []
                # Lines given earlier that now come later.
                moved = (after & (bit - 1)).bit_count()
                for way in ways[before]:
                    _keep(ways[target], _Way(way.waited | waited, way.moved + moved, item, way))
            ways[before] = []
        chosen: _Way | None = min(ways[everything], key=lambda way: (way.waited.bit_count(), way.moved))
        found = []
        while chosen is not None and chosen.last >= 0:
            found.append(self.items[chosen.last])
            chosen = chosen.before
        return found[::-1]

    def _need_of_sets(self) -> list[int]:
        """The agencies that each set of the lines needs."""
        found = [0]
        for item in self.items:
            found += [need | self.agenda.need[item] for need in found]
        return found

    def _put(self, place: int, number: int, before: int, after: int) -> tuple[int, int]:
        """Minutes waited, and by whom, during a line at a place and the lines that stay between it and the next place."""
        agenda = self.agenda
        here = self.places[place]
        waits = (before | self.earlier[here]) & (after | self.later[here]) & ~agenda.need[number]
        cost, waited = agenda.minutes[number] * waits.bit_count(), waits
        following = self.places[place + 1] if place + 1 < len(self.places) else here + 1
        before |= agenda.need[number]
        for between in range(here + 1, following):
            line = self.order[between]
            waits = (before | self.earlier[between]) & (after | self.later[between]) & ~agenda.need[line]
            cost += agenda.minutes[line] * waits.bit_count()
            waited |= waits
        return cost, waited

    def _waited_outside(self, items: int) -> int:
        """Who waits during lines before the first place and after the last: whatever stands between."""
        waited = 0
        for place, number in enumerate(self.order):
            if place < self.places[0]:
                waited |= self.earlier[place] & (self.later[place] | items) & ~self.agenda.need[number]
            elif place > self.places[-1]:
                waited |= (self.earlier[place] | items) & self.later[place] & ~self.agenda.need[number]
        return waited


def _keep(ways: list[_Way], new: _Way) -> None:
    if any(way.is_as_good_as(new) for way in ways):
        return
    ways[:] = [way for way in ways if not new.is_as_good_as(way)]
    ways.append(new)


def _search(agenda: _Agenda, given: list[int], free: list[int]) -> list[int]:
    """From several starts, better neighbours until there are none; the best of what is found."""
    return min((_improve(agenda, start, free) for start in _starts(agenda, given, free)), key=agenda.cost)


def _improve(agenda: _Agenda, order: list[int], free: list[int]) -> list[int]:
    """Put each few neighbours in their best order, and each line at every other place, until neither helps."""
    cost = agenda.cost(order)
    while True:
        before = cost
        for first in range(len(free) - WINDOW + 1):
            order = agenda.best(order, free[first : first + WINDOW])
        order = _reinsert(agenda, order, free)
        cost = agenda.cost(order)
        if cost >= before:
            return order


def _reinsert(agenda: _Agenda, order: list[int], free: list[int]) -> list[int]:
    cost = agenda.cost(order)
    for number in [order[place] for place in free]:
        others = [order[place] for place in free if order[place] != number]
        for place in range(len(free)):
            tried = _placed(order, free, [*others[:place], number, *others[place:]])
            tried_cost = agenda.cost(tried)
            if tried_cost < cost:
                order, cost = tried, tried_cost
    return order


def _placed(order: list[int], places: list[int], lines: list[int]) -> list[int]:
    found = list(order)
    for place, number in zip(places, lines, strict=True):
        found[place] = number
    return found


def _starts(agenda: _Agenda, given: list[int], free: list[int]) -> list[list[int]]:
    """The order given, one that puts next what shares most, one by need, and some at random, the same each time."""
    lines = [given[place] for place in free]
    shuffles = []
    for seed in range(SHUFFLES):
        shuffled = list(lines)
        Random(seed).shuffle(shuffled)  # noqa: S311  no secret: the same order each time
        shuffles.append(shuffled)
    found = [lines, _by_likeness(agenda, lines), sorted(lines, key=lambda number: agenda.need[number]), *shuffles]
    return [_placed(given, free, one) for one in found]


def _by_likeness(agenda: _Agenda, lines: list[int]) -> list[int]:
    """Beginning with the line that needs fewest, always the one that shares most agencies with the last."""
    rest = sorted(lines, key=lambda number: (agenda.need[number].bit_count(), number))
    found = [rest.pop(0)]
    while rest:
        last = agenda.need[found[-1]]
        chosen = max(rest, key=lambda number: ((agenda.need[number] & last).bit_count(), -number))
        rest.remove(chosen)
        found.append(chosen)
    return found
