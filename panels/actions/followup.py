"""What becomes of an action after the meeting: done and confirmed, given a new date or another owner, or withdrawn."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import working_days
from agencies.access import Perm, cells_of, require
from agencies.models import Agency, AgencyKind, Membership, User
from agencies.models.membership import MembershipQuerySet
from agencies.models.standard import value
from agencies.models.user import system_user
from agencies.outbox import marked, post, tell_agency
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders import grants
from offenders.actions import Topic, lock, refuse_twice, telling
from offenders.models import Offender
from offenders.models.grant import Basis
from panels.actions.meetings import changed
from panels.models import Action, AgendaItem, Invitation, Meeting, Postponement, Progress

tell = telling(Topic.MEETINGS)

Kind = Progress.Kind
State = Action.State


def fresh(action: Action, *, by: User) -> Action:
    """The action as it is now, locked with its case until the transaction ends."""
    lock(action.offender, by=by)
    rows = Action.objects.visible_to(by).select_for_update(of=("self",))
    found = rows.select_related("offender__area", "agency", "officer", "item__meeting").filter(pk=action.pk).first()
    if found is None:
        raise ValidationError(_("This action is no longer your agency’s. Nothing was saved."))
    return found


def in_state(action: Action, state: str, version: int, *, by: User) -> Action:
    """The same, refused in another state, or when somebody changed it since `version` was read."""
    found = fresh(action, by=by)
    if found.state != state:
        raise ValidationError(why_not(found))
    if found.version != version:
        raise ValidationError(_changed(found), code="stale", params={"version": found.version})
    return found


def why_not(action: Action) -> str:
    """What state an action is in, for whoever would do what that state does not allow."""
    words = {
        State.OPEN: _("This action is open: nobody has said that it is done, or it was sent back."),
        State.DONE: _("This action is done already, and waits to be confirmed. Open the page again to see it."),
        State.CONFIRMED: _("This action is done and confirmed. Nothing more is to be done about it."),
        State.WITHDRAWN: _("This action was withdrawn. Open the page again to see why."),
    }
    return words[State(action.state)]


def _changed(action: Action) -> str:
    words = _(
        "Somebody changed this action meanwhile: it is now with %(owner)s, due %(day)s. "
        "What you wrote is still here. Read the page, then send it again."
    )
    owner = f"{action.agency.name} ({action.officer.name})" if action.officer else action.agency.name
    told = words % {"owner": owner, "day": long_date(action.due_on)}
    return told.replace("%", "%%")  # a refusal with parameters formats its words once more


def _step(action: Action, kind: str, text: str, *, by: User, **agencies: Agency) -> None:
    """Keep what happened. Whoever reads an older version of the action is refused from now on."""
    Progress.objects.create(action=action, kind=kind, text=text, by=by, **agencies)
    action.version += 1
    action.full_clean()
    action.save()
    record(f"action.{kind}", by=by, about=action, version=action.version)


@transaction.atomic
def note_progress(*, action: Action, text: str, by: User) -> Progress:
    """Say how far an action has got. It is read by whoever reads the action, and never changed."""
    require(by, Perm.UPDATE_ACTION, on=action)
    action = fresh(action, by=by)
    if action.state not in {State.OPEN, State.DONE}:
        raise ValidationError(why_not(action))
    if not text.strip():
        raise ValidationError({"text": _("Enter what has happened")})
    refuse_twice(action.progress.visible_to(by).filter(kind=Kind.NOTE, text=text.strip(), by=by))
    note = Progress.objects.create(action=action, kind=Kind.NOTE, text=text.strip(), by=by)
    record("action.noted", by=by, about=action)
    return note


@transaction.atomic
def complete(*, action: Action, text: str, version: int, by: User) -> Action:
    """Say that an action is done, and what came of it: for the timeliness of its owner it is done today.

    Co-ordination or the chair of its meeting confirms it, or sends it back.
    """
    require(by, Perm.UPDATE_ACTION, on=action)
    action = in_state(action, State.OPEN, version, by=by)
    if not text.strip():
        raise ValidationError({"text": _("Enter what was done and what came of it")})
    action.outcome, action.done_on, action.done_by = text.strip(), dates.today(), by
    action.state, action.confirm_due_on = State.DONE, _confirm_due(action)
    _step(action, Kind.DONE, action.outcome, by=by)
    tell(action.offender, _("Action done"), action.reference, by=by)
    return action


def _confirm_due(action: Action) -> date:
    area = action.area
    return working_days.after(dates.today(), value("action_confirm_working_days", area, dates.today()), area)


@transaction.atomic
def confirm_action(*, action: Action, version: int, by: User) -> Action:
    """Confirm that an action is done. Nobody confirms what he himself said to be done."""
    require(by, Perm.SETTLE_ACTION, on=action)
    action = in_state(action, State.DONE, version, by=by)
    _refuse_own(action, by)
    action.state, action.confirmed_at, action.confirmed_by = State.CONFIRMED, timezone.now(), by
    _step(action, Kind.CONFIRMED, "", by=by)
    tell(action.offender, _("Action confirmed"), action.reference, by=by)
    return action


def _refuse_own(action: Action, by: User) -> None:
    if action.done_by == by:
        words = _(
            "You said yourself that this action is done. Somebody else of co-ordination, or the chair, answers it."
        )
        raise ValidationError(words)


@transaction.atomic
def send_back_action(*, action: Action, text: str, version: int, by: User) -> Action:
    """Say what is still missing: the action is open again, with its date, and its owner is told."""
    require(by, Perm.SETTLE_ACTION, on=action)
    action = in_state(action, State.DONE, version, by=by)
    _refuse_own(action, by)
    if not text.strip():
        raise ValidationError({"text": _("Enter what is still to be done")})
    action.state, action.outcome = State.OPEN, ""
    action.done_on = action.done_by = action.confirm_due_on = None
    _step(action, Kind.RETURNED, text.strip(), by=by)
    tell(action.offender, _("Action sent back"), action.reference, by=by)
    _tell_owner(
        action, _("MAPPA action sent back: %s"), _("An action of your agency is not done yet, as its meeting sees it.")
    )
    return action


def _tell_owner(action: Action, subject: str, words: str) -> None:
    """Mail the owning agency and whoever does the action: a reference and a link, and nothing about anyone."""
    tell_agency(
        action.agency,
        about=action,
        key=f"action:{action.reference}:{action.version}",
        subject=subject % action.reference,
        words=words,
        path=action.get_absolute_url(),
        besides=[action.officer] if action.officer else [],
    )


@transaction.atomic
def postpone(*, action: Action, due_on: date | None, reason: str, version: int, by: User) -> Action:
    """Give an action a later date, and say why. The date agreed at the meeting stays in its minutes."""
    require(by, Perm.UPDATE_ACTION, on=action)
    action = in_state(action, State.OPEN, version, by=by)
    if due_on is None or due_on <= max(action.due_on, dates.today()):
        raise ValidationError({"due_on": _("Enter a date after today and after the present one")})
    if not reason.strip():
        raise ValidationError({"reason": _("Enter why the action needs more time")})
    Postponement.objects.create(
        action=action, from_due_on=action.due_on, to_due_on=due_on, reason=reason.strip(), by=by
    )
    action.due_on = due_on
    action.version += 1
    action.full_clean()
    action.save(update_fields=["due_on", "version"])
    record("action.postponed", by=by, about=action)
    tell(action.offender, _("Action given a new date"), action.reference, by=by)
    return action


def colleagues(action: Action) -> MembershipQuerySet:
    """Who works for the agency that owns the action, in a role that may update it: nobody else could do anything about it."""
    roles = [*cells_of(Perm.UPDATE_ACTION)]
    rows = Membership.objects.in_force(dates.today()).filter(agency=action.agency_id, role__in=roles)
    return rows.select_related("user").order_by("user__name", "pk")


@transaction.atomic
def assign(*, action: Action, officer: User | None, version: int, by: User) -> Action:
    """Name the person in the owning agency who will do it. He is told, unless he names himself."""
    require(by, Perm.UPDATE_ACTION, on=action)
    action = in_state(action, State.OPEN, version, by=by)
    if officer is None or not colleagues(action).filter(user=officer).exists():
        raise ValidationError({"officer": _("Choose someone of the agency that owns the action")})
    if not Offender.objects.visible_to(officer).filter(pk=action.offender_id).exists():
        words = _("%s cannot open this person’s record. Choose somebody who can")
        raise ValidationError({"officer": words % officer.name})
    action.officer = officer
    _step(action, Kind.GIVEN, officer.name, by=by)
    tell(action.offender, _("Action given to somebody"), action.reference, by=by)
    if officer != by:
        post(
            key=f"action:{action.reference}:{action.version}:{officer.pk}",
            to=officer,
            subject=marked(_("A MAPPA action is yours: %s") % action.reference),
            body=_("An action of your agency is yours to do by %(day)s. Sign in to read it.\n\n%(url)s")
            % {"day": long_date(action.due_on), "url": f"{settings.BASE_URL}{action.get_absolute_url()}"},
        )
    return action


def takers(action: Action) -> list[Agency]:
    """The agencies that an action may be given to: those ever invited for the person, and the Responsible Authority."""
    case = action.offender
    # Which agencies were invited is no secret from whoever settles the action, though he was not at every meeting.
    invitations = Invitation.objects.visible_to(system_user()).filter(item__offender=case).order_by()
    known = Q(pk__in=set(invitations.values_list("agency", flat=True))) | Q(pk=case.lead_agency_id)
    authority = Q(area=case.area_id, kind__duty=AgencyKind.Duty.RESPONSIBLE_AUTHORITY)
    rows = Agency.objects.filter(known | authority, is_active=True).exclude(pk=action.agency_id)
    return list(rows.select_related("kind").order_by("name"))


def gains(agency: Agency, offender: Offender) -> bool:
    """Would an agency see a case only because it is given an action?"""
    return agency.pk != offender.lead_agency_id and not (
        grants.sees_by_area(agency, offender) or agency.pk in offender.parts().involved
    )


def taken_until(action: Action) -> date:
    """Until when an agency that is given an action sees the case: as long as by an invitation to a meeting today."""
    return grants.invited_until(max(dates.today(), action.due_on), action.offender.area)


@transaction.atomic
def reassign_action(*, action: Action, agency: Agency | None, reason: str, version: int, by: User) -> Action:
    """Give an action to another agency. Where it does not see the case it gains that, as by an invitation; both are told.

    What an agency saw only by this action ends when it has it no more.
    """
    require(by, Perm.SETTLE_ACTION, on=action)
    action = in_state(action, State.OPEN, version, by=by)
    if agency is None or agency.pk not in {taker.pk for taker in takers(action)}:
        raise ValidationError(
            {"agency": _("Choose an agency that was invited for this person, or police, probation or prison")}
        )
    if not reason.strip():
        raise ValidationError({"reason": _("Enter why another agency does it")})
    if action.offender.restricted and gains(agency, action.offender):
        raise ValidationError({"agency": _("This case is restricted: only people named on it see it. Name one first")})
    before = action.agency
    # While it is still theirs, so that they may read what the mail leads to.
    _tell_loss(action)
    grants.end(offender=action.offender, agency=before, basis=Basis.INVITED, source=action.reference, by=by)
    if gains(agency, action.offender):
        grants.share(
            offender=action.offender,
            agency=agency,
            basis=Basis.INVITED,
            source=action.reference,
            reason=_("Given action %s") % action.reference,
            until=taken_until(action),
            by=by,
        )
    action.agency, action.officer = agency, None
    _step(action, Kind.REASSIGNED, reason.strip(), by=by, from_agency=before, to_agency=agency)
    tell(
        action.offender, _("Action given to another agency"), f"{action.reference}: {before.name}, {agency.name}", by=by
    )
    _tell_owner(
        action,
        _("A MAPPA action for your agency: %s"),
        _("An action of a MAPPA meeting is now your agency’s. Sign in to read it."),
    )
    return action


def _tell_loss(action: Action) -> None:
    tell_agency(
        action.agency,
        about=action,
        key=f"action-gone:{action.reference}:{action.version}",
        subject=_("A MAPPA action is no longer yours: %s") % action.reference,
        words=_("Another agency does this action now. Your agency has nothing more to do about it."),
        path="/actions/?show=agency",
        besides=[action.officer] if action.officer else [],
    )


@transaction.atomic
def withdraw_action(*, action: Action, reason: str, version: int, by: User) -> Action:
    """Take an action back, and say why: it is no longer needed, or was wrong. It stays to be read.

    Before the chair approves the minutes it was never agreed, and they do not print it.
    """
    require(by, Perm.SETTLE_ACTION, on=action)
    meeting = _hold_meeting(action)
    action = in_state(action, State.OPEN, version, by=by)
    if not reason.strip():
        raise ValidationError({"reason": _("Enter why the action is withdrawn")})
    action.state, action.withdrawn_at, action.withdrawn_by = State.WITHDRAWN, timezone.now(), by
    action.withdrawal_reason = reason.strip()
    _step(action, Kind.WITHDRAWN, action.withdrawal_reason, by=by)
    tell(action.offender, _("Action withdrawn"), action.reference, by=by)
    _tell_owner(
        action, _("MAPPA action withdrawn: %s"), _("An action of your agency was withdrawn. Sign in to read why.")
    )
    if meeting.is_open:
        # Nobody approves a draft that an action has left since he read it.
        changed(meeting)
    return action


def _hold_meeting(action: Action) -> Meeting:
    """The meeting that agreed an action, locked: the area to which the case was handed since does not see it."""
    rows = Meeting.objects.visible_to(system_user()).select_for_update(of=("self",))
    return rows.get(pk=action.item.meeting_id)


def carry_over(item: AgendaItem, *, by: User) -> int:
    """Count one more meeting for each action that this item's meeting found late: it stays with its owner.

    A step of the approval, which asks who may and happens once.
    """
    found = late_at(item)
    for action in found:
        Progress.objects.create(action=action, kind=Kind.CARRIED, text=item.meeting.reference, by=by)
        action.carried += 1
        action.save(update_fields=["carried"])
    return len(found)


def late_at(item: AgendaItem) -> list[Action]:
    """The actions of earlier meetings about the person that were late on the day of this one, whoever sees them."""
    day, everything = item.meeting.held_on, system_user()
    earlier = Action.objects.visible_to(everything).filter(
        offender=item.offender_id, item__meeting__starts_at__lt=item.meeting.starts_at, withdrawn_at__isnull=True
    )
    rows = list(earlier.select_for_update(of=("self",)))
    later = Postponement.objects.visible_to(everything).filter(action__in=rows, at__date__gt=day).order_by("-at", "-pk")
    # The date that each had then, whatever it was given since.
    then = dict(later.values_list("action", "from_due_on"))
    return [action for action in rows if action.was_late(day, then.get(action.pk, action.due_on))]
