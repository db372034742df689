"""The verbs of approved premises: propose, decide, reserve, arrive, leave, withdraw. Each asks `require` first."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require, require_in_the_authority
from agencies.models import User
from audit.record import record
from mappa import dates
from offenders.actions.case import Topic, lock, telling
from offenders.models import Offender, Premises, PremisesPlace, PremisesProposal

tell = telling(Topic.MOVES)

Proposal = PremisesProposal
Release = PremisesPlace.Release


@transaction.atomic
def propose_premises(
    *, offender: Offender, proposed_by: str, proposed_on: date, needed_from: date, reasons: str, by: User
) -> PremisesProposal:
    """Record that somebody proposes a place in approved premises. Nothing is imposed by it.

    Raises ValidationError while another proposal of the case waits or holds.
    """
    require(by, Perm.EDIT_CASE, on=offender)
    offender = lock(offender, by=by)
    if any(
        proposal.is_running(proposal.places.visible_to(by)) for proposal in offender.premises_proposals.visible_to(by)
    ):
        raise ValidationError(_("Another proposal for this person is open. Go on with that one, or withdraw it first."))
    proposal = Proposal(
        offender=offender,
        proposed_by=proposed_by,
        proposed_on=proposed_on,
        needed_from=needed_from,
        reasons=reasons,
        recorded_by=by,
    )
    proposal.full_clean()
    proposal.save()
    record("premises.proposed", by=by, about=proposal, proposed_by=proposed_by)
    tell(offender, _("Approved premises proposed"), str(proposal.get_proposed_by_display()), by=by)
    return proposal


@transaction.atomic
def decide_premises(
    *,
    proposal: PremisesProposal,
    decision: str,
    decided_by: str,
    decided_by_officer: str,
    decided_on: date,
    decision_reasons: str,
    conditions: str,
    by: User,
) -> PremisesProposal:
    """Record the decision of the competent body: whose it was, when and why. Whoever types it did not make it."""
    require(by, Perm.EDIT_CASE, on=proposal)
    proposal = _open(proposal, by=by)
    if proposal.decision:
        raise ValidationError(_("The decision is recorded already. Withdraw the proposal and make another instead."))
    if not proposal.proposed_on <= decided_on <= dates.today():
        raise ValidationError({"decided_on": _("Enter a date from the day of the proposal until today")})
    proposal.decision, proposal.decided_by, proposal.decided_on = decision, decided_by, decided_on
    proposal.decided_by_officer, proposal.decision_reasons = decided_by_officer, decision_reasons
    proposal.conditions = conditions
    proposal.full_clean()
    proposal.save()
    record("premises.decided", by=by, about=proposal, decision=decision, body=decided_by)
    words = f"{proposal.get_decision_display()}. {proposal.get_decided_by_display()}"
    tell(proposal.offender, _("Approved premises: decision recorded"), words, by=by)
    return proposal


@transaction.atomic
def reserve_bed(
    *, proposal: PremisesProposal, premises: Premises, from_on: date, until_on: date, bed: int | None, by: User
) -> PremisesPlace:
    """Record the bed that was given, from a day until the day on which it is free again; the first free one if none is named.

    In place of an earlier reservation under the proposal. Raises ValidationError without an accepted decision, and
    when no bed is free on all these days. The premises are locked, and the database refuses the same bed twice.
    Which beds there are is for the Responsible Authority, so that no partner agency that leads the case gives one.
    """
    require(by, Perm.EDIT_CASE, on=proposal)
    require_in_the_authority(by, Perm.EDIT_CASE)
    proposal = _open(proposal, by=by)
    _accepted(proposal, {"premises": _("No bed can be reserved before the competent body has accepted the proposal")})
    earlier = proposal.places.visible_to(by).standing().first()
    if earlier is not None and earlier.arrived_on:
        raise ValidationError(_("This person lives in approved premises already. Change the place instead."))
    if earlier is not None:
        _release(earlier, dates.today(), Release.CHANGED, "")
    place = _place(proposal, premises, bed, from_on, until_on, by=by)
    place.full_clean()
    place.save()
    record("premises.reserved", by=by, about=place, premises=premises.code)
    tell(proposal.offender, _("Bed in approved premises reserved"), premises.name, by=by)
    return place


@transaction.atomic
def change_place(
    *, place: PremisesPlace, premises: Premises, bed: int | None, until_on: date, reason: str, by: User
) -> PremisesPlace:
    """Extend or shorten a stay, or move the resident to another bed, from today. The place until today stays on the record."""
    require(by, Perm.EDIT_CASE, on=place)
    require_in_the_authority(by, Perm.EDIT_CASE)
    place = _standing(place, by=by)
    today = dates.today()
    if place.arrived_on is None:
        raise ValidationError(_("This person has not arrived: reserve the bed anew instead."))
    if until_on <= today:
        raise ValidationError({"until_on": _("Enter a day after today. If the person has left, record the departure")})
    stays = premises.pk == place.premises_id and bed in {None, place.bed}
    _release(place, today, Release.CHANGED, reason)
    new = _place(place.proposal, premises, place.bed if stays else bed, today, until_on, by=by)
    new.arrived_on = today
    new.full_clean()
    new.save()
    record("premises.changed", by=by, about=new, premises=premises.code)
    tell(place.offender, _("Stay in approved premises changed"), premises.name, by=by)
    return new


@transaction.atomic
def arrive(*, place: PremisesPlace, arrived_on: date, by: User) -> PremisesPlace:
    """Record the arrival. Raises ValidationError before the decision or the reservation, and while somebody lives in the bed."""
    require(by, Perm.EDIT_CASE, on=place)
    place = _standing(place, by=by)
    if place.arrived_on:
        raise ValidationError(_("The arrival is recorded already. Nothing was changed."))
    decided_on = place.proposal.decided_on
    if decided_on is None or arrived_on < decided_on:
        raise ValidationError({"arrived_on": _("The arrival cannot be before the decision of the competent body")})
    if arrived_on > dates.today():
        raise ValidationError({"arrived_on": _("The day of arrival must be today or in the past")})
    if not place.from_on <= arrived_on < place.until_on:
        raise ValidationError({"arrived_on": _("The bed is not reserved on this day: reserve it for other days first")})
    if PremisesPlace.objects.lived_in(place.premises, place.bed, arrived_on):
        raise ValidationError({"arrived_on": _("Somebody still lived in this bed then: enter a later day")})
    place.arrived_on = arrived_on
    place.full_clean()
    place.save(update_fields=["arrived_on"])
    record("premises.arrived", by=by, about=place, premises=place.premises.code)
    tell(place.offender, _("Arrived at approved premises"), place.premises.name, by=by)
    return place


@transaction.atomic
def leave(*, place: PremisesPlace, release: str, released_on: date, release_notes: str, by: User) -> PremisesPlace:
    """Record the departure and how it came. The bed is free from that day.

    Whoever left before the stay was extended or moved left from the place before that, and the change came to nothing.
    """
    require(by, Perm.EDIT_CASE, on=place)
    place = _standing(place, by=by)
    if place.arrived_on is None:
        raise ValidationError(_("This person has not arrived: withdraw the proposal instead."))
    place = _lived_in_on(place, released_on, by=by)
    _release(place, released_on, release, release_notes)
    record("premises.left", by=by, about=place, release=release)
    tell(place.offender, _("Left approved premises"), str(place.get_release_display()), by=by)
    return place


@transaction.atomic
def withdraw_proposal(*, proposal: PremisesProposal, withdrawal_reason: str, by: User) -> PremisesProposal:
    """Withdraw a proposal before arrival, and give up the bed reserved under it."""
    require(by, Perm.EDIT_CASE, on=proposal)
    proposal = _open(proposal, by=by)
    if proposal.places.visible_to(by).filter(arrived_on__isnull=False).exists():
        raise ValidationError(_("This person has arrived: record the departure instead."))
    for place in proposal.places.visible_to(by).standing():
        _release(place, dates.today(), Release.WITHDRAWN, withdrawal_reason)
    proposal.withdrawn_on, proposal.withdrawal_reason = dates.today(), withdrawal_reason
    proposal.full_clean()
    proposal.save(update_fields=["withdrawn_on", "withdrawal_reason"])
    record("premises.withdrawn", by=by, about=proposal)
    tell(proposal.offender, _("Proposal of approved premises withdrawn"), by=by)
    return proposal


def _open(proposal: PremisesProposal, *, by: User) -> PremisesProposal:
    """The proposal, fresh, its case locked. Raises ValidationError when it was refused, withdrawn or has ended."""
    offender = lock(proposal.offender, by=by)
    found = Proposal.objects.visible_to(by).get(pk=proposal.pk)
    found.offender = offender
    if not found.is_running(found.places.visible_to(by)):
        raise ValidationError(_("This proposal has ended. Make another proposal instead."))
    return found


def _accepted(proposal: PremisesProposal, refusal: dict[str, str]) -> None:
    if proposal.decision != Proposal.Decision.ACCEPTED:
        raise ValidationError(refusal)


def _standing(place: PremisesPlace, *, by: User) -> PremisesPlace:
    """The place, fresh, its case locked. Raises ValidationError when it was given up or left meanwhile."""
    offender = lock(place.offender, by=by)
    found = PremisesPlace.objects.visible_to(by).select_related("premises", "proposal").get(pk=place.pk)
    found.offender = offender
    if found.released_on:
        raise ValidationError(_("This place is no longer held. Nothing was changed."))
    return found


def _lived_in_on(place: PremisesPlace, day: date, *, by: User) -> PremisesPlace:
    """The place of the stay that the person had until a day; what was changed after that day is given up."""
    stays = PremisesPlace.objects.visible_to(by).filter(proposal=place.proposal_id, arrived_on__isnull=False)
    found = stays.filter(arrived_on__lte=day).select_related("premises", "proposal").order_by("pk").last()
    if found is None or day > dates.today():
        raise ValidationError({"released_on": _("Enter a date from the day of arrival until today")})
    if found.pk == place.pk:
        return place
    for later in stays.filter(pk__gt=found.pk).order_by("pk"):
        later.arrived_on = None
        _release(later, later.released_on or dates.today(), Release.WITHDRAWN, later.release_notes)
    found.offender = place.offender
    return found


def _release(place: PremisesPlace, on: date, release: str, notes: str) -> None:
    place.released_on, place.release, place.release_notes = on, release, notes
    place.full_clean()
    place.save(update_fields=["arrived_on", "released_on", "release", "release_notes"])


def _place(
    proposal: PremisesProposal, premises: Premises, bed: int | None, from_on: date, until_on: date, *, by: User
) -> PremisesPlace:
    """A bed of the premises, which are locked so that two do not choose the same one at once."""
    premises = Premises.objects.select_for_update().get(pk=premises.pk)
    if not premises.is_active:
        raise ValidationError({"premises": _("These premises take no residents: choose others")})
    if until_on <= from_on:
        raise ValidationError({"until_on": _("The expected departure must be after the first day")})
    if bed is None:
        taken = PremisesPlace.objects.beds_taken_between(premises, from_on, until_on)
        free = [number for number in range(1, premises.beds + 1) if number not in taken]
        if not free:
            raise ValidationError({"premises": _("No bed is free there on all of these days")})
        bed = free[0]
    return PremisesPlace(
        offender=proposal.offender,
        proposal=proposal,
        premises=premises,
        bed=bed,
        from_on=from_on,
        until_on=until_on,
        recorded_by=by,
    )
