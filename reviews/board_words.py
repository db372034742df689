"""The board's numbers in words: counts, shares, targets and periods.

`plain` words are for readers from whom small numbers are hidden (reviews/suppression.py): to them 70% is "7 in 10".
"""

from datetime import date

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.performance import Period, Share
from reviews.suppression import FEW, Suppressed, in_ten, rounded


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


def against(name: str, share: Share, goal: int | None, *, plain: bool) -> str:
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
    if plain and rounds_to(share, goal):
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


def rounds_to(share: Share, goal: int) -> bool:
    """In tenths, as the plain page says it, does the share reach the target?"""
    return 10 * (in_ten(share.part, share.whole) or 0) >= goal


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
