"""Every area side by side, as funnels and not as a league: what chance alone explains is no difference.

Numbers of areas, read from the table of figures (reviews/figures.py) by whoever holds a national role; no case, no row.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies.models import Area
from mappa import dates
from mappa.charts import nice_top
from mappa.funnel import OFTEN, SELDOM, Funnel, Limits, Point, binomial_limits, poisson_limits, sizes_up_to
from mappa.paper import Table
from offenders.models import Offender
from reviews import figures
from reviews.measures import MEASURES
from reviews.models import Population
from reviews.period import Period, month_end

ACTIVE = (int(Offender.Level.ACTIVE), int(Offender.Level.ENHANCED))
PER = 100_000


@dataclass(frozen=True)
class View:
    """One thing by which areas are compared: a share, or, `is_rate`, a number of people by how many live there."""

    slug: str
    title: str | Promise
    measure: str
    what: str | Promise  # of which the size of an area is counted
    where: Mapping[str, Any] = field(default_factory=dict)
    is_rate: bool = False


VIEWS = (
    View(
        "reviews",
        gettext_lazy("Level 2 and 3 reviews on time"),
        "reviews-on-time",
        gettext_lazy("reviews that were due"),
        {"level": ACTIVE},
    ),
    View("attendance", gettext_lazy("Invited agencies that came"), "attendance", gettext_lazy("invitations")),
    View("minutes", gettext_lazy("Minutes on time"), "minutes-on-time", gettext_lazy("meetings")),
    View(
        "disclosure",
        gettext_lazy("Disclosure considered"),
        "disclosure-considered",
        gettext_lazy("people discussed at meetings"),
    ),
    View("information", gettext_lazy("Information sent on time"), "information-on-time", gettext_lazy("requests")),
    View("actions", gettext_lazy("Actions done on time"), "actions-on-time", gettext_lazy("actions")),
    View(
        "decisions",
        gettext_lazy("Referrals decided on time"),
        "referral-decisions-on-time",
        gettext_lazy("referrals"),
    ),
    View(
        "rate",
        gettext_lazy("Registered sexual offenders by population"),
        "people",
        gettext_lazy("people aged 10 and over"),
        {"category": int(Offender.Category.SEXUAL)},
        is_rate=True,
    ),
)
BY_SLUG = {view.slug: view for view in VIEWS}


def months_ended(count: int, on: date) -> Period:
    """The last whole months: what is running is left out, for some areas are further than others."""
    last = on.replace(day=1) - dates.ONE_DAY
    return Period(dates.add_months(last.replace(day=1), 1 - count), month_end(last))


@dataclass(frozen=True)
class Standing:
    """One area: so many of so many, and whether that is further from the others than chance explains."""

    area: str
    part: int
    whole: int
    side: int

    @property
    def words(self) -> str:
        if self.side < 0:
            return _("lower than chance explains")
        return _("higher than chance explains") if self.side else _("no more than chance")


@dataclass(frozen=True)
class Comparison:
    """All areas of one view: the plot, its sentence, and what is behind it."""

    view: View
    standings: Sequence[Standing]
    funnel: Funnel | None
    table: Table
    left_out: Sequence[str]  # areas of which there is nothing to compare


def compared(view: View, period: Period) -> Comparison:
    """The areas side by side, in the order of their names."""
    counted = _by_population(view, period) if view.is_rate else _shares(view, period)
    known = {area: (part, whole) for area, (part, whole) in sorted(counted.items()) if whole}
    part, whole = (sum(pair[n] for pair in known.values()) for n in (0, 1))
    share = part / whole if whole else 0.0
    limits = _limits_of(view, share)
    standings = [
        Standing(area, part, whole, _side(part, limits(whole, SELDOM))) for area, (part, whole) in known.items()
    ]
    return Comparison(
        view=view,
        standings=standings,
        funnel=_funnel(view, standings, share, limits) if standings else None,
        table=_table(view, standings),
        left_out=sorted({area.name for area in Area.objects.all()} - known.keys()),
    )


def _shares(view: View, period: Period) -> dict[str, tuple[int, int]]:
    found = figures.count(view.measure, period, by=("area",), **view.where)
    return {area: (share.part, share.whole) for (area,), share in found.items()}


def _by_population(view: View, period: Period) -> dict[str, tuple[int, int]]:
    """People managed at the end of the period, of those who live there by the latest estimate before it."""
    found = figures.count(view.measure, period, by=("area",), **view.where)
    people: dict[str, int] = {}
    for row in Population.objects.filter(year__lte=period.last.year).select_related("area").order_by("year"):
        people[row.area.name] = row.people
    # An area without a case has none of its people managed: that is a figure too.
    return {area: (found[area,].whole if (area,) in found else 0, number) for area, number in people.items()}


Between = Callable[[int, float], tuple[int, int]]


def _limits_of(view: View, share: float) -> Between:
    """Within which numbers an area of a size lies by chance, where all areas together have this share."""
    if view.is_rate:
        return lambda size, tail: poisson_limits(size * share, tail)
    return lambda size, tail: binomial_limits(size, share, tail)


def _side(part: int, limits: tuple[int, int]) -> int:
    low, high = limits
    return -1 if part < low else int(part > high)


def _value(view: View, part: float, whole: int) -> float:
    return round((PER if view.is_rate else 100) * part / whole, 1)


def _funnel(view: View, standings: Sequence[Standing], share: float, limits: Between) -> Funnel:
    points = [Point(each.area, each.whole, _value(view, each.part, each.whole), each.side) for each in standings]
    sizes = sizes_up_to(int(nice_top(max(each.whole for each in standings))))
    curves = []
    for words, tail in ((_("95 of 100 lie within by chance"), OFTEN), (_("998 of 1,000 lie within by chance"), SELDOM)):
        pairs = [(size, *limits(size, tail)) for size in sizes]
        curves.append(Limits(words, [(n, _value(view, low, n), _value(view, high, n)) for n, low, high in pairs]))
    return Funnel(
        str(view.title),
        sentence(standings),
        [(point.name, point.value) for point in points],
        "" if view.is_rate else "%",
        id=view.slug,
        points=points,
        limits=curves,
        middle=_value(view, share, 1),
        size_words=_("Size: %s") % view.what,
        full=None if view.is_rate else 100,
    )


def sentence(standings: Sequence[Standing]) -> str:
    """What to notice: which areas differ by more than chance explains, and that the others do not."""
    outside = {side: [each.area for each in standings if each.side == side] for side in (-1, 1)}
    areas = ngettext("%s area", "%s areas", len(standings)) % len(standings)
    if not any(outside.values()):
        return _("None of %s differs from the others by more than chance explains.") % areas
    told = []
    if outside[-1]:
        told.append(_("lower than chance explains: %s") % ", ".join(outside[-1]))
    if outside[1]:
        told.append(_("higher: %s") % ", ".join(outside[1]))
    words = [_("Of %(areas)s, %(told)s.") % {"areas": areas, "told": "; ".join(told)}]
    if any(each.side == 0 for each in standings):
        words.append(_("The others differ by no more than chance."))
    return " ".join([*words, _("Ask why before saying better or worse.")])


def _table(view: View, standings: Sequence[Standing]) -> Table:
    value = _("Per 100,000") if view.is_rate else _("Share")
    unit = "" if view.is_rate else "%"
    rows = [
        [each.area, f"{each.part:,}", f"{each.whole:,}", f"{_value(view, each.part, each.whole):g}{unit}", each.words]
        for each in standings
    ]
    return Table(
        str(view.title), [_("Area"), _("Number"), str(view.what).capitalize(), value, _("From the others")], rows
    )


def definition(view: View) -> tuple[str, str]:
    """How the figure is counted, and where that comes from."""
    found = MEASURES[view.measure]
    return str(found.how), str(found.source)
