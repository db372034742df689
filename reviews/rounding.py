"""How lay readers' numbers are hidden: each count by itself, before anything is made of it (ADR 0020).

0 to 4 are alike, "fewer than 5"; others are rounded to the nearest 5. Every sum, share, change and word is made from what
is shown, so that none says more than the counts do. Whoever knows all of these rules still finds at least three numbers that each
count may be: 0 to 4, 5 to 7, or two either way.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

FEW = 5
HALF = FEW // 2
# In tenths: a share that may be further apart than this says nothing.
WIDEST = 3


def shown(count: int) -> int:
    """A count as it is kept for lay readers: 0 for 0 to 4, else the nearest multiple of 5."""
    return 0 if count < FEW else (count + HALF) // FEW * FEW


@dataclass(frozen=True)
class Between:
    """A number that lies between two, both included."""

    least: int
    most: int

    def __add__(self, other: "Between") -> "Between":
        return Between(self.least + other.least, self.most + other.most)


def between(shown: int) -> Between:
    """What a count may have been."""
    if shown == 0:
        return Between(0, FEW - 1)
    return Between(max(shown - HALF, FEW), shown + HALF)


def together(shown: Iterable[int]) -> Between:
    """The sum of counts of which only this is known."""
    found = Between(0, 0)
    for count in shown:
        found += between(count)
    return found


@dataclass(frozen=True)
class RoughShare:
    """A share that lies between two: so many met of all, of which only rounded counts are known."""

    least: Fraction
    most: Fraction

    @property
    def tenths(self) -> tuple[int, int]:
        """From so many in 10 to so many in 10."""
        return round(10 * self.least), round(10 * self.most)

    @property
    def says_something(self) -> bool:
        low, high = self.tenths
        return high - low <= WIDEST

    @property
    def middle(self) -> Fraction:
        return (self.least + self.most) / 2


def share_of(met: Iterable[int], missed: Iterable[int]) -> RoughShare | None:
    """The share of what was met, from shown counts. Nothing where it could be anything, or there may be none at all."""
    have, lack = together(met), together(missed)
    if not have.least + lack.least:
        return None
    found = RoughShare(Fraction(have.least, have.least + lack.most), Fraction(have.most, have.most + lack.least))
    return found if found.says_something else None
