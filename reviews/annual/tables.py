"""The tables of the report, each defined once: what it is called, how it is counted, and how it stands on the page.

They are those of the area statistical page of the national publications (domain.md 10.6, T1 to T10).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from offenders.models import Offender
from reviews.annual.shown import Row, Shown, Table, exactly, number, publish
from reviews.models.annual import PublishedTotal

T = PublishedTotal.Table
LEVELS = (1, 2, 3)
ACTIVE = (2, 3)
CATEGORIES = (1, 2, 3, 4)
UNDETERMINED = 0
PER = 100_000
# Which number of which table: the table, the category and the level, each None where they are all together.
Key = tuple[str, int | None, int | None]


@dataclass(frozen=True)
class Definition:
    """One table. `levels` are its rows; `by_category` gives it columns; a table without either is one number."""

    slug: str
    number: str
    title: str
    counted: str
    levels: Sequence[int] = ()
    by_category: bool = False

    def as_kept(self) -> dict[str, str]:
        """What is kept with the figures of a report: by which words they were counted."""
        return {"slug": self.slug, "number": self.number, "title": self.title, "counted": self.counted}


def definitions() -> list[Definition]:
    """The tables in the order of the report, in today's words."""
    return [
        Definition(
            T.ELIGIBLE,
            "1",
            _("MAPPA-eligible offenders on 31 March"),
            _(
                "Everybody managed in the area at the end of 31 March, by the category and level recorded for that day. "
                "Whoever left MAPPA, or moved to another area, on 31 March is not counted; whoever came that day is. "
                "Category 3 is never at level 1."
            ),
            LEVELS,
            by_category=True,
        ),
        Definition(
            T.MANAGED,
            "2",
            _("Offenders managed at levels 2 and 3 in the year"),
            _(
                "Everybody who was at level 2 or 3 at the end of any day from 1 April to 31 March, each person once: at the "
                "highest level of the year, with the category and in the area of the last day at it."
            ),
            ACTIVE,
            by_category=True,
        ),
        Definition(
            T.BREACHES,
            "3",
            _("Registered sexual offenders cautioned or convicted for breach of notification"),
            _("People cautioned or convicted in the year (Sexual Offences Act 2003 s.91), each once."),
        ),
        Definition(
            T.REVOKED,
            "4",
            _("Lifetime notification revoked on application"),
            _("Applications determined in the year by which indefinite requirements ended (ss.91A to 91F)."),
        ),
        Definition(
            T.SHPOS, "5a", _("Sexual harm prevention orders imposed"), _("Orders made in the year, no interim ones.")
        ),
        Definition(
            T.SHPOS_TRAVEL,
            "5b",
            _("Sexual harm prevention orders with a foreign travel restriction"),
            _("Of the orders in table 5a, those with a foreign travel prohibition."),
        ),
        Definition(T.ORDERS, "5c", _("Notification orders imposed"), _("Orders made in the year, no interim ones.")),
        Definition(
            T.SRO,
            "6",
            _("People subject to notification for breach of a sexual risk order"),
            _(
                "People whose notification requirements began in the year because they had breached a sexual risk order."
            ),
        ),
        Definition(
            T.LICENCE,
            "7",
            _("Level 2 and 3 offenders returned to custody for breach of licence"),
            _(
                "People back in custody in the year by a recall that was not taken back, each once, at the level and in the "
                "category of the day on which the recall was decided."
            ),
            ACTIVE,
            by_category=True,
        ),
        Definition(
            T.ORDER,
            "8",
            _("Level 2 and 3 offenders returned to custody for breach of an SHPO or SOPO"),
            _(
                "People received into custody in the year between the breach of such an order and the conviction for it, each "
                "once, at the level of the day on which they were received."
            ),
            ACTIVE,
        ),
        Definition(
            T.RATE,
            "9",
            _("Registered sexual offenders per 100,000 people aged 10 and over"),
            _(
                "Category 1 of table 1, by the latest estimate of the population of the middle of a year before 31 March."
            ),
        ),
        Definition(
            T.SERIOUS,
            "10",
            _("Offenders charged with a serious further offence"),
            _(
                "People charged in the year, each once, at the highest level on the day of the offence or shortly before it, as "
                "the board's record of serious further offences says; whoever was not managed then is not counted."
            ),
            LEVELS,
        ),
    ]


