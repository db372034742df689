"""Records that may be of one person: found before somebody registers a second one, and by night.

Only cases that the asker sees are ever shown to him. What resembles a case that he does not see is kept as a suspicion for
whoever sees both, and nothing of it is hinted at to him: not by a message, a count, or a different answer
(access.md: only an exact number says that a record exists).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from agencies.models.user import system_user
from audit.record import record
from mappa import dates
from offenders import finding, names
from offenders.actions.case import reason_in_words
from offenders.models import DuplicateSuspicion, Offender
from offenders.models.offender import OffenderQuerySet

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
    days = Q(born_on__gte=dates.add_years(born_on, -NEAR_YEARS), born_on__lte=dates.add_years(born_on, NEAR_YEARS))
    if other_way:
        days |= Q(born_on=other_way)
    alike = finding.matching_names(cases.filter(days), whole)
    same_day = Q(born_on=born_on) | (Q(born_on=other_way) if other_way else Q(pk__in=[]))
    by_surname = finding.matching_names(cases.filter(same_day), names.fold(surname))
    found: dict[int, Offender] = {}
    for rows in (by_surname, alike):
        best = rows.select_related("area", "lead_agency").order_by(F("rank"), "pk")[:MOST]
        found |= {row.pk: row for row in best}
    alikes = [Likeness(row, _birth(born_on, row.born_on)) for row in found.values()]
    return sorted(alikes, key=lambda one: (list(Birth).index(one.birth), one.offender.search_name))[:MOST]


def swapped(born_on: date) -> date | None:
    """The date with day and month the other way round, where that is another date."""
    if born_on.day > 12 or born_on.day == born_on.month:
        return None
    return date(born_on.year, born_on.day, born_on.month)


def _birth(one: date, other: date) -> DuplicateSuspicion.Birth:
    if one == other:
        return Birth.SAME
    return Birth.SWAPPED if swapped(one) == other else Birth.NEAR


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


def _keep(rows: Iterable[DuplicateSuspicion]) -> int:
    """Each pair once, for ever: what was dismissed does not come back."""
    made = 0
    for row in rows:
        pair = Q(first=row.first_id, second=row.second_id) | Q(first=row.second_id, second=row.first_id)
        known = DuplicateSuspicion.objects.visible_to(system_user())
        if not known.filter(pair).exists():
            row.save(force_insert=True)
            # Not about either case: whoever reads the access log of one must not learn of the other.
            record("case.duplicate_suspected", by=system_user(), reference=row.reference, source=row.source)
            made += 1
    return made


def look_for_duplicates() -> int:
    """Every current case against all that were born the same day, or with day and month swapped. How many were found.

    Walked by primary key in batches, so that memory stays flat; safe to run again.
    """
    system, last, made = system_user(), 0, 0
    columns = ("pk", "born_on", "surname", "forenames")
    cases = Offender.objects.visible_to(system)
    while batch := list(cases.current().filter(pk__gt=last).order_by("pk").values_list(*columns)[:BATCH]):
        days = {row[1] for row in batch} | {other for row in batch if (other := swapped(row[1]))}
        born: dict[date, list[tuple[int, str, str]]] = {}
        for pk, day, surname, forenames in cases.filter(born_on__in=days).values_list(*columns):
            born.setdefault(day, []).append((pk, surname, forenames))
        with transaction.atomic():
            made += _keep(_pairs(batch, born))
        last = batch[-1][0]
    return made


def _pairs(
    batch: Iterable[tuple[int, date, str, str]], born: dict[date, list[tuple[int, str, str]]]
) -> Iterator[DuplicateSuspicion]:
    for pk, day, surname, forenames in batch:
        for other_day, birth in ((day, Birth.SAME), (swapped(day), Birth.SWAPPED)):
            for other, other_surname, other_forenames in born.get(other_day, ()) if other_day else ():
                if other != pk and alike((surname, forenames), (other_surname, other_forenames)):
                    first, second = sorted((pk, other))
                    yield DuplicateSuspicion(first_id=first, second_id=second, birth=birth, source=Source.SEARCH)


def alike(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Does each word of the shorter name resemble a word of the other? One of three may be missing."""
    shorter, longer = sorted((names.single_words(*one), names.single_words(*other)), key=len)
    missing = sum(not any(_same_word(word, each) for each in longer) for word in shorter)
    return missing <= (1 if len(shorter) > 2 else 0)


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
