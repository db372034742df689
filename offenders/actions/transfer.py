"""Handing a case over, and who leads it: until a transfer is accepted nothing moves, then everything does at once."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import working_days
from agencies.access import Perm, require
from agencies.models import Agency, Area, Membership, Rank, Role, User
from agencies.models.standard import value
from agencies.models.user import system_user
from audit.record import record
from mappa import dates
from mappa.eyes import past_sight
from offenders import grants
from offenders.actions.case import Topic, lock, telling
from offenders.actions.sharing import has_keeper, stay_in_sight
from offenders.models import HandoverItem, HandoverKind, Offender, Transfer
from offenders.models.grant import Basis
from offenders.visibility import forget_scopes, who_sees

tell = telling(Topic.ACCESS)

State = Transfer.State
# Police, probation, mental health and youth justice lead cases; a prison hands over to one of them (domain.md 1.4).
KINDS_THAT_LEAD = ("police", "probation", "nhs-trust", "yot")
OFFICERS = (Role.Code.PRACTITIONER, Role.Code.CONTACT_POINT)


def officers_of(agency: Agency) -> list[User]:
    """Who works cases in an agency today, by name; whether they see a case is another question."""
    held = Membership.objects.filter(agency=agency, role__in=OFFICERS).in_force(dates.today())
    return list(User.objects.filter(pk__in=held.values("user")).order_by("name", "pk"))


def possible_officers(offender: Offender, agency: Agency) -> list[User]:
    """Practitioners of an agency who see the case today, by name."""
    sights, _kept_out = who_sees(offender)
    people = {person for sight in sights for person in sight.people}
    return [officer for officer in officers_of(agency) if officer.pk in people]


@transaction.atomic
def name_lead_officer(*, offender: Offender, officer: User, by: User) -> Offender:
    """Name who leads the case for its lead agency: a practitioner there who sees it."""
    require(by, Perm.SHARE_CASE, on=offender)
    offender = lock(offender, by=by)
    if offender.lead_officer_id == officer.pk:
        raise ValidationError({"officer": _("This person leads the case already: choose another")})
    if officer not in possible_officers(offender, offender.lead_agency):
        raise ValidationError({"officer": _("Choose a practitioner of the lead agency who sees this case")})
    offender.lead_officer = officer
    offender.save(update_fields=["lead_officer"])
    record("case.lead_officer_named", by=by, about=offender, officer=officer.pk)
    tell(offender, _("Lead officer named"), officer.name, by=by)
    return offender


def co_ordination(area: Area) -> list[Agency]:
    """The agencies in which somebody coordinates an area today."""
    held = Membership.objects.filter(role=Role.Code.COORDINATOR, agency__area=area).in_force(dates.today())
    return list(Agency.objects.filter(pk__in=held.values("agency")).select_related("kind").order_by("name"))


@transaction.atomic
def propose_transfer(
    *, offender: Offender, to_area: Area | None, to_agency: Agency | None, reason: str, by: User
) -> Transfer:
    """Propose to hand the case over to another area, another lead agency or both; None leaves that as it is.

    The receiving agency and the receiving co-ordination see the case from now on, by a grant with the basis
    "Transfer". Which agency takes a case is decided by the agencies, under their own policies; the arrangements can
    neither oblige nor prevent it (MAPPA Guidance 17.1). Raises ValidationError when nothing would move, when
    nobody there could answer, and when a restricted case has no keeper there.
    """
    require(by, Perm.SHARE_CASE, on=offender)
    offender = lock(offender, by=by)
    area, days = to_area or offender.area, value("transfer_answer_days", to_area or offender.area, dates.today())
    transfer = Transfer(
        offender=offender,
        from_area=offender.area,
        to_area=area,
        from_agency=offender.lead_agency,
        to_agency=to_agency or offender.lead_agency,
        reason=reason,
        proposed_by=by,
        due_on=working_days.after(dates.today(), days, area),
    )
    transfer.answering_agency = transfer.to_agency if transfer.moves_lead else None
    _refuse_proposal(transfer, offender, by=by)
    transfer.full_clean()
    transfer.save()
    for kind in HandoverKind.objects.filter(is_active=True):
        HandoverItem.objects.create(offender=offender, transfer=transfer, kind=kind)
    for agency in _receivers(transfer):
        grants.share(
            offender=offender,
            agency=agency,
            basis=Basis.TRANSFER,
            source=transfer.reference,
            reason=_("A transfer is proposed"),
            until=None,
            by=by,
        )
    record("transfer.proposed", by=by, about=transfer, area=transfer.to_area_id, agency=transfer.to_agency_id)
    tell(offender, _("Transfer proposed"), _where_to(transfer), by=by)
    return transfer


def _refuse_proposal(transfer: Transfer, offender: Offender, *, by: User) -> None:
    if offender.ended_on is not None:
        raise ValidationError(_("This person is no longer managed: there is nothing to hand over."))
    if offender.transfers.visible_to(by).waiting().exists():
        raise ValidationError(_("A transfer of this case waits for an answer already: withdraw it first."))
    if not transfer.moves_area and not transfer.moves_lead:
        raise ValidationError({"to_area": _("Choose another area, another lead agency or both")})
    lead = transfer.to_agency
    if transfer.moves_lead and (not lead.is_active or lead.kind.code not in KINDS_THAT_LEAD):
        raise ValidationError({"to_agency": _("Choose police, probation, mental health or youth justice")})
    if not _somebody_can_answer(transfer):
        words = _("Nobody coordinates %(area)s in this service, and %(agency)s has no manager: ask an administrator")
        raise ValidationError({"to_area": words % {"area": transfer.to_area.name, "agency": lead.name}})
    if offender.restricted and not has_keeper(offender, transfer.to_area):
        words = _(
            "This case is restricted, so that nobody in %s would see it. Name a coordinator of that area on the case "
            "first, without an end date: the keeper there"
        )
        raise ValidationError({"to_area": words % transfer.to_area.name})


def _somebody_can_answer(transfer: Transfer) -> bool:
    managers = Membership.objects.filter(
        agency=transfer.answering_agency_id, role__in=OFFICERS, rank__order__gte=Rank.MANAGER
    )
    managers = managers.exclude(user=transfer.proposed_by).in_force(dates.today())
    coordinators = Membership.objects.filter(role=Role.Code.COORDINATOR, agency__area=transfer.to_area)
    coordinators = coordinators.exclude(user=transfer.proposed_by).in_force(dates.today())
    return coordinators.exists() or managers.exists()


def _receivers(transfer: Transfer) -> list[Agency]:
    """Who must see the case to answer: the agency that is to lead, and the co-ordination of the receiving area."""
    found = {agency.pk: agency for agency in co_ordination(transfer.to_area)} if transfer.moves_area else {}
    if transfer.moves_lead:
        found[transfer.to_agency_id] = transfer.to_agency
    return list(found.values())


@transaction.atomic
def tick_item(*, item: HandoverItem, outcome: str, words: str, by: User) -> HandoverItem:
    """Tick a line of the checklist: "done", or "not-needed" with the reason."""
    require(by, Perm.EDIT_CASE, on=item)
    lock(item.offender, by=by)
    row = HandoverItem.objects.visible_to(by).select_related("transfer", "kind").get(pk=item.pk)
    if row.transfer.state != State.PROPOSED:
        raise ValidationError(_("This transfer has been answered: its checklist is closed."))
    if outcome == "not-needed" and not words.strip():
        raise ValidationError({"words": _("Enter why this is not needed")})
    row.ticked_on, row.ticked_by = dates.today(), by
    row.is_needed, row.words = outcome != "not-needed", words.strip()
    row.full_clean()
    row.save(update_fields=["ticked_on", "ticked_by", "is_needed", "words"])
    record("transfer.item_ticked", by=by, about=row, kind=row.kind.code, needed=row.is_needed)
    return row


def on_open_agenda(transfer: Transfer, *, by: User) -> bool:
    """Is the case at a meeting of the area it would leave, to come or with minutes not approved?

    The rooms above are reached by name. A reader elsewhere sees no item of that meeting, and learns only this.
    """
    open_ones = Offender.objects.visible_to(by).filter(
        pk=transfer.offender_id,
        agenda_items__meeting__area=transfer.from_area_id,
        agenda_items__meeting__state__in=["planned", "held"],
    )
    return transfer.moves_area and open_ones.exists()


@transaction.atomic
def accept_transfer(
    *, transfer: Transfer, officer: User, answer: str, is_confirmed: bool = False, by: User
) -> Transfer:
    """Take the case over, today: area, lead agency, lead officer, reviews, open actions and referrals move together.

    The agency that led sees the case for the weeks of the standard longer, by a grant, and those invited to its meetings
    as long as an invitation gives it; its other colleagues only by what the ledger still gives them. What was held and minuted stays with the area that held it.
    Raises ValidationError when lines of the checklist are open, when the officer does not work there or is excluded,
    when the case is on an agenda of the old area and that was not confirmed, and for whoever proposed it.
    """
    require(by, Perm.SHARE_CASE, on=transfer)
    offender, transfer = _waiting(transfer, by=by)
    _refuse_own(transfer, by)
    _refuse_overtaken(transfer, offender)
    _refuse_unfinished(transfer, is_confirmed=is_confirmed, by=by)
    _answer(transfer, State.ACCEPTED, answer, officer=officer, by=by)
    _hand_over(transfer, offender, officer, by=by)
    record("transfer.accepted", by=by, about=transfer, area=transfer.to_area_id, agency=transfer.to_agency_id)
    tell(offender, _("Transferred"), _where_to(transfer), by=by)
    tell(offender, _("Lead officer named"), officer.name, by=by)
    stay_in_sight(offender, by=by)
    return transfer


def _refuse_own(transfer: Transfer, by: User) -> None:
    if transfer.proposed_by_id == by.pk:
        raise ValidationError(_("You proposed this transfer. Somebody else on the receiving side must answer it."))


def _refuse_overtaken(transfer: Transfer, offender: Offender) -> None:
    """The case has another owner than the one who proposed it, as after a merge: nobody has offered what would move."""
    if (offender.area_id, offender.lead_agency_id) != (transfer.from_area_id, transfer.from_agency_id):
        words = _("The case has had another owner since this was proposed. Refuse it, and let the owner propose anew.")
        raise ValidationError(words)


def _refuse_unfinished(transfer: Transfer, *, is_confirmed: bool, by: User) -> None:
    still_open = [
        item.kind.name for item in transfer.items.visible_to(by).filter(ticked_on__isnull=True).select_related("kind")
    ]
    if still_open:
        words = _("The checklist is not finished: %s. Ask the sending side, or refuse the transfer.")
        raise ValidationError(words % "; ".join(still_open))
    if on_open_agenda(transfer, by=by) and not is_confirmed:
        words = _(
            "The case is at a meeting of %s that is to come, or whose minutes are not approved. Agree with them how that "
            "is finished, then confirm it here"
        )
        raise ValidationError({"is_confirmed": words % transfer.from_area.name})


@past_sight("what gave the new area sight of the case ends here, before what gives it from now on begins")
def _hand_over(transfer: Transfer, offender: Offender, officer: User, *, by: User) -> None:
    """Everything that moves. The caller holds the case's lock, and whatever is refused here undoes all of it."""
    grants.end_source(offender=offender, basis=Basis.TRANSFER, source=transfer.reference, by=by)
    offender.area, offender.lead_agency = transfer.to_area, transfer.to_agency
    offender.lead_officer = officer
    offender.full_clean()
    offender.save(update_fields=["area", "lead_agency", "lead_officer"])
    _share_with_lead(transfer, offender, by=by)
    if transfer.moves_area:
        _keep_invited(transfer, offender, by=by)
    forget_scopes()
    if officer not in possible_officers(offender, transfer.to_agency):
        words = _("Choose a practitioner of the new lead agency who will see this case")
        raise ValidationError({"officer": words})
    if transfer.moves_area:
        # What is past keeps its area: the board counts it where it was done. What is open moves whoever answers, also
        # the actions of other agencies, which the new lead may not see.
        everything = system_user()
        offender.reviews.visible_to(everything).open().update(area=transfer.to_area)
        offender.actions.visible_to(everything).unsettled().update(area=transfer.to_area)
        offender.referrals.visible_to(everything).awaiting_decision().update(area=transfer.to_area)


