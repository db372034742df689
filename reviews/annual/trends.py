"""A report's numbers over the years: those of reports made here, and those that were published before and entered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import Area
from reviews.annual.shown import Shown, exactly
from reviews.annual.tables import Key, T, numbers
from reviews.models import AnnualReport, PublishedTotal
from reviews.models.annual import year_words

ByYear = dict[int, dict[Key, Shown]]
# What the trends are of, in words and as one cell of a table.
HEADLINES: tuple[Key, ...] = (
    (T.ELIGIBLE, None, None),
    (T.ELIGIBLE, 1, None),
    (T.ELIGIBLE, 2, None),
    (T.MANAGED, None, 2),
    (T.MANAGED, None, 3),
    (T.BREACHES, None, None),
    (T.SHPOS, None, None),
    (T.LICENCE, None, None),
    (T.RATE, None, None),
)


def published_of(area: Area) -> ByYear:
    """Every published number of an area by year, as published: of a corrected report the last revision."""
    return _by_area(
        AnnualReport.objects.published().filter(area=area), PublishedTotal.objects.published().filter(area=area)
    ).get(area.pk, {})


def published_in(areas: Iterable[Area], year: int) -> dict[int, dict[Key, Shown]]:
    """What several areas published of one year, by area."""
    chosen = {"area__in": list(areas), "year": year}
    found = _by_area(
        AnnualReport.objects.published().filter(**chosen), PublishedTotal.objects.published().filter(**chosen)
    )
    return {area: by_year[year] for area, by_year in found.items()}


def _by_area(reports: Iterable[AnnualReport], totals: Iterable[PublishedTotal]) -> dict[int, ByYear]:
    found: dict[int, ByYear] = {}
    for total in totals:
        found.setdefault(total.area_id, {}).setdefault(total.year, {})[total.table, total.category, total.level] = (
            exactly(total.number)
        )
    for report in reports:  # the newest revision last
        found.setdefault(report.area_id, {})[report.year] = numbers(report.content)
    return found


def label(key: Key) -> str:
    """What a number is of: "Eligible on 31 March: category 1"."""
    table, category, level = key
    words = str(PublishedTotal.Table(table).label)
    of = [_("category %s") % category] if category else []
    of += [_("level %s") % level] if level else []
    return f"{words}: {', '.join(of)}" if of else words


@dataclass(frozen=True)
class Change:
    """How a number moved from one year to the next."""

    now: int
    before: int

    @property
    def percent(self) -> int | None:
        """To the nearest whole one; none from nothing."""
        if not self.before:
            return None
        size = (200 * abs(self.now - self.before) + self.before) // (2 * self.before)
        return size if self.now >= self.before else -size

    @property
    def words(self) -> str:
        """ "11 fewer than 827 (-1%)"."""
        moved = self.now - self.before
        if not moved:
            return _("the same")
        words = ngettext("%s more", "%s more", moved) if moved > 0 else ngettext("%s fewer", "%s fewer", -moved)
        told = _("%(moved)s than %(before)s") % {"moved": words % f"{abs(moved):,}", "before": f"{self.before:,}"}
        return told if self.percent is None else f"{told} ({self.percent:+d}%)".replace("-", "−")


def change(by_year: Mapping[int, Mapping[Key, Shown]], year: int, key: Key) -> Change | None:
    """How a number moved since the year before; nothing unless both are known exactly."""
    now, before = (by_year.get(each, {}).get(key) for each in (year, year - 1))
    if now is None or before is None or now.exact is None or before.exact is None:
        return None
    return Change(now.exact, before.exact)


def share(of: Mapping[Key, Shown], part: Key, whole: Key) -> int | None:
    """What per cent a number is of another, to the nearest; nothing unless both are known exactly."""
    found = (of.get(part), of.get(whole))
    if any(each is None or each.exact is None for each in found) or not found[1].exact:  # type: ignore[union-attr]
        return None
    small, large = (each.exact for each in found)  # type: ignore[union-attr]
    return (200 * small + large) // (2 * large)  # type: ignore[operator]


@dataclass(frozen=True)
class Trend:
    """One number over the years, oldest first; years without it are left out."""

    key: Key
    points: Sequence[tuple[str, Shown]]

    @property
    def label(self) -> str:
        return label(self.key)

    @property
    def exact(self) -> list[tuple[str, int]]:
        """Those that can be drawn."""
        return [(year, shown.exact) for year, shown in self.points if shown.exact is not None]


def trends(by_year: ByYear, keys: Sequence[Key] = HEADLINES) -> list[Trend]:
    """The trends of which at least two years are known."""
    found = [
        Trend(key, [(year_words(y), by_year[y][key]) for y in sorted(by_year) if key in by_year[y]]) for key in keys
    ]
    return [trend for trend in found if len(trend.points) > 1]
