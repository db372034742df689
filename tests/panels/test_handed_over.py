"""A case handed to another area while the minutes of the old area's meeting are being written."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from disclosures.models import DisclosureDecision
from offenders.actions import accept_transfer, propose_transfer, tick_item
from offenders.models import LevelPeriod, Offender, Review, TimelineEntry
from panels import actions
from panels.actions.approval import digest
from panels.models import (
    AgendaItem,
    Amendment,
    Commitment,
    Decision,
    InformationPart,
    Meeting,
    OnwardRequest,
    Paragraph,
)
from tests.conftest import member
from tests.factories import CommitmentFactory, ExclusionFactory, PersonalGrantFactory, ReferralFactory
from tests.panels.conftest import amend, approve, countersign, finished, in_days, now, write

NOT_FINAL = (Decision, Paragraph, InformationPart)


@pytest.fixture
def their_chair(outsider):
    """Gwyneth chairs for the other area's police, where Owain coordinates."""
    return member(outsider.memberships.get().agency, "chair", "gwyneth")


@pytest.fixture
def written(item, invitation, police, decided, coordinator, housing):
    """Police, probation and housing were at the meeting; one section is for the Responsible Authority alone."""
    agencies = [row.agency for row in item.invitations.visible_to(coordinator).select_related("agency")]
    actions.invite(item=item, agencies=[*agencies, police], by=coordinator)
    for row in item.invitations.visible_to(coordinator):
        actions.take_attendance(invitation=row, attendance="present", by=coordinator)
    write(item, "14-risk", "An informant is at risk", "authority", by=coordinator)
    actions.send_information(
        invitation=invitation, text="In arrears", nothing_to_share=False, audience="authority", by=housing
    )
    return item


@pytest.fixture
def hand_over(level_2, coordinator, outsider, practitioner, other_area):
    """Hand Martin's case to the other area."""

    def do():
        transfer = propose_transfer(
            offender=level_2, to_area=other_area, to_agency=None, reason="He moved", by=coordinator
        )
        for line in transfer.items.visible_to(coordinator):
            tick_item(item=line, outcome="done", words="", by=coordinator)
        accept_transfer(transfer=transfer, officer=practitioner, answer="", is_confirmed=True, by=outsider)
        level_2.refresh_from_db()

    return do


@pytest.fixture
def handed_over(written, hand_over, system):
    hand_over()
    return AgendaItem.objects.visible_to(system).get(pk=written.pk)


def test_the_chair_of_the_meeting_approves_its_minutes_all_the_same(sign_in, meeting, handed_over, level_2, chair):
    client = sign_in(chair)
    finished(meeting)
    page = client.get(f"/meetings/{meeting.reference}/approve/")
    sealed = {"accurate": "on", "may_be_sent": "on", "version": page.context["form"].initial["version"]}

    client.post(f"/meetings/{meeting.reference}/approve/", sealed)

    assert "The plan holds without us" in page.text
    assert "An informant is at risk" in page.text
    assert "In arrears" in page.text
    assert Meeting.objects.visible_to(chair).get(pk=meeting.pk).is_locked
    assert DisclosureDecision.objects.visible_to(chair).get(offender=level_2).meeting_reference == meeting.reference


def test_the_level_that_was_decided_begins_in_the_other_area(
    meeting, handed_over, level_2, chair, other_area, outsider
):
    approve(meeting, chair)

    assert LevelPeriod.objects.visible_to(outsider).get(offender=level_2, until=None).level == 1
    assert Review.objects.visible_to(outsider).open().get(offender=level_2).area == other_area


def test_after_approval_the_old_area_reads_what_everyone_invited_reads(sign_in, meeting, handed_over, chair):
    approve(meeting, chair)

    text = sign_in(chair).get(f"/meetings/{meeting.reference}/minutes/").text

    assert "The plan holds without us" in text
    assert ["An informant" in text, "In arrears" in text] == [False, False]
    assert text.count("Restricted</strong>") == 2


def test_the_seal_is_the_same_whoever_reads_the_minutes(meeting, handed_over, level_2, area, system, chair):
    sealed = approve(meeting, chair).digest

    assert digest(meeting) == sealed
    Offender.objects.visible_to(system).filter(pk=level_2.pk).update(area=area)
    assert digest(meeting) == sealed


@pytest.mark.parametrize("model", NOT_FINAL)
def test_until_then_those_who_write_the_minutes_alone_read_them_in_the_old_area(
    handed_over, model, chair, coordinator, area_officer
):
    of_authority = {"audience": "authority"} if model is Paragraph else {}

    seen = [model.objects.visible_to(who).filter(**of_authority).exists() for who in (chair, coordinator, area_officer)]

    assert seen == [True, True, False]


@pytest.mark.parametrize("model", [AgendaItem, *NOT_FINAL])
def test_the_old_areas_chair_sees_nothing_where_his_agency_was_not_at_the_meeting(
    item, invitation, decided, hand_over, chair, model
):
    hand_over()

    assert not model.objects.visible_to(chair).exists()


def test_who_cannot_read_an_item_of_his_meeting_is_told_whom_to_ask_and_then_approves(
    meeting, item, invitation, decided, level_2, hand_over, chair, outsider
):
    hand_over()
    with pytest.raises(ValidationError, match="ask that area to name you on it"):
        approve(meeting, chair)

    PersonalGrantFactory(content_object=level_2, user=chair, given_by=outsider)

    assert approve(meeting, chair).is_locked


def test_the_other_areas_chair_reads_the_decision_and_not_the_page_of_the_meeting(
    sign_in, meeting, handed_over, their_chair
):
    client = sign_in(their_chair)

    assert Decision.objects.visible_to(their_chair).get().rationale == "The plan holds without us"
    assert client.get(f"/meetings/{meeting.reference}/approve/").status_code == 404
    assert client.get(f"/meetings/{meeting.reference}/minutes/").status_code == 404


