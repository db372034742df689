import pytest
import time_machine

from agencies.models import Membership
from panels.models import Meeting
from tests.factories import RankFactory

# Wednesday 2 December 2026 is a working day; the clock stands at Monday 23 November 2026.
GOOD = {
    "level": "2",
    "on_day": "2",
    "on_month": "12",
    "on_year": "2026",
    "at": "9:30am",
    "place": "Police headquarters",
}


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel("2026-11-23 09:00 +0000", tick=False):
        yield


@pytest.fixture
def form(chair):
    return GOOD | {"chair": chair.pk}


def test_a_coordinator_arranges_a_meeting_of_the_own_area(sign_in, coordinator, form, area):
    response = sign_in(coordinator).post("/meetings/arrange/", form)

    meeting = Meeting.objects.visible_to(coordinator).get()
    assert response.headers["Location"] == f"/meetings/{meeting.reference}/"
    assert (meeting.area, meeting.level, meeting.starts_at.isoformat()) == (area, 2, "2026-12-02T09:30:00+00:00")
    assert meeting.minutes_due_on.isoformat() == "2026-12-16"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"on_day": "5"}, "5 December 2026 is a weekend"),
        ({"on_day": "25"}, "25 December 2026 is a weekend, a bank holiday"),
        ({"on_day": "20", "on_month": "11"}, "must be in the future"),
        ({"at": "noonish"}, "Enter a time, for example 9:30am"),
        ({"place": ""}, "Enter where the meeting takes place"),
        ({"chair": ""}, "Choose who chairs the meeting"),
    ],
)
def test_what_cannot_be_is_refused(sign_in, coordinator, form, change, words):
    page = sign_in(coordinator).post("/meetings/arrange/", form | change)

    assert words in page.text
    assert ("Police headquarters" in page.text) == ("place" not in change)
    assert not Meeting.objects.visible_to(coordinator).exists()


def test_level_3_is_chaired_at_senior_rank(sign_in, coordinator, chair, form):
    Membership.objects.filter(user=chair).update(rank=RankFactory(name="Inspector (test)", order=20))

    page = sign_in(coordinator).post("/meetings/arrange/", form | {"level": "3"})

    assert "chaired at senior rank. Choose a more senior chair" in page.text
    assert not Meeting.objects.visible_to(coordinator).exists()


def test_only_a_chair_chairs(sign_in, coordinator, practitioner, form):
    page = sign_in(coordinator).post("/meetings/arrange/", form | {"chair": practitioner.pk})

    assert "Select a valid choice" in page.text


def test_two_meetings_of_a_level_do_not_start_at_once(sign_in, coordinator, form):
    client = sign_in(coordinator)
    client.post("/meetings/arrange/", form)

    page = client.post("/meetings/arrange/", form)

    assert "already starts then" in page.text
    assert Meeting.objects.visible_to(coordinator).count() == 1


def test_a_practitioner_may_not_arrange(sign_in, practitioner, form):
    assert sign_in(practitioner).post("/meetings/arrange/", form).status_code == 403


def test_meetings_are_listed_upcoming_and_past(sign_in, coordinator, form, outsider):
    client = sign_in(coordinator)
    client.post("/meetings/arrange/", form)

    assert "2 December 2026" in client.get("/meetings/").text
    assert "2 December 2026" not in client.get("/meetings/?show=past").text
    assert "2 December 2026" not in sign_in(outsider).get("/meetings/").text
