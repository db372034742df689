"""The verbs of key dates: recording one, replacing it by another, withdrawing it."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from mappa.templatetags.mappa import long_date
from offenders.actions.case import Topic, lock, telling
from offenders.actions.consequences import follow
from offenders.models import KeyDate, Offender

tell = telling(Topic.SENTENCES)


@transaction.atomic
def add_key_date(*, offender: Offender, kind: str, on: date, source: str, by: User) -> KeyDate:
    """Record a date of the sentence, and where it is from.

    Raises ValidationError for a date before the first conviction or, of a release, the first sentence; for a second one of
    its kind; and for a release after the sentence or licence has run out.
    """
    require(by, Perm.EDIT_CASE, on=offender)
    offender = lock(offender, by=by)
    row = KeyDate(offender=offender, kind=kind, on=on, source=source, added_by=by)
    return _keep(row, "key_date.added", _("Key date recorded"), by=by)


@transaction.atomic
def change_key_date(*, key_date: KeyDate, on: date, source: str, reason: str, by: User) -> KeyDate:
    """Put another date in its place, and say why. The one before stays on the record."""
    require(by, Perm.EDIT_CASE, on=key_date)
    found = _standing(key_date, by=by)
    row = KeyDate(
        offender=found.offender, kind=found.kind, on=on, source=source, reason=reason, replaces=found, added_by=by
    )
    return _keep(row, "key_date.changed", _("Key date changed"), by=by)


@transaction.atomic
def withdraw_key_date(*, key_date: KeyDate, withdrawal_reason: str, by: User) -> KeyDate:
    """Say that a date no longer holds, and why. It stays on the record."""
    require(by, Perm.EDIT_CASE, on=key_date)
    found = _standing(key_date, by=by)
    found.withdrawn_at, found.withdrawn_by, found.withdrawal_reason = timezone.now(), by, withdrawal_reason
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    record("key_date.withdrawn", by=by, about=found, kind=found.kind)
    tell(found.offender, _("Key date withdrawn"), found.get_kind_display(), by=by)
    _follow(found, by=by)
    return found


def _standing(key_date: KeyDate, *, by: User) -> KeyDate:
    offender = lock(key_date.offender, by=by)
    found = KeyDate.objects.visible_to(by).standing().filter(pk=key_date.pk).first()
    if found is None:
        raise ValidationError(_("This date has been changed or withdrawn already. Nothing was changed."))
    found.offender = offender
    return found


def _keep(row: KeyDate, event: str, title: str, *, by: User) -> KeyDate:
    offender = row.offender
    others = list(offender.key_dates.visible_to(by).standing().exclude(pk=row.replaces_id or 0))
    if any((each.kind, each.on) == (row.kind, row.on) for each in others) or (
        row.replaces and row.replaces.on == row.on
    ):
        raise ValidationError({"on": _("This date is recorded already: enter another, or cancel")})
    convictions = offender.convictions.visible_to(by).in_force().order_by("dealt_with_on")
    first = convictions.values_list("dealt_with_on", flat=True).first()
    if row.on < (first or offender.born_on):
        words = _("The date must be on or after the first conviction, of %s")
        born = _("The date must be after the date of birth, %s")
        raise ValidationError({"on": (words if first else born) % long_date(first or offender.born_on)})
    _refuse_out_of_order(row, others, by=by)
    row.full_clean()
    row.save()
    record(event, by=by, about=row, kind=row.kind)
    tell(offender, title, row.get_kind_display(), by=by)
    _follow(row, by=by)
    return row


def _follow(row: KeyDate, *, by: User) -> None:
    """Of all key dates one ends something: category 2 ends with the licence, until the licence itself is recorded."""
    if row.kind == KeyDate.Kind.LICENCE_EXPIRY:
        follow(row.offender, by=by)


def _refuse_out_of_order(row: KeyDate, others: list[KeyDate], *, by: User) -> None:
    """Raise ValidationError for a second date of a kind of which there is one, a release before the sentence that holds
    the person, and a release after the sentence or licence has run out. Dates of an earlier sentence are not in question.
    """
    held = list(row.offender.disposals.visible_to(by).that_hold().values_list("imposed_on", flat=True))
    others = [each for each in others if not _sentenced_between(held, each.on, row.on)]
    same = next((each for each in others if each.kind == row.kind and row.kind not in KeyDate.SEVERAL), None)
    if same:
        words = _("A date of this kind stands, %s: change that one, or withdraw it first")
        raise ValidationError({"kind" if row.replaces is None else "on": words % long_date(same.on)})
    if row.kind in KeyDate.RELEASE:
        if held and row.on < held[0]:
            words = _("The date must be on or after the first sentence of custody or hospital, of %s")
            raise ValidationError({"on": words % long_date(held[0])})
        over = min((each for each in others if each.kind in KeyDate.EXPIRY), key=lambda each: each.on, default=None)
        if over and row.on > over.on:
            words = _("A release must be on or before the date of “%(kind)s”, %(day)s: check which is wrong")
            about = {"kind": over.get_kind_display(), "day": long_date(over.on)}
            raise ValidationError({"on": words % about})
    if row.kind in KeyDate.EXPIRY:
        out = max((each for each in others if each.kind in KeyDate.RELEASE), key=lambda each: each.on, default=None)
        if out and row.on < out.on:
            words = _("This must be on or after the date of “%(kind)s”, %(day)s: check which is wrong")
            raise ValidationError({"on": words % {"kind": out.get_kind_display(), "day": long_date(out.on)}})


def _sentenced_between(held: list[date], one: date, other: date) -> bool:
    first, last = sorted((one, other))
    return any(first < day <= last for day in held)
