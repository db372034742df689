"""The board's page: figures of one area and period in words, tiles and charts, for members or for the public's two.

Lay advisers read the same figures with small numbers hidden, the others rounded (reviews/suppression.py) and shares
as "7 in 10".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from django.core.exceptions import PermissionDenied
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.access import GRANTS, Perm, memberships
from agencies.models import Area, Role, User
from agencies.models.standard import UnknownStandardError, value
from assessments.models import DriftPrompt
from mappa import dates
from mappa.charts import Bars, Chart, Line
from offenders.models import Offender
from panels.models import Referral
from reviews import performance
from reviews.performance import KindAttendance, Period, Share
from reviews.suppression import FEW, Suppressed, in_ten, is_few, rounded, suppress

R = Role.Code
# Who reads the numbers as they are. Everybody else on the board's pages reads them with small ones hidden.
READS_ALL = frozenset({R.COORDINATOR, R.CHAIR, R.BOARD_MEMBER})
LEVELS: tuple[int, ...] = tuple(int(level) for level in Offender.Level)
CATEGORIES: tuple[int, ...] = (*(int(category) for category in Offender.Category), 0)
MONTHS_SHOWN = 6


def areas_of(user: User) -> list[Area]:
    """The areas whose board pages the user may open, by name."""
    held = [m for m in memberships(user) if R(m.role_id) in GRANTS[Perm.VIEW_BOARD]]
    return sorted({m.agency.area for m in held}, key=lambda area: area.name)


def area_asked_for(user: User, slug: str) -> Area:
    """The area named, or the first of the user's. Raises PermissionDenied for one that is not his."""
    areas = areas_of(user)
    found = [area for area in areas if area.slug == slug] if slug else areas
    if not found:
        raise PermissionDenied(Perm.VIEW_BOARD)
    return found[0]


def reads_all(user: User, area: Area) -> bool:
    """Does one of the user's roles in this area read small numbers too?"""
    return any(R(m.role_id) in READS_ALL and m.agency.area_id == area.pk for m in memberships(user))


@dataclass(frozen=True)
class Figures:
    """Everything the page says, as numbers, of a period and the one before it."""

    period: Period
    people: dict[tuple[int, int], int]
    months: list[tuple[date, int]]
    active_before: int
    reviews: dict[int, Share]
    reviews_before: dict[int, Share]
    attendance: list[KindAttendance]
    overdue: list[tuple[str, int]]
    overdue_before: int
    minutes: Share
    minutes_before: Share
    referrals: dict[str, int]
    prompts: dict[str, int]
    targets: dict[str, int | None]

    @property
    def active(self) -> dict[tuple[int, int], int]:
        """People at level 2 or 3, by category and level."""
        return {key: count for key, count in self.people.items() if key[1] in performance.ACTIVE}


def figures(area: Area, period: Period, today: date) -> Figures:
    """Count it all: a dozen queries, however many cases there are."""
    before = period.before()
    ends = month_ends(period.last)
    counts = performance.people_at_active_levels(area, [before.last, *ends])
    return Figures(
        period=period,
        people=performance.people(area, period.last),
        months=list(zip(ends, counts[1:], strict=True)),
        active_before=counts[0],
        reviews=performance.reviews_on_time(area, period, today),
        reviews_before=performance.reviews_on_time(area, before, today),
        attendance=performance.attendance(area, period),
        overdue=performance.actions_overdue(area, period.last),
        overdue_before=sum(count for _name, count in performance.actions_overdue(area, before.last)),
        minutes=performance.minutes_on_time(area, period, today),
        minutes_before=performance.minutes_on_time(area, before, today),
        referrals=performance.referrals(area, period),
        prompts=performance.drift_prompts(area, period),
        targets={name: target(name, area, period.last) for name in TARGETS},
    )


TARGETS = (
    "kpi_level_1_reviews_percent",
    "kpi_level_2_reviews_percent",
    "kpi_level_3_reviews_percent",
    "kpi_ra_attendance_percent",
    "kpi_dtc_attendance_percent",
    "kpi_minutes_percent",
)