def test_the_other_area_does_not_write_the_minutes_of_this_one(sign_in, handed_over, their_chair, outsider):
    assert sign_in(outsider).get(f"/items/{handed_over.reference}/").status_code == 403
    with pytest.raises(PermissionDenied):
        write(handed_over, "09-agencies", "Ours", by=their_chair)


def test_co_ordination_of_the_old_area_finishes_the_minutes(sign_in, handed_over, invitation, coordinator, other_area):
    page = sign_in(coordinator).get(f"/items/{handed_over.reference}/")

    write(handed_over, "09-agencies", "Police reported two calls", by=coordinator)
    due = {"item": handed_over, "text": "Visit the address", "due_on": in_days(9)}
    action = actions.add_action(**due, agency=invitation.agency, by=coordinator)

    assert page.status_code == 200
    assert action.area == other_area


def test_the_area_that_has_the_case_now_withdraws_an_action_of_minutes_still_being_written(
    action, handed_over, meeting, chair, outsider
):
    before = Meeting.objects.visible_to(chair).get(pk=meeting.pk).version
    theirs = now(action, outsider)

    actions.withdraw_action(action=theirs, reason="He has moved", version=theirs.version, by=outsider)

    assert now(action, outsider).state == "withdrawn"
    assert Meeting.objects.visible_to(chair).get(pk=meeting.pk).version > before


def test_a_commitment_is_struck_out_by_who_writes_the_minutes_and_not_by_the_area_that_has_the_case(
    handed_over, invitation, coordinator, outsider
):
    CommitmentFactory(item=handed_over, agency=invitation.agency, offender=None)

    with pytest.raises(PermissionDenied):
        actions.strike_commitment(commitment=Commitment.objects.visible_to(outsider).get(), by=outsider)
    actions.strike_commitment(commitment=Commitment.objects.visible_to(coordinator).get(), by=coordinator)

    assert not Commitment.objects.visible_to(coordinator).kept().exists()


def test_who_was_invited_stays_invited_and_nobody_else_is(handed_over, coordinator, health_agency):
    agencies = [row.agency for row in handed_over.invitations.visible_to(coordinator).select_related("agency")]

    actions.invite(item=handed_over, agencies=agencies, by=coordinator)
    with pytest.raises(ValidationError, match="manages this case now, and shares it"):
        actions.invite(item=handed_over, agencies=[*agencies, health_agency], by=coordinator)

    assert handed_over.invitations.visible_to(coordinator).count() == len(agencies)


def test_a_referral_that_the_other_area_accepted_since_stands(
    meeting, handed_over, level_2, practitioner, chair, outsider
):
    referral = ReferralFactory(offender=level_2, area=level_2.area, level=3, made_by=practitioner)
    accept = {"outcome": "accepted", "level": 3, "reason": "x", "next_review_on": None}
    actions.decide_referral(referral=referral, **accept, by=outsider)

    approve(meeting, chair)

    assert Offender.objects.visible_to(outsider).get(pk=level_2.pk).level == 3
    told = TimelineEntry.objects.visible_to(outsider).get(offender=level_2, title__startswith="Level 2 meeting of")
    assert told.text == "Its level was not begun: North Wales had decided it since"


def test_a_review_that_the_other_area_held_since_stands(meeting, handed_over, level_2, chair, outsider):
    Review.objects.visible_to(outsider).create(
        offender=level_2, area=level_2.area, level=2, due_on=in_days(0), held_on=in_days(0), held_by=outsider
    )

    approve(meeting, chair)

    assert Offender.objects.visible_to(outsider).get(pk=level_2.pk).level == 2


def test_a_meeting_that_was_cancelled_keeps_nobody_of_the_old_area_on_the_case(
    written, hand_over, area_officer, system
):
    Meeting.objects.visible_to(system).update(state=Meeting.State.CANCELLED)

    hand_over()

    assert not Offender.objects.visible_to(area_officer).exists()


def test_a_meeting_to_come_is_cancelled_for_a_case_that_another_area_has_by_now(
    item, invitation, hand_over, meeting, level_2, housing, coordinator
):
    hand_over()
    assert Offender.objects.visible_to(housing).exists()

    actions.cancel_meeting(meeting=meeting, reason="The case is theirs now", by=coordinator)

    assert not Offender.objects.visible_to(housing).exists()


def test_what_is_asked_of_approved_minutes_still_comes_to_the_chair_of_the_meeting(
    handed_over, meeting, coordinator, chair, health_agency
):
    approve(meeting, chair)
    paragraph = handed_over.paragraphs.visible_to(coordinator).get(section="09-agencies")

    proposed = amend(handed_over, paragraph, by=coordinator)
    asked = actions.ask_to_send_on(item=handed_over, agency=health_agency, reason="It treats him now", by=coordinator)

    assert list(Amendment.objects.visible_to(chair)) == [proposed]
    assert list(OnwardRequest.objects.visible_to(chair)) == [asked]
    assert countersign(proposed, chair).version == 2


def test_what_nobody_could_decide_is_not_asked(handed_over, meeting, level_2, coordinator, chair):
    approve(meeting, chair)
    paragraph = handed_over.paragraphs.visible_to(coordinator).get(section="09-agencies")
    ExclusionFactory(offender=level_2, user=chair)

    with pytest.raises(ValidationError, match="Nobody who may decide this sees the case"):
        amend(handed_over, paragraph, by=coordinator)
    assert not Amendment.objects.visible_to(coordinator).exists()
