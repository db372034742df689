"""What other systems write where mappa has a category and a level (nDelius, NOMIS, CAS, spreadsheets)."""

import re
import unicodedata
from typing import NamedTuple

CATEGORIES, LEVELS = range(1, 5), range(1, 4)
LONGEST = 100


class Status(NamedTuple):
    """A category and a level as some words give them; `source` is what was written, to the letter.

    None is "to be determined" or not said. Words that are not wholly understood give neither: `understood` is False.
    """

    category: int | None
    level: int | None
    source: str
    understood: bool = True


# nDelius: M1 to M4 are categories in the field of categories, and M0 to M3 levels in that of levels; M0 and X9 are of
# old registers (hmpps-integration.md e2). NOMIS: PC1 to PC3 and PL1 to PL3; there is no PC4 (e3).
_CATEGORY = re.compile(r"\b(?:CATEGORY|CAT)\.? ?([0-9]+)\b|\bM([1-4])\b|\bPC([1-3])\b")
_LEVEL = re.compile(r"\b(?:LEVEL|LVL|LEV|L)\.? ?([0-9]+)\b|\bPL([1-3])\b")
_NO_CATEGORY = re.compile(r"\b(?:M0|X9|(?:ALL )?CATEGORY (?:TO BE DETERMINED|TBD))\b")
_NEITHER = re.compile(r"\b(?:LEVEL )?(?:TO BE DETERMINED|TBD)\b")
_SAYS_NOTHING = re.compile(r"\b(?:MAPPA|MAPPP|MAPP|CASE|NOMINAL|PVN|AND)\b")
_MARKS = re.compile(r"[\s/,;:|&+()\u2010-\u2015\u2212-]+")
_SEPARATORS = re.compile(r"[_\s\u2010-\u2015\u2212-]+")


def normalise(text: str) -> Status:
    """The category and level that one field with both, or either, gives: "CAT 2 / LEVEL 1", "M2", "Level 3 – MAPPP".

    Pure. It never guesses: a word that it does not know, words that say nothing of either, a number that no category or
    level has, and two different answers give neither.
    """
    if len(text) > LONGEST:
        return Status(None, None, text, understood=False)
    plain = _plain(text)
    no_category, plain = _take(_NO_CATEGORY, plain)
    categories, plain = _take(_CATEGORY, plain)
    levels, plain = _take(_LEVEL, plain)
    neither, plain = _take(_NEITHER, plain)
    plain = _SAYS_NOTHING.sub(" ", plain)
    category, category_is_one = _one(categories, CATEGORIES)
    level, level_is_one = _one(levels, LEVELS)
    clash = ((no_category or neither) and category) or (neither and level)
    says_nothing = text.strip() and not (no_category or categories or levels or neither)
    if clash or says_nothing or _MARKS.sub("", plain) or not (category_is_one and level_is_one):
        return Status(None, None, text, understood=False)
    return Status(category, level, text)


def in_fields(category: str, level: str) -> Status:
    """The same of two fields, where M2 in the second is level 2, and a number alone is enough.

    What gives a category alone in the field of levels is not understood: there is no level M4 (hmpps-integration.md e2).
    """
    source = " / ".join(filter(None, [category, level]))
    first = normalise(re.sub(r"^ *([0-9]) *$", r"CATEGORY \1", category))
    second = normalise(re.sub(r"^ *M?([0-3]) *$", r"LEVEL \1", level, flags=re.IGNORECASE))
    clash = _differ(first.category, second.category) or _differ(first.level, second.level)
    no_level = second.category is not None and second.level is None
    if clash or no_level or not (first.understood and second.understood):
        return Status(None, None, source, understood=False)
    return Status(first.category or second.category, first.level or second.level, source)


def together(one: Status, other: Status) -> Status:
    """What two sources say of the same person, where they agree."""
    if not other.source:
        return one
    if not one.source:
        return other
    source = f"{one.source} / {other.source}"
    clash = _differ(one.category, other.category) or _differ(one.level, other.level)
    if clash or not (one.understood and other.understood):
        return Status(None, None, source, understood=False)
    return Status(one.category or other.category, one.level or other.level, source)


def _plain(text: str) -> str:
    # NFC and not NFKC: a footnote "Level 2²" must not become level 22, nor "①" a category.
    return _SEPARATORS.sub(" ", unicodedata.normalize("NFC", text)).upper()


def _take(pattern: re.Pattern[str], text: str) -> tuple[set[str], str]:
    """The numbers that a pattern finds, and the words that are left."""
    found = {"".join(match) if isinstance(match, tuple) else match for match in pattern.findall(text)}
    return found, pattern.sub(" ", text)


def _one(numbers: set[str], known: range) -> tuple[int | None, bool]:
    """The one number among those known, and whether that is all that was said. 0 is "to be determined"."""
    if not numbers or numbers == {"0"}:
        return None, True
    number = next(iter(numbers))
    if len(numbers) > 1 or number not in map(str, known):
        return None, False
    return int(number), True


def _differ(one: int | None, other: int | None) -> bool:
    return None not in {one, other} and one != other
