"""Which figures are looked at: of one area and period, beside the period before and the other areas."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from agencies.models import Area
from mappa.charts import Bars
from mappa.paper import Table
from reviews import figures
from reviews.dashboard.part import Asked, Part
from reviews.dashboard.words import against, compared_share, number, percent
from reviews.figures import NOTHING, Compared, Counts
from reviews.period import Period, Share

ACTIVE = (2, 3)
AUTHORITY = "responsible_authority"
# The standards that the page holds figures against.
RA_GOAL, DTC_GOAL = "kpi_ra_attendance_percent", "kpi_dtc_attendance_percent"


@dataclass
class Look:
    """One area's figures of one period; what was read is kept for the parts that say it again."""

    area: Area
    period: Period
    today: date

    def count(self, slug: str, *by: str, **where: Any) -> Counts:
        return figures.count(slug, self.period, area=self.area, by=by, **where)

    def compared(self, slug: str, **where: Any) -> Compared:
        key = (slug, tuple(sorted(where.items())))
        if key not in self._compared:
            self._compared[key] = figures.compared(slug, self.period, self.area, **where)
        return self._compared[key]

    @cached_property
    def _compared(self) -> dict[tuple[Any, ...], Compared]:
        return {}

    def goal(self, name: str) -> int | None:
        if name not in self._goals:
            self._goals[name] = figures.target(name, self.area, min(self.period.last, self.today))
        return self._goals[name]

    @cached_property
    def _goals(self) -> dict[str, int | None]:
        return {}

    def attendance_goal(self, duty: str) -> int | None:
        return self.goal(RA_GOAL if duty == AUTHORITY else DTC_GOAL)


@dataclass(frozen=True)
class Named:
    """A share with its name and its target."""

    name: str
    share: Share
    goal: int | None = None


def share_table(caption: str, column: str, rows: list[Named], whole: str) -> Table:
    """Each share with what it is a share of: no average without its count."""
    lines = [
        [row.name, percent(row.share, "–"), number(row.share.part), number(row.share.whole), goal_cell(row.goal)]
        for row in rows
    ]
    return Table(caption, [column, _("Share"), _("Met"), whole, _("Target")], lines)


def goal_cell(goal: int | None) -> str:
    return _("none") if goal is None else f"{goal}%"


def share_part(
    title: str, slug: str, summary: str, rows: list[Named], table: Table, *, notes: list[str], behind: str = ""
) -> Part:
    """Shares as bars in per cent, on a scale that is always 0 to 100."""
    goals = {row.goal for row in rows}
    drawn = [(row.name, row.share.percent) for row in rows]
    chart = Bars(
        title,
        summary,
        [(name, found) for name, found in drawn if found is not None],
        "%",
        goals.pop() if len(goals) == 1 else None,
        id=slug,
        full=100,
    )
    return Part(chart, table, notes, behind)


def one_share(look: Look, slug: str, title: str, whole: str, standard: str = "") -> Part:
    """A measure that is one share: now and in the period before."""
    found, goal = look.compared(slug), look.goal(standard) if standard else None
    rows = [Named(_("This period"), found.now, goal)]
    rows += [Named(_("Period before"), found.before, goal)] if found.before else []
    summary = against(_("This period"), found.now, goal)
    table = share_table(title, _("Period"), rows, whole)
    return share_part(title, slug, summary, rows, table, notes=compared_share(found)[1:], behind=slug)


def miss(question: str, share: Share, goal: int | None, **words: Any) -> list[Asked]:
    """A question, where a share is below its target."""
    if goal is None or share.percent is None or share.percent >= goal:
        return []
    said: Mapping[str, Any] = {**words, "share": percent(share)}
    return [Asked(goal - share.percent, question % said)]


def of_all(counts: Mapping[Any, Share]) -> Share:
    """Together."""
    return Share(sum(s.part for s in counts.values()), sum(s.whole for s in counts.values()))


def whole_of(counts: Counts, *key: Any) -> int:
    return counts.get(key, NOTHING).whole
