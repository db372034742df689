"""A person's own calendar: read by whoever has the address, with what he sees and no name, until he closes it."""

import re
from datetime import UTC, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from icalendar import Calendar

from agencies import telling
from agencies.models import CalendarFeed, Membership, User
from audit.models import AccessEvent, SignInEvent
from mappa.throttle import UncountedError
from reviews import calendar_feed
from tests.factories import (
    ActionFactory,
    AgendaItemFactory,
    GroupGrantFactory,
    InvitationFactory,
    MeetingFactory,
    VictimRequestFactory,
    in_days,
)

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def address(practitioner):
    return f"/calendar/{telling.make_calendar(by=practitioner)}.ics"


@pytest.fixture
def due(offender, practitioner):
    offender.reviews.visible_to(practitioner).update(due_on=in_days(3))
    return offender


def entries(response):
    assert response.headers["Content-Type"].startswith("text/calendar")
    return Calendar.from_ical(response.content).walk("VEVENT")


def test_an_address_is_made_shown_once_and_kept_only_as_a_digest(client, practitioner, due):
    client.force_login(practitioner, backend=BACKEND)

    page = client.post("/messages/calendar/").text
    address = re.search(r"https://mappa\.test(/calendar/[\w-]{43}\.ics)", page)[1]

    assert address.removesuffix(".ics").rpartition("/")[2] not in client.get("/messages/").text
    assert len(CalendarFeed.objects.get(user=practitioner).digest) == 64
    client.logout()
    assert len(entries(client.get(address))) == 1


def test_a_deadline_is_a_day_with_a_reference_and_a_link(client, address, due):
    (entry,) = entries(client.get(address))

    assert entry["SUMMARY"] == f"Level 1 review: {due.reference}"
    assert (entry["DTSTART"].dt, entry["DTEND"].dt) == (in_days(3), in_days(4))
    assert entry["URL"] == f"https://mappa.test/people/{due.reference}/review/"
    assert (entry["CLASS"], entry["TRANSP"]) == ("PRIVATE", "TRANSPARENT")


def test_it_names_nobody(client, address, due, practitioner):
    text = client.get(address).text

    assert not [name for name in ("Ashdown", "Peter", practitioner.name, practitioner.email) if name in text]


def test_the_same_work_makes_the_same_file_and_a_moved_day_keeps_its_name(client, address, due, practitioner):
    first, again = client.get(address), client.get(address)
    due.reviews.visible_to(practitioner).update(due_on=in_days(5))
    (before,), (after,) = entries(first), entries(client.get(address))

    assert first.content == again.content
    assert before["UID"] == after["UID"]
    assert due.reference not in before["UID"]
    assert after["DTSTART"].dt == in_days(5)


def test_of_a_compartment_there_is_no_reference(client, offender, victim_liaison):
    VictimRequestFactory(offender=offender, answer_due_on=in_days(2))
    token = telling.make_calendar(by=victim_liaison)

    found = [entry for entry in entries(client.get(f"/calendar/{token}.ics")) if entry["DTSTART"].dt == in_days(2)]

    assert [entry["URL"] for entry in found] == ["https://mappa.test/"]
    assert offender.reference not in found[0].to_ical().decode()


def test_a_meeting_is_a_time_for_its_chair_and_for_whoever_comes(client, offender, chair, housing, housing_agency):
    starts = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=4)
    meeting = MeetingFactory(area=offender.area, chair=chair, starts_at=starts)
    AgendaItemFactory(meeting=meeting, offender=offender, minutes=30, position=1)
    item = AgendaItemFactory(meeting=meeting, minutes=20, position=2, offender__area=offender.area)
    GroupGrantFactory(content_object=item.offender, group=housing_agency.group, basis="invited", source=item.reference)
    answered = {"response": "accepted", "responded_at": timezone.now(), "responded_by": housing}
    InvitationFactory(item=item, agency=housing_agency, offender=None, representative=housing, **answered)
    found = {}
    for person in (chair, housing):
        response = client.get(f"/calendar/{telling.make_calendar(by=person)}.ics")
        found[person] = [e for e in entries(response) if "MAPPA meeting" in e["SUMMARY"]]

    (whole,), (part,) = found[chair], found[housing]
    begins = starts.astimezone(UTC)
    assert (whole["DTSTART"].dt, whole["DTEND"].dt) == (begins, begins + timedelta(minutes=50))
    assert (part["DTSTART"].dt, part["DTEND"].dt) == (begins + timedelta(minutes=30), begins + timedelta(minutes=50))
    assert part["URL"].endswith(f"/meetings/{meeting.reference}/agency/")
    assert meeting.reference in whole["SUMMARY"]


