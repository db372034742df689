"""The decisions by which somebody is in MAPPA or no longer, and the answers to what the system proposes.

Each is a person's: co-ordination or a chair (Perm.SCREEN). None is made by the system.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from mappa import dates
from offenders.actions.case import Topic, lock, telling
from offenders.actions.categories import (
    answer,
    category_today,
    enter_undetermined,
    leave,
    left_by,
    propose,
    settle,
    standing_bases,
    store_bases,
    what_follows,
)
from offenders.actions.requirements import follow_facts
from offenders.actions.whereabouts import enter_move
from offenders.law import eligibility
from offenders.law import level as level_law
from offenders.models import CategoryBasis, CategoryDecision, CategoryProposal, Offender, WhereaboutsPeriod

tell = telling(Topic.LAW)

Kind = CategoryDecision.Kind
Proposal = CategoryProposal.Kind


def need_of(
    offender: Offender, *, meetings_add_value: bool, exceptional: bool, senior_needed: bool, by: User
) -> level_law.Need:
    """The criteria of levels 2 and 3 as answered, with what the record knows (Guidance chapter 7)."""
    before = offender.levels.visible_to(by).filter(level=Offender.Level.ENHANCED)
    return level_law.Need(
        meetings_add_value=meetings_add_value,
        rosh=offender.rosh,
        exceptional_co_ordination=exceptional,
        was_at_level_3=before.exists(),
        needs_senior_representation=senior_needed,
    )


@transaction.atomic
def decide_category(
    *,
    offender: Offender,
    kind: str,
    level: int,
    meetings_add_value: bool,
    exceptional: bool,
    senior_needed: bool,
    reasons: str,
    decided_on: date,
    meeting: str,
    next_review_on: date | None,
    by: User,
) -> CategoryDecision:
    """Decide category 3, or 4 for the risk of terrorism (CJA 2003 s.325(2)(b) and (c)), and the level with it.

    Only for somebody who has committed an offence that was dealt with, and is not eligible by law. Raises
    ValidationError for category 3 at level 1, criteria that are not met, and a date before the offence was dealt with
    or still to come. A case that had ended is entered again.
    """
    require(by, Perm.SCREEN, on=offender)
    offender = lock(offender, by=by)
    store_bases(offender, by=by)
    _refuse_decided_category(offender, kind, decided_on, by=by)
    decision = _decide(offender, kind, reasons, decided_on, meeting, by=by)
    category, limb, why = eligibility.DECISIONS[kind]
    CategoryBasis.objects.create(
        offender=offender,
        decision=decision,
        category=category,
        limb=limb,
        authority=f"{eligibility.CJA} {limb}",
        explanation=why,
        starts_on=decided_on,
    )
    need = need_of(
        offender,
        meetings_add_value=meetings_add_value,
        exceptional=exceptional,
        senior_needed=senior_needed,
        by=by,
    )
    settle(
        offender,
        decision=decision,
        need=need,
        level=level,
        next_review_on=next_review_on,
        reason=decision.get_kind_display(),
        by=by,
    )
    return decision


def _refuse_decided_category(offender: Offender, kind: str, decided_on: date, *, by: User) -> None:
    if kind not in CategoryDecision.GIVES_A_BASIS:
        raise ValidationError({"kind": _("Choose category 3 or category 4")})
    _refuse_date(offender, decided_on)
    today = dates.today()
    bases = standing_bases(offender, by=by)
    if any(basis.decision_id is None and basis.in_force(day) for basis in bases for day in (decided_on, today)):
        words = _("The person is eligible by law: this decision is only for somebody who is in no category by law")
        raise ValidationError({"kind": words})
    limb = eligibility.DECISIONS[kind][1]
    if any(basis.limb == limb and basis.in_force(today) for basis in bases):
        raise ValidationError({"kind": _("This has been decided already, and is in force")})
    if not offender.convictions.visible_to(by).filter(dealt_with_on__lte=decided_on).exists():
        words = _("No offence had been dealt with by that day: enter a date on or after a conviction or caution")
        raise ValidationError({"decided_on": words})


@transaction.atomic
def rule_out(
    *, offender: Offender, tool: str, reasons: str, decided_on: date, meeting: str, by: User
) -> CategoryDecision:
    """Record that the person was considered and is not MAPPA eligible, and by which tool. A managed case ends with it.

    It stands also where the convictions look as if they gave a category: that is what it is for (domain.md 1.1).
    """
    require(by, Perm.SCREEN, on=offender)
    offender = lock(offender, by=by)
    _refuse_date(offender, decided_on)
    left = left_by(offender, by=by) if offender.ended_on else None
    if left is not None and left.kind == Kind.NOT_ELIGIBLE:
        raise ValidationError(_("This has been recorded already. Nothing was saved twice."))
    decision = _decide(offender, Kind.NOT_ELIGIBLE, reasons, decided_on, meeting, tool=tool, by=by)
    _end_decided_bases(offender, decision, by=by)
    if offender.ended_on is None:
        leave(offender, by=by)
    propose(offender, by=by)
    return decision


@transaction.atomic
def exit_from_mappa(
    *, offender: Offender, kind: str, reasons: str, decided_on: date, meeting: str, by: User
) -> CategoryDecision:
    """End the management of a case: the last basis has ended, the person died or was deported, or it was decided.

    Of a death, `decided_on` is its day, and the death is recorded too.

    Raises ValidationError while a basis is in force and nothing but its end is given as the reason; another decision
    must then say at which meeting it was made.
    """
    require(by, Perm.SCREEN, on=offender)
    offender = lock(offender, by=by)
    if offender.ended_on is not None:
        raise ValidationError(_("This case is no longer managed already. Nothing was saved twice."))
    _refuse_date(offender, decided_on)
    store_bases(offender, by=by)
    in_force = category_today(offender, standing_bases(offender, by=by)) is not None
    if kind == Kind.LAPSED and in_force:
        raise ValidationError({"kind": _("A basis is still in force: end its decision, or choose another reason")})
    if kind == Kind.LEFT and in_force and not meeting.strip():
        raise ValidationError({"meeting": _("A basis is still in force: enter where this was decided")})
    if kind not in {Kind.LAPSED, Kind.DIED, Kind.DEPORTED, Kind.LEFT}:
        raise ValidationError({"kind": _("Choose why management ends")})
    if kind == Kind.DIED:
        _record_death(offender, decided_on, by=by)
    decision = _decide(offender, kind, reasons, decided_on, meeting, by=by)
    _end_decided_bases(offender, decision, by=by)
    leave(offender, by=by)
    propose(offender, by=by)
    return decision


def _record_death(offender: Offender, on: date, *, by: User) -> None:
    """The record says where the person is, and nothing is due of the dead but the end of their requirements."""
    if offender.whereabouts == Offender.Whereabouts.DECEASED:
        return
    try:
        enter_move(offender, move=WhereaboutsPeriod.Move.DEATH, on=on, place="", section="", notes="", by=by)
    except ValidationError as refusal:
        raise ValidationError({"decided_on": refusal.messages}) from refusal
    follow_facts(offender, by=by)


@transaction.atomic
def re_enter(
    *,
    offender: Offender,
    level: int | None,
    meetings_add_value: bool,
    exceptional: bool,
    senior_needed: bool,
    reasons: str,
    decided_on: date,
    meeting: str,
    next_review_on: date | None,
    by: User,
) -> CategoryDecision:
    """Manage a case again that had ended, because a basis by law is in force: back from abroad, or ended in error.

    Raises ValidationError where no basis is in force: then category 3 or 4 would have to be decided.
    """
    require(by, Perm.SCREEN, on=offender)
    offender = lock(offender, by=by)
    if offender.ended_on is None:
        raise ValidationError(_("This case is managed already."))
    _refuse_date(offender, decided_on)
    store_bases(offender, by=by)
    if category_today(offender, standing_bases(offender, by=by)) is None:
        raise ValidationError(_("No basis is in force. Decide category 3 or 4 if the person is to be managed again."))
    decision = _decide(offender, Kind.RE_ENTERED, reasons, decided_on, meeting, by=by)
    need = need_of(
        offender,
        meetings_add_value=meetings_add_value,
        exceptional=exceptional,
        senior_needed=senior_needed,
        by=by,
    )
    settle(
        offender,
        decision=decision,
        need=need,
        level=level,
        next_review_on=next_review_on,
        reason=decision.get_kind_display(),
        by=by,
    )
    return decision


@transaction.atomic
def end_decision(
    *,
    decision: CategoryDecision,
    reasons: str,
    decided_on: date,
    meeting: str,
    level: int | None = None,
    meetings_add_value: bool = False,
    exceptional: bool = False,
    senior_needed: bool = False,
    next_review_on: date | None = None,
    by: User,
) -> CategoryDecision:
    """Decide that the level of risk has reduced enough: category 3, or 4 by decision, ends (domain.md 1.2).

    What else is in force becomes the recorded category, at the level the case is at unless another is chosen: category 3
    is never left at level 1. With nothing left the case ends.
    """
    require(by, Perm.SCREEN, on=decision)
    offender = lock(decision.offender, by=by)
    _refuse_date(offender, decided_on)
    basis = _basis_of(offender, decision, by=by)
    if basis is None:
        raise ValidationError(_("This decision gives no basis any more. Open the page again to see why."))
    if decided_on < decision.decided_on:
        raise ValidationError({"decided_on": _("Enter a date on or after the decision that ends")})
    end = _decide(offender, Kind.RISK_REDUCED, reasons, decided_on, meeting, concerns=decision, by=by)
    basis.ends_on, basis.ended_by = decided_on, end
    basis.save(update_fields=["ends_on", "ended_by"])
    need = need_of(
        offender,
        meetings_add_value=meetings_add_value,
        exceptional=exceptional,
        senior_needed=senior_needed,
        by=by,
    )
    settle(
        offender,
        decision=None,
        need=need,
        level=level,
        next_review_on=next_review_on,
        reason=end.get_kind_display(),
        by=by,
    )
    return end


@transaction.atomic
def withdraw_decision(
    *,
    decision: CategoryDecision,
    reasons: str,
    level: int | None,
    meetings_add_value: bool,
    exceptional: bool,
    senior_needed: bool,
    next_review_on: date | None,
    by: User,
) -> CategoryDecision:
    """Withdraw a decision that was made in error, and let the record follow what is left. Both stay on the record.

    The level is asked for when the withdrawal brings a case back, or leaves category 3 behind.
    """
    require(by, Perm.SCREEN, on=decision)
    offender = lock(decision.offender, by=by)
    if decision.kind not in CategoryDecision.CAN_BE_WITHDRAWN:
        raise ValidationError(_("This decision cannot be withdrawn. Make the decision that is right instead."))
    later = offender.category_decisions.visible_to(by).filter(concerns=decision)
    if later.exists():
        raise ValidationError(_("This decision has been ended or withdrawn already. Withdraw the later one first."))
    was_end = _ended_with(offender, decision, by=by)
    withdrawal = _decide(offender, Kind.WITHDRAWN, reasons, dates.today(), "", concerns=decision, by=by)
    _undo(offender, decision, by=by)
    need = need_of(
        offender,
        meetings_add_value=meetings_add_value,
        exceptional=exceptional,
        senior_needed=senior_needed,
        by=by,
    )
    reason = withdrawal.get_kind_display()
    if was_end and category_today(offender, standing_bases(offender, by=by)) is None:
        enter_undetermined(offender, reason, by=by)
    elif was_end or offender.ended_on is None or decision.kind == Kind.RISK_REDUCED:
        settle(
            offender,
            decision=withdrawal,
            need=need,
            level=level,
            next_review_on=next_review_on,
            reason=reason,
            by=by,
        )
    return withdrawal


def _ended_with(offender: Offender, decision: CategoryDecision, *, by: User) -> bool:
    """Did the case end by this decision? A case that had ended before may still be ruled out later."""
    is_last = offender.ended_on is not None and left_by(offender, by=by) == decision
    return is_last and timezone.localdate(decision.recorded_at) == offender.ended_on


def _undo(offender: Offender, decision: CategoryDecision, *, by: User) -> None:
    """Take back what a decision did to the bases: what it gave is superseded, what it ended holds on."""
    today = dates.today()
    given = offender.bases.visible_to(by).standing().filter(decision=decision)
    given.update(superseded_on=today)
    for basis in offender.bases.visible_to(by).standing().filter(ended_by=decision):
        basis.superseded_on = today
        basis.save(update_fields=["superseded_on"])
        CategoryBasis.objects.create(
            offender=offender,
            decision_id=basis.decision_id,
            category=basis.category,
            limb=basis.limb,
            authority=basis.authority,
            explanation=basis.explanation,
            starts_on=basis.starts_on,
        )


def _end_decided_bases(offender: Offender, end: CategoryDecision, *, by: User) -> None:
    """What the Responsible Authority decided ends with the case; what the law gives runs by the law."""
    for basis in standing_bases(offender, by=by):
        if basis.decision_id and basis.in_force(dates.today()):
            basis.ends_on, basis.ended_by = dates.today(), end
            basis.save(update_fields=["ends_on", "ended_by"])


def _basis_of(offender: Offender, decision: CategoryDecision, *, by: User) -> CategoryBasis | None:
    bases = [basis for basis in standing_bases(offender, by=by) if basis.decision_id == decision.pk]
    return next((basis for basis in bases if basis.in_force(dates.today())), None)


def _decide(
    offender: Offender,
    kind: str,
    reasons: str,
    decided_on: date,
    meeting: str,
    *,
    tool: str = "",
    concerns: CategoryDecision | None = None,
    by: User,
) -> CategoryDecision:
    if by.is_system:
        raise ValidationError(_("The system decides nothing: a person must."))
    decision = CategoryDecision(
        offender=offender,
        kind=kind,
        reasons=reasons.strip(),
        decided_on=decided_on,
        meeting=meeting.strip(),
        tool=tool.strip(),
        concerns=concerns,
        recorded_by=by,
    )
    decision.full_clean()
    decision.save()
    record("category.decided", by=by, about=decision, kind=str(kind))
    tell(offender, _("Decision about MAPPA eligibility"), decision.get_kind_display(), by=by)
    return decision


def _refuse_date(offender: Offender, decided_on: date) -> None:
    if decided_on > dates.today():
        raise ValidationError({"decided_on": _("The date of the decision must be today or in the past")})
    if decided_on < offender.born_on:
        raise ValidationError({"decided_on": _("The date of the decision must be after the date of birth")})


@transaction.atomic
def confirm_proposal(
    *,
    proposal: CategoryProposal,
    reason: str,
    level: int | None,
    meetings_add_value: bool,
    exceptional: bool,
    senior_needed: bool,
    by: User,
) -> CategoryProposal:
    """Let what was proposed be so. The person who confirms decides, and says why.

    Raises ValidationError when the facts have changed since it was made, when it was answered already, and when it
    would leave category 3 at level 1.
    """
    require(by, Perm.SCREEN, on=proposal)
    proposal, offender = _waiting(proposal, by=by)
    if proposal.kind == Proposal.DECIDE:
        raise ValidationError(
            _("There is nothing to confirm: decide the category, or that the person is not eligible.")
        )
    store_bases(offender, by=by)
    wanted = what_follows(offender, by=by)
    if wanted is None or not wanted.is_said_by(proposal, offender.category):
        raise ValidationError(
            _(
                "The facts have changed since this was proposed, so it cannot be confirmed. Nothing was changed. "
                "What follows now will be proposed anew, at the latest tomorrow."
            )
        )
    answer(proposal, CategoryProposal.Outcome.CONFIRMED, reason.strip(), by=by)
    record("category.proposal_confirmed", by=by, about=proposal, kind=proposal.kind)
    decision = None
    if proposal.kind == Proposal.EXIT and offender.whereabouts == Offender.Whereabouts.DECEASED:
        decision = _decide(offender, Kind.DIED, reason, dates.today(), "", by=by)
        _end_decided_bases(offender, decision, by=by)
        leave(offender, by=by)
        propose(offender, by=by)
        return proposal
    if proposal.kind == Proposal.EXIT:
        decision = _decide(offender, Kind.LAPSED, reason, dates.today(), "", by=by)
    elif proposal.kind == Proposal.RE_ENTRY:
        decision = _decide(offender, Kind.RE_ENTERED, reason, dates.today(), "", by=by)
    need = need_of(
        offender,
        meetings_add_value=meetings_add_value,
        exceptional=exceptional,
        senior_needed=senior_needed,
        by=by,
    )
    settle(offender, decision=decision, need=need, level=level, reason=proposal.get_kind_display(), by=by)
    return proposal


@transaction.atomic
def decline_proposal(*, proposal: CategoryProposal, reason: str, by: User) -> CategoryProposal:
    """Leave the record as it is, and say why. The same is proposed again after the standard, or when the facts change."""
    require(by, Perm.SCREEN, on=proposal)
    proposal, offender = _waiting(proposal, by=by)
    if proposal.kind == Proposal.DECIDE:
        raise ValidationError(_("This cannot be declined: decide the category, or that the person is not eligible."))
    answer(proposal, CategoryProposal.Outcome.DECLINED, reason.strip(), by=by)
    record("category.proposal_declined", by=by, about=proposal, kind=proposal.kind)
    tell(offender, _("A proposed change of category was declined"), proposal.get_kind_display(), by=by)
    return proposal


def _waiting(proposal: CategoryProposal, *, by: User) -> tuple[CategoryProposal, Offender]:
    """The proposal, fresh, its case locked. Raises ValidationError when it was answered, and for the system itself."""
    offender = lock(proposal.offender, by=by)
    found = CategoryProposal.objects.visible_to(by).get(pk=proposal.pk)
    found.offender = offender
    if by.is_system:
        raise ValidationError(_("The system decides nothing: a person must."))
    if found.outcome:
        raise ValidationError(_("This proposal has been answered already. Nothing was changed."))
    return found, offender
