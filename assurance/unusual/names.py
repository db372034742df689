"""Whose record it is: the reader's own name, or a colleague's.

mappa keeps no private address of anybody who works with it, so that an address is not compared (ADR 0029).
"""

from collections.abc import Iterator

from assurance.unusual.day import Day, Found


def own_record(day: Day) -> Iterator[Found]:
    """A case that bears every word of the reader's name."""
    for key, case in day.cases.items():
        if len(day.own_words) > 1 and day.own_words <= case.words:
            yield Found(key, {"times": len(day.opened[key])})


def own_name(day: Day) -> Iterator[Found]:
    """A case with the reader's last name, in which he has no part."""
    for key, case in day.cases.items():
        is_own = len(day.own_words) > 1 and day.own_words <= case.words
        if day.own_last in case.last and not is_own and not day.has_part_in(key):
            yield Found(key, {"times": len(day.opened[key])})


def colleague(day: Day) -> Iterator[Found]:
    """A case that bears every word of the name of somebody in the same agency."""
    if not day.cases:
        return
    others = [words for words in day.colleagues if len(words) > 1 and words != day.own_words]
    for key, case in day.cases.items():
        if any(words <= case.words for words in others):
            yield Found(key, {"times": len(day.opened[key])})
