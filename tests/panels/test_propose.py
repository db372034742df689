"""What a meeting asks of bodies that have the power, their answers, and dissent from what was decided."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from panels import actions
from panels.actions.approval import digest
from panels.models import Dissent, Meeting, Proposal
from tests.panels.conftest import approve, boxes, in_days


@pytest.fixture
def form():
    return {
        "proposal-kind": "conditions",
        "proposal-body": "Parole Board",
        "proposal-what": "Not to enter Luton",
        "proposal-reasons": "She lives there",
    } | boxes("proposal-due_on", in_days(20))


@pytest.fixture
def proposal(item, coordinator):
    about = {"kind": "recall", "body": "The Secretary of State", "what": "Recall", "reasons": "Two breaches"}
    return actions.propose(item=item, **about, due_on=in_days(5), by=coordinator)


def answer(proposal, by, **other):
    words = {"answer": "refused", "answered_on": in_days(0), "answer_words": "The licence holds"} | other
    return actions.answer_proposal(proposal=proposal, **words, by=by)


def test_a_proposal_is_recorded_with_the_body_that_decides_it(sign_in, item, form, coordinator):
    sign_in(coordinator).post(f"/items/{item.reference}/proposals/", form)

    row = Proposal.objects.visible_to(coordinator).get()
    assert (row.body, row.what, row.due_on, row.answer) == ("Parole Board", "Not to enter Luton", in_days(20), "")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"proposal-body": ""}, "Enter which body decides"),
        ({"proposal-reasons": ""}, "Enter why it is proposed"),
        (boxes("proposal-due_on", in_days(0)), "The date must be in the future"),
    ],
)
def test_half_a_proposal_is_refused_and_kept(sign_in, item, form, coordinator, change, words):
    page = sign_in(coordinator).post(f"/items/{item.reference}/proposals/", form | change).text

    assert words in page
    assert 'value="Not to enter Luton"' in page
    assert not Proposal.objects.visible_to(coordinator).exists()


def test_the_same_proposal_is_recorded_once(sign_in, item, form, coordinator):
    client = sign_in(coordinator)
    client.post(f"/items/{item.reference}/proposals/", form)

    again = client.post(f"/items/{item.reference}/proposals/", form)

    assert "This proposal is already recorded" in again.text
    assert Proposal.objects.visible_to(coordinator).count() == 1


def test_the_answer_comes_after_the_minutes_and_leaves_their_seal_whole(
    sign_in, proposal, meeting, decided, chair, practitioner
):
    sealed = approve(meeting, chair).digest
    url, said = f"/asked-of/{proposal.reference}/answer/", {"answer": "refused", "answer_words": "The licence holds"}

    sign_in(practitioner).post(url, said | boxes("answered_on", in_days(0)))

    row = Proposal.objects.visible_to(practitioner).get()
    assert (row.answer, row.answer_recorded_by) == ("refused", practitioner)
    assert digest(Meeting.objects.visible_to(chair).get()) == sealed


def test_an_answer_is_recorded_once_and_not_of_before_the_meeting(proposal, coordinator):
    with pytest.raises(ValidationError, match="from the day of the meeting up to today"):
        answer(proposal, coordinator, answered_on=in_days(-9))
    answer(proposal, coordinator)

    with pytest.raises(ValidationError, match="The answer is recorded already"):
        answer(proposal, coordinator)


def test_partners_read_a_proposal_with_the_minutes_and_answer_none(
    proposal, invitation, meeting, decided, coordinator, chair, housing
):
    actions.take_attendance(invitation=invitation, attendance="present", by=coordinator)
    assert not Proposal.objects.visible_to(housing).exists()

    approve(meeting, chair)

    with pytest.raises(PermissionDenied):
        answer(Proposal.objects.visible_to(housing).get(), housing)


def test_a_proposal_is_taken_back_after_a_question(sign_in, proposal, coordinator):
    client = sign_in(coordinator)

    asked = client.get(f"/asked-of/{proposal.reference}/withdraw/")
    client.post(f"/asked-of/{proposal.reference}/withdraw/")

    assert "The Secretary of State: Recall" in asked.text
    assert not Proposal.objects.visible_to(coordinator).exists()


def test_another_category_is_put_to_the_lead_agency_and_changes_nothing(item, level_2, probation, coordinator):
    decide = {
        "level": 2,
        "rationale": "x",
        "disclosure": "no",
        "disclosure_reasons": "x",
        "disclosure_to": "",
        "child_sex_offender": False,
        "next_review_on": in_days(50),
    }
    reasons = {"category": "none", "category_reasons": "The order has ended"}
    actions.decide(item=item, **decide, **reasons, version=0, by=coordinator)
    row = Proposal.objects.visible_to(coordinator).get()

    actions.decide(item=item, **decide, category="confirmed", version=1, by=coordinator)

    assert (row.kind, row.body, row.reasons) == ("category", probation.name, "The order has ended")
    assert not Proposal.objects.visible_to(coordinator).exists()


def test_dissent_is_kept_as_the_agency_s_own(sign_in, item, invitation, coordinator):
    said = {
        "dissent-agency": invitation.agency_id,
        "dissent-words": "We would keep level 2",
        "dissent-audience": "everyone",
    }
    client = sign_in(coordinator)

    client.post(f"/items/{item.reference}/dissent/", said)
    again = client.post(f"/items/{item.reference}/dissent/", said)

    row = Dissent.objects.visible_to(coordinator).get()
    assert (row.agency, row.words) == (invitation.agency, "We would keep level 2")
    assert "Nothing was saved twice" in again.text


def test_an_agency_that_is_not_invited_does_not_dissent(item, invitation, health_agency, coordinator):
    with pytest.raises(ValidationError, match="invited for this person"):
        actions.record_dissent(item=item, agency=health_agency, words="x", audience="everyone", by=coordinator)


def test_a_dissent_is_taken_back_after_a_question(sign_in, item, invitation, coordinator):
    words = {"words": "We would keep level 2", "audience": "authority"}
    row = actions.record_dissent(item=item, agency=invitation.agency, **words, by=coordinator)
    client, url = sign_in(coordinator), f"/dissents/{row.reference}/remove/"

    asked = client.get(url)
    client.post(url)

    assert "We would keep level 2" in asked.text
    assert not Dissent.objects.visible_to(coordinator).exists()


def test_the_minutes_say_what_was_proposed_and_who_did_not_agree(
    sign_in, item, proposal, invitation, meeting, decided, coordinator, chair, housing, probation
):
    words = {"words": "We would keep level 2", "audience": "everyone"}
    actions.record_dissent(item=item, agency=invitation.agency, **words, by=coordinator)
    kept = {"words": "Not for partners", "audience": "authority"}
    actions.record_dissent(item=item, agency=probation, **kept, by=coordinator)
    actions.take_attendance(invitation=invitation, attendance="present", by=coordinator)
    approve(meeting, chair)

    page = sign_in(housing).get(f"/meetings/{meeting.reference}/minutes/").text

    assert "We would keep level 2" in page
    assert "The Secretary of State" in page
    assert "Not for partners" not in page
    assert page.count("Restricted</strong>") == 1


def test_the_persons_page_lists_proposals_with_the_way_to_answer(sign_in, proposal, level_2, practitioner):
    page = sign_in(practitioner).get(f"/people/{level_2.reference}/meetings/").text

    assert "The Secretary of State: Recall" in page
    assert f"/asked-of/{proposal.reference}/answer/" in page
