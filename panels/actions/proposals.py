"""Dissent from what was decided, and what the meeting asks of a body that has the power."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import Agency, User
from audit.record import record
from mappa import dates
from offenders.actions import Topic, refuse_twice, telling
from panels.actions.meetings import changed
from panels.actions.paragraphs import invited, named_agencies
from panels.actions.working import keep_unfinished
from panels.models import AgendaItem, Decision, Dissent, Proposal

tell = telling(Topic.MEETINGS)


@transaction.atomic
def record_dissent(
    *, item: AgendaItem, agency: Agency, words: str, audience: str, agencies: Iterable[Agency] = (), by: User
) -> Dissent:
    """Record that an agency did not agree, and why."""
    require(by, Perm.TAKE_MINUTES, on=item)
    meeting = keep_unfinished(item, by=by)
    if agency not in invited(item):
        raise ValidationError({"agency": _("Choose an agency that is invited for this person")})
    named = named_agencies(None, audience, agencies)
    row = Dissent(item=item, agency=agency, words=words.strip(), audience=audience, recorded_by=by)
    row.full_clean()
    refuse_twice(Dissent.objects.visible_to(by).filter(item=item, agency=agency, words=row.words))
    row.save()
    row.agencies.set(named)
    changed(meeting, held=True)
    record("dissent.recorded", by=by, about=row, agency=agency.pk)
    return row


@transaction.atomic
def remove_dissent(*, dissent: Dissent, by: User) -> None:
    """Take back a dissent that was written down wrongly, before the item is finished."""
    require(by, Perm.TAKE_MINUTES, on=dissent)
    meeting = keep_unfinished(dissent.item, by=by)
    record("dissent.removed", by=by, about=dissent, agency=dissent.agency_id)
    Dissent.objects.visible_to(by).filter(pk=dissent.pk).delete()
    changed(meeting)


@transaction.atomic
def propose(*, item: AgendaItem, kind: str, body: str, what: str, reasons: str, due_on: date, by: User) -> Proposal:
    """Propose something to the body that decides it: MAPPA has no powers of its own (domain.md 0.3)."""
    require(by, Perm.TAKE_MINUTES, on=item)
    meeting = keep_unfinished(item, by=by)
    if due_on <= dates.today():
        raise ValidationError({"due_on": _("The date must be in the future")})
    row = Proposal(
        item=item, kind=kind, body=body.strip(), what=what.strip(), reasons=reasons.strip(), due_on=due_on, made_by=by
    )
    row.full_clean()
    row.save()
    changed(meeting, held=True)
    record("proposal.made", by=by, about=row, kind=kind)
    tell(item.offender, _("Proposed to another body"), row.reference, by=by)
    return row


@transaction.atomic
def withdraw_proposal(*, proposal: Proposal, by: User) -> None:
    """Take back a proposal, before the item is finished."""
    require(by, Perm.TAKE_MINUTES, on=proposal)
    meeting = keep_unfinished(proposal.item, by=by)
    if not Proposal.objects.visible_to(by).unanswered().filter(pk=proposal.pk).exists():
        raise ValidationError(_("This was answered or taken back meanwhile. Open the page again to see it."))
    record("proposal.withdrawn", by=by, about=proposal, kind=proposal.kind)
    Proposal.objects.visible_to(by).filter(pk=proposal.pk).delete()
    changed(meeting)
    tell(proposal.item.offender, _("Proposal to another body taken back"), proposal.reference, by=by)


def propose_category(decision: Decision, *, by: User) -> None:
    """A meeting changes no category, which follows from the law: what it thinks of it is put to the lead agency.

    Called again when the decision is recorded again. What was answered by then stays.
    """
    item = decision.item
    rows = item.proposals.visible_to(by).filter(kind=Proposal.Kind.CATEGORY)
    rows.unanswered().delete()
    if decision.category not in {Decision.Category.CHANGE, Decision.Category.NONE}:
        return
    what = str(Decision.Category(decision.category).label)
    if rows.filter(what=what).exists():
        return
    row = Proposal(
        item=item,
        kind=Proposal.Kind.CATEGORY,
        body=item.offender.lead_agency.name,
        what=what,
        reasons=decision.category_reasons,
        due_on=decision.next_review_on,
        made_by=by,
    )
    row.full_clean()
    row.save()
    record("proposal.made", by=by, about=row, kind=row.kind)


@transaction.atomic
def answer_proposal(*, proposal: Proposal, answer: str, answered_on: date, answer_words: str, by: User) -> Proposal:
    """Record what the body decided. It comes after the meeting, so the minutes stay as they were sealed."""
    require(by, Perm.EDIT_CASE, on=proposal)
    rows = Proposal.objects.visible_to(by).select_for_update(of=("self",)).select_related("item__meeting")
    proposal = rows.get(pk=proposal.pk)
    if proposal.answer:
        raise ValidationError(_("The answer is recorded already. Open the page again to see it."))
    if not proposal.item.meeting.held_on <= answered_on <= dates.today():
        raise ValidationError({"answered_on": _("Enter a date from the day of the meeting up to today")})
    proposal.answer, proposal.answered_on, proposal.answer_words = answer, answered_on, answer_words.strip()
    proposal.answer_recorded_by = by
    proposal.full_clean()
    proposal.save(update_fields=["answer", "answered_on", "answer_words", "answer_recorded_by"])
    record("proposal.answered", by=by, about=proposal, answer=answer)
    tell(proposal.item.offender, _("Proposal to another body answered"), proposal.reference, by=by)
    return proposal
