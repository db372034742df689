"""The figures of the boards, read: numbers by period, and by area, agency, level or outcome; never a row or a name.

Whoever calls has asked for VIEW_BOARD in the area, or NATIONAL_FIGURES. Numbers are as they are, small ones too: what a
lay adviser reads is published from them by reviews/quarters.py. A period is whole months; the running month is what was counted of
it last, and `freshness` says when that was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median
from typing import Any

from django.db.models import Case, Count, F, Min, Q, Sum, When
from django.utils import timezone

from agencies.models import Agency, Area, User
from agencies.models.standard import UnknownStandardError, value
from offenders.models import Offender
from offenders.models.offender import OffenderQuerySet
from reviews.measures import MEASURES, Kind, Measure, Stock, measure
from reviews.models import CountedMonth, Figure
from reviews.period import Period, Share, month_end

# By what figures can be told apart, and the columns of the table that say it.
BY = {
    "area": "area__name",
    "month": "month",
    "level": "level",
    "category": "category",
    "agency": "agency__name",
    "kind": "agency__kind__name",
    "duty": "agency__kind__duty",
    "detail": "detail",
    "days": "days",
}
NOTHING = Share(0, 0)
Counts = dict[tuple[Any, ...], Share]


def count(slug: str, period: Period, *, area: Area | None = None, by: Sequence[str] = (), **where: Any) -> Counts:
    """A measure in the months of a period, told apart by what is asked for; of every area together without one.

    `where` narrows it: `level=2`, or `level=(2, 3)` for one of these. Of a stock it is the number at the end of the last
    month, or at the end of each one where it is told apart by month. What was not found is not in it.
    """
    asked = measure(slug)
    months = period.starts
    if asked.kind is Kind.STOCK and "month" not in by:
        months = months[-1:]
    rows = Figure.objects.of_measure(slug, months).filter(**_narrowed(where))
    if area is not None:
        rows = rows.filter(area=area)
    sums = {"part": Sum("part", default=0), "whole": Sum("whole", default=0)}
    if not by:
        all_of_it = Share(**rows.aggregate(**sums))
        return {(): all_of_it} if all_of_it.whole else {}
    found = rows.order_by().values_list(*(F(BY[name]) for name in by)).annotate(**sums)
    return {tuple(row[:-2]): Share(row[-2], row[-1]) for row in found if row[-1]}


def _narrowed(where: Mapping[str, Any]) -> dict[str, Any]:
    many = (list, tuple, set, frozenset)
    return {f"{BY[name]}__in" if isinstance(given, many) else BY[name]: given for name, given in where.items()}


def total(slug: str, period: Period, *, area: Area | None = None, **where: Any) -> Share:
    """All of it together."""
    return count(slug, period, area=area, **where).get((), NOTHING)


def series(slug: str, period: Period, *, area: Area | None = None, **where: Any) -> list[tuple[date, Share]]:
    """Each month of the period with its figure, those in which nothing was found too."""
    found = count(slug, period, area=area, by=("month",), **where)
    return [(month, found.get((month,), NOTHING)) for month in period.starts]


@dataclass(frozen=True)
class Waits:
    """How many waited how many working days."""

    numbers: Mapping[int, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(self.numbers.values())

    @property
    def median(self) -> int | None:
        """Half of them waited no longer; None where nobody waited."""
        return self.quantile(0.5)

    def quantile(self, share: float) -> int | None:
        """The fewest days within which so large a share was served."""
        seen, needed = 0, share * self.count
        for days in sorted(self.numbers):
            seen += self.numbers[days]
            if seen >= needed:
                return days
        return None

    def within(self, days: int) -> Share:
        """Those who waited no longer than so many days, of all."""
        return Share(sum(number for waited, number in self.numbers.items() if waited <= days), self.count)


def waits(slug: str, period: Period, *, area: Area | None = None, **where: Any) -> Waits:
    """The waits of a period: every single one counts, so that the middle of any months is exact."""
    found = count(slug, period, area=area, by=("days",), **where)
    return Waits({key[0]: share.whole for key, share in found.items()})


@dataclass(frozen=True)
class Spread:
    """How other areas do: how many have any figure, and their lowest, middle and highest, where they are three or more."""

    areas: int = 0
    lowest: float | None = None
    middle: float | None = None
    highest: float | None = None


@dataclass(frozen=True)
class Compared:
    """A figure, the same of as many months before (None: not all counted), and of other areas. Of a share, in per cent."""

    now: Share
    before: Share | None
    others: Spread


def compared(slug: str, period: Period, area: Area, **where: Any) -> Compared:
    """An area's figure beside its own of the period before and beside the others', of which no single one is said."""
    asked = measure(slug)
    everywhere = count(slug, period, by=("area",), **where)
    # Where something did not happen there is no figure, and that is 0: in every area that manages anybody.
    names = set(everywhere) if asked.is_share else set(everywhere) | set(count("people", period, by=("area",)))
    others = [everywhere.get(name, NOTHING) for name in names if name != (area.name,)]
    return Compared(
        now=everywhere.get((area.name,), NOTHING),
        before=total(slug, period.before(), area=area, **where) if was_counted(slug, period.before()) else None,
        others=spread(_measured(asked, others)),
    )


def was_counted(slug: str, period: Period) -> bool:
    """Was all that a figure of a period is made of ever counted? Of what was not, 0 would be no figure."""
    months = period.starts if measure(slug).kind is not Kind.STOCK else period.starts[-1:]
    return CountedMonth.objects.filter(measure=slug, month__in=months).count() == len(months)


def _measured(asked: Measure, shares: Iterable[Share]) -> list[int]:
    if not asked.is_share:
        return [share.whole for share in shares]
    return [share.percent for share in shares if share.percent is not None]


# Of fewer, the lowest and the highest would be the very numbers of areas that the reader does not read.
THREE = 3


def spread(numbers: Sequence[float]) -> Spread:
    """Lowest, middle and highest of some numbers."""
    if len(numbers) < THREE:
        return Spread(len(numbers))
    return Spread(len(numbers), min(numbers), median(numbers), max(numbers))


def compared_waits(slug: str, period: Period, area: Area, **where: Any) -> tuple[Waits, Waits | None, Spread]:
    """The same for waits: those of now, those before (None: not all counted), and the middle waits of the other areas."""
    found: dict[str, dict[int, int]] = {}
    for (name, days), share in count(slug, period, by=("area", "days"), **where).items():
        found.setdefault(name, {})[days] = share.whole
    now = Waits(found.pop(area.name, {}))
    middles = [Waits(numbers).median for numbers in found.values()]
    before = waits(slug, period.before(), area=area, **where) if was_counted(slug, period.before()) else None
    return now, before, spread([middle for middle in middles if middle is not None])


@dataclass(frozen=True)
class Freshness:
    """When the figures of a period were counted, the oldest of them; and which months never were."""

    counted_at: datetime | None
    missing: Sequence[date] = ()


def freshness(period: Period, slugs: Iterable[str] = MEASURES) -> Freshness:
    """For every page that shows figures."""
    wanted = list(slugs)
    counted = CountedMonth.objects.filter(measure__in=wanted, month__in=period.starts).order_by()
    found = {
        month: (at, number)
        for month, at, number in counted.values_list("month").annotate(Min("counted_at"), Count("pk"))
    }
    missing = [month for month in period.starts if found.get(month, (None, 0))[1] < len(wanted)]
    return Freshness(min((at for at, _number in found.values()), default=None), missing)


def is_settled(period: Period) -> bool:
    """Were all its months counted since it ended? Before, what fell on its last days was still to come."""
    fresh = freshness(period)
    return not fresh.missing and fresh.counted_at is not None and timezone.localdate(fresh.counted_at) > period.last


def target(name: str, area: Area | None, on: date) -> int | None:
    """The standard in force, where there is one: a board without a target still has figures."""
    try:
        return value(name, area, on)
    except UnknownStandardError:
        return None


def drill(
    slug: str, period: Period, area: Area, user: User, *, today: date, missed: bool = False, **where: Any
) -> OffenderQuerySet:
    """The cases behind a figure, of those that the user may see; `missed`: only those that are not in the numerator.

    By the same rows as were counted. What other people see of the same figure is none of it, nor how many they are.
    """
    asked = measure(slug)
    counted = asked.counted
    cases = Offender.objects.visible_to(user)
    if not asked.opens_cases:
        return cases.none()
    mine = counted.model._default_manager.visible_to(user)  # type: ignore[attr-defined]
    last = month_end(period.last)
    part: Q | None
    if isinstance(counted, Stock):
        day = min(last, today)
        rows, part = counted.of(mine, day), counted.part(day) if counted.part else None
    else:  # as counted: what was done early falls on a day of the running month that is still to come
        rows, part = counted.of(mine, today).filter(fell_on__range=(period.starts[0], last)), counted.part
    rows = rows.filter(**{counted.area: area.pk}, **_opened(counted.by, where))
    if missed and part is not None:  # as counted: what is not known to be met is not
        rows = rows.annotate(is_met=Case(When(part, then=True), default=False)).filter(is_met=False)
    return cases.filter(pk__in=rows.order_by().values(counted.case))


def _opened(by: Mapping[str, str], where: Mapping[str, Any]) -> dict[str, Any]:
    """What narrows a figure, as columns of the rows that were counted. Agencies go by their names."""
    named = {"agency": "name", "kind": "kind__name", "duty": "kind__duty"}
    found: dict[str, Any] = {}
    for name, given in where.items():
        many = "__in" if isinstance(given, (list, tuple, set, frozenset)) else ""
        if name in named:
            agencies = Agency.objects.filter(**{f"{named[name]}{many}": given}).order_by()
            found.setdefault(f"{by['agency']}__in", agencies.values("pk"))
        else:
            found[f"{by[name]}{many}"] = given
    return found
