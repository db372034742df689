from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from agencies.models import Agency, OutboxMessage
from disclosures.models import DisclosureDecision
from offenders.models import LevelPeriod, Offender, Review, TimelineEntry
from panels import actions
from panels.actions.approval import digest
from panels.models import Action, AgendaItem, Decision, Distribution, Invitation, Meeting, Paragraph
from tests.factories import ExclusionFactory, MembershipFactory, OffenderFactory, ReferralFactory
from tests.panels.conftest import approve, finished, in_days, write


def came(invitation, attendance, by):
    """Attendance, also of an item that stands as finished."""
    AgendaItem._base_manager.update(finished_at=None, finished_by=None)
    actions.take_attendance(invitation=invitation, attendance=attendance, by=by)
    finished(invitation.item.meeting)


def now(meeting, user):
    return Meeting.objects.visible_to(user).get(pk=meeting.pk)


@pytest.fixture
def form(meeting, decided, chair):
    finished(meeting)
    return {"accurate": "on", "may_be_sent": "on", "version": now(meeting, chair).version}


def test_approving_moves_the_case_and_dates_its_review(sign_in, meeting, level_2, form, chair):
    sign_in(chair).post(f"/meetings/{meeting.reference}/approve/", form)

    case = Offender.objects.visible_to(chair).get(pk=level_2.pk)
    assert (case.level, case.next_review_on) == (1, in_days(60))
    assert LevelPeriod.objects.visible_to(chair).get(offender=case, until=None).level == 1
    assert Review.objects.visible_to(chair).open().get(offender=case).due_on == in_days(60)


def test_the_review_was_held_on_the_day_of_the_meeting(sign_in, meeting, level_2, form, chair):
    sign_in(chair).post(f"/meetings/{meeting.reference}/approve/", form)

    held = Review.objects.visible_to(chair).get(offender=level_2, held_on__isnull=False)
    assert (held.held_on, held.superseded_on) == (in_days(-1), None)


def test_a_meeting_still_to_come_is_not_approved(sign_in, meeting, form, chair):
    Meeting.objects.visible_to(chair).update(starts_at=timezone.now() + timedelta(hours=1))

    page = sign_in(chair).post(f"/meetings/{meeting.reference}/approve/", form)

    assert "This meeting has not taken place yet" in page.text
    assert not now(meeting, chair).is_locked


def test_approving_keeps_the_disclosure_decision(sign_in, meeting, form, chair):
    sign_in(chair).post(f"/meetings/{meeting.reference}/approve/", form)

    row = DisclosureDecision.objects.visible_to(chair).get()
    assert (row.decision, row.reasons, row.meeting_reference) == ("no", "Nobody is at risk", meeting.reference)


def test_approving_tells_the_invited_agencies_without_a_name(meeting, invitation, decided, chair, housing):
    came(invitation, "present", chair)

    approve(meeting, chair)

    mail = OutboxMessage.objects.get(to=housing, key__startswith="minutes:")
    assert meeting.reference in mail.subject
    assert "Lowe" not in mail.subject + mail.body


def test_who_must_not_see_the_person_is_not_told_of_the_minutes(meeting, level_2, invitation, decided, chair, housing):
    came(invitation, "present", chair)
    ExclusionFactory(offender=level_2, user=housing)

    approve(meeting, chair)

    assert not OutboxMessage.objects.filter(to=housing, key__startswith="minutes:").exists()


def test_the_page_lists_what_is_missing(sign_in, meeting, invitation, chair):
    page = sign_in(chair).get(f"/meetings/{meeting.reference}/approve/").text

    assert "No decision is recorded" in page
    assert "Attendance of Housing, Bedfordshire is not recorded" in page
    assert "“Summary of the risk” is empty" in page


@pytest.mark.parametrize("box", ["accurate", "may_be_sent"])
def test_both_boxes_must_be_ticked(sign_in, meeting, form, chair, box):
    del form[box]

    page = sign_in(chair).post(f"/meetings/{meeting.reference}/approve/", form)

    assert "Tick that" in page.text
    assert not now(meeting, chair).is_locked


def test_what_changed_since_the_chair_read_it_is_not_approved(sign_in, meeting, item, form, chair, coordinator):
    actions.reopen_item(item=item, by=coordinator)
    write(item, "09-agencies", "A late word", by=coordinator)

    page = sign_in(chair).post(f"/meetings/{meeting.reference}/approve/", form)

    assert "The minutes changed since you opened this page" in page.text
    assert not now(meeting, chair).is_locked


def test_who_forgot_a_box_is_told_that_the_minutes_changed_meanwhile(sign_in, meeting, item, form, chair, coordinator):
    actions.reopen_item(item=item, by=coordinator)
    write(item, "14-risk", "A late word", by=coordinator)

    page = sign_in(chair).post(f"/meetings/{meeting.reference}/approve/", form | {"accurate": ""})

    assert "Tick that the minutes are accurate" in page.text
    assert "The minutes changed since you opened this page" in page.text


