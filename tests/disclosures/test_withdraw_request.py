"""Taking back a request that was not answered: from then on its page tells the agency nothing of the person."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import OutboxMessage
from disclosures import actions
from disclosures.models import InformationRequest
from tests.factories import InformationRequestFactory

GOOD = {"reason": "Sent to the wrong trust"}


@pytest.fixture
def url(asked):
    return f"/people/information-requests/{asked.reference}/withdraw/"


def test_whoever_asked_takes_it_back_with_the_reason(client, practitioner, url, today):
    client.force_login(practitioner)

    response = client.post(url, GOOD)

    assert response.headers["Location"].endswith("/information-requests/")
    row = InformationRequest.objects.visible_to(practitioner).get()
    assert (row.state, row.withdrawn_on, row.withdrawn_by) == ("withdrawn", today, practitioner)
    assert GOOD["reason"] in client.get(response.headers["Location"]).text


def test_its_page_tells_the_agency_nothing_of_the_person_any_more(client, practitioner, uninvited, asked, url):
    client.force_login(practitioner)
    client.post(url, GOOD)
    client.force_login(uninvited)

    text = client.get(asked.get_absolute_url()).text

    assert "This request was withdrawn" in text
    assert not {word for word in ("Ashdown", "1981", "community team", "where he can live") if word in text}
    assert "Ashdown" not in client.get("/people/information-requests/to-us/").text
    assert "Ashdown" not in client.get("/").text


def test_the_agency_is_mailed_that_it_need_not_answer(client, practitioner, contact_point, asked, url):
    client.force_login(practitioner)

    client.post(url, GOOD)

    mail = OutboxMessage.objects.get()
    assert mail.to == contact_point
    assert "Withdrawn" in mail.subject
    assert "Ashdown" not in mail.subject + mail.body
    assert GOOD["reason"] not in mail.body


def test_it_is_on_the_timeline(client, practitioner, offender, url):
    client.force_login(practitioner)

    client.post(url, GOOD)

    assert offender.timeline.visible_to(practitioner).get().title == "Request for information withdrawn"


@pytest.mark.parametrize("state", ["answered", "withdrawn"])
def test_what_is_over_is_not_taken_back(client, practitioner, offender, health_agency, state):
    row = InformationRequestFactory(offender=offender, agency=health_agency, **{state: True})
    client.force_login(practitioner)

    response = client.get(f"/people/information-requests/{row.reference}/withdraw/")

    assert "answered or withdrawn already" in response.text
    with pytest.raises(ValidationError, match="meanwhile"):
        actions.withdraw_request(request=row, **GOOD, by=practitioner)


@pytest.mark.parametrize(("reason", "message"), [("", "Enter the reason"), ("x" * 301, "at most 300")])
def test_a_refusal_keeps_what_was_typed_and_changes_nothing(client, practitioner, url, reason, message):
    client.force_login(practitioner)

    response = client.post(url, {"reason": reason})

    assert message in " ".join(response.context["form"].errors["reason"])
    assert reason in response.text
    assert InformationRequest.objects.visible_to(practitioner).get().is_open


@pytest.mark.parametrize("person", ["victim_liaison", "uninvited"])
def test_who_sees_it_but_may_not_is_refused(client, request, url, person):
    client.force_login(request.getfixturevalue(person))

    assert [client.get(url).status_code, client.post(url, GOOD).status_code] == [403, 403]


@pytest.mark.parametrize("person", ["outsider", "housing", "lay_adviser"])
def test_a_stranger_cannot_tell_that_it_exists(client, request, url, person):
    client.force_login(request.getfixturevalue(person))

    assert [client.get(url).status_code, client.post(url, GOOD).status_code] == [404, 404]


def test_the_action_itself_refuses_those_who_may_not(asked, uninvited):
    with pytest.raises(PermissionDenied):
        actions.withdraw_request(request=asked, **GOOD, by=uninvited)
