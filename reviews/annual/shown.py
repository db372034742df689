"""What of the numbers of a report is published, so that nobody is recognised in a small one. Pure functions.

A report shows its cells as the board's pages show theirs to lay readers, "fewer than 5" (0 to 4 alike) or to the
nearest 5, unless no cell of the table is small. So whatever such a page says of the same cell, it says nothing more. Of
sums it gives exact ones as long as no small cell can be worked out from them (docs/adr/0021-what-an-annual-report-shows.md).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from django.utils.translation import gettext as _

from reviews import rounding
from reviews.rounding import FEW

Row = tuple[int | None, ...]


@dataclass(frozen=True)
class Shown:
    """A number as far as readers know it: it lies from `low` to `high`, both included."""

    low: int
    high: int

    @property
    def exact(self) -> int | None:
        """The number itself, where it is published."""
        return self.low if self.low == self.high else None

    @property
    def is_small(self) -> bool:
        """Could it be so small that somebody is recognised in it?"""
        return self.low < FEW and self.exact is None

    @property
    def words(self) -> str:
        """ "816", "fewer than 5", "about 240"; of a sum of such, "781 to 793"."""
        if self.exact is not None:
            return f"{self.exact:,}"
        if self.low == 0:
            return _("fewer than %s") % (self.high + 1)
        if self.high - self.low < FEW:
            return _("about %s") % f"{FEW * round((self.low + self.high) / 2 / FEW):,}"
        return _("%(low)s to %(high)s") % {"low": f"{self.low:,}", "high": f"{self.high:,}"}


def rounded(count: int) -> Shown:
    """A count as the board's pages show it to lay readers: fewer than 5, or to the nearest 5."""
    known = rounding.between(rounding.shown(count))
    return Shown(known.least, known.most)


def exactly(count: int) -> Shown:
    return Shown(count, count)


@dataclass(frozen=True)
class Table:
    """A table as it is published; None stands where there is no such cell."""

    cells: Sequence[Sequence[Shown | None]]
    rows: Sequence[Shown]
    columns: Sequence[Shown]
    total: Shown


@lru_cache(maxsize=512)
def publish(counts: tuple[Row, ...]) -> Table:
    """A table of counts (None: no such cell) with as many exact sums of rows as may be given, and of the whole.

    Sums of columns are exact only where no cell is small.
    """
    if all(count is None or count >= FEW for row in counts for count in row):
        whole = [[None if count is None else exactly(count) for count in row] for row in counts]
        return _table(whole, [_from(row) for row in whole], _from(cell for row in whole for cell in row))
    cells = [[None if count is None else rounded(count) for count in row] for row in counts]
    could_be = _from(cell for row in cells for cell in row)
    sums = tuple(sum(count or 0 for count in row) for row in counts)
    runs, given = _to_give(tuple(map(tuple, cells))).get(sums, NOTHING)
    exact = {run[0]: each for run, each in zip(runs, given, strict=True) if len(run) == 1 and len(runs) > 1}
    rows = [exact.get(n) or _from(row) for n, row in enumerate(cells)]
    whole_of = given[0] if len(runs) == 1 else exactly(sum(sums)) if runs else could_be
    return _table(cells, rows, whole_of)


def number(quarters: Sequence[int]) -> Shown:
    """The number of a year, of which the board's pages may show the quarters, as far as it may be given."""
    known = [rounded(count) for count in quarters]
    if not any(quarter.is_small for quarter in known):
        return exactly(sum(quarters))
    return as_given(sum(quarters), _from(known))


def as_given(total: int, could_be: Shown) -> Shown:
    """The sum of cells of which some are small: exact but at the ends of what it could be, where it would tell each cell.

    The two highest are one, and the two lowest, or all that are themselves small.
    """
    lowest = Shown(0, FEW - 1) if could_be.low < FEW else Shown(could_be.low, could_be.low + 1)
    highest = Shown(could_be.high - 1, could_be.high)
    return next((end for end in (lowest, highest) if end.low <= total <= end.high), exactly(total))


Runs = Sequence[Sequence[int]]
Sums = tuple[int, ...]


