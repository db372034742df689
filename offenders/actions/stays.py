"""The verbs of other premises: record a stay, and its end."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from offenders.actions.case import Topic, lock, telling
from offenders.actions.dues import settle
from offenders.models import Offender, OtherPremises, Stay
from offenders.models.offender import search_key

tell = telling(Topic.NOTIFICATION)


@transaction.atomic
def record_stay(*, offender: Offender, address: str, from_on: date, until: date | None, by: User) -> Stay:
    """Record a stay at other premises; stays at one address are counted together (s.84(6)).

    Raises ValidationError for days that another stay there covers.
    """
    require(by, Perm.EDIT_CASE, on=offender)
    offender = lock(offender, by=by)
    words = " ".join(address.split())
    folded = search_key(words)
    if not folded:
        raise ValidationError({"address": _("Enter the address in letters and numbers")})
    premises = offender.other_premises.visible_to(by).filter(folded=folded).first()
    if premises is None:
        premises = OtherPremises(offender=offender, address=words, folded=folded, first_on=from_on, by=by)
        premises.full_clean()
        premises.save()
    stay = Stay(offender=offender, premises=premises, from_on=from_on, until=until, by=by)
    stay.full_clean()
    _refuse_overlap(stay, by=by)
    stay.save()
    settle(offender, by=by)
    record("stay.recorded", by=by, about=stay)
    tell(offender, _("Stay at other premises recorded"), by=by)
    return stay


def _refuse_overlap(stay: Stay, *, by: User) -> None:
    others = stay.premises.stays.visible_to(by).exclude(pk=stay.pk)
    others = others.filter(Q(until__isnull=True) | Q(until__gte=stay.from_on))
    if stay.until:
        others = others.filter(from_on__lte=stay.until)
    if others.exists():
        raise ValidationError(
            {"from_on": _("Another stay there covers some of these days: record the other days only")}
        )


@transaction.atomic
def end_stay(*, stay: Stay, until: date, by: User) -> Stay:
    """Record the last day of a stay that went on."""
    require(by, Perm.EDIT_CASE, on=stay)
    offender = lock(stay.offender, by=by)
    stay = Stay.objects.visible_to(by).select_related("premises").get(pk=stay.pk)
    stay.offender = offender
    if stay.until:
        raise ValidationError(_("The last day of this stay is recorded already. Nothing was changed."))
    stay.until = until
    stay.full_clean()
    _refuse_overlap(stay, by=by)
    stay.save(update_fields=["until"])
    settle(offender, by=by)
    record("stay.ended", by=by, about=stay)
    tell(offender, _("Stay at other premises ended"), by=by)
    return stay
