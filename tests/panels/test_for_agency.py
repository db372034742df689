"""The meeting as an invited agency needs it: one page from the mail to the minutes and its actions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from panels import actions
from panels.models import Meeting
from tests.factories import MeetingFactory, OffenderFactory
from tests.panels.conftest import approve, in_days


@pytest.fixture
def meeting(area, chair, coordinator):
    return MeetingFactory(area=area, chair=chair, arranged_by=coordinator)


@pytest.fixture
def url(meeting):
    return f"/meetings/{meeting.reference}/agency/"


def test_the_agency_sees_its_people_their_times_and_what_is_still_to_do(sign_in, url, invitation, housing):
    text = sign_in(housing).get(url).text

    for words in ("Lowe", "Nobody has said yet who comes", "Send information", "Say who comes", "Add to your calendar"):
        assert words in text, words


def test_once_everything_is_answered_it_is_asked_no_more(sign_in, url, invitation, housing):
    actions.answer_invitation(
        invitation=invitation,
        people=[invitation.reference],
        response="accepted",
        representative=housing,
        deputy_for=None,
        reason="",
        by=housing,
    )

    text = sign_in(housing).get(url).text

    assert f"{housing.name} comes" in text
    assert "Change the answer" in text
    assert "Say who comes" not in text


def test_it_sees_nobody_elses_people(sign_in, url, invitation, meeting, area, probation, housing, coordinator):
    case = OffenderFactory(surname="Okafor", area=area, lead_agency=probation, level=2)
    actions.add_item(meeting=meeting, offender=case, minutes=30, by=coordinator)

    assert "Okafor" not in sign_in(housing).get(url).text


@pytest.mark.parametrize("person", ["housing", "practitioner"])
def test_the_agenda_leads_every_invited_agency_there(sign_in, request, url, invitation, meeting, person):
    assert url in sign_in(request.getfixturevalue(person)).get(f"/meetings/{meeting.reference}/").text


def test_afterwards_it_leads_to_the_minutes_and_the_agencys_actions(
    sign_in, url, invitation, item, decided, meeting, housing, coordinator, chair
):
    actions.add_action(item=item, text="Visit the flat", agency=invitation.agency, due_on=in_days(9), by=coordinator)
    Meeting._base_manager.filter(pk=meeting.pk).update(starts_at=timezone.now() - timedelta(hours=2))
    approve(meeting, chair)

    text = sign_in(housing).get(url).text

    assert "Read the minutes" in text
    assert "Visit the flat" in text
    assert "Say who comes" not in text


def test_whoever_is_of_no_invited_agency_is_led_to_the_agenda(sign_in, url, invitation, meeting, area_officer):
    assert sign_in(area_officer).get(url).headers["Location"] == f"/meetings/{meeting.reference}/"


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_to_strangers_there_is_no_such_page(sign_in, request, url, invitation, person):
    assert sign_in(request.getfixturevalue(person)).get(url).status_code == 404


def test_more_people_ask_no_more_questions(
    sign_in,
    url,
    invitation,
    meeting,
    area,
    probation,
    housing_agency,
    housing,
    coordinator,
    django_assert_max_num_queries,
):
    for number in range(5):
        case = OffenderFactory(surname=f"Okafor{number}", area=area, lead_agency=probation, level=2)
        item = actions.add_item(meeting=meeting, offender=case, minutes=30, by=coordinator)
        actions.invite(item=item, agencies=[housing_agency], by=coordinator)
    client = sign_in(housing)

    with django_assert_max_num_queries(22):
        client.get(url)