@dataclass(frozen=True)
class Way:
    """A way to give sums: which rows are summed together; of the whole alone, whether its ends are said as one."""

    runs: Runs
    by_ends: bool = False

    def given(self, sums: Sums, could_be: Shown) -> tuple[Shown, ...]:
        """What it says of a table with these sums of rows."""
        if self.by_ends:
            return (as_given(sum(sums), could_be),)
        return tuple(exactly(sum(sums[n] for n in run)) for run in self.runs)

    def is_large(self, given: tuple[Shown, ...]) -> bool:
        """No exact sum is small itself."""
        return self.by_ends or all(each.low >= FEW for each in given)


def _plans(length: int) -> list[list[Way]]:
    """Which ways to try in turn, the plan that gives most first; the last gives nothing.

    The fewest rows are summed together first: [0] [1] [2], then [0] [1, 2], then all. The small categories come last, and
    so are run together first.
    """
    rows = [Way([*([n] for n in range(split)), list(range(split, length))]) for split in range(length - 1, 0, -1)]
    everything = [list(range(length))]
    shorter = [rows[:end] for end in range(len(rows), -1, -1)]
    return [[*rows, Way(everything, by_ends=True)], [*rows, Way(everything)], *shorter]


Given = tuple[Runs, tuple[Shown, ...]]
NOTHING: Given = ([], ())


@lru_cache(maxsize=64)
def _to_give(cells: tuple[tuple[Shown | None, ...], ...]) -> dict[Sums, Given]:
    """For every table with these rounded cells, by its sums: the runs of rows whose sums are given, and what is given.

    Decided as by a reader who knows this very rule: all tables that look alike to him are sorted by the way in which
    they would be published. A way is taken only if among those that share what it says, and were not published in an
    earlier way, every small cell differs; and a plan only if the same holds of those that no way of it publishes. Which
    plan that is follows from the rounded cells alone, which everybody sees.
    """
    known = tuple(tuple(cell for cell in row if cell) for row in cells)
    could_be = _from(cell for row in known for cell in row)
    tables: list[Sums] = list(product(*(_values(_from(row)) for row in known)))
    for plan in _plans(len(cells)):
        found: dict[Sums, Given] = {}
        left = tables
        for way in plan:
            alike: dict[tuple[Shown, ...], list[Sums]] = defaultdict(list)
            for table in left:
                alike[way.given(table, could_be)].append(table)
            left = []
            for given, same in alike.items():
                if way.is_large(given) and _differ(known, same):
                    found |= dict.fromkeys(same, (way.runs, given))
                else:
                    left += same
        if not left or _differ(known, left):
            return found
    return {}


def _differ(known: Sequence[tuple[Shown, ...]], tables: Sequence[Sums]) -> bool:
    """Can every small cell be more than one number, in these tables of which the sums of rows are known?"""
    sums_of_rows = zip(*tables, strict=True)
    return all(_differs(row, frozenset(sums)) for row, sums in zip(known, sums_of_rows, strict=True))


@lru_cache(maxsize=4096)
def _differs(row: tuple[Shown, ...], sums: frozenset[int]) -> bool:
    small = [cell for cell in row if cell.is_small]
    return all(len({value for total in sums for value in possible_values(total, row, cell)}) > 1 for cell in small)


def _values(known: Shown) -> range:
    return range(known.low, known.high + 1)


def possible_values(total: int, known: Sequence[Shown], cell: Shown) -> range:
    """Which values one of the cells can have, by what is known of each of them and by the sum of them all."""
    lowest = total - (sum(other.high for other in known) - cell.high)
    highest = total - (sum(other.low for other in known) - cell.low)
    return range(max(cell.low, lowest), min(cell.high, highest) + 1)


def _table(cells: Sequence[Sequence[Shown | None]], rows: Sequence[Shown], total: Shown) -> Table:
    """Sums that are not given exactly are told as far as the cells tell them, and none is more than the whole."""
    columns = [_from(column) for column in zip(*cells, strict=True)]
    at_most = [
        [each if each.high <= total.high else Shown(each.low, total.high) for each in sums] for sums in (rows, columns)
    ]
    return Table(cells=cells, rows=at_most[0], columns=at_most[1], total=total)


def _from(cells: Iterable[Shown | None]) -> Shown:
    """A sum as far as its cells tell it."""
    known = [cell for cell in cells if cell]
    return Shown(sum(cell.low for cell in known), sum(cell.high for cell in known))
