"""The verbs of foreign travel: plan it, record the return, call it off."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from mappa import dates
from offenders.actions.case import Topic, lock, telling
from offenders.actions.requirements import follow_facts
from offenders.models import ForeignTravel, Offender

tell = telling(Topic.NOTIFICATION)


@transaction.atomic
def plan_travel(
    *,
    offender: Offender,
    destination: str,
    leaves_on: date,
    returns_on: date | None,
    returned_on: date | None,
    late_reason: str,
    by: User,
) -> ForeignTravel:
    """Record travel abroad, planned or made: all of it is notified, however short (s.86, SI 2012/1876)."""
    require(by, Perm.EDIT_CASE, on=offender)
    offender = lock(offender, by=by)
    travel = ForeignTravel(
        offender=offender,
        destination=destination.strip(),
        leaves_on=leaves_on,
        returns_on=returns_on,
        returned_on=returned_on,
        late_reason=late_reason.strip(),
        by=by,
    )
    _refuse_before_leaving({"returns_on": returns_on, "returned_on": returned_on}, leaves_on)
    travel.full_clean()
    travel.save()
    follow_facts(offender, by=by)
    record("travel.recorded", by=by, about=travel)
    tell(offender, _("Travel abroad recorded"), by=by)
    return travel


def _refuse_before_leaving(days: dict[str, date | None], leaves_on: date) -> None:
    for field, day in days.items():
        if day and day < leaves_on:
            raise ValidationError({field: _("The day of return must be on or after the day of leaving")})
    returned_on = days.get("returned_on")
    if returned_on and returned_on > dates.today():
        raise ValidationError({"returned_on": _("The day of the return must be today or in the past")})


@transaction.atomic
def record_return(*, travel: ForeignTravel, returned_on: date, by: User) -> ForeignTravel:
    """Record the day on which the person came back to the United Kingdom."""
    require(by, Perm.EDIT_CASE, on=travel)
    travel = _open(travel, by=by)
    _refuse_before_leaving({"returned_on": returned_on}, travel.leaves_on)
    travel.returned_on = returned_on
    travel.full_clean()
    travel.save(update_fields=["returned_on"])
    follow_facts(travel.offender, by=by)
    record("travel.returned", by=by, about=travel)
    tell(travel.offender, _("Return from travel abroad recorded"), by=by)
    return travel


@transaction.atomic
def call_off_travel(*, travel: ForeignTravel, by: User) -> ForeignTravel:
    """Record that the person did not travel: nothing is due for it any more."""
    require(by, Perm.EDIT_CASE, on=travel)
    travel = _open(travel, by=by)
    travel.called_off_on = dates.today()
    travel.full_clean()
    travel.save(update_fields=["called_off_on"])
    follow_facts(travel.offender, by=by)
    record("travel.called_off", by=by, about=travel)
    tell(travel.offender, _("Travel abroad called off"), by=by)
    return travel


def _open(travel: ForeignTravel, *, by: User) -> ForeignTravel:
    """The journey, fresh, its case locked. Raises ValidationError when it is over or was called off."""
    offender = lock(travel.offender, by=by)
    found = ForeignTravel.objects.visible_to(by).get(pk=travel.pk)
    found.offender = offender
    if found.returned_on or found.called_off_on:
        raise ValidationError(_("The return is recorded already, or the journey was called off. Nothing was changed."))
    return found
