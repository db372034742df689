"""The verbs of breaches: record one, and how it came out. Each asks `require` first."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.actions.case import Topic, lock, refuse_twice, telling
from offenders.models import Breach, LicenceCondition, Monitoring, Order, PremisesPlace

tell = telling(Topic.ORDERS)

Subject = Order | LicenceCondition | Monitoring | PremisesPlace


@transaction.atomic
def record_breach(
    *, subject: Subject, happened_on: date, what: str, action: str, by: User, is_alert: bool = False
) -> Breach:
    """Record a breach of an order, a condition or the rules of premises, or an alert of monitoring, and what was done.

    Raises ValidationError for a day on which what was breached did not hold: before it began, or after it ended. A recall
    is proposed, and decided elsewhere.
    """
    require(by, Perm.EDIT_CASE, on=subject)
    offender = lock(subject.offender, by=by)
    field, since = _begins(subject, by=by)
    last = _last_day(subject)
    if not since <= happened_on <= (last or dates.today()):
        words = _("Enter a date from the day when it began to hold, %(first)s, until %(last)s")
        about = {"first": long_date(since), "last": long_date(last) if last else _("today")}
        raise ValidationError({"happened_on": words % about})
    told = {field: subject, "happened_on": happened_on, "what": what, "action": action, "is_alert": is_alert}
    breach = Breach(offender=offender, recorded_by=by, **told)
    refuse_twice(offender.breaches.visible_to(by).filter(**told))
    breach.full_clean()
    breach.save()
    record("breach.recorded", by=by, about=breach, of=field, action=action)
    tell(offender, _("Monitoring alert recorded") if is_alert else _("Breach recorded"), _of(field), by=by)
    return breach


@transaction.atomic
def settle_breach(*, breach: Breach, outcome: str, settled_on: date, outcome_notes: str, by: User) -> Breach:
    """Record how a breach came out. Once: what is wrong in it is said in a note."""
    require(by, Perm.EDIT_CASE, on=breach)
    offender = lock(breach.offender, by=by)
    breach = Breach.objects.visible_to(by).get(pk=breach.pk)
    breach.offender = offender
    if breach.settled_on:
        raise ValidationError(_("The outcome is recorded already. Nothing was changed."))
    if not breach.happened_on <= settled_on <= dates.today():
        raise ValidationError({"settled_on": _("Enter a date from the day of the breach until today")})
    breach.outcome, breach.outcome_notes = outcome, outcome_notes
    breach.settled_on, breach.settled_by = settled_on, by
    breach.full_clean()
    breach.save(update_fields=["outcome", "outcome_notes", "settled_on", "settled_by"])
    record("breach.settled", by=by, about=breach, outcome=outcome)
    tell(offender, _("Outcome of a breach recorded"), str(breach.get_outcome_display()), by=by)
    return breach


def _begins(subject: Subject, *, by: User) -> tuple[str, date]:
    """The field by which a breach names what was breached, and the first day on which that held."""
    if isinstance(subject, Order):
        return "order", subject.starts_on
    if isinstance(subject, LicenceCondition):
        return "condition", subject.added_on
    if isinstance(subject, Monitoring):
        return "monitoring", subject.fitted_on
    return "place", _first_arrival(subject, by=by) or subject.from_on


def _first_arrival(place: PremisesPlace, *, by: User) -> date | None:
    """When the stay began, however often it was extended or moved since."""
    stays = PremisesPlace.objects.visible_to(by).filter(proposal=place.proposal_id)
    first: date | None = stays.aggregate(first=Min("arrived_on"))["first"]
    return first


def _last_day(subject: Subject) -> date | None:
    """The last day on which it held, once somebody has recorded its end."""
    if isinstance(subject, Order):
        return subject.ended_on
    if isinstance(subject, LicenceCondition):
        return min((day for day in (subject.removed_on, subject.licence.ended_on) if day), default=None)
    return subject.removed_on if isinstance(subject, Monitoring) else subject.released_on


def _of(field: str) -> str:
    words = {
        "order": _("Of an order"),
        "condition": _("Of a licence condition"),
        "monitoring": _("Of electronic monitoring"),
        "place": _("At approved premises"),
    }
    return words[field]
