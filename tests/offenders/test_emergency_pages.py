"""The pages of an emergency: asked, opened with a banner, only read, ended; why one sees a case; knowing the person."""

import re

import pytest
import time_machine
from django.utils import timezone

from agencies.models import OutboxMessage
from audit.models import AccessEvent
from offenders.models import EmergencyAccess, Exclusion, Offender
from tests.conftest import member
from tests.factories import (
    AgencyFactory,
    DocumentFactory,
    EmergencyAccessFactory,
    IdentifierFactory,
    PersonalGrantFactory,
    VictimFactory,
)

URL = "/people/emergency/"
WORDS = "He was seen outside the school with a knife"


@pytest.fixture
def sam(client, other_area):
    """Sam, a police officer of another area, at his browser."""
    user = member(AgencyFactory(kind__code="police", area=other_area), "practitioner", "sam")
    client.force_login(user)
    return user


@pytest.fixture
def running(offender, sam):
    return EmergencyAccessFactory(offender=offender, user=sam)


def answers(number, **more):
    return {"number": number, "category": "life", "words": WORDS} | more


def test_the_search_offers_it_where_it_tells_that_a_record_exists(client, offender, sam):
    IdentifierFactory(offender=offender, kind="crn", value="X123456")

    found = client.post("/people/", {"words": "X123456"}, follow=True)

    assert "A record exists. Ask Bedfordshire MAPPA co-ordination." in found.text
    key = found.request["QUERY_STRING"].partition("search=")[2]
    assert f"{URL}?search={key}" in found.text
    assert 'value="X123456"' in client.get(f"{URL}?search={key}").text


def test_he_is_asked_who_he_is_before_it_is_opened(client, offender, sam):
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=6), tick=False):
        asked = client.post(URL, answers(offender.reference))

        assert asked.url.startswith("/again/")
        assert not EmergencyAccess.objects.visible_to(sam).exists()
        assert client.get(URL).status_code == 200


def test_it_is_opened_and_every_page_of_the_person_says_so(client, offender, sam):
    response = client.post(URL, answers(offender.reference))

    assert response.url == offender.get_absolute_url()
    for page in ("", "identity/", "timeline/", "why/", "who-can-see/", "meetings/"):
        text = client.get(offender.get_absolute_url() + page).text
        assert "Everything is recorded and will be reviewed." in text, page
    assert "Emergency access" not in client.get("/people/").text


def plainly(page, number):
    """A page without the number that was typed, and the tokens of its forms."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.text).replace(number, "")


def test_what_was_typed_is_kept_and_the_answer_does_not_tell_whether_there_is_a_case(client, offender, sam):
    Offender._base_manager.update(restricted=True)

    restricted = client.post(URL, answers(offender.reference))
    none = client.post(URL, answers("MA-2222-2222"))

    assert WORDS in restricted.text
    assert plainly(restricted, offender.reference) == plainly(none, "MA-2222-2222")
    refused = AccessEvent.objects.filter(event="emergency.refused", outcome="N", case_id=None)
    assert {event.reference for event in refused} == {offender.reference, "MA-2222-2222"}


def test_partner_agencies_are_not_asked(client, offender, uninvited):
    client.force_login(uninvited)

    assert client.get(URL).status_code == 403


def test_nothing_is_changed_taken_away_or_sent(client, offender, running):
    document = DocumentFactory(offender=offender)

    assert client.get(f"/people/documents/{document.reference}/").status_code == 200
    assert client.get(f"/people/documents/{document.reference}/download/").status_code == 403
    assert client.post(f"/people/{offender.reference}/reason/", {"purpose": "work"}).status_code == 403
    assert client.get(f"/people/{offender.reference}/notes/add/").status_code == 403
    assert AccessEvent.objects.filter(outcome="N", reference=document.reference).exists()


def test_victims_stay_shut_and_are_not_told_of(client, offender, running):
    VictimFactory(offender=offender)

    assert client.get(f"/people/{offender.reference}/victims/").status_code == 403
    assert "Closed" in client.get(f"/people/{offender.reference}/why/").text


def test_end_now_ends_it(client, offender, running):
    response = client.post(f"/people/{offender.reference}/emergency/end/", follow=True)

    assert "Your emergency access has ended." in response.text
    assert client.get(offender.get_absolute_url()).status_code == 404


def test_each_read_says_that_it_was_an_emergency(client, offender, running):
    client.get(offender.get_absolute_url())

    event = AccessEvent.objects.get(event="offenders.overview.opened")
    assert event.purpose == "emergency"


# Why can I see this


def test_why_says_by_what_through_whom_and_what_is_open(client, offender, practitioner, django_assert_max_num_queries):
    client.force_login(practitioner)
    url = f"/people/{offender.reference}/why/"
    client.get(url)

    with django_assert_max_num_queries(45):
        page = client.get(url).text

    assert "Responsible Authority of Bedfordshire" in page
    assert "Probation, Bedfordshire" in page
    assert "lead officer" in page
    assert page.count(">Open</strong>") == 3
    assert page.count(">Closed</strong>") == 2


# I know this person


def test_who_says_that_he_knows_the_person_is_excluded_at_once_and_co_ordination_told(
    client, offender, practitioner, coordinator, system
):
    client.force_login(practitioner)
    url = f"/people/{offender.reference}/i-know-this-person/"
    assert "Select how you know this person" in client.post(url, {"how": ""}).text

    client.post(url, {"how": "relative"})

    assert client.get(offender.get_absolute_url()).status_code == 404
    row = Exclusion.objects.visible_to(coordinator).get()
    assert (row.user, row.made_by) == (practitioner, practitioner)
    offender.refresh_from_db()
    assert offender.lead_officer is None
    [mail] = OutboxMessage.objects.filter(to=coordinator)
    assert offender.reference in mail.body
    assert "Bob" not in mail.body


def test_the_only_keeper_asks_for_another_first(client, offender, coordinator):
    PersonalGrantFactory(content_object=offender, user=coordinator)
    Offender._base_manager.update(restricted=True)
    client.force_login(coordinator)

    page = client.post(f"/people/{offender.reference}/i-know-this-person/", {"how": "friend"})

    assert "Ask another co-ordinator" in page.text
    assert Offender.objects.visible_to(coordinator).exists()
    assert not EmergencyAccess.objects.visible_to(coordinator).exists()
