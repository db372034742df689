"""The verbs of who a person is: add, correct, end, withdraw. Each asks `require` first; nothing is overwritten."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders import names
from offenders.actions.case import lock, refuse_twice, tell
from offenders.actions.consequences import follow
from offenders.actions.dues import settle
from offenders.models import (
    Address,
    Alias,
    BirthDate,
    Characteristic,
    CharacteristicValue,
    Fact,
    Identifier,
    Offender,
)
from offenders.models.characteristic import sees_restricted
from offenders.models.identifier import TAKEN
from offenders.visibility import known_elsewhere

F = TypeVar("F", bound=Fact)


class TakenError(ValidationError):
    """Another case has the number."""

    def __init__(self, message: Any, *, number: str) -> None:
        super().__init__(message)
        self.number = number


def add_fact(*, of: type[F], offender: Offender, by: User, **answers: Any) -> F:
    """Record one more thing of a kind: a name, an address, a vehicle.

    Raises ValidationError for dates out of order, before birth or still to come, for what is recorded already, and
    for a number that another case has, which is recorded too.
    """
    require(by, Perm.EDIT_CASE, on=offender)
    with _saying_that_it_is_taken(offender, by=by), transaction.atomic():
        return _add(of(offender=lock(offender, by=by), added_by=by, **answers), by=by)


def _add(fact: F, *, by: User) -> F:
    """Write a new fact of a case that is locked."""
    _keep(fact, by=by)
    record(f"{fact._meta.model_name}.added", by=by, about=fact, **fact.audited())
    _tell(fact, _("Recorded: %s"), by=by)
    _ask_to_notify(fact, by=by)
    return fact


def _tell(fact: Fact, words: str, *, by: User) -> None:
    """Of characteristics to those who may read them all: others would count lines, and know that one is kept from them."""
    restricted = isinstance(fact, Characteristic)
    tell(fact.offender, words % fact._meta.verbose_name, restricted=restricted, by=by)


def _ask_to_notify(fact: Fact, *, by: User) -> None:
    """A name or home that changed is notified by whoever must notify (Sexual Offences Act 2003 s.84(1))."""
    if isinstance(fact, Address | Alias):
        settle(fact.offender, by=by)


def add_alias(
    *,
    offender: Offender,
    surname: str,
    forenames: str,
    kind: str,
    from_on: date | None,
    until: date | None = None,
    by: User,
) -> Alias:
    """Record another name of the person, by which searches then find the case too, also after it has ended."""
    answers = {"surname": surname, "forenames": forenames, "kind": kind, "from_on": from_on, "until": until}
    return add_fact(of=Alias, offender=offender, by=by, **answers)


@transaction.atomic
def change_name(*, offender: Offender, surname: str, forenames: str, from_on: date | None, by: User) -> Alias:
    """Record under what name the person goes from a day on. The one before stays as a former name, which finds him too.

    Whoever must notify notifies the new name (Sexual Offences Act 2003 s.84(1)(a)): its deadline follows where the
    day is known. Raises ValidationError for the name that is recorded, and for a day before birth or still to come.
    """
    require(by, Perm.EDIT_CASE, on=offender)
    former = _rename(offender, surname, forenames, until=from_on, by=by)
    try:
        _check(former)
    except ValidationError as refusal:
        raise ValidationError({"from_on": refusal.messages}) from None
    former.save()
    record("case.name_changed", by=by, about=former.offender)
    tell(former.offender, _("Name changed"), by=by)
    _ask_to_notify(former, by=by)
    return former


@transaction.atomic
def correct_name(*, offender: Offender, surname: str, forenames: str, by: User) -> Alias:
    """Put right a name that was recorded wrongly. The wrong one stays readable, and finds nobody any more."""
    require(by, Perm.EDIT_CASE, on=offender)
    wrong = _rename(offender, surname, forenames, until=None, by=by)
    wrong.withdrawn_at, wrong.withdrawn_by = timezone.now(), by
    wrong.withdrawn_because = _("The recorded name was corrected")
    _check(wrong)
    wrong.save()
    record("case.name_corrected", by=by, about=wrong.offender)
    tell(wrong.offender, _("Name corrected"), by=by)
    return wrong


def _rename(offender: Offender, surname: str, forenames: str, *, until: date | None, by: User) -> Alias:
    """Give the case its new name, locked, and return the one before, to be kept among the other names."""
    offender = lock(offender, by=by)
    surname, forenames = surname.strip(), forenames.strip()
    if (surname, forenames) == (offender.surname, offender.forenames):
        raise ValidationError({"surname": _("This is the name that is recorded: change what is wrong, or cancel")})
    before = Alias(
        offender=offender,
        surname=offender.surname,
        forenames=offender.forenames,
        kind=Alias.Kind.FORMER,
        until=until,
        was_recorded=True,
        added_by=by,
    )
    offender.surname, offender.forenames = surname, forenames
    offender.full_clean()
    offender.save(update_fields=["surname", "forenames"])
    return before


@transaction.atomic
def end_fact(*, fact: Fact, until: date, by: User) -> Fact:
    """Say when something stopped to hold. It stays on the record, and a name or number still finds the person.

    Raises ValidationError for a day before it began or still to come, and for what has ended already.
    """
    require(by, Perm.EDIT_CASE, on=fact)
    fact = _standing(fact, by=by)
    if isinstance(fact, BirthDate):
        raise ValidationError(_("A date of birth does not end: correct or withdraw it instead. Nothing was changed."))
    if fact.has_ended(date.max):
        raise ValidationError(_("This has an end already: correct it instead. Nothing was changed."))
    _refuse_end(fact, until)
    changed = fact.end(until)
    fact.clean_fields()  # not `clean`: what was said long ago may no longer be so, as that somebody is a child
    fact.save(update_fields=changed)
    record(f"{fact._meta.model_name}.ended", by=by, about=fact, **fact.audited())
    _tell(fact, _("Ended: %s"), by=by)
    return fact


def correct_fact(*, fact: F, by: User, **answers: Any) -> F:
    """Put another row in the place of one that was wrong. The wrong one stays readable, as corrected."""
    require(by, Perm.EDIT_CASE, on=fact)
    with _saying_that_it_is_taken(fact.offender, by=by), transaction.atomic():
        old = _standing(fact, by=by)
        fixed: dict[str, Any] = {"kind": old.kind} if isinstance(old, Characteristic) else {}
        if isinstance(old, Identifier):
            fixed = {"check_ok": True}  # whoever types a number has its letter checked
        _refuse_unchanged(old, answers)
        _withdraw(old, _("Corrected"), by=by)
        new = type(old)(offender=old.offender, added_by=by, **(_kept(old) | answers | fixed))
        _keep(new, by=by)
        old.replaced_by = new
        old.save(update_fields=["replaced_by"])
        if isinstance(old, Identifier):
            old.supersedes.visible_to(by).update(superseded_by=new)
        _learn_names(old, by=by)
        record(f"{old._meta.model_name}.corrected", by=by, about=new, **new.audited())
        _tell(old, _("Corrected: %s"), by=by)
        _ask_to_notify(new, by=by)
        return new


@transaction.atomic
def withdraw_fact(*, fact: Fact, because: str, by: User) -> Fact:
    """Say that something was recorded by mistake. It stays readable, and finds nobody any more."""
    require(by, Perm.EDIT_CASE, on=fact)
    fact = _standing(fact, by=by)
    _withdraw(fact, because.strip(), by=by)
    _learn_names(fact, by=by)
    record(f"{fact._meta.model_name}.withdrawn", by=by, about=fact, **fact.audited())
    _tell(fact, _("Withdrawn: %s"), by=by)
    _ask_to_notify(fact, by=by)
    return fact


@transaction.atomic
def add_address(*, offender: Offender, ends_present: bool, by: User, **answers: Any) -> Address:
    """Record an address; with `ends_present` the main address of today ends on the day on which this one begins.

    Raises ValidationError for a second main address in the same days (Sexual Offences Act 2003 s.83(7)).
    """
    require(by, Perm.EDIT_CASE, on=offender)
    offender = lock(offender, by=by)
    new = Address(offender=offender, **answers)
    new.prepare()
    said = {name: getattr(new, name) for name in ("kind", "address", "postcode", "from_on", "until")}
    refuse_twice(offender.addresses.visible_to(by).standing().filter(**said))
    from_on: date | None = answers["from_on"]
    if ends_present and answers["kind"] in Address.MAIN and from_on:
        open_ones = offender.addresses.visible_to(by).standing().filter(kind__in=Address.MAIN, until__isnull=True)
        for present in open_ones:
            _refuse_before(present, from_on)
            end_fact(fact=present, until=from_on, by=by)
    return add_fact(of=Address, offender=offender, by=by, **answers)


def add_identifier(
    *, offender: Offender, kind: str, typed: str, supersedes: Identifier | None, check_ok: bool = True, by: User
) -> Identifier:
    """Record a number; perhaps in the place of an older one, which still finds the person and is given to nobody else.

    With `check_ok=False` another register gives it, and its check letter may be wrong.
    Raises ValidationError for a wrong form or check letter and for a number that another case has: that is recorded.
    """
    require(by, Perm.EDIT_CASE, on=offender)
    with _saying_that_it_is_taken(offender, by=by), transaction.atomic():
        held = lock(offender, by=by)
        number = _add(Identifier(offender=held, kind=kind, typed=typed, check_ok=check_ok, added_by=by), by=by)
        if supersedes is not None:
            old = _standing(supersedes, by=by)
            if old.kind != number.kind:
                raise ValidationError({"supersedes": _("Choose a number of the same kind")})
            old.superseded_on, old.superseded_by = dates.today(), number
            old.full_clean()
            old.save(update_fields=["superseded_on", "superseded_by"])
            record("identifier.superseded", by=by, about=old, kind=old.kind)
        return number


@transaction.atomic
def record_characteristic(
    *, offender: Offender, kind: str, value: CharacteristicValue, from_on: date | None, by: User, **answers: Any
) -> Characteristic:
    """Record a characteristic from a day on. The one before ends then, except where a person has several.

    Raises PermissionDenied for a restricted one to whoever may not read it, and ValidationError for what is recorded.
    """
    require(by, Perm.EDIT_CASE, on=offender)
    offender = lock(offender, by=by)
    if kind in Characteristic.RESTRICTED and not sees_restricted(by, offender):
        raise PermissionDenied(kind)
    if kind not in Characteristic.SEVERAL:
        present = offender.characteristics.visible_to(by).standing().filter(kind=kind, until__isnull=True).first()
        if present is not None:
            if present.value_id == value.pk and present.detail == answers.get("detail", ""):
                raise ValidationError({"value": _("This is recorded already.")})
            from_on = from_on or dates.today()
            _refuse_before(present, from_on)
            end_fact(fact=present, until=from_on, by=by)
    return add_fact(of=Characteristic, offender=offender, kind=kind, value=value, from_on=from_on, by=by, **answers)


@transaction.atomic
def change_birth(*, offender: Offender, first: date, last: date, precision: str, source: str, by: User) -> BirthDate:
    """Put the recorded date of birth right, as exactly as it is known. The one before stays readable.

    Category and notification periods follow from it, and are worked out again. Raises ValidationError for a date after
    anything that is recorded of the person's life, and for the one that is recorded.
    """
    require(by, Perm.EDIT_CASE, on=offender)
    offender = lock(offender, by=by)
    new = BirthDate(
        offender=offender, kind=BirthDate.Kind.RECORDED, precision=precision, first=first, last=last, source=source
    )
    day = new.day
    if (day, precision) == (offender.born_on, offender.born_is):
        raise ValidationError({"born": _("This is the date of birth that is recorded")})
    _refuse_birth_after(offender, new, by=by)
    old = _recorded_birth(offender, by=by)
    _withdraw(old, _("Changed"), by=by)
    new.added_by = by
    new.full_clean()
    new.save()
    old.replaced_by = new
    old.save(update_fields=["replaced_by"])
    offender.born_on, offender.born_is = day, precision
    offender.full_clean()
    offender.save(update_fields=["born_on", "born_is"])
    record("case.birth_changed", by=by, about=offender)
    tell(offender, _("Date of birth changed"), by=by)
    follow(offender, by=by)
    return new


# What nobody does before he is born: rows, the column of their first day, and how they are called.
_LIFE = (
    ("convictions", "dealt_with_on", gettext_lazy("conviction")),
    ("convictions", "committed_from", gettext_lazy("offence")),
    ("whereabouts_periods", "from_on", gettext_lazy("place where the person was")),
    ("orders", "made_on", gettext_lazy("order")),
    ("photographs", "taken_on", gettext_lazy("photograph")),
)
_FACTS = (
    *("aliases", "addresses", "contacts", "vehicles", "occupations", "relationships", "characteristics"),
    *("patient_records", "patient_steps", "immigration_records", "terrorism_records", "service_records", "transitions"),
)


def _refuse_birth_after(offender: Offender, birth: BirthDate, *, by: User) -> None:
    """Refuse a date of birth after what is recorded, by the same day as each of these was tested when it was recorded."""
    asked = [(name, field, words, birth.day) for name, field, words in _LIFE]
    asked += [(name, "from_on", getattr(offender, name).model._meta.verbose_name, birth.first) for name in _FACTS]
    found = []
    for name, field, words, day in asked:
        rows = getattr(offender, name).visible_to(by)
        rows = rows.in_force() if name == "convictions" else rows.standing()
        first = rows.filter(**{f"{field}__lt": day}).order_by(field).values_list(field, flat=True).first()
        found += [f"{words} ({long_date(first)})"] if first else []
    if found:
        refusal = _("The date of birth must be before everything that is recorded. Before it is: %s")
        raise ValidationError({"born": refusal % ", ".join(found)})


def _recorded_birth(offender: Offender, *, by: User) -> BirthDate:
    """The row of the recorded date; that of the registration is written the first time it is asked for."""
    rows = offender.birth_dates.visible_to(by).standing()
    if row := rows.filter(kind=BirthDate.Kind.RECORDED).first():
        return row
    return keep_birth(offender)


def keep_birth(offender: Offender) -> BirthDate:
    """The date of birth of the registration as a row, by which searches find the person also where it is not exact."""
    first, last = BirthDate.within(offender.born_on, offender.born_is)
    birth = BirthDate(
        offender=offender,
        kind=BirthDate.Kind.RECORDED,
        precision=offender.born_is,
        first=first,
        last=last,
        source=_("As registered"),
        added_by=offender.registered_by,
    )
    birth.full_clean()
    birth.save()
    return birth


def _keep(fact: Fact, *, by: User) -> None:
    fact.prepare()
    if isinstance(fact, Identifier):
        _refuse_own(fact, by=by)
    _check(fact)
    if isinstance(fact, Characteristic):
        _refuse_overlap(fact, by=by)
    said = {field: getattr(fact, field) for field in said_fields(type(fact))}
    same = type(fact)._default_manager.visible_to(by).standing()  # type: ignore[attr-defined]
    refuse_twice(same.filter(offender=fact.offender, **said))
    fact.save()


def _check(fact: Fact) -> None:
    try:
        fact.full_clean()
    except ValidationError as refusal:
        errors = [error for found in refusal.error_dict.values() for error in found]
        if isinstance(fact, Identifier) and any(error.code == TAKEN for error in errors):
            raise TakenError({"typed": refusal.messages}, number=fact.value) from None
        raise


def said_fields(of: type[Fact]) -> list[str]:
    """The fields of a fact in which it says what it is about, without who recorded it, when and under what reference."""
    kept = {field.name for field in Fact._meta.get_fields()} | {"id", "offender"}
    return [field.name for field in of._meta.concrete_fields if field.name not in kept]


def _kept(old: Fact) -> dict[str, Any]:
    """What a correction does not ask again: when a number was superseded, and by which."""
    return {name: getattr(old, name) for name in said_fields(type(old))}


def _refuse_unchanged(old: Fact, answers: dict[str, Any]) -> None:
    if all(getattr(old, name) == answer for name, answer in answers.items()):
        raise ValidationError(_("Nothing was changed: change what is wrong, or cancel."))


def _refuse_own(number: Identifier, *, by: User) -> None:
    mine = number.offender.identifiers.visible_to(by).standing().filter(kind=number.kind, value=number.value)
    if mine.exists():
        raise ValidationError({"typed": _("This number is recorded on this case already.")})


def _refuse_overlap(fact: Characteristic, *, by: User) -> None:
    """Of what a person has one of, one holds on a day. Merged records may still differ: that is for people to settle."""
    if fact.kind in Characteristic.SEVERAL:
        return
    others = fact.offender.characteristics.visible_to(by).standing().filter(kind=fact.kind).exclude(pk=fact.pk)
    if fact.from_on:
        others = others.filter(Q(until__isnull=True) | Q(until__gt=fact.from_on))
    if fact.until:
        others = others.filter(Q(from_on__isnull=True) | Q(from_on__lt=fact.until))
    if other := others.select_related("value").first():
        since = long_date(other.from_on) if other.from_on else _("a day that is not known")
        until = long_date(other.until) if other.until else _("today")
        words = _("Another answer holds in these days: %(answer)s, from %(since)s to %(until)s. ")
        raise ValidationError(
            words % {"answer": other.value.name, "since": since, "until": until}
            + _("Choose other dates, or correct that one first.")
        )


def _refuse_end(fact: Fact, until: date) -> None:
    if until > dates.today() and not fact.may_be_planned:
        raise ValidationError({"until": _("The date must be today or in the past")})
    if fact.starts and until < fact.starts:
        raise ValidationError({"until": _("The end date must be the same as or after the start date")})
    if until < fact.offender.born_at_the_earliest:
        raise ValidationError({"until": _("The date must be after the date of birth")})


def _refuse_before(present: Fact, from_on: date) -> None:
    """What comes next begins when the present one had begun, and not in days to come unless it may be planned."""
    if from_on > dates.today() and not present.may_be_planned:
        raise ValidationError({"from_on": _("The date must be today or in the past")})
    if present.starts and from_on < present.starts:
        raise ValidationError({"from_on": _("The date must be the same as or after the start of the present one")})


def _withdraw(fact: Fact, because: str, *, by: User) -> None:
    if not because:
        raise ValidationError({"because": _("Enter why it is withdrawn")})
    fact.withdrawn_at, fact.withdrawn_by, fact.withdrawn_because = timezone.now(), by, because
    fact.clean_fields()
    fact.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])


def _learn_names(fact: Fact, *, by: User) -> None:
    """After a name was withdrawn or corrected, the case is found by those that stand and by no other."""
    if not isinstance(fact, Alias):
        return
    case = lock(fact.offender, by=by)
    standing = case.aliases.visible_to(by).standing()
    case.alias_words = sorted({word for alias in standing for word in names.words_of(alias.surname, alias.forenames)})
    case.save(update_fields=["alias_words"])


def _standing(fact: F, *, by: User) -> F:
    """The fact, fresh, its case locked. Raises ValidationError when it was withdrawn or corrected meanwhile.

    The recorded date of birth has a verb of its own.
    """
    offender = lock(fact.offender, by=by)
    found: F | None = type(fact)._default_manager.visible_to(by).filter(pk=fact.pk).first()  # type: ignore[attr-defined]
    if found is None:
        raise PermissionDenied(fact.reference)
    found.offender = offender
    if found.withdrawn_at:
        raise ValidationError(_("This was corrected or withdrawn already. Nothing was changed."))
    if isinstance(found, BirthDate) and found.kind == BirthDate.Kind.RECORDED:
        raise ValidationError(_("This is the recorded date of birth: change that instead. Nothing was changed."))
    return found


@contextmanager
def _saying_that_it_is_taken(offender: Offender, *, by: User) -> Iterator[None]:
    """A refused number of another case is recorded on both, after what the verb did was rolled back (access.md)."""
    try:
        yield
    except TakenError as refusal:
        record("identifier.taken", by=by, about=offender)
        known_elsewhere([refusal.number], to=by, registering=True)
        raise