def test_an_item_that_nobody_finished_keeps_the_minutes_from_being_approved(sign_in, meeting, decided, chair):
    form = {"accurate": "on", "may_be_sent": "on", "version": now(meeting, chair).version}

    page = sign_in(chair).post(f"/meetings/{meeting.reference}/approve/", form)

    assert "Finish first what is still open of: Lowe, Martin" in page.text
    assert not now(meeting, chair).is_locked


def test_nobody_is_left_without_a_decision(sign_in, meeting, item, chair):
    form = {"accurate": "on", "may_be_sent": "on", "version": now(meeting, chair).version}

    page = sign_in(chair).post(f"/meetings/{meeting.reference}/approve/", form)

    assert "Record a decision first for: Lowe, Martin" in page.text
    assert not now(meeting, chair).is_locked


def test_a_chair_who_may_not_read_every_item_does_not_approve(meeting, level_2, area, coordinator, chair, decided):
    case = OffenderFactory(surname="Okafor", area=area, level=2, level_period=True)
    actions.add_item(meeting=meeting, offender=case, minutes=30, by=coordinator)
    ExclusionFactory(offender=case, user=chair)

    with pytest.raises(ValidationError, match="You cannot read every item"):
        approve(meeting, chair)


def test_a_referral_accepted_since_is_not_undone(meeting, level_2, item, coordinator, chair, practitioner):
    answers = {
        "item": item,
        "level": 2,
        "rationale": "x",
        "disclosure": "no",
        "disclosure_reasons": "x",
        "child_sex_offender": False,
        "by": coordinator,
    }
    actions.decide(**answers, disclosure_to="", next_review_on=in_days(50), version=0)
    referral = ReferralFactory(offender=level_2, level=3, made_by=practitioner)
    accept = {"outcome": "accepted", "level": 3, "reason": "x", "next_review_on": None}
    actions.decide_referral(referral=referral, **accept, by=coordinator)

    with pytest.raises(ValidationError, match="moved to level 3 after the decision was recorded"):
        approve(meeting, chair)

    assert Offender.objects.visible_to(chair).get(pk=level_2.pk).level == 3
    actions.reopen_item(item=item, by=coordinator)
    actions.decide(**answers, disclosure_to="", next_review_on=in_days(50), version=1)
    assert approve(meeting, chair).is_locked


@pytest.mark.parametrize(("person", "status"), [("coordinator", 403), ("practitioner", 403), ("outsider", 404)])
def test_only_the_chair_of_the_meeting_approves(sign_in, request, meeting, form, person, status):
    client = sign_in(request.getfixturevalue(person))

    assert client.post(f"/meetings/{meeting.reference}/approve/", form).status_code == status


def test_another_chair_of_the_area_does_not_approve(meeting, decided, police):
    other = MembershipFactory(agency=police, role_id="chair").user

    with pytest.raises(PermissionDenied):
        approve(meeting, other)


@pytest.fixture
def approved(meeting, invitation, decided, chair):
    return approve(meeting, chair)


def test_after_approval_no_page_and_no_action_changes_anything(sign_in, approved, item, invitation, coordinator):
    client = sign_in(coordinator)
    text = {"section": "09-agencies", "text": "Later", "audience": "everyone", "version": "0"}

    row = Paragraph.objects.visible_to(coordinator).filter(section="09-agencies").get()
    answer = client.post(f"/paragraphs/{row.reference}/", text)
    client.post(f"/invitations/{invitation.reference}/attendance/", {"attendance": "absent"})
    client.post(f"/items/{item.reference}/remove/")
    client.post(f"/items/{item.reference}/reopen/")

    assert answer.status_code == 409
    assert "Later" in answer.text
    assert not Paragraph.objects.visible_to(coordinator).exclude(text="").exists()
    assert Invitation.objects.visible_to(coordinator).get(pk=invitation.pk).attendance == ""
    assert client.get(f"/items/{item.reference}/").headers["Location"] == f"/meetings/{approved.reference}/minutes/"


LATER = {
    "paragraph": lambda i, v, by: write(i, "09-agencies", "Later", by=by),
    "attendance": lambda i, v, by: actions.take_attendance(invitation=v, attendance="absent", by=by),
    "move": lambda i, v, by: actions.move(item=i, way="up", by=by),
    "time": lambda i, v, by: actions.give_time(item=i, minutes=10, by=by),
    "remove": lambda i, v, by: actions.remove_item(item=i, by=by),
    "invite": lambda i, v, by: actions.invite(item=i, agencies=[], by=by),
    "action": lambda i, v, by: actions.add_action(item=i, text="x", agency=v.agency, due_on=in_days(3), by=by),
    "person": lambda i, v, by: actions.add_item(meeting=i.meeting, offender=i.offender, minutes=10, by=by),
    "information": lambda i, v, by: actions.send_information(
        invitation=v, text="x", nothing_to_share=False, audience="everyone", by=by
    ),
    "decision": lambda i, v, by: actions.decide(
        item=i,
        level=2,
        rationale="x",
        disclosure="no",
        disclosure_reasons="x",
        disclosure_to="",
        child_sex_offender=False,
        next_review_on=in_days(3),
        version=1,
        by=by,
    ),
}