def target(name: str, area: Area, on: date) -> int | None:
    """The standard in force, where there is one: a board without a target still has figures."""
    try:
        return value(name, area, on)
    except UnknownStandardError:
        return None


def month_ends(last: date) -> list[date]:
    """The ends of the last six months, the last day itself being the latest."""
    firsts = [dates.add_months(last.replace(day=1), -ago) for ago in range(MONTHS_SHOWN - 1)]
    return [*(first - dates.ONE_DAY for first in reversed(firsts)), last]


def total(shares: dict[int, Share]) -> Share:
    """Levels together."""
    return Share(sum(s.part for s in shares.values()), sum(s.whole for s in shares.values()))


class Table(TypedDict):
    """For govuk/table.html."""

    headings: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Section:
    """One figure of the page: a chart with its sentence and numbers, or a sentence and a table."""

    title: str
    slug: str
    summary: str
    bars: Bars | None = None
    line: Line | None = None
    column: str = ""
    table: Table | None = None


class Tile(TypedDict):
    """For components/tile.html."""

    number: str
    text: str
    note: str


# Words for numbers


def cell(count: int | None, *, few: bool) -> str:
    """A count, or why it is not given."""
    if count is not None:
        return f"{count:,}"
    return _("fewer than %(few)s") % {"few": FEW} if few else _("not shown")


def cells(hidden: Suppressed) -> list[str]:
    """Counts as a reader of hidden numbers sees them."""
    counts = [None if count is None else rounded(count) for count in hidden.counts]
    return [cell(count, few=few) for count, few in zip(counts, hidden.is_few, strict=True)]


def change(now: int | None, before: int | None, *, plain: bool) -> str:
    """How a number moved since the period before, in words."""
    if now is None or before is None:
        return _("change not shown")
    step = now - before
    if step == 0:
        return _("about as many as in the period before") if plain else _("no change since the period before")
    size = f"{abs(step):,}"
    words = _("up %(size)s since the period before") if step > 0 else _("down %(size)s since the period before")
    return words % {"size": size}


def share_words(share: Share, *, plain: bool) -> str:
    """86%, or "9 in 10" for the plain page; nothing to count is said, and never 0%."""
    if plain:
        tenths = in_ten(share.part, share.whole)
        return _("too few to show") if tenths is None else _("%(tenths)s in 10") % {"tenths": tenths}
    return _("none due") if share.percent is None else f"{share.percent}%"


def target_words(percent: int | None) -> str:
    return _("target %(percent)s%%") % {"percent": percent} if percent is not None else _("no target set")


def level_words(level: int) -> str:
    return _("Level %(level)s") % {"level": level}


def category_words(category: int) -> str:
    return _("Category %(category)s") % {"category": category} if category else _("Category not yet known")


def month_words(day: date) -> str:
    return dateformat.format(day, "M")


def period_words(period: Period) -> str:
    """ "July to November 2026"; the year once where it is the same."""
    if (period.first.year, period.first.month) == (period.last.year, period.last.month):
        return dateformat.format(period.last, "F Y")
    first = dateformat.format(period.first, "F" if period.first.year == period.last.year else "F Y")
    return _("%(first)s to %(last)s") % {"first": first, "last": dateformat.format(period.last, "F Y")}


# The page


def tiles(found: Figures, *, plain: bool) -> list[Tile]:
    """Four numbers, each with how it moved and, where there is one, its target."""
    active, overdue = sum(found.active.values()), sum(count for _name, count in found.overdue)
    active_shown, overdue_shown = active_total(found, plain=plain), overdue_total(found.overdue, plain=plain)
    before, overdue_before = (_earlier(count, plain=plain) for count in (found.active_before, found.overdue_before))
    reviews = total({level: share for level, share in found.reviews.items() if level in performance.ACTIVE})
    return [
        Tile(
            number=cell(active_shown, few=is_few(active)),
            text=_("people at level 2 or 3"),
            note=change(active_shown, before, plain=plain),
        ),
        Tile(
            number=share_words(reviews, plain=plain),
            text=_("of level 2 and 3 reviews on time"),
            note=_note(found, reviews, found.reviews_before, "kpi_level_2_reviews_percent", plain=plain),
        ),
        Tile(
            number=cell(overdue_shown, few=is_few(overdue)),
            text=ngettext("action overdue", "actions overdue", overdue),
            note=change(overdue_shown, overdue_before, plain=plain),
        ),
        Tile(
            number=share_words(found.minutes, plain=plain),
            text=_("of minutes on time"),
            note=_note(found, found.minutes, {2: found.minutes_before}, "kpi_minutes_percent", plain=plain),
        ),
    ]


