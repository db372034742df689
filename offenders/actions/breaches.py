"""The verbs of breaches of notification requirements: record one, and what was done about it."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from mappa import dates
from offenders.actions.case import Topic, lock, refuse_twice, telling
from offenders.models import NotificationBreach, NotificationDue, NotificationRequirement

tell = telling(Topic.NOTIFICATION)

NOT_MISSED = gettext_lazy("This is not overdue, or was done in time: there is no breach to record.")


@transaction.atomic
def record_breach(
    *,
    requirement: NotificationRequirement,
    what: str,
    discovered_on: date,
    due: NotificationDue | None = None,
    by: User,
) -> NotificationBreach:
    """Record that a duty was not done, or that what was told was false (SOA 2003 s.91; CTA 2008 s.54)."""
    require(by, Perm.EDIT_CASE, on=requirement)
    offender = lock(requirement.offender, by=by)
    if not requirement.relevant_on <= discovered_on <= dates.today():
        raise ValidationError(
            {"discovered_on": _("The day of discovery must be after the relevant date and not after today")}
        )
    if due and discovered_on <= due.due_on:
        words = _("The person had until %s: enter a later day")
        raise ValidationError({"discovered_on": words % f"{due.due_on:%-d %B %Y}"})
    refuse_twice(
        offender.notification_breaches.visible_to(by).filter(
            by=by, requirement=requirement, what=what, discovered_on=discovered_on
        )
    )
    breach = NotificationBreach(
        offender=offender, requirement=requirement, due=due, what=what, discovered_on=discovered_on, by=by
    )
    breach.full_clean()
    breach.save()
    record("breach.recorded", by=by, about=breach)
    tell(offender, _("Breach of notification requirements recorded"), by=by)
    return breach


@transaction.atomic
def record_missed(*, due: NotificationDue, what: str, discovered_on: date, by: User) -> NotificationBreach:
    """Record that a deadline was missed. Raises ValidationError while there is time, and for what was done in time."""
    require(by, Perm.EDIT_CASE, on=due)
    lock(due.offender, by=by)
    due = NotificationDue.objects.visible_to(by).select_related("requirement", "done_by", "offender").get(pk=due.pk)
    if not due.was_missed(dates.today()):
        raise ValidationError(NOT_MISSED)
    return record_breach(requirement=due.requirement, due=due, what=what, discovered_on=discovered_on, by=by)


@transaction.atomic
def decide_breach(
    *, breach: NotificationBreach, action: str, action_on: date, outcome: str, by: User
) -> NotificationBreach:
    """Record what was done about a breach, once."""
    require(by, Perm.EDIT_CASE, on=breach)
    offender = lock(breach.offender, by=by)
    breach = NotificationBreach.objects.visible_to(by).get(pk=breach.pk)
    breach.offender = offender
    if breach.action != NotificationBreach.Action.OPEN:
        raise ValidationError(_("What was done about this breach is recorded already. Nothing was changed."))
    if action_on > dates.today():
        raise ValidationError({"action_on": _("The day of the action must be today or in the past")})
    breach.action, breach.action_on, breach.outcome, breach.decided_by = action, action_on, outcome, by
    breach.full_clean()
    breach.save(update_fields=["action", "action_on", "outcome", "decided_by"])
    record("breach.decided", by=by, about=breach, action=action)
    tell(offender, _("Breach of notification requirements: action recorded"), breach.get_action_display(), by=by)
    return breach
