"""Co-ordination sees who has not answered or sent information, and reminds each agency in one mail."""

import pytest
from django.core.exceptions import ValidationError

from agencies.models import OutboxMessage
from panels import actions
from panels.models import Invitation
from reviews.deadlines import BY_SLUG
from tests.factories import MeetingFactory, OffenderFactory
from tests.panels.conftest import in_days


@pytest.fixture
def meeting(area, chair, coordinator):
    return MeetingFactory(area=area, chair=chair, arranged_by=coordinator)


@pytest.fixture
def late(invitation):
    """Everything should have been there two days ago."""
    Invitation._base_manager.update(information_due_on=in_days(-2), answer_due_on=in_days(-1))
    return invitation


def test_the_page_says_in_words_who_is_late(sign_in, late, meeting, coordinator):
    page = sign_in(coordinator).get(f"/meetings/{meeting.reference}/replies/")

    assert "Has not said who comes (overdue by 1 day); has sent no information (overdue by 2 days)" in page.text
    assert late.agency_id in page.context["form"].initial["agencies"]


def test_a_late_agency_is_reminded_in_one_mail_of_all_its_people(
    sign_in, late, meeting, area, probation, housing_agency, housing, coordinator
):
    case = OffenderFactory(surname="Okafor", area=area, lead_agency=probation, level=2)
    item = actions.add_item(meeting=meeting, offender=case, minutes=45, by=coordinator)
    actions.invite(item=item, agencies=[housing_agency], by=coordinator)

    sign_in(coordinator).post(f"/meetings/{meeting.reference}/chase/", {"agencies": [housing_agency.pk]})

    message = OutboxMessage.objects.get(to=housing)
    assert meeting.reference in message.subject
    assert not [word for word in ("Lowe", "Okafor", case.reference) if word in message.subject + message.body]
    assert "reminded on" in sign_in(coordinator).get(f"/meetings/{meeting.reference}/replies/").text


def test_a_second_click_sends_no_second_mail(sign_in, late, meeting, housing_agency, housing, coordinator):
    form = {"agencies": [housing_agency.pk]}
    sign_in(coordinator).post(f"/meetings/{meeting.reference}/chase/", form)

    page = sign_in(coordinator).post(f"/meetings/{meeting.reference}/chase/", form)

    assert "reminded today already" in page.text
    assert OutboxMessage.objects.filter(to=housing).count() == 1


def test_who_has_sent_and_answered_everything_is_not_reminded(late, meeting, housing_agency, housing, coordinator):
    actions.send_information(invitation=late, nothing_to_share=True, by=housing)
    actions.answer_invitation(
        invitation=late,
        people=[late.reference],
        response="accepted",
        representative=housing,
        deputy_for=None,
        reason="",
        by=housing,
    )

    with pytest.raises(ValidationError, match="has sent everything"):
        actions.chase(meeting=meeting, agencies=[housing_agency], by=coordinator)


def test_co_ordination_finds_a_meeting_with_late_agencies_in_my_work_once(late, meeting, coordinator, housing, today):
    assert list(BY_SLUG["information-late"].mine(coordinator, today)) == [meeting]
    assert not BY_SLUG["information-late"].mine(housing, today).exists()


@pytest.mark.parametrize(("person", "status"), [("housing", 403), ("practitioner", 403), ("outsider", 404)])
def test_others_remind_nobody(sign_in, request, late, meeting, person, status):
    client = sign_in(request.getfixturevalue(person))

    assert client.get(f"/meetings/{meeting.reference}/replies/").status_code == status
    assert client.post(f"/meetings/{meeting.reference}/chase/", {}).status_code == status


def test_the_replies_ask_a_bounded_number_of_questions(
    sign_in, late, meeting, area, probation, housing_agency, coordinator, django_assert_max_num_queries
):
    for number in range(4):
        case = OffenderFactory(surname=f"Okafor{number}", area=area, lead_agency=probation, level=2)
        item = actions.add_item(meeting=meeting, offender=case, minutes=30, by=coordinator)
        actions.invite(item=item, agencies=[housing_agency, probation], by=coordinator)
    client = sign_in(coordinator)

    with django_assert_max_num_queries(24):
        client.get(f"/meetings/{meeting.reference}/replies/")