def _earlier(count: int, *, plain: bool) -> int | None:
    """What the period before had, as far as the reader may compare with it."""
    if not plain:
        return count
    return None if is_few(count) else rounded(count)


def _note(found: Figures, now: Share, before: dict[int, Share], name: str, *, plain: bool) -> str:
    """The target, and in the full page the points gained or lost."""
    words = target_words(found.targets[name])
    earlier = total({level: share for level, share in before.items() if level in performance.ACTIVE}).percent
    if plain or now.percent is None or earlier is None:
        return words
    return f"{words}, {change(now.percent, earlier, plain=plain)}"


def active_total(found: Figures, *, plain: bool) -> int | None:
    return _total(list(found.active.values()), plain=plain)


def overdue_total(rows: Sequence[tuple[str, int]], *, plain: bool) -> int | None:
    return _total([count for _name, count in rows], plain=plain)


def _total(counts: Sequence[int], *, plain: bool) -> int | None:
    if not plain:
        return sum(counts)
    shown = suppress(counts).total
    return None if shown is None else rounded(shown)


def sections(found: Figures, *, plain: bool) -> list[Section]:
    """The charts and tables of the page, in its order."""
    parts = [
        people_section(found, plain=plain),
        months_section(found, plain=plain),
        reviews_section(found, plain=plain),
        attendance_section(found, plain=plain),
        overdue_section(found, plain=plain),
        minutes_section(found, plain=plain),
        referrals_section(found, plain=plain),
        prompts_section(found, plain=plain),
    ]
    return [part for part in parts if part is not None]


def people_section(found: Figures, *, plain: bool) -> Section:
    """People by category and level at the end of the period."""
    title = _("People by category and level")
    everyone = sum(found.people.values())
    categories = [c for c in CATEGORIES if c or any(key[0] == 0 for key in found.people)]
    headings = [_("Category"), *(level_words(level) for level in LEVELS)]
    count = {(c, level): found.people.get((c, level), 0) for c in categories for level in LEVELS}
    if plain:
        shown = _suppressed_people(count, categories)
        rows = [[category_words(c), *(shown[c, level] for level in LEVELS)] for c in categories]
        summary = _(
            "Where fewer than %(few)s people are in a group, the number is not given. Other numbers are rounded to the "
            "nearest %(few)s."
        ) % {"few": FEW}
        return Section(title, "people", summary, table=Table(headings=headings, rows=rows))
    rows = [
        [category_words(c), *(f"{count[c, level]:,}" for level in LEVELS), f"{sum(count[c, x] for x in LEVELS):,}"]
        for c in categories
    ]
    sums = [sum(count[c, level] for c in categories) for level in LEVELS]
    rows.append([_("All"), *(f"{number:,}" for number in sums), f"{everyone:,}"])
    active = sum(found.active.values())
    summary = ngettext(
        "%(active)s of %(all)s person is at level 2 or 3.",
        "%(active)s of %(all)s people are at level 2 or 3.",
        everyone,
    ) % {"active": f"{active:,}", "all": f"{everyone:,}"}
    return Section(title, "people", summary, table=Table(headings=[*headings, _("All")], rows=rows))