def by_slug() -> dict[str, Definition]:
    return {definition.slug: definition for definition in definitions()}


def numbers(content: Mapping[str, Any], *, whole: bool = False) -> dict[Key, Shown]:
    """Every number of a report as readers know it; `whole` as it was counted, for whoever may read that."""
    found: dict[Key, Shown] = {}
    for definition in definitions():
        if definition.slug not in content:
            continue
        counted = content[definition.slug]
        if definition.by_category:
            found |= _grid(definition, counted, whole=whole)
        elif definition.levels:
            found |= _row(definition, counted, whole=whole)
        else:
            found[definition.slug, None, None] = exactly(sum(counted)) if whole else number(counted)
    rate = rate_of(found.get((T.ELIGIBLE, 1, None)), content.get("population", {}).get("people"))
    return found | ({(T.RATE, None, None): rate} if rate else {})


def rate_of(offenders: Shown | None, people: int | None) -> Shown | None:
    """Per 100,000 people, to the nearest one; nothing where one of the two is not known exactly."""
    if offenders is None or offenders.exact is None or not people:
        return None
    return exactly((2 * PER * offenders.exact + people) // (2 * people))


def categories_of(counted: Mapping[str, int]) -> list[int]:
    """The four, and the undetermined ones where there are any."""
    return [*CATEGORIES, *([UNDETERMINED] if any(cell.startswith(f"{UNDETERMINED}-") for cell in counted) else [])]


def _grid(definition: Definition, counted: Mapping[str, int], *, whole: bool) -> dict[Key, Shown]:
    categories, levels = categories_of(counted), definition.levels
    rows = tuple(tuple(_cell(counted, category, level) for level in levels) for category in categories)
    table = _counted(rows) if whole else publish(rows)
    found: dict[Key, Shown] = {(definition.slug, None, None): table.total}
    for category, row, total in zip(categories, table.cells, table.rows, strict=True):
        found[definition.slug, category, None] = total
        found |= {(definition.slug, category, level): cell for level, cell in zip(levels, row, strict=True) if cell}
    return found | {(definition.slug, None, level): total for level, total in zip(levels, table.columns, strict=True)}


def _cell(counted: Mapping[str, int], category: int, level: int) -> int | None:
    """A count, or None where there is no such cell: category 3 is at level 2 or 3 (domain.md 1.3)."""
    count = counted.get(f"{category}-{level}", 0)
    is_none = category == Offender.Category.DANGEROUS and level == Offender.Level.ORDINARY and not count
    return None if is_none else count


def _row(definition: Definition, counted: Mapping[str, int], *, whole: bool) -> dict[Key, Shown]:
    by_level = tuple(
        sum(count for cell, count in counted.items() if cell.endswith(f"-{level}")) for level in definition.levels
    )
    table = _counted((by_level,)) if whole else publish((by_level,))
    found: dict[Key, Shown] = {(definition.slug, None, None): table.total}
    cells = zip(definition.levels, table.cells[0], strict=True)
    return found | {(definition.slug, None, level): cell for level, cell in cells if cell}


def _counted(rows: tuple[Row, ...]) -> Table:
    """The same table with every number as it was counted."""
    cells = [[None if count is None else exactly(count) for count in row] for row in rows]
    sums = [exactly(sum(count or 0 for count in row)) for row in rows]
    down = [exactly(sum(count or 0 for count in column)) for column in zip(*rows, strict=True)]
    return Table(cells, sums, down, exactly(sum(count or 0 for row in rows for count in row)))
