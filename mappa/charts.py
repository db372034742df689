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
CROWDED = 7  # more points than this stand too close for words at each
LETTER = 9  # how wide a letter of the drawing's words is, at most


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
    drawing = ""

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


@dataclass
class Bars(Chart):
    """Horizontal bars, one a row, with a dashed line at the target.

    Where a value is known only to lie between two, `upto` gives the other end of each row, drawn as an outline beyond
    the bar. `said` words the values that a number and a unit would not say well.
    """

    upto: Sequence[float] = ()
    said: Sequence[str] = ()
    full: float | None = None  # where the scale ends, for shares: all of them
    drawing = "charts/_bars.html"

    @property
    def top(self) -> float:
        """Where the scale ends."""
        return self.full or nice_top(max([value for _label, value in self.rows] + [self.target or 0], default=0))

    @cached_property
    def scale(self) -> float:
        return (WIDTH - 50) / self.top

    @property
    def bars(self) -> list[dict[str, Any]]:
        """Where each bar, its label and its value are drawn."""
        drawn = []
        for number, (label, value) in enumerate(self.rows):
            above, length = number * ROW_HEIGHT, round(value * self.scale, 1)
            words = self.said[number] if self.said else f"{value}{self.unit}"
            end = round(self.upto[number] * self.scale, 1) if self.upto else length
            inside = length > max(ROOM_FOR_VALUE, len(words) * LETTER)
            drawn.append(
                {
                    "label": label,
                    "value": value,
                    "label_y": above + 18,
                    "y": above + 24,
                    "value_y": above + 42,
                    "length": length,
                    "end": end,
                    "inside": inside,
                    "value_x": 10 if inside else round(end + 8, 1),
                    "words": words,
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
    """A line through time, each point with its value; of more than a few points, only the ends have theirs."""

    drawing = "charts/_line.html"
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
            at_an_end = number in {0, len(self.rows) - 1}
            drawn.append(
                {
                    "x": round(self.LEFT + number * step, 1),
                    "y": y,
                    "value_y": y - 11,
                    "label": label if at_an_end or not self.is_long else "",
                    "value": value,
                    "says": at_an_end or not self.is_long,
                }
            )
        return drawn

    @property
    def is_long(self) -> bool:
        return len(self.rows) > CROWDED

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
    drawing = "charts/_steps.html"
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


# Of the palette of the Government Analysis Function, each with the colour in which words are read on it.
COLOURS = (("#12436D", "#ffffff"), ("#28A197", "#0b0c0c"), ("#F46A25", "#0b0c0c"), ("#801650", "#ffffff"))
LEGEND_ROW = 26


@dataclass
class Stacked(Chart):
    """Horizontal bars made of parts, with each part's number where there is room and the sum at the end.

    `parts` names them, from the left; `numbers` has each row's, in that order. `rows` are (label, sum).
    """

    parts: Sequence[str] = ()
    numbers: Sequence[Sequence[float]] = ()
    drawing = "charts/_stacked.html"

    @property
    def scale(self) -> float:
        return (WIDTH - 70) / self.top

    @property
    def bars(self) -> list[dict[str, Any]]:
        """Where each row's label, its parts and its sum are drawn."""
        drawn = []
        for number, (label, whole) in enumerate(self.rows):
            above, x, pieces = number * ROW_HEIGHT, 0.0, []
            for (fill, ink), value in zip(COLOURS, self.numbers[number], strict=False):
                width = value * self.scale
                words = f"{value:,}" if width >= LETTER * (len(f"{value:,}") + 1) else ""
                pieces.append({"x": round(x, 1), "width": round(width, 1), "fill": fill, "ink": ink, "words": words})
                x += width
            drawn.append(
                {
                    "label": label,
                    "label_y": above + 18,
                    "y": above + 24,
                    "value_y": above + 42,
                    "pieces": [piece for piece in pieces if piece["width"]],
                    "end": round(x + 8, 1),
                    "words": f"{whole:,}{self.unit}",
                }
            )
        return drawn

    @property
    def legend(self) -> list[dict[str, Any]]:
        """Below the bars: a square of each part's colour and its name."""
        base = len(self.rows) * ROW_HEIGHT + 8
        pairs = enumerate(zip(COLOURS, self.parts, strict=False))
        return [
            {"y": base + n * LEGEND_ROW, "text_y": base + n * LEGEND_ROW + 14, "fill": fill, "name": name}
            for n, ((fill, _ink), name) in pairs
        ]

    @property
    def height(self) -> int:
        return len(self.rows) * ROW_HEIGHT + 8 + len(self.parts) * LEGEND_ROW


# From much to little, so that what is missing is what one sees: the lowest value of each step, its colours, its words.
SHADES = ((90, "#E3ECF4", "#0b0c0c"), (75, "#A9C3DB", "#0b0c0c"), (50, "#4A77A4", "#ffffff"), (0, "#12436D", "#ffffff"))


@dataclass
class Heat(Chart):
    """A map of shares, rows by columns: the darker, the lower. Each cell says its value.

    `columns` names the columns; `cells` has each row's shares as (per cent or None, words). `rows` are (label, per cent).
    """

    columns: Sequence[str] = ()
    cells: Sequence[Sequence[tuple[float | None, str]]] = ()
    ROW, CELL, ABOVE = 58, 32, 24
    drawing = "charts/_heat.html"

    @property
    def column_width(self) -> float:
        return WIDTH / max(len(self.columns), 1)

    def middle(self, number: int) -> float:
        return round((number + 0.5) * self.column_width, 1)

    @property
    def headings(self) -> list[dict[str, Any]]:
        """The names of the columns; of many, every second."""
        every = 2 if len(self.columns) > 8 else 1
        return [{"x": self.middle(n), "name": name if n % every == 0 else ""} for n, name in enumerate(self.columns)]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Where each row's label and its cells are drawn."""
        drawn = []
        for number, (label, _value) in enumerate(self.rows):
            above = self.ABOVE + number * self.ROW
            squares = []
            for place, (share, words) in enumerate(self.cells[number]):
                fill, ink = self.shade(share)
                squares.append(
                    {
                        "x": round(place * self.column_width, 1),
                        "width": round(self.column_width - 2, 1),
                        "middle": self.middle(place),
                        "fill": fill,
                        "ink": ink,
                        "words": words,
                        "none": share is None,
                    }
                )
            drawn.append(
                {"label": label, "label_y": above + 16, "y": above + 22, "text_y": above + 43, "cells": squares}
            )
        return drawn

    @staticmethod
    def shade(share: float | None) -> tuple[str, str]:
        """The colours of a cell and of its words."""
        if share is None:
            return "#ffffff", "#484949"
        return next((fill, ink) for least, fill, ink in SHADES if share >= least)

    @property
    def legend(self) -> list[dict[str, Any]]:
        """The four shades, from left to right, with where each begins."""
        top, width = self.ABOVE + len(self.rows) * self.ROW + 10, WIDTH / len(SHADES)
        words = [f"{least}{self.unit} +" if least else f"< {SHADES[-2][0]}{self.unit}" for least, _fill, _ink in SHADES]
        return [
            {"x": n * width, "text_x": n * width + 26, "y": top, "text_y": top + 15, "fill": fill, "words": words[n]}
            for n, (_least, fill, _ink) in enumerate(SHADES)
        ]

    @property
    def height(self) -> int:
        return self.ABOVE + len(self.rows) * self.ROW + 36
