"""Every verb asks for itself who may: a page, a task or another system that forgets to is refused here."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from panels import actions
from tests.factories import ActionFactory, ReferralFactory
from tests.panels.conftest import approve, in_days, write

ANSWER = {"outcome": "returned", "level": None, "reason": "x", "next_review_on": None}
NEED = {"level": 3, "reason": "x", "added_value": "x", "exceptional": False, "senior_needed": True}
WORDS = {
    "rationale": "x",
    "disclosure": "no",
    "disclosure_reasons": "x",
    "disclosure_to": "",
    "child_sex_offender": False,
}

# Asked by a victim liaison officer, who sees the case and everything about its meeting, and may do none of this.
VERBS = {
    "refer": lambda w, by: actions.refer(offender=w.offender, **NEED, by=by),
    "decide_referral": lambda w, by: actions.decide_referral(referral=w.referral, **ANSWER, by=by),
    "arrange": lambda w, by: actions.arrange(
        area=w.meeting.area, level=2, starts_at=timezone.now(), place="x", chair=w.meeting.chair, by=by
    ),
    "add_item": lambda w, by: actions.add_item(meeting=w.meeting, offender=w.offender, minutes=30, by=by),
    "remove_item": lambda w, by: actions.remove_item(item=w.item, by=by),
    "move": lambda w, by: actions.move(item=w.item, way="up", by=by),
    "give_time": lambda w, by: actions.give_time(item=w.item, minutes=10, by=by),
    "invite": lambda w, by: actions.invite(item=w.item, agencies=[], by=by),
    "send_information": lambda w, by: actions.send_information(
        invitation=w.invitation, text="x", nothing_to_share=False, for_all=True, by=by
    ),
    "take_attendance": lambda w, by: actions.take_attendance(invitation=w.invitation, attendance="present", by=by),
    "save_paragraph": lambda w, by: write(w.item, "04-risk", "x", by=by),
    "decide": lambda w, by: actions.decide(item=w.item, level=2, **WORDS, next_review_on=in_days(9), version=0, by=by),
    "add_action": lambda w, by: actions.add_action(
        item=w.item, text="x", agency=w.invitation.agency, due_on=in_days(9), by=by
    ),
    "approve": lambda w, by: approve(w.meeting, by),
    "complete": lambda w, by: actions.complete(action=w.action, outcome="x", by=by),
    "postpone": lambda w, by: actions.postpone(action=w.action, due_on=in_days(90), reason="x", by=by),
    "assign": lambda w, by: actions.assign(action=w.action, officer=w.colleague, by=by),
}


@pytest.fixture
def world(invitation, item, meeting, level_2, housing, practitioner):
    class World:
        colleague, offender = housing, level_2
        action = ActionFactory(offender=level_2, item=item, agency=invitation.agency)
        referral = ReferralFactory(offender=level_2, level=3, made_by=practitioner)

    World.invitation, World.item, World.meeting = invitation, item, meeting
    return World


def test_every_verb_is_asked_here():
    assert set(VERBS) == set(actions.__all__)


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_a_verb_refuses_who_sees_but_may_not(world, victim_liaison, verb):
    with pytest.raises(PermissionDenied):
        verb(world, victim_liaison)
