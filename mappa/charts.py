"""Charts: numbers in, geometry out, drawn by templates/charts as SVG.

No JavaScript, no style attributes; prints as lines; every chart carries one plain sentence and its numbers in a table.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.text import slugify

# A narrow drawing: its words are still 10 pixels tall on a phone 320 pixels wide.
WIDTH = 420
ROW_HEIGHT = 56
# Narrower bars carry their value beside them, wider ones inside, at the left, where the target line does not cross it.
ROOM_FOR_VALUE = 64


def nice_top(highest: float) -> float:
    """The round number at or above the highest value, where the scale ends."""
    if highest <= 0:
        return 1
    power = 10.0 ** math.floor(math.log10(highest))
    return next(step * power for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * power >= highest * 0.999999)


@dataclass
class Chart:
    """What both kinds share: a title, the sentence a reader should take away, and rows of (label, value)."""

    title: str
    summary: str
    rows: Sequence[tuple[Any, float]]
    unit: str = ""
    target: float | None = None
    # Tells apart two charts with the same title on one page.
    id: str = field(default="")

    @property
    def slug(self) -> str:
        """The beginning of every id in the drawing."""
        return f"chart-{self.id or slugify(self.title)[:40]}"

    @property
    def width(self) -> int:
        return WIDTH

    @property
    def top(self) -> float:
        """Where the scale ends."""
        return nice_top(max([value for _label, value in self.rows] + [self.target or 0], default=0))


class Bars(Chart):
    """Horizontal bars, one a row, with a dashed line at the target."""

    @cached_property
    def scale(self) -> float:
        return (WIDTH - 50) / self.top

    @property
    def bars(self) -> list[dict[str, Any]]:
        """Where each bar, its label and its value are drawn."""
        drawn = []
        for number, (label, value) in enumerate(self.rows):
            above, length = number * ROW_HEIGHT, round(value * self.scale, 1)
            inside = length > ROOM_FOR_VALUE
            drawn.append(
                {
                    "label": label,
                    "value": value,
                    "label_y": above + 18,
                    "y": above + 24,
                    "value_y": above + 42,
                    "length": length,
                    "inside": inside,
                    "value_x": 10 if inside else round(length + 8, 1),
                }
            )
        return drawn

    @property
    def base(self) -> int:
        """Where the last bar ends."""
        return len(self.rows) * ROW_HEIGHT

    @property
    def height(self) -> int:
        return self.base + (26 if self.target else 2)

    @property
    def target_x(self) -> float:
        return round((self.target or 0) * self.scale, 1)

    @property
    def target_label_y(self) -> int:
        return self.base + 18


class Line(Chart):
    """A line through time, each point with its value; for a few points, as months of half a year."""

    LEFT, RIGHT, ABOVE, BELOW = 36, 400, 24, 36
    height = 250

    def y(self, value: float) -> float:
        """How far down a value is drawn."""
        room = self.height - self.ABOVE - self.BELOW
        return round(self.ABOVE + room - value / self.top * room, 1)

    @property
    def points(self) -> list[dict[str, Any]]:
        """Where each point, its value and its label are drawn."""
        step = (self.RIGHT - self.LEFT) / max(len(self.rows) - 1, 1)
        drawn = []
        for number, (label, value) in enumerate(self.rows):
            y = self.y(value)
            drawn.append(
                {"x": round(self.LEFT + number * step, 1), "y": y, "value_y": y - 11, "label": label, "value": value}
            )
        return drawn

    @property
    def path(self) -> str:
        return "M" + " L".join(f"{point['x']},{point['y']}" for point in self.points)

    @property
    def grid(self) -> list[dict[str, Any]]:
        """Quiet lines: nothing, all of the scale, and half of it where that is a whole number."""
        half = (self.top / 2,) if self.top % 2 == 0 or self.top < 1 else ()  # there is no half person
        return [{"y": self.y(v), "label_y": self.y(v) + 5, "label": f"{v:g}"} for v in (0, *half, self.top)]

    @property
    def left(self) -> int:
        return self.LEFT

    @property
    def right(self) -> int:
        return self.RIGHT

    @property
    def grid_label_x(self) -> int:
        return self.LEFT - 8

    @property
    def label_y(self) -> int:
        return self.height - 8

    @property
    def target_y(self) -> float:
        return self.y(self.target or 0)

    @property
    def target_label_y(self) -> float:
        return self.target_y - 6


@dataclass
class Steps(Chart):
    """Levels through time: each holds until the next row. Rows are (label, the level from 1 up, or 0 for not known).

    `words` name the levels from 0 up; a stretch that is not known has no line.
    """

    words: Sequence[Any] = ()
    LEFT, RIGHT, ABOVE, BELOW = 88, 408, 18, 36
    height = 240

    @property
    def top(self) -> float:
        return len(self.words) - 1

    def y(self, value: float) -> float:
        """How far down a level is drawn."""
        room = self.height - self.ABOVE - self.BELOW
        return round(self.ABOVE + room - value / self.top * room, 1)

    @property
    def points(self) -> list[dict[str, Any]]:
        """Where each row is drawn, its label and its word."""
        step = (self.RIGHT - self.LEFT - 52) / max(len(self.rows) - 1, 1)
        return [
            {
                "x": round(self.LEFT + 28 + number * step, 1),
                "y": self.y(value),
                "label": label,
                "word": self.words[int(value)],
                "known": value > 0,
            }
            for number, (label, value) in enumerate(self.rows)
        ]

    @property
    def path(self) -> str:
        """A line for each stretch that is known, from its row to the next one or to the end."""
        drawn, before = [], None
        for number, point in enumerate(points := self.points):
            until = points[number + 1]["x"] if number + 1 < len(points) else self.RIGHT
            if point["known"]:
                drawn.append(f"V{point['y']}" if before else f"M{point['x']},{point['y']}")
                drawn.append(f"H{until}")
            before = point["known"]
        return " ".join(drawn)

    @property
    def grid(self) -> list[dict[str, Any]]:
        """A quiet line for each level, with its word."""
        return [{"y": self.y(n), "label_y": self.y(n) + 5, "label": word} for n, word in enumerate(self.words)]

    @property
    def left(self) -> int:
        return self.LEFT

    @property
    def right(self) -> int:
        return self.RIGHT

    @property
    def grid_label_x(self) -> int:
        return self.LEFT - 8

    @property
    def label_y(self) -> int:
        return self.height - 8
