"""A lay adviser observes the meeting he is invited to: its agenda without names, and nothing else of it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from agencies.models import OutboxMessage
from panels import actions, observing
from panels.models import Meeting, Observation
from tests.factories import MeetingFactory, ObservationFactory
from tests.panels.conftest import write


@pytest.fixture
def meeting(area, chair, coordinator):
    """In three days, by video too."""
    starts_at = timezone.now() + timedelta(days=3)
    by_video = {"mode": "hybrid", "link": "https://meet.example/abc"}
    return MeetingFactory(area=area, chair=chair, arranged_by=coordinator, starts_at=starts_at, **by_video)


@pytest.fixture
def observation(meeting, lay_adviser, coordinator):
    return actions.invite_observer(meeting=meeting, adviser=lay_adviser, by=coordinator)


def began(meeting):
    Meeting._base_manager.filter(pk=meeting.pk).update(starts_at=timezone.now() - timedelta(hours=1))


def test_a_lay_adviser_is_invited_to_one_meeting_and_told(sign_in, meeting, lay_adviser, coordinator, practitioner):
    url = f"/meetings/{meeting.reference}/observers/"
    assert sign_in(practitioner).post(url, {"adviser": lay_adviser.pk}).status_code == 403

    sign_in(coordinator).post(url, {"adviser": lay_adviser.pk})

    row = Observation.objects.visible_to(lay_adviser).get()
    assert row.meeting == meeting
    told = OutboxMessage.objects.get(to=lay_adviser)
    assert row.reference in told.subject
    assert "meet.example" not in told.body
    assert "Lee" in sign_in(coordinator).get(f"/meetings/{meeting.reference}/").text


def test_he_sees_when_and_where_and_the_agenda_without_anybody(sign_in, observation, item, invitation, lay_adviser):
    client = sign_in(lay_adviser)

    page = client.get(f"/observing/{observation.reference}/").text

    assert "Police headquarters" in page
    assert observing.slots_of(observation.meeting)[0].minutes == 30
    case = item.offender
    hidden = [
        "Lowe",
        "Martin",
        case.reference,
        item.reference,
        "Housing",
        "meet.example",
        observation.meeting.reference,
    ]
    assert not [word for word in hidden if word in page]
    assert observation.reference in client.get("/observing/").text


def test_everything_else_of_the_meeting_is_not_there_for_him(sign_in, observation, item, invitation, lay_adviser):
    client, meeting = sign_in(lay_adviser), observation.meeting

    for path in (
        f"/meetings/{meeting.reference}/",
        f"/meetings/{meeting.reference}/minutes/",
        f"/items/{item.reference}/",
    ):
        assert client.get(path).status_code == 404
    assert client.get(f"/people/{item.offender.reference}/").status_code == 404
    other = ObservationFactory(meeting=meeting)
    assert client.get(f"/observing/{other.reference}/").status_code == 404


def test_he_says_afterwards_that_he_was_there_and_only_he(sign_in, observation, meeting, lay_adviser, coordinator):
    url, client = f"/observing/{observation.reference}/", sign_in(lay_adviser)
    assert "has not begun" in client.post(url).text
    began(meeting)
    with pytest.raises(ValidationError, match="Only the lay adviser"):
        actions.confirm_observed(observation=observation, by=coordinator)

    client.post(url)

    row = Observation.objects.visible_to(lay_adviser).get()
    assert row.observed_at is not None
    assert "recorded already" in client.post(url).text
    assert observing.of_adviser(lay_adviser, timezone.localdate()) == 1
    assert observing.of_area(meeting.area, timezone.localdate()) == {lay_adviser.pk: 1}


def test_a_withdrawn_invitation_shows_nothing_any_more(sign_in, observation, lay_adviser, coordinator):
    url = f"/observing/{observation.reference}/"

    sign_in(coordinator).post(f"{url}withdraw/")

    assert OutboxMessage.objects.filter(to=lay_adviser, subject__contains="You no longer observe").count() == 1
    assert sign_in(lay_adviser).get(url).status_code == 404
    with pytest.raises(ValidationError, match="withdrawn already"):
        actions.withdraw_observer(observation=observation, by=coordinator)


def test_a_cancelled_meeting_is_observed_by_nobody(sign_in, observation, meeting, item, lay_adviser, coordinator):
    actions.cancel_meeting(meeting=meeting, reason="Snow", by=coordinator)
    began(meeting)

    page = sign_in(lay_adviser).post(f"/observing/{observation.reference}/").text

    assert "This meeting is cancelled" in page
    assert "was cancelled, so nobody observed it" in page
    assert "Agenda, without names" not in page


def test_only_a_lay_adviser_of_the_area_is_invited_and_only_to_what_is_to_come(
    meeting, lay_adviser, practitioner, coordinator, outsider
):
    def invite(adviser, by=coordinator):
        return actions.invite_observer(meeting=meeting, adviser=adviser, by=by)

    with pytest.raises(ValidationError, match="Choose a lay adviser of this area"):
        invite(practitioner)
    with pytest.raises(PermissionDenied):
        invite(lay_adviser, by=outsider)
    invite(lay_adviser)
    with pytest.raises(ValidationError, match="invited to the meeting already"):
        invite(lay_adviser)
    began(meeting)
    with pytest.raises(ValidationError, match="has begun, or was cancelled"):
        invite(lay_adviser)


def test_who_is_no_lay_adviser_any_more_sees_nothing_of_what_he_was_invited_to(observation, lay_adviser):
    lay_adviser.memberships.update(until=timezone.localdate() - timedelta(days=1))

    assert not Observation.objects.visible_to(type(lay_adviser).objects.get(pk=lay_adviser.pk)).exists()


def test_a_quarter_is_of_the_calendar_year():
    assert observing.quarter_of(date(2026, 11, 27)) == (date(2026, 10, 1), date(2026, 12, 31))
    assert observing.quarter_of(date(2026, 3, 31)) == (date(2026, 1, 1), date(2026, 3, 31))


def test_what_is_minuted_is_not_read_by_an_observer(sign_in, observation, item, meeting, lay_adviser, coordinator):
    write(item, "14-risk", "He was seen near the school", by=coordinator)

    assert "near the school" not in sign_in(lay_adviser).get(f"/observing/{observation.reference}/").text
