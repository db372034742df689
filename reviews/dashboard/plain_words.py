"""What lay readers read, in words: of rounded counts, and of shares that are known roughly (reviews/rounding.py)."""

from fractions import Fraction

from django.utils.translation import gettext as _

from reviews.rounding import FEW, RoughShare


def count_words(shown: int) -> str:
    return _("about %s") % f"{shown:,}" if shown else _("fewer than %s") % FEW


def share_words(share: RoughShare | None) -> str:
    """ "9 in 10", "7 to 9 in 10", or that the numbers are too small to say."""
    if share is None:
        return _("too few to say")
    low, high = share.tenths
    if low == high:
        return _("%s in 10") % low
    return _("%(low)s to %(high)s in 10") % {"low": low, "high": high}


def short_share_words(share: RoughShare | None) -> str:
    """The same for a small place."""
    if share is None:
        return "–"
    low, high = share.tenths
    return str(low) if low == high else f"{low}–{high}"


def goal_of(goal: int | None) -> Fraction | None:
    return None if goal is None else Fraction(goal, 100)


def against(name: str, share: RoughShare | None, goal: int | None) -> str:
    """One share against its target: met, missed, or too close to tell."""
    if share is None:
        return _("%s: too few to say.") % name
    words = {"name": name, "share": share_words(share), "goal": goal}
    if goal is None:
        return _("%(name)s: %(share)s.") % words
    if share.least >= Fraction(goal, 100):
        return _("%(name)s: %(share)s, which meets the target of %(goal)s%%.") % words
    if share.most < Fraction(goal, 100) and 10 * share.tenths[1] >= goal:
        return _("%(name)s: %(share)s, just below the target of %(goal)s%%.") % words
    if share.most < Fraction(goal, 100):
        return _("%(name)s: %(share)s, below the target of %(goal)s%%.") % words
    return _("%(name)s: %(share)s, close to the target of %(goal)s%%.") % words


def moved(now: RoughShare | None, before: RoughShare | None) -> str:
    """Better or worse only where it is certain."""
    if now is None or before is None:
        return _("cannot be compared with the quarter before")
    if now.least > before.most:
        return _("better than the quarter before (%s)") % share_words(before)
    if now.most < before.least:
        return _("worse than the quarter before (%s)") % share_words(before)
    return _("about as in the quarter before (%s)") % share_words(before)
