"""Names as words that can be compared: folded, joined, by sound, and with letters left out. No database here.

docs/search.md says in plain words what each of these is for.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, pairwise

import jellyfish

from mappa.plain import plain

# Letters that Unicode does not take apart into a letter and its accent.
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ə": "e"}
)
# Marks inside a name that some write and some leave out: apostrophes of every kind, and full stops.
_LEFT_OUT = re.compile(r"['’‘ʼʻ`´′.]")
_BETWEEN = re.compile(r"[^\w]+|_+")
LONGEST = 40  # letters of a word that count

# Forms of one name that neither sound nor look alike enough: short forms, and names carried between languages.
SAME_NAME = (
    "william bill billy will liam",
    "robert bob bobby rob robbie",
    "richard dick rick ricky rich",
    "edward ted teddy ed eddie ned",
    "james jim jimmy jamie",
    "john jack johnny sean shaun shawn ian iain ivan evan",
    "michael mick mike mikey mikhail",
    "anthony tony antony",
    "charles charlie chuck",
    "henry harry hal",
    "francis frank frankie",
    "thomas tom tommy",
    "stephen steven steve stefan",
    "andrew andy drew andrei andrzej",
    "david dave davey dai",
    "joseph joe joey yusuf yousef youssef josef",
    "christopher chris kit krzysztof",
    "nicholas nick nicky nikolai",
    "alexander alex sandy alasdair aleksandr",
    "kenneth ken kenny",
    "geoffrey geoff jeffrey jeff jeffery",
    "lawrence larry laurence",
    "terence terry",
    "peter pete piotr pedro",
    "paul pavel pawel",
    "george georgie jerzy yuri",
    "elizabeth liz lizzie beth betty eliza",
    "margaret peggy maggie meg",
    "catherine kate katie kathryn kathleen cathy",
    "patricia pat patsy tricia",
    "sarah sally sadie",
    "siobhan shivaun chevonne shevaun",
    "niamh neve neave",
    "aoife eefa",
    "caoimhe keeva kweeva",
    "sian shan sharne",
    "muhammad mohammed mohamed mohammad muhammed mohamad mehmet mamadou mo",
    "ahmed ahmad achmed",
    "hussain hussein husain hossein",
    "yahya yehia",
    "ibrahim abraham ebrahim",
    "abdul abdel abd",
    "rahman rehman",
    "sergei sergey serhiy",
    "oleksandr aleksander",
    "nguyen nguen",
    "zhang chang",
    "zhou chow",
    "wang wong",
    "li lee",
    "xu hsu",
    "lukasz lucas luke",
    "macdonald mcdonald",
    "saint st",
)
_FORMS: dict[str, frozenset[str]] = {}
for _line in SAME_NAME:
    for _form in _line.split():
        _FORMS[_form] = _FORMS.get(_form, frozenset()) | frozenset(_line.split())


def fold(text: str) -> str:
    """Lower case without accents, apostrophes and punctuation, one space between words: "O’Neil-Ó Sé" is "oneil o se"."""
    apart = _LEFT_OUT.sub("", plain(text))
    for _again in range(2):  # taking letters apart can bring forth capitals, and small letters others to take apart
        apart = unicodedata.normalize("NFKD", apart).casefold()
    letters = "".join(sign for sign in apart if not unicodedata.combining(sign)).translate(_LETTERS)
    return " ".join(_BETWEEN.sub(" ", _LEFT_OUT.sub("", letters)).split())


@lru_cache(maxsize=20_000)
def words_of(*parts: str) -> tuple[str, ...]:
    """Every word by which a name made of parts (last name, first names) is found: its own, neighbours as one word, and all as one.

    "Smith-Jones" is found as smith, as jones and as smithjones; "Mary Anne" as maryanne too.
    """
    found: set[str] = set()
    for part in parts:
        words = [word[:LONGEST] for word in fold(part).split()]
        found |= {*words, *((first + second)[:LONGEST] for first, second in pairwise(words)), "".join(words)[:LONGEST]}
    return tuple(sorted(found - {""}))


def single_words(*parts: str) -> list[str]:
    """The words of a name without the joined ones: what the dictionary of words holds."""
    return [word[:LONGEST] for part in parts for word in fold(part).split()]


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """How an English reader says it: muhammad and mohammed are both MHMT. Empty for other scripts."""
    return jellyfish.metaphone(word)[:LONGEST] if word.isascii() and word.isalpha() else ""


def shorter(word: str) -> set[str]:
    """The word itself and what is left of it without a letter; of six to fourteen letters, without two as well.

    Two words that differ by one slip (a letter more, fewer, other, or two swapped) always share one of these.
    """
    found = {word}
    for fewer in (1, 2) if 6 <= len(word) <= 14 else (1,):
        if len(word) - fewer >= 2:
            found |= {"".join(left) for left in combinations(word, len(word) - fewer)}
    return found


def forms(word: str) -> frozenset[str]:
    """Other forms of the same name."""
    return _FORMS.get(word, frozenset()) - {word}


def slips(word: str, other: str) -> int:
    """How many letters must be changed, added, left out or swapped with their neighbour."""
    return int(jellyfish.damerau_levenshtein_distance(word, other))


def likeness(word: str, other: str) -> float:
    """From 0 to 1, where the beginnings count most (Jaro and Winkler)."""
    return float(jellyfish.jaro_winkler_similarity(word, other))


def readings(words: list[str]) -> Iterator[list[str]]:
    """The words as typed, and with two neighbours as one: "o neill" may mean oneill, "mc donald" mcdonald."""
    yield words
    for place in range(len(words) - 1):
        yield [*words[:place], words[place] + words[place + 1], *words[place + 2 :]]