def _share_with_lead(transfer: Transfer, offender: Offender, *, by: User) -> None:
    """The new lead agency sees the case wherever it is; the one that led, for a while."""
    if transfer.moves_lead:
        grants.end(offender=offender, agency=transfer.from_agency, basis=Basis.LEAD, source="", by=by)
    grants.share(
        offender=offender,
        agency=transfer.to_agency,
        basis=Basis.LEAD,
        source="",
        reason=_("Leads the case"),
        until=None,
        by=by,
    )
    if transfer.moves_lead:
        grants.share(
            offender=offender,
            agency=transfer.from_agency,
            basis=Basis.TRANSFER,
            source=transfer.reference,
            reason=_("Led the case until it was transferred"),
            until=former_until(transfer),
            by=by,
        )


def _keep_invited(transfer: Transfer, offender: Offender, *, by: User) -> None:
    """What an invitation gives (access.md, rule 3), to the old area's Responsible Authority too, which saw the case by its area.

    Else nobody there could finish the minutes of a meeting at which it was. One that was cancelled gives nothing, nor does an
    invitation that was declined. The rooms above are reached by name.
    """
    came = Offender.objects.visible_to(system_user()).filter(
        pk=offender.pk,
        agenda_items__invitations__agency__area=transfer.from_area,
        agenda_items__invitations__response__in=["", "accepted", "deputy"],
        agenda_items__meeting__state__in=["planned", "held", "approved"],
    )
    names = ("invitations__agency", "reference", "meeting__reference", "meeting__starts_at")
    for agency_id, item, meeting, starts_at in came.values_list(*(f"agenda_items__{name}" for name in names)):
        until = grants.invited_until(timezone.localtime(starts_at).date(), transfer.from_area)
        agency = Agency.objects.get(pk=agency_id)
        if agency.is_responsible_authority and until >= dates.today():
            grants.share(
                offender=offender,
                agency=agency,
                basis=Basis.INVITED,
                source=item,
                reason=_("Invited to meeting %s") % meeting,
                until=until,
                by=by,
            )