def _suppressed_people(count: dict[tuple[int, int], int], categories: Sequence[int]) -> dict[tuple[int, int], str]:
    """Level 1 by itself and levels 2 and 3 together: the groups whose totals the page gives, or could."""
    shown: dict[tuple[int, int], str] = {}
    for levels in ((Offender.Level.ORDINARY,), performance.ACTIVE):
        keys = [(category, level) for category in categories for level in levels]
        shown |= dict(zip(keys, cells(suppress([count[key] for key in keys])), strict=True))
    return shown


def months_section(found: Figures, *, plain: bool) -> Section | None:
    """The line through six months. Not drawn where one of its points may not be shown."""
    if plain and (active_total(found, plain=True) is None or any(is_few(count) for _day, count in found.months)):
        return None
    title = _("People managed at level 2 and 3")
    months = [(day, rounded(count) if plain else count) for day, count in found.months]
    (first_day, first), (_last_day, last) = months[0], months[-1]
    words = {"first": f"{first:,}", "last": f"{last:,}", "since": dateformat.format(first_day, "F Y")}
    if first == last:
        summary = _("The number is %(last)s, as it was in %(since)s.") % words
    else:
        rose = _("The number has risen from %(first)s to %(last)s since %(since)s.")
        fell = _("The number has fallen from %(first)s to %(last)s since %(since)s.")
        summary = (rose if last > first else fell) % words
    line = Line(title, summary, [(month_words(day), count) for day, count in months], id="months")
    return Section(title, "months", summary, line=line, column=_("Month"))


def shares_section(
    title: str,
    slug: str,
    summary: str,
    rows: Sequence[tuple[str, Share]],
    column: str,
    goal: int | None,
    *,
    plain: bool,
) -> Section:
    """Shares as bars, in per cent or in tenths; what is too small to show is said in the sentence."""
    if plain:
        tenths = [(name, in_ten(share.part, share.whole)) for name, share in rows]
        bars = Bars(
            title, summary, [(name, number) for name, number in tenths if number is not None], _(" in 10"), id=slug
        )
    else:
        drawn = [(name, share.percent) for name, share in rows]
        bars = Bars(
            title, summary, [(name, number) for name, number in drawn if number is not None], "%", goal, id=slug
        )
    return Section(title, slug, summary, bars=bars if bars.rows else None, column=column)


def reviews_section(found: Figures, *, plain: bool) -> Section:
    rows = [(level, found.reviews.get(level, Share(0, 0))) for level in LEVELS]
    named = [(level_words(level), share) for level, share in rows]
    goals = {level: found.targets[f"kpi_level_{level}_reviews_percent"] for level in LEVELS}
    parts = [_against(level_words(level), share, goals[level], plain=plain) for level, share in rows]
    one_goal = set(goals.values())
    goal = one_goal.pop() if len(one_goal) == 1 else None
    return shares_section(
        _("Reviews held on time, by level"), "reviews", " ".join(parts), named, _("Level"), goal, plain=plain
    )


def _against(name: str, share: Share, goal: int | None, *, plain: bool) -> str:
    """One share against its target, as a sentence."""
    percent = share.percent
    if percent is None:
        return _("%(name)s: nothing was due.") % {"name": name}
    if plain and in_ten(share.part, share.whole) is None:
        return _("%(name)s: too few to show.") % {"name": name}
    shown = share_words(share, plain=plain)
    words = {"name": name, "share": shown, "goal": goal, "points": abs(percent - (goal or 0))}
    if goal is None:
        return _("%(name)s: %(share)s.") % words
    if percent >= goal:
        return _("%(name)s meets its target of %(goal)s%%.") % words
    if plain and _rounds_to(share, goal):
        return _("%(name)s: %(share)s, close to its target of %(goal)s%%.") % words
    if plain:
        return _("%(name)s: %(share)s, below its target of %(goal)s%%.") % words
    return (
        ngettext(
            "%(name)s is %(points)s point below its target of %(goal)s%%.",
            "%(name)s is %(points)s points below its target of %(goal)s%%.",
            abs(percent - goal),
        )
        % words
    )


def _rounds_to(share: Share, goal: int) -> bool:
    """In tenths, as the plain page says it, does the share reach the target?"""
    return 10 * (in_ten(share.part, share.whole) or 0) >= goal


