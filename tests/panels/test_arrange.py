from datetime import UTC, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError

from agencies.models import ClosedDay, Membership, OutboxMessage, Role
from panels import actions
from panels.models import Meeting
from tests.conftest import member
from tests.factories import AgencyFactory, AreaFactory, MeetingFactory, PanelFactory, RankFactory, SeatFactory

# Wednesday 2 December 2026 is a working day; the clock stands at Monday 23 November 2026.
GOOD = {
    "level": "2",
    "on_day": "2",
    "on_month": "12",
    "on_year": "2026",
    "at": "9:30am",
    "length": "180",
    "mode": "in-person",
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
        ({"mode": "video"}, "Enter the joining link of the meeting"),
        ({"mode": "video", "link": "javascript:alert(1)"}, "Enter a valid URL"),
        ({"link": "https://meet.example/abc"}, "Delete the joining link, or say that the meeting is by video"),
        ({"length": "1000"}, "Enter between 15 and 600 minutes"),
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


def test_who_sees_the_meeting_sees_its_link_and_nobody_is_mailed_it(sign_in, coordinator, form, practitioner, outsider):
    by_video = form | {"mode": "hybrid", "link": "https://meet.example/abc"}
    address = sign_in(coordinator).post("/meetings/arrange/", by_video).headers["Location"]

    assert "https://meet.example/abc" in sign_in(practitioner).get(address).text
    assert sign_in(outsider).get(address).status_code == 404
    assert not OutboxMessage.objects.filter(body__contains="meet.example").exists()


def test_a_chair_is_at_one_meeting_at_a_time(sign_in, coordinator, form):
    client = sign_in(coordinator)
    client.post("/meetings/arrange/", form)

    page = client.post("/meetings/arrange/", form | {"level": "3", "at": "12:00"})

    first = Meeting.objects.visible_to(coordinator).get()
    assert f"Chris: at meeting {first.reference} on 2 December 2026, 9:30am to 12:30pm" in page.text
    assert client.post("/meetings/arrange/", form | {"level": "3", "at": "12:30"}).status_code == 302


def test_a_meeting_of_another_area_keeps_its_chair_busy_and_is_not_named(sign_in, coordinator, chair, form, other_area):
    there = MeetingFactory(area=other_area, chair=chair, starts_at=datetime(2026, 12, 2, 10, tzinfo=UTC))

    page = sign_in(coordinator).post("/meetings/arrange/", form)

    assert "Chris: at another meeting on 2 December 2026, 10am to 1pm" in page.text
    assert there.reference not in page.text


def test_who_is_named_on_the_panel_is_not_asked_to_two_meetings_at_once(sign_in, coordinator, form, area, housing):
    seat = SeatFactory(panel__area=area, agency=housing.memberships.get().agency, representative=housing)
    MeetingFactory(area=area, panel=seat.panel, starts_at=datetime(2026, 12, 2, 9, tzinfo=UTC))
    other = SeatFactory(panel__area=area, agency=seat.agency, representative=housing).panel

    page = sign_in(coordinator).post("/meetings/arrange/", form | {"panel": other.reference})

    assert "Harriet: at meeting" in page.text
    assert "name someone else on the panel" in page.text


@pytest.mark.parametrize("ends", ["membership", "vetting"])
def test_who_no_longer_chairs_on_the_day_is_refused(sign_in, coordinator, chair, form, ends):
    if ends == "membership":
        Membership.objects.filter(user=chair).update(until="2026-12-01")
    else:
        type(chair).objects.filter(pk=chair.pk).update(vetting_expires_on="2026-12-01")

    page = sign_in(coordinator).post("/meetings/arrange/", form)

    assert "The membership or vetting of Chris ends before 2 December 2026" in page.text


def test_a_meeting_of_a_panel_begins_as_the_panel_usually_meets(sign_in, coordinator, chair, area, form):
    panel = PanelFactory(area=area, chair=chair, place="County Hall", length=90)
    client = sign_in(coordinator)

    assert "County Hall" in client.get(f"/meetings/arrange/?panel={panel.reference}").text
    assert client.post("/meetings/arrange/", form | {"panel": panel.reference}).status_code == 302
    page = client.post("/meetings/arrange/", form | {"panel": panel.reference, "level": "3", "at": "14:00"})

    assert "Choose an open panel of this area and level" in page.text
    assert Meeting.objects.visible_to(coordinator).get().panel == panel


def test_an_emergency_meeting_may_be_today_and_on_a_closed_day_and_says_why(sign_in, coordinator, form, area):
    ClosedDay.objects.create(on="2026-11-23", area=area, name="Staff day")
    today = form | {"on_day": "23", "on_month": "11", "at": "11:00"}
    client = sign_in(coordinator)

    assert "another day on which the area is closed" in client.post("/meetings/arrange/", today).text
    assert "Enter why it cannot wait" in client.post("/meetings/emergency/", today).text
    address = client.post("/meetings/emergency/", today | {"emergency_reason": "A threat to life"}).headers["Location"]

    assert "A threat to life" in client.get(address).text
    assert "Emergency meeting" in client.get("/meetings/").text


def test_two_coordinators_at_once_do_not_book_one_chair_twice(at_once):
    police = AgencyFactory(area=AreaFactory(slug="somewhere"))
    alice = member(police, Role.Code.COORDINATOR, "alice")
    chris = member(police, Role.Code.CHAIR, "chris", rank=RankFactory(name="Superintendent", order=30))
    levels = iter([2, 3])

    def arrange():
        starts_at, level = datetime(2026, 12, 2, 10, tzinfo=UTC), next(levels)
        try:
            actions.arrange(area=police.area, level=level, starts_at=starts_at, place="x", chair=chris, by=alice)
        except ValidationError as refusal:
            return "at meeting" in str(refusal)
        return "arranged"

    assert sorted(map(str, at_once(arrange, 2))) == ["True", "arranged"]
