"""The report in words and tables, the same for the page, the PDF and the spreadsheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from mappa.charts import Bars, Chart, Line
from mappa.paper import Section
from mappa.paper import Table as PaperTable
from mappa.templatetags.mappa import long_date
from reviews.annual.shown import Shown
from reviews.annual.tables import CATEGORIES, UNDETERMINED, Definition, Key, T, definitions, numbers
from reviews.annual.trends import ByYear, Trend, change, label, share, trends
from reviews.models import AnnualReport
from reviews.models.annual import last_day, year_words

NONE = "–"  # such a cell does not exist


@dataclass(frozen=True)
class Laid:
    """One table of the report: its sentences, its cells in words, how each was counted, and perhaps a chart."""

    slug: str
    title: str
    table: PaperTable
    counted: Sequence[str]
    summary: Sequence[str] = ()
    chart: Chart | None = None

    @property
    def rows(self) -> list[list[str]]:
        """For govuk/table.html."""
        return [list(row) for row in self.table.rows]


def laid_out(report: AnnualReport, by_year: ByYear, *, whole: bool = False) -> list[Laid]:
    """The tables of a report. `whole`: with the small numbers, for those who read them while it is made."""
    of = numbers(report.content, whole=whole)
    # The words by which it was counted then, whatever they are today.
    kept = {row["slug"]: row["counted"] for row in report.definitions}
    years = {**by_year, report.year: of}
    asked = [definition for definition in definitions() if definition.slug in kept]
    found = [_grid(definition, kept[definition.slug], of, years, report) for definition in asked if definition.levels]
    single = [definition for definition in asked if not definition.levels]
    return [*found[:2], *([_numbers(single, kept, years, report)] if single else []), *found[2:]]


def _grid(definition: Definition, counted: str, of: Mapping[Key, Shown], years: ByYear, report: AnnualReport) -> Laid:
    """A table by level."""
    title = _("Table %(number)s: %(title)s") % {"number": definition.number, "title": definition.title}
    if definition.slug == T.ELIGIBLE:
        title = f"{title} {report.year + 1}"
    return Laid(
        slug=f"table-{definition.number}",
        title=title,
        table=_table(definition, title, of),
        counted=[counted],
        summary=_summary(definition, of, years, report),
        chart=_categories(of, report) if definition.slug == T.ELIGIBLE else None,
    )


def _numbers(single: Sequence[Definition], kept: Mapping[str, str], years: ByYear, report: AnnualReport) -> Laid:
    """The tables that are one number each, together, beside the year before."""
    title = _("Tables 3 to 6 and 9: notification, orders and rate")
    columns = [_("Table"), report.years, year_words(report.year - 1), _("Change")]
    rows, counted = [], []
    for definition in single:
        key: Key = (definition.slug, None, None)
        now, before = (years.get(year, {}).get(key) for year in (report.year, report.year - 1))
        moved = change(years, report.year, key)
        name = f"{definition.number}: {definition.title}"
        rows.append([name, *(each.words if each else NONE for each in (now, before)), moved.words if moved else NONE])
        words = _population(report, kept[definition.slug]) if definition.slug == T.RATE else kept[definition.slug]
        counted.append(f"{definition.number}: {words}")
    return Laid("table-3", title, PaperTable(title, columns, rows), counted)


def _table(definition: Definition, title: str, of: Mapping[Key, Shown]) -> PaperTable:
    slug = definition.slug
    if not definition.by_category:
        rows = [[_("Level %s") % level, of[slug, None, level].words] for level in definition.levels]
        return PaperTable(title, [_("Level"), _("Number")], [*rows, [_("Total"), of[slug, None, None].words]])
    categories = [*CATEGORIES, *([UNDETERMINED] if (slug, UNDETERMINED, None) in of else [])]
    columns = [_("Level"), *(category_words(category) for category in categories), _("Total")]
    rows = [
        [name, *(_cell(of, slug, category, level) for category in categories), of[slug, None, level].words]
        for level, name in [*((level, _("Level %s") % level) for level in definition.levels), (None, _("Total"))]
    ]
    return PaperTable(title, columns, rows)


def _cell(of: Mapping[Key, Shown], slug: str, category: int, level: int | None) -> str:
    found = of.get((slug, category, level))
    return found.words if found else NONE


def category_words(category: int) -> str:
    return _("Category %s") % category if category else _("To be determined")


def _population(report: AnnualReport, counted: str) -> str:
    known = report.content.get("population")
    if not known:
        return _("No population is entered for this area. An administrator enters it, with its source.")
    words = _("%(counted)s %(people)s people in the middle of %(year)s (%(source)s).")
    return words % {
        "counted": counted,
        "people": f"{known['people']:,}",
        "year": known["year"],
        "source": known["source"],
    }


def _summary(definition: Definition, of: Mapping[Key, Shown], years: ByYear, report: AnnualReport) -> list[str]:
    """What a table says, in a sentence or two, computed from what is shown."""
    total, moved = of[definition.slug, None, None], change(years, report.year, (definition.slug, None, None))
    than = _(", %s the year before") % moved.words if moved else ""
    if definition.slug == T.ELIGIBLE:
        words = _("%(number)s people were managed under MAPPA on %(day)s%(than)s.")
        about = {"number": total.words.capitalize(), "day": long_date(last_day(report.year)), "than": than}
        return [words % about, *_shares(of)]
    words = _("%(number)s people in %(years)s%(than)s.")
    return [words % {"number": total.words.capitalize(), "years": report.years, "than": than}]


def _shares(of: Mapping[Key, Shown]) -> list[str]:
    percent = share(of, (T.ELIGIBLE, 1, None), (T.ELIGIBLE, None, None))
    if percent is None:
        return []
    part, whole = of[T.ELIGIBLE, 1, None].words, of[T.ELIGIBLE, None, None].words
    words = _("%(part)s of these %(whole)s (%(percent)s%%) were registered sexual offenders, category 1.")
    return [words % {"part": part, "whole": whole, "percent": percent}]


def _categories(of: Mapping[Key, Shown], report: AnnualReport) -> Bars:
    """People by category, as bars as long as what is certain, with what may be besides drawn as an outline."""
    rows = [(category_words(category), of[T.ELIGIBLE, category, None]) for category in CATEGORIES]
    most = max(rows, key=lambda row: row[1].low)
    summary = _("Most were in %(category)s: %(number)s.") % {"category": most[0].lower(), "number": most[1].words}
    return Bars(
        _("People by category on %s") % long_date(last_day(report.year)),
        summary,
        [(name, shown.low) for name, shown in rows],
        id="eligible-by-category",
        upto=[shown.high for _name, shown in rows],
        said=[shown.words for _name, shown in rows],
    )


class Years(Line):
    """A line through years, with room for the words at its ends."""

    LEFT, RIGHT = 50, 390


def drawn(by_year: ByYear) -> list[tuple[Trend, Years | None, PaperTable]]:
    """The trends, each with its line where enough of it is known, and its numbers."""
    found = []
    for trend in trends(by_year):
        rows = [[year, shown.words] for year, shown in trend.points]
        found.append((trend, _line(trend), PaperTable(trend.label, [_("Year"), _("Number")], rows)))
    return found


def _line(trend: Trend) -> Years | None:
    """Only where no year between the first and the last is missing: a line across a gap would say what nobody counted."""
    exact = trend.exact
    if len(exact) < 2 or len(exact) < len(trend.points):
        return None
    first, last = exact[0], exact[-1]
    years = [int(year[:4]) for year, _number in exact]
    if years != list(range(years[0], years[-1] + 1)):
        return None
    summary = _("%(last)s in %(year)s, from %(first)s in %(before)s.")
    about = {"last": f"{last[1]:,}", "year": last[0], "first": f"{first[1]:,}", "before": first[0]}
    return Years(trend.label, summary % about, exact, id=f"trend-{'-'.join(str(part) for part in trend.key)}")


def notes() -> list[str]:
    """What the national publications print beside the tables."""
    return [
        _("Category 1: registered sexual offenders, who notify the police under the Sexual Offences Act 2003."),
        _(
            "Category 2: violent offenders sentenced to 12 months’ custody or more or made subject to a hospital order, and a "
            "small number of sexual offenders who do not qualify for registration."
        ),
        _("Category 3: other dangerous offenders, who are managed at level 2 or 3."),
        _("Category 4: terrorist and terrorism-risk offenders, since 2022."),
        _(
            "So that nobody can be recognised, numbers of 0 to 4 stand as “fewer than 5” and others beside them to the nearest "
            "5. Totals are exact where that gives nothing away."
        ),
        _("Table 1 is the picture on 31 March; all other tables are of the whole year from 1 April."),
    ]


def words_of(report: AnnualReport) -> list[tuple[str, str]]:
    """What is written in the report, under its headings, in its order; what is empty is left out."""
    written = [(str(words), getattr(report, name)) for name, words in AnnualReport.WORDS]
    before, after = written[:3], written[3:]
    found = [*before, *after, (_("From the lay advisers"), report.lay_words)]
    return [(heading, text) for heading, text in found if text]


def sections(report: AnnualReport, tables: Sequence[Laid], by_year: ByYear) -> list[Section]:
    """The report as paper has it."""
    written = [Section(heading, paragraphs=[text]) for heading, text in words_of(report)]
    figures = [
        Section(laid.title, paragraphs=[*laid.summary, *laid.counted], chart=laid.chart, tables=[laid.table])
        for laid in tables
    ]
    over_years = [Section(trend.label, chart=line, tables=[table], level=3) for trend, line, table in drawn(by_year)]
    heading = [Section(_("Over the years"))] if over_years else []
    return [*written, *figures, *heading, *over_years, Section(_("About these figures"), paragraphs=notes())]


__all__ = ["Laid", "category_words", "drawn", "label", "laid_out", "notes", "sections", "words_of"]
