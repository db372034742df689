"""How much waiting "arrange for me" saves on invented meetings, against a simple sort and the best order there is.

python3 -m running exec -- python -m bench.arranging --meetings 200
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from panels.arranging import EXACT, Line, arrange, stays, waiting

MEETINGS = 200
SEED = 2026
# Up to so many cases the best order is looked for among all of them.
EXHAUSTIVE = 8
SIZES = ((3, EXHAUSTIVE), (EXHAUSTIVE + 1, EXACT), (EXACT + 1, 30))
# How often each of nine agencies besides the core comes for a case, as in the demo; the last four are one place's each.
OFTEN = (0.75, 0.65, 0.55, 0.3, 0.25, 0.2, 0.15, 0.15, 0.1)


def meeting(rng: Random, fewest: int, most: int) -> list[Line]:
    """An agenda: cases with their agencies, now and then one that is kept at its place, and a break in the middle."""
    count = rng.randint(fewest, most)
    cases = [
        Line(
            key=str(number),
            minutes=rng.choice((20, 30, 30, 40)),
            agencies=frozenset(agency for agency, often in enumerate(OFTEN) if rng.random() < often),
            fixed=rng.random() < 0.05,
        )
        for number in range(count)
    ]
    middle = count // 2
    return [*cases[:middle], Line("break", 15, fixed=True), *cases[middle:]]


def simple_sort(lines: list[Line]) -> list[Line]:
    """What somebody does by hand: those with the same agencies together, the most agencies first."""
    free = sorted(
        (line for line in lines if not line.fixed), key=lambda line: (-len(line.agencies), sorted(line.agencies))
    )
    rest = iter(free)
    return [line if line.fixed else next(rest) for line in lines]


def exhaustive(lines: list[Line]) -> int:
    """The least waiting of any order, by trying them all; an order already worse than the best is not followed further.

    It shares nothing with panels/arranging.py but the meaning of waiting.
    """
    need = [line.agencies for line in lines]
    free = [place for place, line in enumerate(lines) if not line.fixed]
    best = waiting(lines)

    def follow(place: int, rest: tuple[int, ...], before: frozenset[int], so_far: int) -> None:
        nonlocal best
        if so_far >= best:
            return
        if place == len(lines):
            best = so_far
            return
        choices = (place,) if lines[place].fixed else rest
        for number in choices:
            left = rest if lines[place].fixed else tuple(other for other in rest if other != number)
            after = {agency for other in left for agency in need[other]}
            after |= {agency for later in range(place + 1, len(lines)) if lines[later].fixed for agency in need[later]}
            waits = len((before & after) - need[number])
            follow(place + 1, left, before | need[number], so_far + waits * lines[number].minutes)

    follow(0, tuple(free), frozenset(), 0)
    return best


@dataclass
class Sums:
    """Minutes waited in all the meetings of a size, by how they are ordered."""

    meetings: int = 0
    chair: int = 0
    sort: int = 0
    arranged: int = 0
    best: int | None = None
    one_stretch_before: int = 0
    one_stretch: int = 0
    stays: int = 0
    worse: int = 0
    seconds: float = 0
    slowest: float = 0

    @property
    def of_the_best_saving(self) -> float | None:
        """How much of what the best orders save is saved."""
        if self.best is None:
            return None
        return (self.chair - self.arranged) / (self.chair - self.best) if self.chair > self.best else 1.0


def measure(meetings: int = MEETINGS, seed: int = SEED) -> dict[str, Sums]:
    """The sums by size: seven in ten meetings are small enough to know the best order, one in ten is long."""
    rng, found = Random(seed), {f"{fewest} to {most} cases": Sums() for fewest, most in SIZES}
    for number in range(meetings):
        size = 0 if number % 10 < 7 else 1 if number % 10 < 9 else 2
        fewest, most = SIZES[size]
        _add(found[f"{fewest} to {most} cases"], meeting(rng, fewest, most), knows_best=size == 0)
    return found


def _add(sums: Sums, lines: list[Line], *, knows_best: bool) -> None:
    began = time.perf_counter()
    arranged = arrange(lines)
    taken = time.perf_counter() - began
    sums.meetings += 1
    sums.chair += waiting(lines)
    sums.sort += waiting(simple_sort(lines))
    sums.arranged += waiting(arranged)
    sums.worse += waiting(arranged) > waiting(lines)
    sums.one_stretch_before += sum(stay.is_one_stretch for stay in stays(lines).values())
    sums.one_stretch += sum(stay.is_one_stretch for stay in stays(arranged).values())
    sums.stays += len(stays(lines))
    sums.seconds += taken
    sums.slowest = max(sums.slowest, taken)
    if knows_best:
        sums.best = (sums.best or 0) + exhaustive(lines)


def table(found: dict[str, Sums]) -> Iterator[str]:
    """The figures as docs/panels/agenda.md has them."""
    yield "| meetings | waiting, chair’s order | simple sort | arranged | best order | of the best saving | in one stretch before → after | slowest |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, sums in found.items():
        share = sums.of_the_best_saving
        yield (
            f"| {sums.meetings} of {name} | {_hours(sums.chair)} | {_hours(sums.sort)} | {_hours(sums.arranged)} "
            f"| {_hours(sums.best)} | {'not known' if share is None else f'{share:.1%}'} "
            f"| {sums.one_stretch_before} → {sums.one_stretch} of {sums.stays} | {sums.slowest:.2f} s |"
        )


def _hours(minutes: int | None) -> str:
    return "not known" if minutes is None else f"{minutes / 60:,.0f} h"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--meetings", type=int, default=MEETINGS)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    found = measure(asked.meetings, asked.seed)
    sys.stdout.write("\n".join(table(found)) + "\n")
    return 0 if all(not sums.worse for sums in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
