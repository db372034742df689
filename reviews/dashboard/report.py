"""One reading of the board's figures: the same on the page, on paper and in a spreadsheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from agencies.models import AgencyKind, Area, User
from mappa import sheets
from mappa.paper import Paper, Section, Table
from mappa.templatetags.mappa import clock, long_date
from panels.copies import copy_words
from reviews import figures, quarters
from reviews.dashboard import page, plain
from reviews.dashboard.look import Look
from reviews.dashboard.part import Part, Tile
from reviews.dashboard.words import month_and_year, period_words
from reviews.models import PublishedQuarter
from reviews.period import Period


@dataclass(frozen=True)
class Report:
    """What is read of one area: `opening` says how fresh the figures are and what is left out."""

    area: Area
    period: str
    opening: Sequence[str]
    tiles: Sequence[Tile]
    to_ask: Sequence[str]
    parts: Sequence[Part]

    @property
    def title(self) -> str:
        return _("How we are doing: %(area)s, %(period)s") % {"area": self.area.name, "period": self.period}

    def tables(self) -> list[Table]:
        """Everything that the page has numbers of."""
        rows = [[tile["text"], tile["number"], tile["note"]] for tile in self.tiles]
        first = Table(_("At a glance"), [_("What"), _("Figure"), _("Compared")], rows)
        return [first, *(part.table for part in self.parts if part.table)]

    def csv(self) -> bytes:
        opening = [(_("Area"), self.area.name), (_("Period"), self.period)]
        return sheets.csv_of(self.tables(), [*opening, *((_("Note"), words) for words in self.opening)])

    def paper(self, serial: str, reader: User) -> Paper:
        """With the tables below the charts, for nothing opens on paper."""
        facts = [(tile["text"], ", ".join(filter(None, (tile["number"], tile["note"])))) for tile in self.tiles]
        glance = Section(_("At a glance"), facts=facts)
        ask = [Section(_("What to ask"), paragraphs=self.to_ask)] if self.to_ask else []
        sections = [glance, *ask, *(part.section() for part in self.parts)]
        return Paper(self.title, self.opening, sections, copy_words(serial, _("the board's figures"), reader))


def full(area: Area, period: Period, today: date) -> Report:
    """What members read: any months, with the numbers as they are."""
    look = Look(area, period, today)
    return Report(
        area=area,
        period=period_words(period),
        opening=freshness(period, today),
        tiles=page.tiles(look),
        to_ask=page.to_ask(look),
        parts=page.parts(look),
    )


def freshness(period: Period, today: date) -> list[str]:
    """When the figures were counted, which months were not, and that the running month is not over."""
    found, said = figures.freshness(period), []
    if found.counted_at:
        said.append(
            _("Counted on %(day)s at %(time)s.") % {"day": long_date(found.counted_at), "time": clock(found.counted_at)}
        )
    if found.missing:
        months = ", ".join(month_and_year(month) for month in found.missing)
        said.append(_("Not counted yet: %s. The figures are without it.") % months)
    if period.starts[-1] == today.replace(day=1):
        words = _("%s is not over: its figures are those so far, and are compared with whole months before.")
        said.append(words % month_and_year(today))
    return said


def lay(area: Area, quarter: PublishedQuarter, published: Sequence[PublishedQuarter]) -> Report:
    """What lay readers read: one published quarter."""
    duty = AgencyKind.Duty.RESPONSIBLE_AUTHORITY
    authority = frozenset(AgencyKind.objects.filter(duty=duty).values_list("name", flat=True))
    earlier = [row for row in published if row.first < quarter.first]
    look = plain.PlainLook(area, quarter, earlier, quarters.elsewhere(quarter), authority)
    return Report(
        area=area,
        period=plain.quarter_words(quarter.first),
        opening=[
            _(
                "These figures are about the arrangements, not about people: how many people are managed is in the annual report."
            ),
            _(
                "Each number is rounded to the nearest 5, and below 5 it is not given, so that nobody can be recognised."
            ),
            _("Counted on %s, and not changed since.") % long_date(quarter.published_on),
        ],
        tiles=plain.tiles(look),
        to_ask=plain.to_ask(look),
        parts=plain.parts(look),
    )