def attendance_section(found: Figures, *, plain: bool) -> Section:
    named = [(kind.name, kind.share) for kind in found.attendance]
    return shares_section(
        _("Attendance by kind of agency"),
        "attendance",
        attendance_words(found, plain=plain),
        named,
        _("Kind of agency"),
        None,
        plain=plain,
    )


def lowest(found: Figures, *, plain: bool) -> KindAttendance | None:
    """The kind of agency that came least often, of those whose share may be shown."""
    shown = [kind for kind in found.attendance if not plain or in_ten(kind.share.part, kind.share.whole) is not None]
    return min(shown, key=lambda kind: kind.share.percent or 0, default=None)


def attendance_words(found: Figures, *, plain: bool) -> str:
    if not found.attendance:
        return _("No attendance was taken in this period.")
    kind = lowest(found, plain=plain)
    if kind is None:
        return _("Too few invitations to show.")
    share = share_words(kind.share, plain=plain)
    if len(found.attendance) == 1 or (kind.share.percent or 0) == 100:
        return _("%(name)s came to %(share)s of the items they were invited to.") % {"name": kind.name, "share": share}
    return _("%(name)s came to %(share)s of the items they were invited to, the lowest of any.") % {
        "name": kind.name,
        "share": share,
    }


def overdue_section(found: Figures, *, plain: bool) -> Section:
    title, column = _("Actions overdue, by agency"), _("Agency")
    if not found.overdue:
        return Section(title, "overdue", _("No action is overdue."))
    name, most = found.overdue[0]
    if plain:
        hidden = suppress([count for _name, count in found.overdue])
        rows = [[agency, words] for (agency, _count), words in zip(found.overdue, cells(hidden), strict=True)]
        # In the order of the alphabet: the order of the numbers would tell what is hidden.
        table = Table(headings=[column, _("Actions overdue")], rows=sorted(rows))
        return Section(title, "overdue", _("Small numbers of actions are not given."), table=table)
    summary = ngettext(
        "%(name)s has the most, with %(count)s action.", "%(name)s has the most, with %(count)s actions.", most
    ) % {"name": name, "count": f"{most:,}"}
    return Section(title, "overdue", summary, bars=Bars(title, summary, found.overdue, id="overdue"), column=column)


def minutes_section(found: Figures, *, plain: bool) -> Section:
    title, goal = _("Minutes approved on time"), found.targets["kpi_minutes_percent"]
    if not found.minutes.whole:
        return Section(title, "minutes", _("No minutes were due in this period."))
    summary = _against(_("This period"), found.minutes, goal, plain=plain)
    rows = [(_("This period"), found.minutes), (_("Period before"), found.minutes_before)]
    return shares_section(title, "minutes", summary, rows, _("Period"), goal, plain=plain)


@dataclass(frozen=True)
class Said:
    """The sentence over a chart of outcomes: of all, of none, of small numbers, and of about how many."""

    whole: str
    none: str
    few: str
    about: str


def outcomes_section(
    title: str, slug: str, counted: str, rows: Sequence[tuple[str, int]], said: Said, *, plain: bool
) -> Section:
    """How many there were, by what became of them."""
    column = _("Outcome")
    if not any(count for _label, count in rows):
        return Section(title, slug, said.none)
    if plain:
        hidden = suppress([count for _label, count in rows])
        lines = [[label, words] for (label, _count), words in zip(rows, cells(hidden), strict=True)]
        summary = said.few if hidden.total is None else said.about % {"count": f"{rounded(hidden.total):,}"}
        return Section(title, slug, summary, table=Table(headings=[column, counted], rows=lines))
    return Section(title, slug, said.whole, bars=Bars(title, said.whole, rows, id=slug), column=column)