@pytest.mark.parametrize("later", LATER.values(), ids=LATER)
def test_every_verb_refuses_approved_minutes(approved, item, invitation, coordinator, later):
    with pytest.raises(ValidationError, match="approved and can no longer be changed"):
        later(item, invitation, coordinator)


def test_minutes_are_approved_once(approved, chair):
    with pytest.raises(ValidationError, match="approved and can no longer be changed"):
        approve(approved, chair)


def test_the_seal_holds_while_nothing_is_altered(approved, chair):
    assert len(approved.digest) == 64
    assert digest(now(approved, chair)) == approved.digest


@pytest.mark.parametrize(
    "change",
    [
        lambda: Paragraph._base_manager.filter(section="14-risk").update(text="Quietly changed"),
        lambda: Paragraph._base_manager.get(section="14-risk").agencies.add(Agency.objects.first()),
        lambda: Decision._base_manager.update(rationale="Quietly changed"),
        lambda: Decision._base_manager.all().delete(),
        lambda: Invitation._base_manager.update(attendance="present"),
        lambda: Invitation._base_manager.update(attended_name="Somebody else"),
        lambda: AgendaItem._base_manager.update(finished_at=None, finished_by=None),
        lambda: AgendaItem._base_manager.update(position=9),
        lambda: Meeting._base_manager.update(digest=""),
    ],
    ids=["paragraph", "readers", "decision", "deleted", "attendance", "who came", "finished", "agenda", "seal"],
)
def test_the_database_lets_nobody_change_approved_minutes(approved, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        change()


def test_to_whom_minutes_go_is_recorded_with_the_reason(meeting, invitation, item, decided, chair, housing_agency):
    came(invitation, "apologies", chair)

    approve(meeting, chair)

    row = Distribution.objects.visible_to(chair).get(agency=housing_agency)
    assert (row.item, row.basis, row.version, row.read_version) == (item, "apologised", 1, 0)


def test_a_chair_who_left_for_a_conflict_of_interest_is_told_that_another_signs(meeting, item, decided, police, chair):
    actions.invite(item=item, agencies=[police], by=chair)
    row = Invitation.objects.visible_to(chair).get(agency=police)
    actions.take_attendance(invitation=row, attendance="conflict", who=chair.name, by=chair)

    with pytest.raises(ValidationError, match="give the meeting another chair"):
        approve(meeting, chair)


def test_an_agency_that_declined_gets_nothing(meeting, invitation, decided, chair, housing, housing_agency):
    came(invitation, "apologies", chair)
    declined = {"response": "declined", "response_reason": "Not ours", "responded_at": timezone.now()}
    Invitation._base_manager.filter(pk=invitation.pk).update(**declined, responded_by=housing)

    approve(meeting, chair)

    assert not Distribution.objects.visible_to(chair).filter(agency=housing_agency).exists()


def test_an_agency_that_was_away_without_a_word_gets_nothing(
    sign_in, meeting, invitation, decided, chair, housing, housing_agency
):
    came(invitation, "absent", chair)

    approve(meeting, chair)

    page = sign_in(housing).get(f"/meetings/{meeting.reference}/minutes/").text
    assert "were not sent to your agency" in page
    assert "The plan holds without us" not in page
    assert not Decision.objects.visible_to(housing).exists()
    assert not OutboxMessage.objects.filter(to=housing, key__startswith="minutes:").exists()


def test_postponing_an_action_later_leaves_the_seal_whole(meeting, item, invitation, decided, coordinator, chair):
    due = {"item": item, "text": "Visit", "agency": invitation.agency}
    action = actions.add_action(**due, due_on=in_days(3), by=coordinator)
    approved = approve(meeting, chair)

    actions.postpone(action=action, due_on=in_days(30), reason="Tenant away", version=0, by=coordinator)

    assert Action.objects.visible_to(chair).get().due_on == in_days(30)
    assert digest(now(approved, chair)) == approved.digest


def test_the_timeline_of_a_case_that_left_mappa_tells_of_the_meeting_too(meeting, level_2, decided, chair):
    Offender.objects.visible_to(chair).filter(pk=level_2.pk).update(ended_on=in_days(0))

    approve(meeting, chair)

    entry = TimelineEntry.objects.visible_to(chair).get(offender=level_2, title__startswith="Level 2 meeting of")
    assert entry.text == "Its level was not begun: the person had left MAPPA"
