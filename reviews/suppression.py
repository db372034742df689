"""Small numbers for readers who must not recognise a person in them: hidden so that no total gives them back.

Pure functions: numbers in, numbers or nothing out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

# A count below this, but not 0, could point at somebody.
FEW = 5


@dataclass(frozen=True)
class Suppressed:
    """Counts and their total as they may be shown.

    `counts` holds None where a number stays hidden; `is_few` says at which places it may be worded as "fewer than 5".
    `total` is None where it would give a hidden number back.
    """

    counts: tuple[int | None, ...]
    is_few: tuple[bool, ...]
    total: int | None


def is_few(count: int) -> bool:
    """1 to 4: nobody is in 0, and 5 or more are a group."""
    return 0 < count < FEW


def suppress(counts: Sequence[int]) -> Suppressed:
    """Hide counts of 1 to 4, and with them as much as it takes to keep the total, or else the total.

    First the largest count is hidden too, in which each small one could be. Where that is not enough, all counts but
    0 are; where that is not enough either, the total. What decides is seen by every reader of the answer, so that one
    who knows this very rule learns nothing more: tests/reviews/test_suppression.py tries every table of a size.
    """
    few = tuple(is_few(count) for count in counts)
    total = sum(counts)
    if not any(few):
        return Suppressed(counts=tuple(counts), is_few=few, total=total)
    largest = counts.index(max(counts)) if max(counts) >= FEW else None
    shown = tuple(None if small or place == largest else counts[place] for place, small in enumerate(few))
    if largest is not None and _has_room(shown, total, sum(few)):
        return Suppressed(counts=shown, is_few=few, total=total)
    filled = sum(count > 0 for count in counts)
    blank = tuple(None if count else 0 for count in counts)
    if filled == 1:
        return Suppressed(counts=blank, is_few=few, total=None)
    return Suppressed(counts=blank, is_few=(False,) * len(few), total=total if total >= FEW * filled else None)


def _has_room(shown: Sequence[int | None], total: int, small: int) -> bool:
    """Would the largest still be the largest if every small count were 4? Then each could be anything from 1 to 4."""
    seen = [count for count in shown if count is not None]
    return total - sum(seen) - (FEW - 1) * small >= max([count + 1 for count in seen] + [FEW])


def rounded(count: int) -> int:
    """To the nearest 5: the difference between two pages, of longer and shorter periods, then counts nobody."""
    return FEW * round(count / FEW)


def in_ten(part: int, whole: int) -> int | None:
    """A share as "7 in 10", from ten on: with fewer, the share itself would count them."""
    return round(10 * part / whole) if whole >= 2 * FEW else None