def former_until(transfer: Transfer) -> date:
    """The last day on which the agency that led sees a case which it handed over today."""
    weeks = value("transfer_former_lead_weeks", transfer.from_area, dates.today())
    return dates.today() + timedelta(weeks=weeks)


@transaction.atomic
def refuse_transfer(*, transfer: Transfer, answer: str, by: User) -> Transfer:
    """Say no, and why: the case stays where it is, and the receiving side sees it no longer."""
    require(by, Perm.SHARE_CASE, on=transfer)
    offender, transfer = _waiting(transfer, by=by)
    _refuse_own(transfer, by)
    return _end(transfer, offender, State.REFUSED, answer, by=by)


@transaction.atomic
def withdraw_transfer(*, offender: Offender, answer: str, by: User) -> Transfer:
    """Take the proposal back, and why: the receiving side sees the case no longer."""
    require(by, Perm.SHARE_CASE, on=offender)
    found = offender.transfers.visible_to(by).waiting().first()
    if found is None:
        raise ValidationError(_("No transfer of this case waits for an answer."))
    offender, transfer = _waiting(found, by=by)
    return _end(transfer, offender, State.WITHDRAWN, answer, by=by)


def _end(transfer: Transfer, offender: Offender, state: State, answer: str, *, by: User) -> Transfer:
    _answer(transfer, state, answer, officer=None, by=by)
    record(f"transfer.{state.value}", by=by, about=transfer)
    tell(offender, _("Transfer refused") if state == State.REFUSED else _("Transfer withdrawn"), by=by)
    grants.end_source(offender=offender, basis=Basis.TRANSFER, source=transfer.reference, by=by)
    return transfer


def _answer(transfer: Transfer, state: State, answer: str, *, officer: User | None, by: User) -> None:
    if state != State.ACCEPTED and not answer.strip():
        raise ValidationError({"answer": _("Enter the reason")})
    transfer.state, transfer.answer, transfer.new_officer = state, answer.strip(), officer
    transfer.answered_on, transfer.answered_by = dates.today(), by
    transfer.full_clean()
    transfer.save(update_fields=["state", "answer", "new_officer", "answered_on", "answered_by"])


def _waiting(transfer: Transfer, *, by: User) -> tuple[Offender, Transfer]:
    """The case, locked, and the transfer, fresh. Raises ValidationError when it was answered meanwhile."""
    offender = lock(transfer.offender, by=by)
    found = (
        Transfer.objects.visible_to(by)
        .select_related("from_area", "to_area", "from_agency__kind", "to_agency__kind")
        .get(pk=transfer.pk)
    )
    if found.state != State.PROPOSED:
        raise ValidationError(_("This transfer has been answered already. Nothing was changed."))
    return offender, found


def _where_to(transfer: Transfer) -> str:
    known = {"area": transfer.to_area.name, "agency": transfer.to_agency.name}
    return _("To %(area)s, led by %(agency)s") % known
