"""What becomes of an action after the meeting."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import Membership, User
from agencies.models.membership import MembershipQuerySet
from audit.record import record
from mappa import dates
from offenders.actions import Topic, telling
from panels.models import Action, Postponement

tell = telling(Topic.MEETINGS)


def _open(action: Action, *, by: User) -> Action:
    """The action, fresh and locked; refused when it is done."""
    rows = Action.objects.visible_to(by).select_for_update(of=("self",)).select_related("offender", "agency")
    action = rows.get(pk=action.pk)
    if action.done_on is not None:
        raise ValidationError(_("This action is done already. Open the page again to see what was recorded."))
    return action


@transaction.atomic
def complete(*, action: Action, outcome: str, by: User) -> Action:
    """Say that an action is done, and what came of it."""
    require(by, Perm.UPDATE_ACTION, on=action)
    action = _open(action, by=by)
    if not outcome.strip():
        raise ValidationError({"outcome": _("Enter what was done and what came of it")})
    action.outcome, action.done_on, action.done_by = outcome.strip(), dates.today(), by
    action.full_clean()
    action.save(update_fields=["outcome", "done_on", "done_by"])
    record("action.done", by=by, about=action)
    tell(action.offender, _("Action done"), action.reference, by=by)
    return action


@transaction.atomic
def postpone(*, action: Action, due_on: date | None, reason: str, by: User) -> Action:
    """Give an action a later date, and say why. The date agreed at the meeting stays in its minutes."""
    require(by, Perm.UPDATE_ACTION, on=action)
    action = _open(action, by=by)
    if due_on is None or due_on <= max(action.due_on, dates.today()):
        raise ValidationError({"due_on": _("Enter a date after today and after the present one")})
    if not reason.strip():
        raise ValidationError({"reason": _("Enter why the action needs more time")})
    Postponement.objects.create(
        action=action, from_due_on=action.due_on, to_due_on=due_on, reason=reason.strip(), by=by
    )
    action.due_on = due_on
    action.save(update_fields=["due_on"])
    record("action.postponed", by=by, about=action)
    tell(action.offender, _("Action given a new date"), action.reference, by=by)
    return action


def colleagues(action: Action) -> MembershipQuerySet:
    """Who works for the agency that owns the action."""
    rows = Membership.objects.in_force(dates.today()).filter(agency=action.agency_id)
    return rows.select_related("user").order_by("user__name", "pk")


@transaction.atomic
def assign(*, action: Action, officer: User | None, by: User) -> Action:
    """Name the person in the owning agency who will do it."""
    require(by, Perm.UPDATE_ACTION, on=action)
    action = _open(action, by=by)
    if officer is None or not colleagues(action).filter(user=officer).exists():
        raise ValidationError({"officer": _("Choose someone of the agency that owns the action")})
    action.officer = officer
    action.save(update_fields=["officer"])
    record("action.assigned", by=by, about=action)
    tell(action.offender, _("Action given to somebody"), action.reference, by=by)
    return action
