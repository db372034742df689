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
    """Hide counts of 1 to 4, and with them the largest other count, in which each of theirs could be.

    The total stays only where it is right for every way in which the hidden small counts could be 1 to 4 with the
    largest still the largest: then a reader who knows this very rule learns nothing more. The decision looks at the
    total, the number of small counts and the second largest count alone, all of which such a reader sees.
    """
    few = tuple(is_few(count) for count in counts)
    total = sum(counts)
    if not any(few):
        return Suppressed(counts=tuple(counts), is_few=few, total=total)
    others = sorted((number for number, hidden in zip(counts, few, strict=True) if not hidden), reverse=True)
    largest = counts.index(others[0]) if others and others[0] >= FEW else None
    shown = tuple(
        None if hidden or place == largest else count
        for place, (count, hidden) in enumerate(zip(counts, few, strict=True))
    )
    second = others[1] if len(others) > 1 else 0
    room = total - sum(count for count in shown if count is not None) - (FEW - 1) * sum(few)
    keeps_total = largest is not None and room >= max(second + 1, FEW)
    return Suppressed(counts=shown, is_few=few, total=total if keeps_total else None)


def in_ten(part: int, whole: int) -> int | None:
    """A share as "7 in 10", from ten on: with fewer, the share itself would count them."""
    return round(10 * part / whole) if whole >= 2 * FEW else None
