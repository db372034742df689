"""The page as lay readers read it: completed quarters, made from what was published of them and from nothing else.

No function here reads a figure, a case or a row of any table but PublishedQuarter and the standards (ADR 0020).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from statistics import median

from django.utils import dateformat
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from agencies.models import Area
from assessments.models import DriftPrompt
from mappa import dates
from mappa.charts import Bars, Heat
from mappa.paper import Table
from panels.models import Referral
from reviews import figures
from reviews.dashboard.look import DTC_GOAL, RA_GOAL
from reviews.dashboard.part import Asked, Part, Tile, questions
from reviews.dashboard.plain_words import (
    against,
    count_words,
    goal_of,
    moved,
    share_words,
    short_share_words,
)
from reviews.models import PublishedQuarter
from reviews.quarters import MONTHS
from reviews.rounding import RoughShare, share_of, together

Counts = Sequence[int]
THREE_IN_FOUR = Fraction(3, 4)
MANY = 3  # other areas, from which on they are compared with


@dataclass
class PlainLook:
    """One published quarter of an area, the ones before it, and the same one elsewhere."""

    area: Area
    quarter: PublishedQuarter
    earlier: Sequence[PublishedQuarter]  # the newest first
    others: Sequence[PublishedQuarter]
    authority: frozenset[str]  # names of the kinds of agency of the Responsible Authority

    def groups(self, slug: str, quarter: PublishedQuarter | None = None) -> list[tuple[str, Counts]]:
        found = (quarter or self.quarter).figures.get(slug, [])
        return [(name, counts) for name, counts in found]

    def all_of(
        self, slug: str, quarter: PublishedQuarter | None, only: Iterable[str] | None = None
    ) -> RoughShare | None:
        """Every group together, or some."""
        if quarter is None:
            return None
        chosen = [counts for name, counts in self.groups(slug, quarter) if only is None or name in only]
        return share_of([counts[0] for counts in chosen], [counts[1] for counts in chosen])

    @property
    def before(self) -> PublishedQuarter | None:
        """The quarter just before, where it was published."""
        first = dates.add_months(self.quarter.first, -MONTHS)
        return next((row for row in self.earlier if row.first == first), None)

    @property
    def last(self) -> date:
        return dates.add_months(self.quarter.first, MONTHS) - dates.ONE_DAY

    def goal(self, name: str) -> int | None:
        return figures.target(name, self.area, self.last)

    def elsewhere(self, slug: str, only: Iterable[str] | None = None) -> list[str]:
        """How the other areas did, from the lowest to the highest; none is named, and of few nothing is said."""
        found = [self.all_of(slug, row, only) for row in self.others]
        middles = sorted(share.middle for share in found if share is not None)
        if len(middles) < MANY:
            return []
        said = _(
            "%(areas)s other areas: from about %(low)s in 10 to about %(high)s in 10, half of them %(middle)s in 10 or more."
        )
        tenths = {"low": middles[0], "high": middles[-1], "middle": median(middles)}
        return [said % {"areas": len(middles), **{name: round(10 * value) for name, value in tenths.items()}}]


def quarter_words(first: date) -> str:
    """July to September 2026."""
    last = dates.add_months(first, MONTHS - 1)
    return _("%(first)s to %(last)s") % {"first": dateformat.format(first, "F"), "last": dateformat.format(last, "F Y")}


def short_quarter(first: date) -> str:
    last = dates.add_months(first, MONTHS - 1)
    return f"{dateformat.format(first, 'M')}–{dateformat.format(last, 'M y')}"


def tiles(look: PlainLook) -> list[Tile]:
    """Four shares, each with how it moved."""
    asked = (
        ("reviews-on-time", ("2", "3"), _("of level 2 and 3 reviews on time")),
        ("attendance", look.authority, _("of invitations met by police, probation and prison")),
        ("actions-on-time", None, _("of actions done on time")),
        ("minutes-on-time", None, _("of minutes approved on time")),
    )
    return [
        Tile(
            number=share_words(look.all_of(slug, look.quarter, only)),
            text=words,
            note=moved(look.all_of(slug, look.quarter, only), look.all_of(slug, look.before, only)),
        )
        for slug, only, words in asked
    ]


@dataclass(frozen=True)
class Row:
    """One group: its name, what was met and what was not, as shown, and its target."""

    name: str
    met: int
    missed: int
    goal: int | None = None

    @property
    def share(self) -> RoughShare | None:
        return share_of([self.met], [self.missed])


def row_of(name: str, counts: Counts, goal: int | None = None) -> Row:
    met, missed = counts
    return Row(name, met, missed, goal)


def shares_part(
    title: str, slug: str, summary: str, rows: Sequence[Row], columns: Sequence[str], notes: list[str]
) -> Part:
    """Bars: what is certain is dark, what may be besides is an outline. The scale is always 0 to 10 in 10."""
    drawn = [(row.name, row.share) for row in rows]
    known = [(name, share) for name, share in drawn if share is not None]
    goals = {row.goal for row in rows}
    chart = Bars(
        title,
        summary,
        [(name, float(round(100 * share.least))) for name, share in known],
        "%",
        goals.pop() if len(goals) == 1 else None,
        id=slug,
        upto=[float(round(100 * share.most)) for _name, share in known],
        said=[share_words(share) for _name, share in known],
        full=100,
    )
    table = Table(
        title,
        [*columns, _("Share")],
        [[row.name, count_words(row.met), count_words(row.missed), share_words(row.share)] for row in rows],
    )
    dark = (
        [_("Dark: certain. Outline: possible, for the numbers are rounded.")]
        if any(a.least != a.most for _n, a in known)
        else []
    )
    return Part(chart, table, [*notes, *dark])


def review_rows(look: PlainLook) -> list[Row]:
    return [
        row_of(_("Level %s") % level, counts, look.goal(f"kpi_level_{level}_reviews_percent"))
        for level, counts in look.groups("reviews-on-time")
    ]


def reviews(look: PlainLook) -> Part:
    rows = review_rows(look)
    summary = " ".join(against(row.name, row.share, row.goal) for row in rows)
    notes = [_("All levels. %s") % note for note in look.elsewhere("reviews-on-time")]
    columns = [_("Level"), _("Held on time"), _("Late or not held")]
    return shares_part(_("Reviews held on time, by level"), "reviews", summary, rows, columns, notes)


def attendance_rows(look: PlainLook) -> list[Row]:
    goals = {True: look.goal(RA_GOAL), False: look.goal(DTC_GOAL)}
    return [row_of(kind, counts, goals[kind in look.authority]) for kind, counts in look.groups("attendance")]


def lowest_words(rows: Sequence[Row], one: str, several: str, none: str) -> str:
    """Who did least, only where that is certain; or that several did about as little."""
    known = [(row, row.share) for row in rows if row.share is not None]
    if not known:
        return none
    row, share = min(known, key=lambda pair: (pair[1].most, pair[0].name))
    rivals = [other.name for other, of_other in known if other is not row and of_other.least <= share.most]
    words = {"name": row.name, "share": share_words(share)}
    return (several if rivals else one) % words


def attendance(look: PlainLook) -> Part:
    rows = attendance_rows(look)
    summary = lowest_words(
        rows,
        _("%(name)s came to %(share)s of what they were invited for, the lowest of any."),
        _("No agency is certain to have come least; %(name)s came to %(share)s of what they were invited for."),
        _("Too few invitations to say."),
    )
    columns = [_("Kind of agency"), _("Came"), _("Did not come")]
    notes = [_("All agencies. %s") % note for note in look.elsewhere("attendance")]
    ra, dtc = look.goal(RA_GOAL), look.goal(DTC_GOAL)
    if ra is not None and dtc is not None:
        notes.append(_("Target: police, probation and prison %(ra)s%%, others %(dtc)s%%.") % {"ra": ra, "dtc": dtc})
    return shares_part(_("Attendance by kind of agency"), "attendance", summary, rows, columns, notes)


def attendance_by_quarter(look: PlainLook) -> Part:
    """Each kind of agency in each quarter: a gap that lasts is a dark row."""
    title = _("Attendance, quarter by quarter")
    quarters = [*reversed(look.earlier[:3]), look.quarter]
    cells, lines, low = [], [], {}
    for kind, _counts in look.groups("attendance"):
        shares = [look.all_of("attendance", quarter, [kind]) for quarter in quarters]
        if not any(shares):
            continue  # in the table of the quarter it is said that there is too little to say
        cells.append([(None if s is None else float(100 * s.middle), short_share_words(s)) for s in shares])
        lines.append([kind, *(share_words(share) for share in shares)])
        low[kind] = sum(share is not None and share.most < THREE_IN_FOUR for share in shares)
    often = max(low.values(), default=0)
    summary = _("It is not certain of any agency that it came to fewer than 3 in 4 in any quarter.")
    if often:
        names = get_text_list([kind for kind, quarters_low in low.items() if quarters_low == often], _("and"))
        words = _("%(name)s certainly came to fewer than 3 in 4 in %(often)s of %(all)s quarters.")
        summary = words % {"name": names, "often": often, "all": len(quarters)}
    columns = [short_quarter(quarter.first) for quarter in quarters]
    chart = Heat(
        title, summary, [(kind, 0.0) for kind in low], "%", id="attendance-quarters", columns=columns, cells=cells
    )
    note = _("Each number is in 10: of 10 invitations, how many were met. The darker, the fewer. – is too few to say.")
    return Part(chart, Table(title, [_("Kind of agency"), *columns], lines), [note])


def by_quarter(look: PlainLook, slug: str, title: str, columns: Sequence[str], goal: int | None) -> Part:
    """One share, through the last four quarters, the newest first."""
    rows = [
        row_of(quarter_words(quarter.first), counts, goal)
        for quarter in [look.quarter, *look.earlier[:3]]
        for _name, counts in look.groups(slug, quarter)
    ]
    summary = against(_("This quarter"), rows[0].share, goal) if rows else _("Too few to say.")
    return shares_part(title, slug, summary, rows, [_("Quarter"), *columns], look.elsewhere(slug))


def minutes(look: PlainLook) -> Part:
    goal = look.goal("kpi_minutes_percent")
    return by_quarter(look, "minutes-on-time", _("Minutes approved on time"), [_("On time"), _("Late")], goal)


def actions(look: PlainLook) -> Part:
    columns = [_("Done on time"), _("Late or not done")]
    return by_quarter(look, "actions-on-time", _("Actions done on time"), columns, look.goal("kpi_actions_percent"))


def outcomes(look: PlainLook, slug: str, title: str, labels: dict[str, str], sentence: str) -> Part:
    """How many by what became of them, each rounded; their sum is the sum of what is shown."""
    rows = [(labels.get(name, name), counts[0]) for name, counts in look.groups(slug)]
    sure = [count for _name, count in rows if count]
    every = together(count for _name, count in rows)
    summary = sentence % {"least": every.least, "most": every.most} if sure else _("Fewer than 5 of each.")
    chart = Bars(
        title, summary, [(name, count) for name, count in rows if count], id=slug, said=[count_words(c) for c in sure]
    )
    return Part(chart, Table(title, [_("Outcome"), _("Number")], [[name, count_words(count)] for name, count in rows]))


def referrals(look: PlainLook) -> Part:
    labels = {**{o.value: str(o.label) for o in Referral.Outcome}, "": _("Not yet decided")}
    sentence = _("Between %(least)s and %(most)s referrals were made.")
    return outcomes(look, "referrals", _("Referrals and what became of them"), labels, sentence)


def prompts(look: PlainLook) -> Part:
    labels = {**{o.value: str(o.label) for o in DriftPrompt.Outcome}, "": _("Not yet answered")}
    sentence = _("Between %(least)s and %(most)s prompts were made.")
    return outcomes(look, "drift-prompts", _("Level-drift prompts and what became of them"), labels, sentence)


def parts(look: PlainLook) -> list[Part]:
    """The figures of the page, in its order."""
    return [
        attendance(look),
        attendance_by_quarter(look),
        reviews(look),
        actions(look),
        minutes(look),
        referrals(look),
        prompts(look),
    ]


def to_ask(look: PlainLook) -> list[str]:
    """Three questions that the figures raise: only of what is certain to miss its target."""
    raised: list[Asked] = []
    for row in review_rows(look):
        raised += _miss(row, _("Why were only %(share)s reviews held on time at %(name)s?"), row.name.lower())
    for row in attendance_rows(look):
        raised += _miss(row, _("Why did %(name)s come to only %(share)s of what they were invited for?"), row.name)
    of_all = (
        ("minutes-on-time", "kpi_minutes_percent", _("Why were only %(share)s minutes approved on time?")),
        ("actions-on-time", "kpi_actions_percent", _("Why were only %(share)s actions done on time?")),
    )
    for slug, standard, question in of_all:
        for name, counts in look.groups(slug):
            raised += _miss(row_of(name, counts, look.goal(standard)), question, name)
    always = [
        _("Which agency finds it hardest to finish its actions on time, and what would help?"),
        _("Are the people at level 2 and 3 the right ones, and who decides when somebody moves down?"),
        _("What did co-ordination say to those whose referrals were not accepted?"),
    ]
    return questions(raised, always)


def _miss(row: Row, question: str, name: str) -> list[Asked]:
    goal, share = goal_of(row.goal), row.share
    if goal is None or share is None or share.most >= goal:
        return []
    return [Asked(round(100 * (goal - share.most)), question % {"name": name, "share": share_words(share)})]