def test_what_somebody_sees_no_more_is_gone_at_the_next_reading(client, address, due):
    assert len(entries(client.get(address))) == 1
    due.restricted = True
    due.save(update_fields=["restricted"])

    assert entries(client.get(address)) == []


def test_each_reading_is_recorded(client, address, practitioner, due):
    client.get(address)

    event = AccessEvent.objects.latest("pk")
    assert (event.event, event.actor_id, event.detail) == ("calendar.read", practitioner.pk, {"entries": 1})
    assert CalendarFeed.objects.get().read_at


def test_a_closed_or_remade_address_shows_nothing(client, practitioner, address, due):
    client.force_login(practitioner, backend=BACKEND)
    client.post("/messages/calendar/")
    assert client.get(address).status_code == 404
    client.post("/messages/calendar/end/")

    assert not CalendarFeed.objects.exists()


@pytest.mark.parametrize("why", ["inactive", "left", "vetting"])
def test_who_could_not_sign_in_and_work_has_no_calendar(client, practitioner, address, due, why):
    if why == "left":
        Membership.objects.filter(user=practitioner).update(until=in_days(-1))
    else:
        changed = {"is_active": False} if why == "inactive" else {"vetting_expires_on": in_days(-1)}
        User.objects.filter(pk=practitioner.pk).update(**changed)

    assert client.get(address).status_code == 404
    assert AccessEvent.objects.latest("pk").outcome == "N"


def test_an_address_that_nobody_has_is_not_there(client, db):
    assert client.get("/calendar/abc.ics").status_code == 404
    assert client.get(f"/calendar/{'x' * 3000}.ics").status_code == 404


def test_whoever_tries_one_that_nobody_has_is_on_record_without_it_and_not_without_end(client, db, monkeypatch):
    monkeypatch.setattr("agencies.wrong_keys.MOST_A_MINUTE", 2)
    there = {"REMOTE_ADDR": "192.0.2.77"}

    assert {client.get("/calendar/abcdef.ics", **there).status_code for _try in range(4)} == {404}

    tried = SignInEvent.objects.filter(event="calendar.refused")
    assert list(tried.values_list("actor_id", "ip", "detail")) == [(None, "192.0.2.77", {})] * 2


def test_it_is_on_record_while_nobody_can_count(client, db, monkeypatch):
    def uncounted(*_all):
        raise UncountedError

    monkeypatch.setattr("mappa.throttle.is_too_often", uncounted)

    client.get("/calendar/abcdef.ics")

    assert SignInEvent.objects.filter(event="calendar.refused").exists()


def test_what_is_to_come_goes_before_what_is_late_and_there_is_an_end(
    client, address, offender, practitioner, monkeypatch
):
    offender.reviews.visible_to(practitioner).update(due_on=in_days(-3))
    for days in (-9, -2, 1, 2):
        ActionFactory(offender=offender, officer=practitioner, due_on=in_days(days))
    monkeypatch.setattr(calendar_feed, "CAP", 3)

    found = [entry["DTSTART"].dt for entry in entries(client.get(address))]

    assert found == [in_days(1), in_days(2), in_days(-2)]


def test_a_reading_asks_as_little_for_much_as_for_few(
    client, address, due, practitioner, django_assert_max_num_queries
):
    for days in range(19):
        ActionFactory(offender=due, officer=practitioner, due_on=in_days(days))

    with django_assert_max_num_queries(25):
        assert len(entries(client.get(address))) == 20


def test_whoever_has_a_closed_account_makes_and_closes_no_address(practitioner):
    practitioner.is_active = False

    for verb in (telling.make_calendar, telling.end_calendar):
        with pytest.raises(PermissionDenied):
            verb(by=practitioner)
