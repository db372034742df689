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

    Raises ValidationError for a date before the first conviction, and for one that is recorded already.
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
    convictions = offender.convictions.visible_to(by).in_force().order_by("dealt_with_on")
    first = convictions.values_list("dealt_with_on", flat=True).first()
    if row.on < (first or offender.born_on):
        words = _("The date must be on or after the first conviction, of %s")
        born = _("The date must be after the date of birth, %s")
        raise ValidationError({"on": (words if first else born) % long_date(first or offender.born_on)})
    if offender.key_dates.visible_to(by).standing().filter(kind=row.kind, on=row.on).exists():
        raise ValidationError({"on": _("This date is recorded already: enter another, or cancel")})
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
