"""Records that may be of one person: found before somebody registers a second one, and by night.

Only cases that the asker sees are ever shown to him. What resembles a case that he does not see is kept as a suspicion for
whoever sees both, and nothing of it is hinted at to him: not by a message, a count, or a different answer
(access.md: only an exact number says that a record exists).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from agencies.models.user import system_user
from audit.record import record
from mappa import dates
from mappa.eyes import past_sight
from offenders import finding, names
from offenders.actions.case import reason_in_words
from offenders.models import Alias, BirthDate, DuplicateSuspicion, Offender
from offenders.models.offender import OffenderQuerySet, Precision

Birth = DuplicateSuspicion.Birth
Source = DuplicateSuspicion.Source
NEAR_YEARS = 2
MOST = 10
BATCH = 500


@dataclass(frozen=True)
class Likeness:
    """A case that may be of the same person, and how the dates of birth compare."""

    offender: Offender
    birth: DuplicateSuspicion.Birth


def likely(cases: OffenderQuerySet, *, surname: str, forenames: str, born_on: date) -> list[Likeness]:
    """Among these cases, those of a like name who were born that day, with day and month swapped, or about then.

    A like last name is enough for the very same day. Ended cases count: a person comes back.
    """
    other_way, whole = swapped(born_on), names.fold(f"{surname} {forenames}")
    near = (dates.add_years(born_on, -NEAR_YEARS), dates.add_years(born_on, NEAR_YEARS))
    days = Q(born_on__range=near)
    if other_way:
        days |= Q(born_on=other_way)
    same_day = Q(born_on__in=[born_on, other_way] if other_way else [born_on])
    others = _other_births(cases, born_on, other_way)
    alike = finding.matching_names(cases.filter(days | Q(pk__in=list(others))), whole)
    by_surname = finding.matching_names(cases.filter(same_day | Q(pk__in=list(others))), names.fold(surname))
    found: dict[int, Offender] = {}
    for rows in (by_surname, alike):
        best = rows.select_related("area", "lead_agency").order_by(F("rank"), "pk")[:MOST]
        found |= {row.pk: row for row in best}
    alikes = [Likeness(row, _birth(born_on, {row.born_on, *others.get(row.pk, ())})) for row in found.values()]
    return sorted(alikes, key=lambda one: (list(Birth).index(one.birth), one.offender.search_name))[:MOST]


def _other_births(cases: OffenderQuerySet, born_on: date, other_way: date | None) -> dict[int, set[date]]:
    """Among these cases, those with another date of birth on that day, or with day and month swapped; and which."""
    found: dict[int, set[date]] = {}
    rows = cases.filter(
        birth_dates__first__in=[born_on, other_way] if other_way else [born_on],
        birth_dates__precision=Precision.DAY,
        birth_dates__withdrawn_at__isnull=True,
    )
    for pk, day in rows.order_by("pk").values_list("pk", "birth_dates__first")[: finding.MOST_READ]:
        found.setdefault(pk, set()).add(day)
    return found


def swapped(born_on: date) -> date | None:
    """The date with day and month the other way round, where that is another date."""
    if born_on.day > 12 or born_on.day == born_on.month:
        return None
    return date(born_on.year, born_on.day, born_on.month)


def _birth(one: date, others: set[date]) -> DuplicateSuspicion.Birth:
    if one in others:
        return Birth.SAME
    return Birth.SWAPPED if swapped(one) in others else Birth.NEAR


def suspect(offender: Offender, *, said: str, by: User) -> int:
    """After a registration: a suspicion for each record that resembles the new one, whoever sees it. How many.

    The answer is for the audit of the system and not for the one who registers.
    """
    everyone = Offender.objects.visible_to(system_user()).exclude(pk=offender.pk)
    found = likely(everyone, surname=offender.surname, forenames=offender.forenames, born_on=offender.born_on)
    shown = set(Offender.objects.visible_to(by).filter(pk__in=[one.offender.pk for one in found]).values_list("pk"))
    rows = [
        DuplicateSuspicion(
            first=one.offender,
            second=offender,
            birth=one.birth,
            source=Source.REGISTRATION,
            **({"said": said, "said_by": by} if said and (one.offender.pk,) in shown else {}),
        )
        for one in found
    ]
    return _keep(rows)


@past_sight("a suspicion is for whoever sees both cases, which whoever registers one of them may not")
def _keep(rows: Iterable[DuplicateSuspicion]) -> int:
    """Each pair once, for ever: what was dismissed does not come back."""
    wanted: dict[frozenset[int], DuplicateSuspicion] = {}
    for row in rows:
        wanted.setdefault(frozenset((row.first_id, row.second_id)), row)
    keys = {pk for pair in wanted for pk in pair}
    known = DuplicateSuspicion.objects.visible_to(system_user()).filter(first__in=keys, second__in=keys)
    held = {frozenset(pair) for pair in known.values_list("first", "second")}
    made = 0
    for pair, row in wanted.items():
        if pair not in held and _saved(row):
            # Not about either case: whoever reads the access log of one must not learn of the other.
            record("case.duplicate_suspected", by=system_user(), reference=row.reference, source=row.source)
            made += 1
    return made


def _saved(row: DuplicateSuspicion) -> bool:
    """Whether the pair is new: somebody who registers at this moment may have suspected it first."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


class Entry(NamedTuple):
    """One case on one day on which the person may have been born, by all the names that stand."""

    pk: int
    is_current: bool
    called: tuple[tuple[str, str], ...]


