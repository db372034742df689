"""What is refused before a page looks at it is on record once, with where it came from, and a flood is not."""

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.test import Client

from audit.models import AccessEvent, SignInEvent

FROM = "203.0.113.77"


def too_long(client):
    return client.post("/sign-in/", {}, CONTENT_LENGTH=str(100 * 2**20), REMOTE_ADDR=FROM)


def of_no_length(client):
    return client.post("/sign-in/", {}, CONTENT_LENGTH="many", REMOTE_ADDR=FROM)


def by_another_method(client):
    return client.put("/people/", REMOTE_ADDR=FROM)


def without_the_token_of_the_form(client):
    return client.post("/sign-in/", {}, REMOTE_ADDR=FROM)


def of_another_host(client):
    return client.get("/sign-in/", headers={"host": "evil.example"}, REMOTE_ADDR=FROM)


def with_a_nul(client):
    return client.get("/people/%00/", REMOTE_ADDR=FROM)


def with_too_many_boxes(client):
    client.handler.enforce_csrf_checks = False  # as one that read the page first and has its token
    return client.post("/sign-in/", {f"box{number}": "x" for number in range(1100)}, REMOTE_ADDR=FROM)


def over_the_limit(client):
    return client.get("/sign-in/", REMOTE_ADDR=FROM)


BAD = [
    (too_long, 413),
    (of_no_length, 400),
    (by_another_method, 405),
    (without_the_token_of_the_form, 403),
    (of_another_host, 400),
    (with_a_nul, 400),
    (with_too_many_boxes, 400),
    (over_the_limit, 429),
]


@pytest.fixture
def stranger(db):
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize(("send", "status"), BAD)
def test_it_is_on_record_once_with_the_address_and_nothing_that_was_sent(stranger, settings, send, status):
    if status == 429:
        settings.PAGES_A_MINUTE = 0

    answer = send(stranger)

    event = AccessEvent.objects.get(outcome="N")
    assert (answer.status_code, event.event, event.ip) == (status, "request.refused", FROM)
    assert set(event.detail) == {"status", "method"}
    assert (event.detail["status"], event.actor_id, event.reference) == (status, None, "")


def test_it_says_who_was_signed_in(stranger, practitioner):
    stranger.force_login(practitioner)

    stranger.post("/people/", {"words": "Ashdown"}, REMOTE_ADDR=FROM)

    event = AccessEvent.objects.get()
    assert (event.actor_id, event.act, event.detail) == (practitioner.pk, "F", {"status": 403, "method": "POST"})


def test_what_a_page_refuses_and_records_is_not_recorded_twice(client, outsider, offender):
    client.force_login(outsider)

    client.post(f"/people/{offender.reference}/photographs/")

    assert AccessEvent.objects.get(actor_id=outsider.pk).event == "offenders.photographs.sent"


def test_a_flood_from_one_address_does_not_fill_the_record(stranger, monkeypatch):
    monkeypatch.setattr("audit.refusals.MOST_A_MINUTE", 2)

    for _each in range(4):
        assert stranger.put("/people/", REMOTE_ADDR=FROM).status_code == 405
    stranger.put("/people/", REMOTE_ADDR="198.51.100.5")

    assert AccessEvent.objects.filter(ip=FROM).count() == 2
    assert AccessEvent.objects.filter(ip="198.51.100.5").count() == 1


def test_of_one_network_every_address_is_the_same(stranger, monkeypatch):
    monkeypatch.setattr("audit.refusals.MOST_A_MINUTE", 2)

    for number in range(4):
        stranger.put("/people/", REMOTE_ADDR=f"2001:db8::{number}")
    stranger.put("/people/", REMOTE_ADDR="2001:db8:0:1::1")

    assert AccessEvent.objects.filter(ip__startswith="2001:db8::").count() == 2
    assert AccessEvent.objects.filter(ip="2001:db8:0:1::1").count() == 1


def test_where_nothing_can_be_recorded_the_answer_is_that(stranger, monkeypatch):
    def broken(*_args, **_kwargs):
        raise DatabaseError

    monkeypatch.setattr(AccessEvent, "save", broken)
    monkeypatch.setattr(SignInEvent, "save", broken)

    assert stranger.put("/people/").status_code == 503
    stranger.cookies[settings.SESSION_COOKIE_NAME] = "of-a-session-that-has-ended"
    assert stranger.get("/sign-in/").status_code == 503
