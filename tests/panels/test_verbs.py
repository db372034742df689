"""Every verb asks for itself who may: a page, a task or another system that forgets to is refused here."""

from datetime import time

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from panels import actions
from panels.recurring import Rule
from tests.factories import (
    ActionFactory,
    AmendmentFactory,
    CommitmentFactory,
    DissentFactory,
    ObservationFactory,
    OnwardRequestFactory,
    ProposalFactory,
    ReferralFactory,
    SeatFactory,
    SlotFactory,
)
from tests.panels.conftest import approve, in_days, write

ANSWER = {"outcome": "returned", "level": None, "reason": "x", "next_review_on": None}
WORDS = {
    "rationale": "x",
    "disclosure": "no",
    "disclosure_reasons": "x",
    "disclosure_to": "",
    "child_sex_offender": False,
}
PLACE = {"length": 60, "mode": "in-person", "place": "x", "link": ""}

# Asked by a victim liaison officer, who sees the case and everything about its meeting, and may do none of this.
VERBS = {
    "begin_referral": lambda w, by: actions.begin_referral(offender=w.offender, by=by),
    "write_referral": lambda w, by: actions.write_referral(referral=w.draft, page="risk", answers={}, by=by),
    "ask_agreement": lambda w, by: actions.ask_agreement(referral=w.draft, manager=w.colleague, by=by),
    "agree_referral": lambda w, by: actions.agree_referral(referral=w.draft, version=0, by=by),
    "send_back_referral": lambda w, by: actions.send_back_referral(referral=w.draft, words="x", by=by),
    "discard_referral": lambda w, by: actions.discard_referral(referral=w.draft, by=by),
    "refer": lambda w, by: actions.refer(referral=w.draft, by=by),
    "withdraw_referral": lambda w, by: actions.withdraw_referral(referral=w.referral, reason="x", by=by),
    "decide_referral": lambda w, by: actions.decide_referral(referral=w.referral, **ANSWER, by=by),
    "arrange": lambda w, by: actions.arrange(
        area=w.meeting.area, level=2, starts_at=timezone.now(), place="x", chair=w.meeting.chair, by=by
    ),
    "move_meeting": lambda w, by: actions.move_meeting(
        meeting=w.meeting, starts_at=timezone.now(), **PLACE, reason="x", sequence=0, by=by
    ),
    "cancel_meeting": lambda w, by: actions.cancel_meeting(meeting=w.meeting, reason="x", by=by),
    "hand_over": lambda w, by: actions.hand_over(meeting=w.meeting, chair=w.colleague, reason="x", by=by),
    "invite_observer": lambda w, by: actions.invite_observer(meeting=w.meeting, adviser=w.colleague, by=by),
    "withdraw_observer": lambda w, by: actions.withdraw_observer(observation=w.observation, by=by),
    "confirm_observed": lambda w, by: actions.confirm_observed(observation=w.observation, by=by),
    "make_panel": lambda w, by: actions.make_panel(
        area=w.meeting.area, level=2, name="x", **PLACE, chair=w.colleague, deputies=[], by=by
    ),
    "change_panel": lambda w, by: actions.change_panel(
        panel=w.seat.panel, name="x", **PLACE, chair=w.colleague, deputies=[], version=0, by=by
    ),
    "close_panel": lambda w, by: actions.close_panel(panel=w.seat.panel, reason="x", by=by),
    "add_member": lambda w, by: actions.add_member(panel=w.seat.panel, agency=w.invitation.agency, by=by),
    "name_members": lambda w, by: actions.name_members(seat=w.seat, representative=None, deputies=[], by=by),
    "remove_member": lambda w, by: actions.remove_member(seat=w.seat, by=by),
    "arrange_series": lambda w, by: actions.arrange_series(
        panel=w.seat.panel, rule=Rule(0, weeks=1), start=in_days(1), count=1, at=time(10), days=[], by=by
    ),
    "add_item": lambda w, by: actions.add_item(meeting=w.meeting, offender=w.offender, minutes=30, by=by),
    "remove_item": lambda w, by: actions.remove_item(item=w.item, by=by),
    "move": lambda w, by: actions.move(item=w.item, way="up", by=by),
    "give_time": lambda w, by: actions.give_time(item=w.item, minutes=10, by=by),
    "pin": lambda w, by: actions.pin(item=w.item, pinned=True, by=by),
    "reorder": lambda w, by: actions.reorder(meeting=w.meeting, order=[w.item.reference], seen="x", by=by),
    "restore_order": lambda w, by: actions.restore_order(meeting=w.meeting, by=by),
    "add_slot": lambda w, by: actions.add_slot(meeting=w.meeting, kind="break", minutes=15, by=by),
    "add_usual_slots": lambda w, by: actions.add_usual_slots(meeting=w.meeting, by=by),
    "remove_slot": lambda w, by: actions.remove_slot(slot=w.slot, by=by),
    "invite": lambda w, by: actions.invite(item=w.item, agencies=[], by=by),
    "answer_invitation": lambda w, by: actions.answer_invitation(
        invitation=w.invitation,
        people=[w.invitation.reference],
        response="accepted",
        representative=w.colleague,
        deputy_for=None,
        reason="",
        by=by,
    ),
    "chase": lambda w, by: actions.chase(meeting=w.meeting, agencies=[w.invitation.agency], by=by),
    "tell_invited": lambda w, by: actions.tell_invited(meeting=w.meeting, by=by),
    "save_draft": lambda w, by: actions.save_draft(invitation=w.invitation, answers={}, version=0, by=by),
    "send_information": lambda w, by: actions.send_information(
        invitation=w.invitation, text="x", nothing_to_share=False, audience="everyone", by=by
    ),
    "take_attendance": lambda w, by: actions.take_attendance(invitation=w.invitation, attendance="present", by=by),
    "save_paragraph": lambda w, by: write(w.item, "14-risk", "x", by=by),
    "add_paragraph": lambda w, by: actions.add_paragraph(item=w.item, section="14-risk", by=by),
    "move_paragraph": lambda w, by: actions.move_paragraph(paragraph=w.paragraph, way="up", by=by),
    "remove_paragraph": lambda w, by: actions.remove_paragraph(paragraph=w.paragraph, version=0, by=by),
    "put_back": lambda w, by: actions.put_back(item=w.item, paragraph=w.paragraph.reference, by=by),
    "record_agreements": lambda w, by: actions.record_agreements(item=w.item, invitations=[w.invitation], by=by),
    "start_item": lambda w, by: actions.start_item(item=w.item, by=by),
    "finish_item": lambda w, by: actions.finish_item(item=w.item, by=by),
    "reopen_item": lambda w, by: actions.reopen_item(item=w.item, by=by),
    "record_dissent": lambda w, by: actions.record_dissent(
        item=w.item, agency=w.invitation.agency, words="x", audience="everyone", by=by
    ),
    "remove_dissent": lambda w, by: actions.remove_dissent(dissent=w.dissent, by=by),
    "propose": lambda w, by: actions.propose(
        item=w.item, kind="recall", body="x", what="x", reasons="x", due_on=in_days(9), by=by
    ),
    "withdraw_proposal": lambda w, by: actions.withdraw_proposal(proposal=w.proposal, by=by),
    "answer_proposal": lambda w, by: actions.answer_proposal(
        proposal=w.proposal, answer="agreed", answered_on=in_days(0), answer_words="x", by=by
    ),
    "decide": lambda w, by: actions.decide(item=w.item, level=2, **WORDS, next_review_on=in_days(9), version=0, by=by),
    "add_action": lambda w, by: actions.add_action(
        item=w.item, text="x", agency=w.invitation.agency, due_on=in_days(9), by=by
    ),
    "send_to_chair": lambda w, by: actions.send_to_chair(meeting=w.meeting, by=by),
    "amend": lambda w, by: actions.amend(
        item=w.item, part="rationale", of=None, becomes="x", reason="x", version=1, by=by
    ),
    "decide_amendment": lambda w, by: actions.decide_amendment(
        amendment=w.amendment, outcome="accepted", reason="", by=by
    ),
    # Whoever reads the minutes may ask: refused to who does not.
    "ask_to_send_on": lambda w, by: actions.ask_to_send_on(
        item=w.item, agency=w.invitation.agency, reason="x", by=w.stranger
    ),
    "decide_sending_on": lambda w, by: actions.decide_sending_on(
        request=w.onward, outcome="permitted", reason="x", by=by
    ),
    "release_summary": lambda w, by: actions.release_summary(item=w.item, covering="x", by=by),
    "record_commitment": lambda w, by: actions.record_commitment(
        item=w.item,
        agency=w.invitation.agency,
        what="x",
        how_much="x",
        from_on=in_days(1),
        until_on=None,
        committed_by="x",
        by=by,
    ),
    "strike_commitment": lambda w, by: actions.strike_commitment(commitment=w.commitment, by=by),
    "review_commitment": lambda w, by: actions.review_commitment(
        commitment=w.commitment, finding="kept", words="", version=0, by=by
    ),
    "approve": lambda w, by: approve(w.meeting, by),
    "complete": lambda w, by: actions.complete(action=w.action, text="x", version=0, by=by),
    "note_progress": lambda w, by: actions.note_progress(action=w.action, text="x", by=by),
    "confirm_action": lambda w, by: actions.confirm_action(action=w.action, version=0, by=by),
    "send_back_action": lambda w, by: actions.send_back_action(action=w.action, text="x", version=0, by=by),
    "postpone": lambda w, by: actions.postpone(action=w.action, due_on=in_days(90), reason="x", version=0, by=by),
    "assign": lambda w, by: actions.assign(action=w.action, officer=w.colleague, version=0, by=by),
    "reassign_action": lambda w, by: actions.reassign_action(
        action=w.action, agency=w.offender.lead_agency, reason="x", version=0, by=by
    ),
    "withdraw_action": lambda w, by: actions.withdraw_action(action=w.action, reason="x", version=0, by=by),
    "add_evidence": lambda w, by: actions.add_evidence(action=w.action, document=None, by=by),
    "upload_evidence": lambda w, by: actions.upload_evidence(action=w.action, by=by),
}


