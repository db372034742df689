"""Who came for each person, when and why not; and that they agreed to the confidentiality statement."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from panels import actions
from panels.models import Agreement, Decision, Distribution, Invitation, Meeting
from tests.factories import OffenderFactory, StatementFactory
from tests.panels.conftest import approve

HTMX = {"HX-Request": "true"}


def now(invitation, user):
    return Invitation.objects.visible_to(user).get(pk=invitation.pk)


def agreed(meeting):
    return [(row.agency.name, row.name, row.read_out) for row in Agreement.objects.of_meeting(meeting)]


def take(client, invitation, **answers):
    return client.post(f"/invitations/{invitation.reference}/attendance/", answers, headers=HTMX)


def test_who_came_with_the_times_is_saved_in_place(sign_in, invitation, coordinator):
    answers = {"attendance": "withdrew", "who": "Pat  Brook", "role": "Manager", "arrived": "10:05am", "left": "11:00"}

    answer = take(sign_in(coordinator), invitation, **answers, reason="Called away")

    row = now(invitation, coordinator)
    assert "Housing, Bedfordshire: Withdrew, Pat Brook (Manager). Has not agreed to the statement yet." in answer.text
    assert (row.attended_name, row.attended_by, row.attendance_reason) == ("Pat Brook", None, "Called away")
    assert row.arrived_at < row.left_at


def test_nobody_has_come_before_the_day(invitation, coordinator):
    Meeting._base_manager.update(starts_at=timezone.now() + timedelta(days=3))

    with pytest.raises(ValidationError, match="Record on that day who comes"):
        actions.take_attendance(invitation=now(invitation, coordinator), attendance="present", by=coordinator)


def test_an_agency_that_declined_and_came_all_the_same_is_sent_the_minutes(
    meeting, invitation, decided, housing, coordinator, chair
):
    Meeting._base_manager.update(starts_at=timezone.now() + timedelta(days=3), state="planned")
    actions.answer_invitation(
        invitation=now(invitation, coordinator),
        people=[invitation.reference],
        response="declined",
        representative=None,
        deputy_for=None,
        reason="Nobody is free",
        by=coordinator,
    )
    Meeting._base_manager.update(starts_at=meeting.starts_at)
    assert not Invitation.objects.visible_to(housing).exists()

    actions.take_attendance(invitation=now(invitation, coordinator), attendance="deputy", by=coordinator)
    approve(meeting, chair)

    assert Distribution.objects.visible_to(housing).filter(agency=invitation.agency).exists()
    assert Decision.objects.visible_to(housing).exists()


def test_a_name_that_one_user_of_the_agency_bears_is_that_user(invitation, housing, coordinator):
    actions.take_attendance(invitation=invitation, attendance="deputy", who=housing.name.lower(), by=coordinator)

    assert (invitation.attended_by, invitation.attended_name) == (housing, housing.name)


def test_nobody_leaves_before_he_arrives(sign_in, invitation, coordinator):
    answer = take(sign_in(coordinator), invitation, attendance="present", arrived="11:00", left="10:00")

    assert (answer.status_code, "must not be before the time of arriving" in answer.text) == (422, True)
    assert now(invitation, coordinator).attendance == ""


def test_who_came_for_one_person_is_taken_to_have_come_for_the_next(invitation, meeting, area, probation, coordinator):
    actions.take_attendance(
        invitation=invitation, attendance="present", who="Pat Brook", role="Manager", by=coordinator
    )
    case = OffenderFactory(area=area, lead_agency=probation, level=2, level_period=True)
    item = actions.add_item(meeting=meeting, offender=case, minutes=20, by=coordinator)
    actions.invite(item=item, agencies=[invitation.agency], by=coordinator)
    second = item.invitations.visible_to(coordinator).get()

    actions.take_attendance(invitation=second, attendance="present", by=coordinator)

    assert (second.attended_name, second.attended_role) == ("Pat Brook", "Manager")


def test_whom_the_agency_said_would_come_is_taken_to_have_come(sign_in, item, invitation, housing, coordinator):
    accepted = {"response": "accepted", "representative": housing, "responded_at": timezone.now()}
    Invitation._base_manager.filter(pk=invitation.pk).update(**accepted, responded_by=housing)
    client = sign_in(coordinator)

    page = client.get(f"/items/{item.reference}/").text
    take(client, invitation, attendance="present")

    assert f'name="who" autocomplete="off" value="{housing.name}"' in page
    assert now(invitation, coordinator).attended_by == housing


def test_of_who_did_not_come_no_name_is_kept_but_the_reason(sign_in, invitation, coordinator):
    client = sign_in(coordinator)
    take(client, invitation, attendance="present", who="Pat Brook")

    take(client, invitation, attendance="apologies", who="Pat Brook", reason="On leave")

    row = now(invitation, coordinator)
    assert (row.attendance, row.attended_name, row.attendance_reason) == ("apologies", "", "On leave")


def test_a_representative_agrees_on_the_page_of_the_meeting(sign_in, meeting, invitation, housing):
    client, url = sign_in(housing), f"/meetings/{meeting.reference}/confidentiality/"
    before = client.get(url).text

    after = client.post(url, follow=True).text

    assert "I agree to this statement" in before
    assert "You agreed for Housing, Bedfordshire" in after
    assert "I agree to this statement" not in after
    assert agreed(meeting) == [("Housing, Bedfordshire", housing.name, False)]


def test_agreeing_twice_is_recorded_once(sign_in, meeting, invitation, housing):
    client, url = sign_in(housing), f"/meetings/{meeting.reference}/confidentiality/"
    client.post(url)

    again = client.post(url)

    assert "This is recorded already" in again.text
    assert len(agreed(meeting)) == 1


def test_nobody_agrees_for_an_agency_that_is_not_invited(meeting, item, area_officer):
    with pytest.raises(ValidationError, match="Your agency is not invited"):
        actions.agree(meeting=meeting, by=area_officer)


def test_the_minute_taker_records_that_it_was_read_out_and_agreed(sign_in, meeting, item, invitation, coordinator):
    client = sign_in(coordinator)
    take(client, invitation, attendance="present", who="Pat Brook")

    client.post(f"/items/{item.reference}/agreed/", {"invitation": invitation.reference})

    assert agreed(meeting) == [("Housing, Bedfordshire", "Pat Brook", True)]
    assert "Agreed to the statement." in client.get(f"/items/{item.reference}/").text


def test_nobody_agrees_before_it_is_said_who_came(sign_in, meeting, item, invitation, coordinator):
    client = sign_in(coordinator)
    take(client, invitation, attendance="present")

    page = client.post(f"/items/{item.reference}/agreed/", follow=True)

    assert "Record first who came: Housing, Bedfordshire" in page.text
    assert agreed(meeting) == []


def test_the_page_says_who_has_not_agreed_to_those_who_write_the_minutes_alone(
    sign_in, meeting, invitation, coordinator, housing
):
    actions.take_attendance(invitation=invitation, attendance="present", who="Pat Brook", by=coordinator)
    url = f"/meetings/{meeting.reference}/confidentiality/"

    assert "Housing, Bedfordshire: Pat Brook" in sign_in(coordinator).get(url).text
    assert "Pat Brook" not in sign_in(housing).get(url).text


def test_the_edition_of_the_day_of_the_meeting_is_read(sign_in, meeting, invitation, housing):
    StatementFactory(edition="2", from_on=date(2026, 1, 1), text="A newer wording")
    StatementFactory(edition="3", from_on=date(2999, 1, 1), text="A wording to come")

    page = sign_in(housing).get(f"/meetings/{meeting.reference}/confidentiality/").text

    assert "A newer wording" in page
    assert "A wording to come" not in page


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_to_strangers_the_statement_of_a_meeting_does_not_exist(sign_in, request, meeting, item, person):
    client = sign_in(request.getfixturevalue(person))

    assert client.post(f"/meetings/{meeting.reference}/confidentiality/").status_code == 404


def test_after_approval_nobody_agrees_any_more(meeting, invitation, decided, chair, housing):
    approve(meeting, chair)

    with pytest.raises(ValidationError, match="can no longer be changed"):
        actions.agree(meeting=meeting, by=housing)
