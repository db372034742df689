"""The board's page: its tiles, and its sections in their order, each with its sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import DriftPrompt
from mappa.charts import Bars, Line
from offenders.models import Offender
from panels.models import Referral
from reviews import performance
from reviews.board import CATEGORIES, LEVELS, Figures
from reviews.board_words import (
    against,
    category_words,
    cell,
    cells,
    change,
    level_words,
    month_words,
    share_words,
    target_words,
)
from reviews.performance import KindAttendance, Share, Waits
from reviews.suppression import FEW, in_ten, is_few, rounded, suppress


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


def total(shares: dict[int, Share]) -> Share:
    """Levels together."""
    return Share(sum(s.part for s in shares.values()), sum(s.whole for s in shares.values()))


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
    parts = [against(level_words(level), share, goals[level], plain=plain) for level, share in rows]
    one_goal = set(goals.values())
    goal = one_goal.pop() if len(one_goal) == 1 else None
    return shares_section(
        _("Reviews held on time, by level"), "reviews", " ".join(parts), named, _("Level"), goal, plain=plain
    )


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
    summary = against(_("This period"), found.minutes, goal, plain=plain)
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
    if not plain:
        said = replace(said, whole=" ".join([said.whole, *waits_words(found.waits)]))
    title = _("Referrals and what became of them")
    return outcomes_section(title, "referrals", _("Referrals"), rows, said, plain=plain)


def waits_words(waits: Waits) -> list[str]:
    """How long referrals waited, from when they were sent; nothing of a few, which would be about somebody."""
    decided = _("Half were decided within %s working days.")
    met = _("Half of those accepted were discussed by a meeting within %s working days.")
    asked = ((decided, waits.decided), (met, waits.met))
    return [words % waits.usual(days) for words, days in asked if len(days) >= FEW]


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