@pytest.fixture
def world(invitation, item, meeting, level_2, housing, practitioner, outsider):
    class World:
        colleague, offender = housing, level_2
        commitment = CommitmentFactory(item=item, agency=invitation.agency, offender=None)
        action = ActionFactory(offender=level_2, item=item, agency=invitation.agency)
        amendment = AmendmentFactory(item=item, offender=None)
        onward = OnwardRequestFactory(item=item, offender=None)
        stranger = outsider
        paragraph = item.paragraphs.visible_to(practitioner).first()
        dissent, proposal = DissentFactory(item=item, offender=None), ProposalFactory(item=item, offender=None)
        referral = ReferralFactory(offender=level_2, level=3, made_by=practitioner)
        observation = ObservationFactory(meeting=meeting)
        seat = SeatFactory(panel__area=meeting.area)
        draft = ReferralFactory(offender=level_2, draft=True)

    World.invitation, World.item, World.meeting = invitation, item, meeting
    World.slot = SlotFactory(meeting=meeting)
    return World


# To the statement everyone agrees who sees the meeting, for his own agency if it is invited.
OF_ANYBODY = {"agree"}


def test_every_verb_is_asked_here():
    assert set(VERBS) | OF_ANYBODY == set(actions.__all__)


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_a_verb_refuses_who_sees_but_may_not(world, victim_liaison, verb):
    with pytest.raises(PermissionDenied):
        verb(world, victim_liaison)