def look_for_duplicates() -> int:
    """Every current case against all that were born the same day, or with day and month swapped. How many were found.

    By other names and other dates of birth as well. Walked year by year, which swapping day and month does not leave, so
    that memory stays flat and each pair is compared once; safe to run again.
    """
    everyone = Offender.objects.visible_to(system_user())
    others = BirthDate.objects.visible_to(system_user()).standing().filter(precision=Precision.DAY)
    years = {day.year for day in everyone.dates("born_on", "year")} | {
        day.year for day in others.dates("first", "year")
    }
    made = 0
    for year in sorted(years):
        with transaction.atomic():
            made += _keep(_pairs_of(_born_in(year)))
    return made


def _born_in(year: int) -> dict[date, list[Entry]]:
    """The cases of a year of birth, day by day."""
    system = system_user()
    everyone = Offender.objects.visible_to(system)
    births = BirthDate.objects.visible_to(system).standing().filter(precision=Precision.DAY, first__year=year)
    days = set(births.values_list("offender", "first"))
    days |= set(everyone.filter(born_on__year=year).values_list("pk", "born_on"))
    keys = {pk for pk, _day in days}
    called: dict[int, set[tuple[str, str]]] = {}
    current: set[int] = set()
    columns = ("pk", "surname", "forenames", "ended_on")
    for some in batched(sorted(keys), BATCH):
        for pk, surname, forenames, ended_on in everyone.filter(pk__in=some).values_list(*columns):
            called[pk] = {(surname, forenames)}
            if ended_on is None:
                current.add(pk)
        aliases = Alias.objects.visible_to(system).standing().filter(offender__in=called.keys() & set(some))
        for pk, surname, forenames in aliases.exclude(surname="").values_list("offender", "surname", "forenames"):
            called[pk].add((surname, forenames))
    found: dict[date, list[Entry]] = {}
    for pk, day in sorted(days):
        if pk in called:
            found.setdefault(day, []).append(Entry(pk, pk in current, tuple(sorted(called[pk]))))
    return found


def batched(keys: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """Keys, so many at a time."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def _pairs_of(born: dict[date, list[Entry]]) -> Iterator[DuplicateSuspicion]:
    for day, entries in born.items():
        yield from _pairs(entries, entries, Birth.SAME)
        other_way = swapped(day)
        if other_way is not None and other_way > day:
            yield from _pairs(entries, born.get(other_way, []), Birth.SWAPPED)


def _pairs(ones: list[Entry], others: list[Entry], birth: DuplicateSuspicion.Birth) -> Iterator[DuplicateSuspicion]:
    """Those of two lists that may be of one person. Only names with a word that may be the same are compared."""
    by_key: dict[str, list[Entry]] = {}
    for entry in others:
        for key in _keys(entry):
            by_key.setdefault(key, []).append(entry)
    for one in ones:
        # An initial may stand for any name that begins so.
        near = others if INITIALS in _keys(one) else [e for key in _keys(one) for e in by_key.get(key, ())]
        for other in {entry.pk: entry for entry in [*near, *by_key.get(INITIALS, ())]}.values():
            first, second = sorted((one.pk, other.pk))
            # Within one list each pair is met from both sides, and compared from one.
            if first == second or (ones is others and one.pk != first) or not (one.is_current or other.is_current):
                continue
            if any(alike(mine, theirs) for mine in one.called for theirs in other.called):
                yield DuplicateSuspicion(first_id=first, second_id=second, birth=birth, source=Source.SEARCH)


INITIALS = "an initial"


def _keys(entry: Entry) -> frozenset[str]:
    """What two names share of which a word may be the same: a sound, a form, or what one slip leaves."""
    return frozenset[str]().union(*(_keys_of(word) for name in entry.called for word in names.single_words(*name)))


@lru_cache(maxsize=200_000)
def _keys_of(word: str) -> frozenset[str]:
    if len(word) <= finding.SHORT:
        return frozenset({INITIALS})
    slips = {word[:place] + word[place + 1 :] for place in range(len(word))}
    sounds = {f"sound {names.sound(word)}"} if names.sound(word) else set()
    return frozenset({word, *names.forms(word), *slips, *sounds})


def alike(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Does each word of the shorter name resemble a word of the other? One of three may be missing; no words resemble none."""
    shorter, longer = sorted((names.single_words(*one), names.single_words(*other)), key=len)
    missing = sum(not any(_same_word(word, each) for each in longer) for word in shorter)
    return bool(shorter) and missing <= (1 if len(shorter) > 2 else 0)


def _same_word(one: str, other: str) -> bool:
    if one == other or other in names.forms(one):
        return True
    if min(len(one), len(other)) <= finding.SHORT:
        return one[0] == other[0]
    sounds = bool(names.sound(one)) and names.sound(one) == names.sound(other)
    return names.slips(one, other) <= 1 or (sounds and names.likeness(one, other) >= 0.7)


@transaction.atomic
def dismiss(*, suspicion: DuplicateSuspicion, reason: str, by: User) -> DuplicateSuspicion:
    """Two records are of two people, and why. The pair is not put before anybody again."""
    require(by, Perm.SCREEN, on=suspicion)
    rows = DuplicateSuspicion.objects.visible_to(by).select_for_update(of=("self",))
    row: DuplicateSuspicion = rows.get(pk=suspicion.pk)
    if row.dismissed_at is not None:
        raise ValidationError(_("Somebody has looked into this already."))
    words = reason_in_words(reason, missing=_("Enter why these are two people"))
    row.dismissed_at, row.dismissed_by, row.dismissal_reason = timezone.now(), by, words
    row.full_clean()
    row.save(update_fields=["dismissed_at", "dismissed_by", "dismissal_reason"])
    record("case.duplicate_dismissed", by=by, about=row.first, other=row.second_id)
    return row


def open_for(user: User) -> models.QuerySet[DuplicateSuspicion]:
    """The suspicions that a user sees and nobody has looked into, newest first."""
    return DuplicateSuspicion.objects.visible_to(user).open().select_related("first__area", "second__area")
