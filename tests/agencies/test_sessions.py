"""Sessions end, and what was typed into one that ended is not lost."""

import time_machine
from django.test import Client
from django.utils import timezone

from audit.models import AccessEvent

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PASSWORD = "correct horse battery"


def signed_in(person):
    client = Client()
    client.force_login(person, backend=BACKEND)
    client.get("/still-here/")
    return client


def later(**kwargs):
    return time_machine.travel(timezone.now() + timezone.timedelta(**kwargs), tick=False)


def test_a_session_idle_for_fifteen_minutes_ends(practitioner):
    client = signed_in(practitioner)

    with later(minutes=16):
        assert client.get("/still-here/").status_code == 302


def test_a_session_in_use_goes_on(practitioner):
    client = signed_in(practitioner)

    for minutes in (10, 20, 30):
        with later(minutes=minutes):
            assert client.get("/still-here/").status_code == 204


def test_a_session_ends_after_twelve_hours_however_busy(practitioner):
    client = signed_in(practitioner)
    for minutes in range(10, 12 * 60, 10):
        with later(minutes=minutes):
            client.get("/still-here/")

    with later(hours=12, minutes=1):
        assert client.get("/still-here/").status_code == 302


def test_a_fragment_of_an_ended_session_answers_401(practitioner):
    client = signed_in(practitioner)

    with later(minutes=16):
        response = client.get("/still-here/", headers={"HX-Request": "true"})

    assert response.status_code == 401


def typed_after_the_end(client):
    with later(minutes=16):
        return client.post("/people/register/", {"surname": "Ashdown", "forenames": "Peter"})


def sign_in_again(client, person, carried):
    person.set_password(PASSWORD)
    person.save()
    form = {"login": person.email, "password": PASSWORD, "carried": carried, "next": "/send-again/"}
    return client.post("/sign-in/", form, follow=True)


def test_what_was_typed_comes_back_after_signing_in(practitioner):
    client = signed_in(practitioner)

    kept = typed_after_the_end(client)
    again = sign_in_again(client, practitioner, kept.context["carried"])

    assert kept.status_code == 401
    assert again.context["action"] == "/people/register/"
    assert {"name": "surname", "value": "Ashdown", "label": "Surname"} in again.context["fields"]


def test_what_was_typed_is_not_shown_to_someone_else(practitioner, coordinator):
    kept = typed_after_the_end(signed_in(practitioner))

    again = sign_in_again(Client(), coordinator, kept.context["carried"])

    assert "Ashdown" not in again.text


def test_what_this_server_did_not_sign_is_not_shown(practitioner):
    again = sign_in_again(Client(), practitioner, "eyJmb3JnZWQiOjF9:forged:forged")

    assert "fields" not in (again.context or {})


def test_the_password_is_never_carried(practitioner):
    client = signed_in(practitioner)
    with later(minutes=16):
        kept = client.post("/people/register/", {"password": "secret words here", "surname": "A"})

    again = sign_in_again(client, practitioner, kept.context["carried"])

    assert "secret words here" not in again.text


def test_a_page_opened_is_recorded_with_a_request_id(practitioner):
    client = signed_in(practitioner)

    event = AccessEvent.objects.get(event="agencies.still_here.opened")
    assert event.actor_id == practitioner.pk
    assert len(event.request_id) == 32
    assert client.get("/still-here/").headers["X-Request-ID"] != event.request_id
