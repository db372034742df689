"""The board's numbers in words: counts, shares, changes, targets and periods."""

from dataclasses import asdict
from datetime import date

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.figures import Compared, Spread, Waits
from reviews.period import Period, Share


def number(count: int) -> str:
    return f"{count:,}"


def of(share: Share) -> str:
    """The counts of a share: 11 of 12."""
    return _("%(part)s of %(whole)s") % {"part": number(share.part), "whole": number(share.whole)}


def percent(share: Share, nothing: str = "") -> str:
    """86%; of nothing, that there was nothing, and never 0%."""
    return (nothing or _("none due")) if share.percent is None else f"{share.percent}%"


def change(now: int, before: Share | None) -> str:
    """How a number moved since the period before."""
    if before is None:
        return _("the period before was not all counted")
    step = now - before.whole
    if step == 0:
        return _("no change since the period before")
    words = _("up %(size)s since the period before") if step > 0 else _("down %(size)s since the period before")
    return words % {"size": number(abs(step))}


def points(now: Share, before: Share | None) -> str:
    """How a share moved since the period before, in points of a per cent."""
    if before is None:
        return _("the period before was not all counted")
    if now.percent is None or before.percent is None:
        return _("nothing to compare with")
    step = now.percent - before.percent
    if step == 0:
        return _("no change since the period before")
    if step > 0:
        words = ngettext("up %s point since the period before", "up %s points since the period before", step)
    else:
        words = ngettext("down %s point since the period before", "down %s points since the period before", -step)
    return words % abs(step)


def target_words(goal: int | None) -> str:
    return _("target %(percent)s%%") % {"percent": goal} if goal is not None else _("no target set")


def against(name: str, share: Share, goal: int | None) -> str:
    """One share against its target, as a sentence."""
    if share.percent is None:
        return _("%(name)s: nothing was due.") % {"name": name}
    words = {"name": name, "share": percent(share), "of": of(share), "goal": goal}
    if goal is None:
        return _("%(name)s: %(share)s (%(of)s).") % words
    if share.percent >= goal:
        return _("%(name)s: %(share)s (%(of)s), meets its target of %(goal)s%%.") % words
    points = goal - share.percent
    said = ngettext(
        "%(name)s: %(share)s (%(of)s), %(points)s point below its target of %(goal)s%%.",
        "%(name)s: %(share)s (%(of)s), %(points)s points below its target of %(goal)s%%.",
        points,
    )
    return said % {**words, "points": points}


def compared_share(found: Compared) -> list[str]:
    """A share beside the period before and the other areas."""
    if found.before is None:
        line = _("Period before: not all counted.")
    elif found.before.whole:
        line = _("Period before: %(share)s (%(of)s).") % {"share": percent(found.before), "of": of(found.before)}
    else:
        line = _("Period before: nothing was due.")
    return [line, *_others(found.others, "%")]


def in_all(name: str, found: Compared) -> list[str]:
    """A share of everything together, with what it is compared with."""
    if not found.now.whole:
        return [_("%s: nothing was due.") % name]
    first = _("%(name)s: %(share)s (%(of)s).") % {"name": name, "share": percent(found.now), "of": of(found.now)}
    return [" ".join([first, *compared_share(found)])]


def compared_count(found: Compared) -> list[str]:
    """A count beside the period before and the other areas."""
    before = _("not all counted") if found.before is None else number(found.before.whole)
    return [_("Period before: %s.") % before, *_others(found.others, "")]


def _others(spread: Spread, unit: str) -> list[str]:
    """From the lowest to the highest of the other areas; of few nothing (reviews/figures.py)."""
    if spread.lowest is None or spread.highest is None or spread.middle is None:
        return []
    said = _(
        "%(areas)s other areas: from %(lowest)s%(unit)s to %(highest)s%(unit)s, half of them %(middle)s%(unit)s or more."
    )
    return [said % (numbers_of(spread) | {"unit": unit})]


def numbers_of(spread: Spread) -> dict[str, str]:
    """Its numbers by name as they are written; the middle of an even number of areas may be a half."""
    return {name: "" if value is None else f"{value:,.1f}".removesuffix(".0") for name, value in asdict(spread).items()}


def level_words(level: int) -> str:
    return _("Level %(level)s") % {"level": level} if level else _("No level")


def category_words(category: int) -> str:
    return _("Category %(category)s") % {"category": category} if category else _("Category not yet known")


def month_words(day: date) -> str:
    return dateformat.format(day, "M")


def month_and_year(day: date) -> str:
    return dateformat.format(day, "F Y")


def period_words(period: Period) -> str:
    """ "July to November 2026"; the year once where it is the same."""
    if (period.first.year, period.first.month) == (period.last.year, period.last.month):
        return dateformat.format(period.last, "F Y")
    first = dateformat.format(period.first, "F" if period.first.year == period.last.year else "F Y")
    return _("%(first)s to %(last)s") % {"first": first, "last": dateformat.format(period.last, "F Y")}


def compared_wait(before: Waits | None, others: Spread) -> list[str]:
    """A middle wait beside the one before and the other areas'."""
    if before is None:
        lines = [_("Period before: not all counted.")]
    elif before.median is None:
        lines = [_("Period before: nobody waited.")]
    else:
        lines = [
            _("Period before: half within %(days)s working days (of %(count)s).")
            % {"days": before.median, "count": number(before.count)}
        ]
    return [*lines, *_others(others, _(" working days"))]
