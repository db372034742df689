"""Drawing a sample: random, in proportion to each stratum, and such that anybody can draw it again.

The frame is sorted by stratum, and within each by a number made from the seed and the reference; then every n-th is taken from a
random start. So each has the same chance, and a stratum gets its share of the sample rounded up or down: one
that is smaller than a step is not for ever left out. Nothing here depends on a library's generator of random numbers.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence

Line = tuple[str, str]  # a stratum, and the reference of a case or a meeting


def new_seed() -> str:
    return secrets.token_hex(16)


def number(seed: str, words: str) -> int:
    """A number that nobody could foresee before the seed was drawn, and everybody can work out after."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{words}".encode()).digest())


def framed(lines: Iterable[Line], seed: str) -> list[Line]:
    """The frame in the order in which it is drawn from."""
    return sorted(lines, key=lambda line: (line[0], number(seed, line[1]), line[1]))


def places(stock: int, size: int, seed: str) -> list[int]:
    """Which places of a frame are drawn: all of them when the sample is as large as the stock."""
    if size >= stock:
        return list(range(stock))
    # Steps of stock / size from a start within the first one, in whole numbers of 1 / size.
    start = number(seed, "start") % stock
    return [(start + each * stock) // size for each in range(size)]


def digest(frame: Sequence[Sequence[str]]) -> str:
    """What a frame is known by: one that was changed has another."""
    return hashlib.sha256("\n".join("\t".join(line) for line in frame).encode()).hexdigest()


def strata(frame: Sequence[Sequence[str]], drawn: Iterable[str]) -> list[tuple[str, int, int]]:
    """Each stratum, how many it has, and how many of them were drawn; `drawn` has the stratum of each."""
    stock = Counter(stratum for stratum, _reference in frame)
    taken = Counter(drawn)
    return [(stratum, count, taken[stratum]) for stratum, count in sorted(stock.items())]
