"""What the page is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from mappa.charts import Chart
from mappa.paper import Section, Table


class Tile(TypedDict):
    """For components/tile.html."""

    number: str
    text: str
    note: str


class Way(TypedDict):
    """A link to what lies behind a figure."""

    url: str
    words: str


@dataclass(frozen=True)
class Part:
    """One figure: a chart, which carries the title and the sentence that says what to notice, and its numbers in a table.

    `notes` compare it with the period before and with other areas. A chart without rows is not drawn. `behind` is the
    measure whose cases somebody may look at.
    """

    chart: Chart
    table: Table | None = None
    notes: Sequence[str] = ()
    behind: str = ""
    link: Way | None = None

    def section(self) -> Section:
        """The same on paper, where the numbers are always open."""
        return Section(
            self.chart.title,
            paragraphs=[self.chart.summary, *self.notes],
            chart=self.chart if self.chart.rows and self.chart.drawing else None,
            tables=[self.table] if self.table else [],
        )


@dataclass(frozen=True)
class Asked:
    """A question that a figure raises, and how far what it asks about is from its target."""

    points: int
    words: str


THREE = 3


def questions(raised: Sequence[Asked], always: Sequence[str]) -> list[str]:
    """Three questions: what misses its target most comes first."""
    first = [asked.words for asked in sorted(raised, key=lambda asked: -asked.points)]
    return [*first, *always][:THREE]
