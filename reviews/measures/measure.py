"""What a measure is: said once, counted from it, opened from it, and printed beside every figure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mappa.guard import ProtectedModel

Words = str | Promise
Rows = Any  # a queryset of the measure's model, with whatever verbs that has
# What a measure can be kept by, besides area and month: columns of Figure.
DIMENSIONS = ("level", "category", "agency", "detail")
NUMBER, OUR_OWN = _("number"), _("Set by this service")
THEIR_CASES = _("The cases behind it, of those that the reader sees")


class Kind(StrEnum):
    FLOW = "flow"  # what happened in a month
    STOCK = "stock"  # what there was at the end of a month
    WAIT = "wait"  # how many working days something took


@dataclass(frozen=True)
class Flow:
    """Rows that fall on a day (`fell_on`, which `of` adds), counted in the month of that day.

    `of(rows, today)` says which; it is given every row to be counted, and the reader's own to be opened. `by` says by which
    column each dimension goes, and `part` which of the rows are the numerator of a share.
    """

    kind: ClassVar[Kind] = Kind.FLOW

    model: type[ProtectedModel]
    of: Callable[[Rows, date], Rows]
    area: str = "area"
    by: Mapping[str, str] = field(default_factory=dict)
    part: Q | None = None
    # The way to the case; empty where the rows are about none.
    case: str = "offender"


@dataclass(frozen=True)
class Wait(Flow):
    """The same, with the days between which each row waited: `began` and `ended`, which `of` adds too."""

    kind: ClassVar[Kind] = Kind.WAIT


@dataclass(frozen=True)
class Stock:
    """Rows that stand at the end of a day: `of(rows, day)` says which."""

    kind: ClassVar[Kind] = Kind.STOCK

    model: type[ProtectedModel]
    of: Callable[[Rows, date], Rows]
    area: str = "area"
    by: Mapping[str, str] = field(default_factory=dict)
    # Of rows standing on a day, the numerator.
    part: Callable[[date], Q] | None = None
    case: str = "offender"


@dataclass(frozen=True)
class Measure:
    """One line of the table of measures (docs/boards/measures.md)."""

    slug: str
    title: Words
    numerator: Words
    how: Words
    counted: Flow | Stock
    # Empty for what is only counted.
    denominator: Words = ""
    unit: Words = NUMBER
    # The standards that a figure is held against, by name (agencies/models/standard.py).
    standards: tuple[str, ...] = ()
    source: Words = OUR_OWN
    # Which way is better: "more", "fewer", or neither.
    better: str = ""
    opens: Words = THEIR_CASES
    labels: Sequence[tuple[str, Words]] = ()

    @property
    def kind(self) -> Kind:
        return self.counted.kind

    @property
    def is_share(self) -> bool:
        return self.counted.part is not None

    @property
    def dimensions(self) -> list[str]:
        return [name for name in DIMENSIONS if name in self.counted.by]

    @property
    def opens_cases(self) -> bool:
        return bool(self.counted.case)
