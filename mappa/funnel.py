"""A funnel plot: each unit by its size and its value, and how far apart chance alone would bring them.

Units are not ranked: a small one moves far by chance, a large one little. The limits are counted out, not approximated.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mappa.charts import WIDTH, Chart, nice_top

# How seldom chance brings a unit below the lower or above the upper limit: 1 in 40 each, 1 in 1,000 each.
OFTEN, SELDOM = 0.025, 0.001
STEPS = 40  # points of a drawn limit
FAR = 12  # standard deviations, beyond which no chance is left to count


def binomial_limits(size: int, share: float, tail: float) -> tuple[int, int]:
    """Between which numbers of `size` a share lies but by a chance of `tail` on either side."""
    spread = math.sqrt(size * share * (1 - share))

    def chance(k: int) -> float:
        if share in {0, 1}:
            return float(k == size * share)
        ways = math.lgamma(size + 1) - math.lgamma(k + 1) - math.lgamma(size - k + 1)
        return math.exp(ways + k * math.log(share) + (size - k) * math.log(1 - share))

    return _limits(chance, size * share, spread, tail, size)


def poisson_limits(expected: float, tail: float) -> tuple[int, int]:
    """Between which numbers a count lies, of which so many are expected, but by a chance of `tail` on either side."""

    def chance(k: int) -> float:
        return math.exp(k * math.log(expected) - expected - math.lgamma(k + 1)) if expected else float(k == 0)

    return _limits(chance, expected, math.sqrt(expected), tail, None)


def _limits(chance: Any, middle: float, spread: float, tail: float, most: int | None) -> tuple[int, int]:
    """The lowest and the highest number that is not rarer than `tail` together with all beyond it."""
    reach = int(FAR * spread) + FAR
    first = max(0, int(middle) - reach)
    last = int(middle) + reach if most is None else min(most, int(middle) + reach)
    low, beyond = first, chance(first)
    while beyond < tail and low < last:
        low += 1
        beyond += chance(low)
    high, beyond = last, chance(last)
    while beyond < tail and high > first:
        high -= 1
        beyond += chance(high)
    return low, high


@dataclass(frozen=True)
class Point:
    """One unit: how large it is, its value, and -1 or 1 where that is lower or higher than chance explains."""

    name: str
    size: int
    value: float
    side: int = 0


@dataclass(frozen=True)
class Limits:
    """A pair of limits, as (size, low, high) from the smallest size on, and what they are called."""

    words: str
    curve: Sequence[tuple[int, float, float]]


@dataclass
class Funnel(Chart):
    """Points between their limits. `rows` are (name, value), as for every chart; the scale begins at 0."""

    points: Sequence[Point] = ()
    limits: Sequence[Limits] = ()
    middle: float = 0
    size_words: str = ""
    full: float | None = None
    drawing = "charts/_funnel.html"
    LEFT, RIGHT, ABOVE, BELOW = 44, 404, 16, 46
    height = 330
    LINE = 17

    @property
    def width(self) -> int:
        return WIDTH

    @property
    def top(self) -> float:
        # Where areas are tiny chance alone goes anywhere: that must not press all the others flat.
        seen = [high for each in self.limits for size, _low, high in each.curve if size >= self.widest / 10]
        highest = [*(point.value for point in self.points), *seen]
        return self.full or nice_top(max(highest, default=0))

    @property
    def widest(self) -> float:
        return nice_top(max((point.size for point in self.points), default=1))

    def x(self, size: float) -> float:
        return round(self.LEFT + size / self.widest * (self.RIGHT - self.LEFT), 1)

    def y(self, value: float) -> float:
        room = self.height - self.ABOVE - self.BELOW
        return round(self.ABOVE + room - min(value, self.top) / self.top * room, 1)

    @property
    def dots(self) -> list[dict[str, Any]]:
        """Where each point is drawn; one outside its limits is a diamond and has its name, no two names on one another."""
        drawn, taken = [], list[float]()
        for point in sorted(self.points, key=lambda point: self.y(point.value)):
            x, y = self.x(point.size), self.y(point.value)
            dot: dict[str, Any] = {"x": x, "y": y, "name": "", "outside": bool(point.side)}
            if point.side:
                label_y = max([y + 5, *(each + self.LINE for each in taken if each + self.LINE > y + 5)])
                taken.append(label_y)
                is_right = x < (self.LEFT + self.RIGHT) / 2
                dot |= {"name": point.name, "label_x": x + 10 if is_right else x - 10, "label_y": label_y}
                dot |= {"anchor": "start" if is_right else "end", "shape": _diamond(x, y)}
            drawn.append(dot)
        return drawn

    @property
    def curves(self) -> list[dict[str, str]]:
        """The limits as lines: the narrower dashed, the wider whole."""
        found = []
        for number, each in enumerate(self.limits):
            for side in (1, 2):
                path = " L".join(f"{self.x(row[0])},{self.y(row[side])}" for row in each.curve)
                found.append({"d": f"M{path}", "dash": "" if number else "5 4"})
        return found

    @property
    def legend(self) -> list[dict[str, Any]]:
        """What the two kinds of lines are."""
        return [{"words": each.words, "dash": "" if number else "5 4"} for number, each in enumerate(self.limits)]

    @property
    def grid(self) -> list[dict[str, Any]]:
        """Quiet lines at nothing, half and all of the scale."""
        values = (0, self.top / 2, self.top)
        return [{"y": self.y(v), "label_y": self.y(v) + 5, "label": f"{v:g}{self.unit}"} for v in values]

    @property
    def sizes(self) -> list[dict[str, Any]]:
        """Nothing, half and all of the sizes, below."""
        return [{"x": self.x(n), "label": f"{n:,.0f}"} for n in (0, self.widest / 2, self.widest)]

    @property
    def middle_y(self) -> float:
        return self.y(self.middle)

    @property
    def left(self) -> int:
        return self.LEFT

    @property
    def right(self) -> int:
        return self.RIGHT

    @property
    def base(self) -> int:
        return self.height - self.BELOW

    @property
    def size_y(self) -> int:
        return self.base + 18

    @property
    def size_words_y(self) -> int:
        return self.base + 38


def _diamond(x: float, y: float) -> str:
    return f"M{x},{y - 7} L{x + 7},{y} L{x},{y + 7} L{x - 7},{y} Z"


def sizes_up_to(largest: int) -> list[int]:
    """At which sizes a limit is drawn: close together where it bends."""
    found = {max(1, round(largest * (step / STEPS) ** 2)) for step in range(1, STEPS + 1)}
    return sorted(found)