def referrals_section(found: Figures, *, plain: bool) -> Section:
    outcomes = [*((o.value, str(o.label)) for o in Referral.Outcome), ("", _("Not yet decided"))]
    rows = [(label, found.referrals.get(outcome, 0)) for outcome, label in outcomes]
    accepted, everyone = found.referrals.get(Referral.Outcome.ACCEPTED, 0), sum(count for _label, count in rows)
    whole = ngettext(
        "%(accepted)s of %(all)s referral was accepted.", "%(accepted)s of %(all)s referrals were accepted.", everyone
    ) % {"accepted": f"{accepted:,}", "all": f"{everyone:,}"}
    said = Said(
        whole=whole,
        none=_("No referral was made in this period."),
        few=_("Small numbers of referrals are not given."),
        about=_("About %(count)s referrals were made."),
    )
    title = _("Referrals and what became of them")
    return outcomes_section(title, "referrals", _("Referrals"), rows, said, plain=plain)


def prompts_section(found: Figures, *, plain: bool) -> Section:
    """Facts by which a level or an assessment may be out of date (assessments/drift_rules.py)."""
    outcomes = [*((o.value, str(o.label)) for o in DriftPrompt.Outcome), ("", _("Not yet answered"))]
    rows = [(label, found.prompts.get(outcome, 0)) for outcome, label in outcomes]
    followed = sum(found.prompts.get(o, 0) for o in (DriftPrompt.Outcome.REFERRED, DriftPrompt.Outcome.REASSESSED))
    everyone = sum(count for _label, count in rows)
    whole = ngettext(
        "%(followed)s of %(all)s prompt was followed by a referral or an assessment.",
        "%(followed)s of %(all)s prompts were followed by a referral or an assessment.",
        everyone,
    ) % {"followed": f"{followed:,}", "all": f"{everyone:,}"}
    said = Said(
        whole=whole,
        none=_("No prompt was made in this period."),
        few=_("Small numbers of prompts are not given."),
        about=_("About %(count)s prompts were made."),
    )
    title = _("Level-drift prompts and what became of them")
    return outcomes_section(title, "prompts", _("Prompts"), rows, said, plain=plain)


def charts(parts: Sequence[Section]) -> list[Chart]:
    """The drawings among the sections."""
    return [chart for part in parts for chart in (part.bars, part.line) if chart is not None]


# What to ask


def questions(found: Figures) -> list[str]:
    """Three plain questions that the figures raise: what misses its target most comes first."""
    asked = sorted(_misses(found), reverse=True)
    words = [question for _points, question in asked]
    return [*words, *_always(found)][:3]


def _misses(found: Figures) -> list[tuple[int, str]]:
    """How far each share that can be shown is below its target, and what to ask about it."""
    misses: list[tuple[int, str]] = []
    for level, share in found.reviews.items():
        question = _("Why were only %(share)s reviews at level %(level)s held on time?")
        misses += _miss(share, found.targets[f"kpi_level_{level}_reviews_percent"], question, {"level": level})
    for kind in found.attendance:
        goal = found.targets["kpi_ra_attendance_percent" if kind.is_authority else "kpi_dtc_attendance_percent"]
        question = _("Why did %(name)s come to only %(share)s of the items they were invited to?")
        misses += _miss(kind.share, goal, question, {"name": kind.name})
    question = _("Why were only %(share)s minutes approved on time?")
    misses += _miss(found.minutes, found.targets["kpi_minutes_percent"], question, {})
    return misses


def _miss(share: Share, goal: int | None, question: str, words: dict[str, object]) -> list[tuple[int, str]]:
    if goal is None or share.percent is None or share.percent >= goal:
        return []
    if in_ten(share.part, share.whole) is None or _rounds_to(share, goal):
        return []
    return [(goal - share.percent, question % {**words, "share": share_words(share, plain=True)})]


def _always(found: Figures) -> list[str]:
    """What is worth asking when no target is missed."""
    first = _("Which agency finds it hardest to finish its actions on time, and what would help?")
    second = _("Are the people at level 2 and 3 the right ones, and who decides when somebody moves down?")
    third = _("What did co-ordination say to those whose referrals were not accepted?")
    return [first, second, third] if found.overdue else [second, third, first]
