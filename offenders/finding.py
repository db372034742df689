"""What the words of a search may mean: names in any order and spelling, dates of birth, and how well a case fits.

Words and dates become one filter and one rank. Both are applied to cases the user sees and to nothing else; the
dictionary of words that is asked on the way holds no case. docs/search.md says the method in plain words.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import combinations
from operator import and_, or_

from django.db.models import Case, F, Func, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Least

from mappa import dates
from offenders import names
from offenders.models import NameForm, NameWord
from offenders.models.offender import OffenderQuerySet, Precision

SHORT = 2  # letters up to which a word is an initial, or itself, and never a misspelling
MOST_WORDS = 6
LONGEST_PARTICLE = 3
MOST_READ, MOST_BEGUN, MOST_LIKE = 4000, 100, 40
BEGUN_READ = 400  # of the dictionary's words that begin with one typed word

# What each way of fitting costs; the cheapest case stands first. One word that only resembles costs more than a name
# in another order, and a word that nothing fits more than any that does.
EXACT, BEGUN, ALIAS, CLOSE, ALIAS_CLOSE, FAR, MISSING = 0, 2, 8, 12, 16, 18, 30
IN_ORDER, BEGINS, OTHERWISE = 0, 1, 4
DAY_AND_MONTH_SWAPPED = 3

_MONTH = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec"
)
_MONTHS = _MONTH.split("|")[:12]
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>[0-9]{4}|[0-9]{2})"
# The usual ways of writing a date of birth, each with the parts it gives.
DATES = [
    re.compile(rf"\b(?P<year>[0-9]{{4}})[./ -](?P<month>[0-9]{{1,2}})[./ -]{_DAY}\b"),
    re.compile(rf"\b{_DAY}\s*[./ -]\s*(?P<month>[0-9]{{1,2}})\s*[./ -]\s*{_YEAR}\b"),
    re.compile(rf"\b{_DAY}[\s./-]*(?:of\s+)?(?P<name>{_MONTH})\b[\s.,/-]*{_YEAR}\b"),
    re.compile(rf"\b(?P<name>{_MONTH})\s+{_DAY},?\s+(?P<year>[0-9]{{4}})\b"),
    re.compile(r"\b(?P<day>[0-9]{2})(?P<month>[0-9]{2})(?P<year>(?:19|20)[0-9]{2})\b"),
    re.compile(r"\b(?P<year>(?:19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})\b"),
]
# About when: a month of a year, some years, or a year.
_MONTH_OF_A_YEAR = [
    re.compile(r"\b(?P<month>[0-9]{1,2})[./ -](?P<year>(?:19|20)[0-9]{2})\b"),
    re.compile(r"\b(?P<year>(?:19|20)[0-9]{2})[./-](?P<month>0?[1-9]|1[0-2])(?![0-9./-])"),
]
# A month in letters may be a name (April, June, May): beside a name it is a month where no such name is found.
_NAMED_MONTH = re.compile(rf"\b(?P<name>{_MONTH})\s+(?P<year>(?:19|20)[0-9]{{2}})\b")
_YEARS = re.compile(r"\b(?P<year>(?:19|20)[0-9]{2})\s*(?:-|–|to)\s*(?P<last>(?:19|20)[0-9]{2})\b")
_A_YEAR = re.compile(r"\b(?P<year>(?:19|20)[0-9]{2})s?\b")
_NEARLY = re.compile(r"\b(?:about|circa|c\.?|around|approx\.?|approximately|~)\s*$")
# Of a year that is said to be about right, and of a day or a month.
YEARS_EITHER_SIDE, MONTHS_EITHER_SIDE = 2, 3
_AGED = re.compile(r"\b(?:aged?\s+(?P<age>[0-9]{1,3})|(?P<years>[0-9]{1,3})\s+years\s+old)\b")
OLDEST = 120
# A day and a month of no year, which narrow a name and find nobody by themselves.
_A_BIRTHDAY = [
    re.compile(rf"\b{_DAY}[\s./-]*(?:of\s+)?(?P<name>{_MONTH})\b"),
    re.compile(r"(?<![0-9./-])(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})(?![0-9./-])"),
]
_ABOUT = re.compile(r"\b(d\.?o\.?b\.?|born|about|circa|c\.|around|approx\.?|approximately)(?=\W|$)")


@dataclass(frozen=True)
class Born:
    """The days on which somebody may have been born: those written, the one with day and month swapped, or a birthday."""

    first: date
    last: date
    swapped: date | None = None
    # Of any year: then first and last are of no account.
    birthday: tuple[int, int] | None = None


@dataclass(frozen=True)
class Meant:
    """The words of the dictionary that one typed word may stand for."""

    typed: str
    begun: frozenset[str] = frozenset()
    close: frozenset[str] = frozenset()
    far: frozenset[str] = frozenset()

    @property
    def is_short(self) -> bool:
        return len(self.typed) <= SHORT

    def any(self) -> list[str]:
        return sorted({self.typed} | self.begun | self.close | self.far)


def matching(cases: OffenderQuerySet, words: str, today: date) -> OffenderQuerySet:
    """The cases that fit the words, with `rank`: the smaller, the better."""
    text = words.casefold()
    found = _read(cases, *born_in(text, today))
    month = _NAMED_MONTH.search(text)
    if month is None or found.exists():
        return found
    return _read(cases, _without(text, month), _that_month(text, month))


def _read(cases: OffenderQuerySet, rest: str, born: Born | None) -> OffenderQuerySet:
    """The words taken in one way: what is left of them as a name, and these days of birth."""
    typed = names.fold(rest).split()[:MOST_WORDS]
    if not typed and (born is None or born.birthday):
        return _nobody(cases)
    if typed:
        cases = matching_names(cases, " ".join(typed))
    if born is None:
        return cases
    # Whoever was born then by another date is looked for among those of the name.
    found = cases.filter(_born_then(born) | Q(pk__in=_born_otherwise(cases, born)))
    return found.annotate(rank=F("rank") + _birth_rank(born) if typed else _birth_rank(born))


def matching_names(cases: OffenderQuerySet, folded: str) -> OffenderQuerySet:
    """The cases that fit a folded name, no part of which is taken for a date; with `rank`."""
    typed = folded.split()[:MOST_WORDS]
    if not typed:
        return _nobody(cases)
    ways = list(_ways(typed))
    ranks = [_rank(words) for words in ways]
    rank = Least(*ranks) if len(ranks) > 1 else ranks[0]
    return _narrowed(cases, ways).filter(reduce(or_, map(_rule, ways))).annotate(rank=rank + Value(0))


class Bearing(Func):
    """The cases that bear these words, found by their index past the wall (offenders/wall.py), and none out of sight."""

    template = "(SELECT offenders_bearing(%(expressions)s::jsonb))"


def _narrowed(cases: OffenderQuerySet, ways: list[list[Meant]]) -> OffenderQuerySet:
    """The cases among which those that fit must be. Where a way has words of one or two letters alone, all."""
    if any(all(word.is_short for word in words) for words in ways):
        return cases
    borne: list[list[list[str]]] = []
    for words in ways:
        # As in `_rule`: of three or more one may be missing.
        readings = combinations(words, len(words) - 1) if len(words) > SHORT else [words]
        firm = ([word.any() for word in some if not word.is_short] for some in readings)
        borne += [lists for lists in firm if lists]
    return cases.filter(pk__in=Bearing(Value(json.dumps(borne))))


def _nobody(cases: OffenderQuerySet) -> OffenderQuerySet:
    """No case, with `rank` all the same: whoever orders by it need not ask whether anything was typed."""
    return cases.none().annotate(rank=Value(0))


# Dates


def born_in(words: str, today: date) -> tuple[str, Born | None]:
    """The words without a date of birth, and the days it may mean."""
    for pattern in DATES:
        if (found := pattern.search(words)) and (born := _day(found, today)):
            return _without(words, found), _widened(words, found, born)
    for pattern in _MONTH_OF_A_YEAR:
        if (found := pattern.search(words)) and _month(found):
            return _without(words, found), _that_month(words, found)
    if (found := _NAMED_MONTH.search(words)) and not _without(words, found).strip():
        return "", _that_month(words, found)
    if (found := _YEARS.search(words)) and found["year"] <= found["last"]:
        return _without(words, found), Born(date(int(found["year"]), 1, 1), date(int(found["last"]), 12, 31))
    if (found := _A_YEAR.search(words)) and int(found["year"]) <= today.year:
        year = int(found["year"])
        last = year + 9 if found[0].endswith("s") else year
        some = YEARS_EITHER_SIDE if _NEARLY.search(words[: found.start()]) else 0
        return _without(words, found), Born(date(year - some, 1, 1), date(last + some, 12, 31))
    return _born_by_age_or_birthday(words, today)


def _that_month(words: str, found: re.Match[str]) -> Born:
    first = date(int(found["year"]), _month(found) or 1, 1)
    return _widened(words, found, Born(first, dates.add_months(first, 1) - dates.ONE_DAY))


def _widened(words: str, found: re.Match[str], born: Born) -> Born:
    """The days that are meant where what was written is said to be about right."""
    if not _NEARLY.search(words[: found.start()]):
        return born
    first = dates.add_months(born.first, -MONTHS_EITHER_SIDE)
    return Born(first, dates.add_months(born.last, MONTHS_EITHER_SIDE), swapped=born.swapped)


def _born_by_age_or_birthday(words: str, today: date) -> tuple[str, Born | None]:
    """ "aged 45" is the two years in which somebody of 45 may be born; "27 March" is that day of any year."""
    if (found := _AGED.search(words)) and (age := int(found["age"] or found["years"])) <= OLDEST:
        first = dates.add_months(today, -12 * (age + 1)) + dates.ONE_DAY
        return _without(words, found), Born(first, dates.add_months(today, -12 * age))
    for pattern in _A_BIRTHDAY:
        # Of a leap year, so that 29 February is a day.
        if (found := pattern.search(words)) and _date(2000, month := _number_of_month(found), day := int(found["day"])):
            return _without(words, found), Born(date.min, date.max, birthday=(month, day))
    return words, None


def _without(words: str, found: re.Match[str]) -> str:
    rest = _ABOUT.sub(" ", f"{words[: found.start()]} {words[found.end() :]}")
    # Beside a name, c is an initial as well.
    return "" if rest.strip() == "c" else rest


def _month(found: re.Match[str]) -> int | None:
    parts = found.groupdict()
    if name := parts.get("name"):
        return next(number for number, month in enumerate(_MONTHS, start=1) if month.startswith(name[:3]))
    return number if 1 <= (number := int(parts["month"])) <= 12 else None


def _day(found: re.Match[str], today: date) -> Born | None:
    """Day first, as written here; month first too, where that is another date."""
    month, day, year = _number_of_month(found), int(found["day"]), int(found["year"])
    if len(found["year"]) == 2:
        year += 2000 if year <= today.year % 100 else 1900
    written = _date(year, month, day)
    other = None if "name" in found.groupdict() else _date(year, day, month)
    if written is None:
        return Born(other, other) if other else None
    return Born(written, written, swapped=other if other != written else None)


def _number_of_month(found: re.Match[str]) -> int:
    return _month(found) or 0 if "name" in found.groupdict() else int(found["month"])


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _born_then(born: Born) -> Q:
    if born.birthday:
        month, day = born.birthday
        return Q(born_on__month=month, born_on__day=day)
    days = Q(born_on__gte=born.first, born_on__lte=born.last)
    return days | Q(born_on=born.swapped) if born.swapped else days


def _born_otherwise(cases: OffenderQuerySet, born: Born) -> list[int]:
    """Cases with another date of birth on these days, or one that is known only roughly.

    Asked by itself: their keys are values in the next question, which its planner can see into.
    """
    days = Q(birth_dates__first__lte=born.last, birth_dates__last__gte=born.first)
    if born.birthday:
        month, day = born.birthday
        days = Q(birth_dates__first__month=month, birth_dates__first__day=day, birth_dates__precision=Precision.DAY)
    if born.swapped:
        days |= Q(birth_dates__first__lte=born.swapped, birth_dates__last__gte=born.swapped)
    others = cases.filter(days, birth_dates__withdrawn_at__isnull=True).order_by("pk")
    return list(others.values_list("pk", flat=True).distinct()[:MOST_READ])


def _birth_rank(born: Born | None) -> Case | Value:
    if born is None or born.swapped is None:
        return Value(0)
    swapped = When(born_on=born.swapped, then=Value(DAY_AND_MONTH_SWAPPED))
    return Case(swapped, default=Value(0), output_field=IntegerField())


# Names


def _ways(typed: list[str]) -> Iterator[list[Meant]]:
    """The words as typed, and with each pair of neighbours taken as one where that is a name."""
    readings = list(names.readings(typed))
    meant = _meant({word for reading in readings for word in reading})
    for number, reading in enumerate(readings):
        words = [meant[word] for word in reading]
        if number == 0 or _is_one_name(typed[number - 1], words[number - 1]):
            yield words


def _is_one_name(first: str, joined: Meant) -> bool:
    """Two neighbours are taken as one where that is a word, or nearly one and the first is a particle (o, mc, van)."""
    return bool(joined.begun or (joined.close and len(first) <= LONGEST_PARTICLE))


def _meant(words: set[str]) -> dict[str, Meant]:
    """What each word may stand for: one question to the dictionary, whoever asks."""
    long = sorted(word for word in words if len(word) > SHORT)
    alike = NameWord.objects.filter(Q(word__in=long) | Q(sound__in=sorted({names.sound(word) for word in long} - {""})))
    slipped = NameForm.objects.filter(form__in=sorted(set().union(*map(names.shorter, long)))).values_list("word")
    # A beginning that many names have is read up to a limit of its own: it crowds out no slip of another word.
    begun = [
        NameWord.objects.filter(word__gt=word, word__lt=word + "\uffff")
        .order_by("word")
        .values_list("word")[:BEGUN_READ]
        for word in long
    ]
    known = [word for (word,) in alike.values_list("word").union(slipped, *begun)[:MOST_READ]]
    return {word: _like(word, known) for word in words}


def _like(typed: str, known: Sequence[str]) -> Meant:
    """The known words that are like the typed one: they begin with it, sound like it, or are a slip or two away."""
    if len(typed) <= SHORT:
        return Meant(typed, close=names.forms(typed))
    sound, begun, close, far = names.sound(typed), set(), set(names.forms(typed)), set()
    for word in known:
        if word.startswith(typed):
            begun.add(word)
        elif _is_close(typed, word, alike=bool(sound) and sound == names.sound(word)):
            close.add(word)
        elif len(typed) > 4 and names.slips(typed, word) <= 2:
            far.add(word)
    return Meant(typed, _best(typed, begun, MOST_BEGUN), _best(typed, close, MOST_LIKE), _best(typed, far, MOST_LIKE))


def _is_close(typed: str, word: str, *, alike: bool) -> bool:
    """Sounds the same, and looks a little alike too where the sound says little; or is one slip away."""
    if alike and names.likeness(typed, word) >= (0.5 if len(names.sound(word)) > 2 else 0.7):
        return True
    return names.slips(typed, word) == 1 and len(word) > SHORT


def _best(typed: str, words: set[str], most: int) -> frozenset[str]:
    if len(words) <= most:
        return frozenset(words)
    return frozenset(sorted(words, key=lambda word: (-names.likeness(typed, word), word))[:most])


def _rule(words: list[Meant]) -> Q:
    """Each word fits; of three or more, one may be missing. Initials alone only narrow what longer words find."""
    firm = [word for word in words if not word.is_short]
    if not firm:
        whole = " ".join(word.typed for word in words)
        exact = reduce(and_, (_bears([word.typed]) for word in words))
        return exact | Q(search_name__gte=whole, search_name__lt=whole + "\uffff")
    rules = [reduce(and_, map(_fits, words))]
    if len(words) > SHORT:
        some = combinations(words, len(words) - 1)
        rules += [reduce(and_, map(_fits, left)) for left in some if any(not word.is_short for word in left)]
    return reduce(or_, rules)


def _fits(word: Meant) -> Q:
    return _bears(word.any()) | _begins(word.typed) if word.is_short else _bears(word.any())


def _bears(words: list[str]) -> Q:
    return Q(name_words__overlap=words) | Q(alias_words__overlap=words)


def _begins(letters: str) -> Q:
    """Some word of the name begins so."""
    return Q(search_name__startswith=letters) | Q(search_name__contains=f" {letters}")


def _rank(words: list[Meant]) -> Combinable:
    """The sum of what each word costs, and a little more where the name is not written in this order."""
    whole = " ".join(word.typed for word in words)
    order: Combinable = Case(
        When(search_name=whole, then=Value(IN_ORDER)),
        When(search_name__startswith=whole, then=Value(BEGINS)),
        default=Value(OTHERWISE),
        output_field=IntegerField(),
    )
    return reduce(lambda total, word: total + _cost(word), words, order)


def _cost(word: Meant) -> Case:
    whens = [When(name_words__overlap=[word.typed], then=Value(EXACT))]
    if word.is_short:
        whens.append(When(_begins(word.typed), then=Value(BEGUN)))
    for column, begun, close in (("name_words", BEGUN, CLOSE), ("alias_words", ALIAS, ALIAS_CLOSE)):
        if column == "alias_words":
            whens.append(When(alias_words__overlap=[word.typed], then=Value(ALIAS)))
        for like, cost in ((word.begun, begun), (word.close, close)):
            if like:
                whens.append(When(**{f"{column}__overlap": sorted(like)}, then=Value(cost)))
    if word.far:
        whens.append(When(_bears(sorted(word.far)), then=Value(FAR)))
    return Case(*sorted(whens, key=_price), default=Value(MISSING), output_field=IntegerField())


def _price(when: When) -> int:
    return int(when.result.value)
