"""Every refused try to come in is on record: also those that nobody looked at, for there were too many."""

from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from agencies.audit_watch import refused_sign_ins
from audit.models import AccessEvent, SignInEvent
from tests.agencies.authenticator import SecurityKey
from tests.agencies.signing_in import BACKEND, PASSWORD, code, sign_in
from tests.agencies.test_passkeys import add


@pytest.fixture(autouse=True)
def _required(settings, db):
    settings.SECOND_FACTOR = "required"


@pytest.fixture
def inside(client, bob):
    client.force_login(bob, backend=BACKEND)
    return client


def told(event):
    """Of whom, and what else."""
    return [(row.actor_id, row.detail) for row in SignInEvent.objects.filter(event=event).order_by("pk")]


def count():
    return Counter(SignInEvent.objects.values_list("event", flat=True))


def test_the_sixth_try_and_the_lock_are_on_record(client, bob):
    for _try in range(5):
        client.post("/sign-in/", {"login": bob.email, "password": "something else entirely"})
    assert count() == {"sign_in.failed": 5}

    for _try in range(2):
        client.post("/sign-in/", {"login": bob.email, "password": "something else entirely"})

    assert count() == {"sign_in.failed": 5, "sign_in.refused": 2, "sign_in.locked": 1}
    assert told("sign_in.refused")[0] == (bob.pk, {"why": "limit"})
    assert SignInEvent.objects.filter(event="sign_in.refused", ip="127.0.0.1").count() == 2


def test_more_tries_than_one_address_may_are_on_record(client, bob, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "1/m/ip"}
    sign_in(Client(), bob)

    assert sign_in(client, bob).status_code == 429

    assert told("sign_in.refused") == [(None, {"why": "limit"})]
    assert not AccessEvent.objects.exists()


def test_a_flood_of_them_does_not_fill_the_record(client, bob, settings, monkeypatch):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "1/m/ip"}
    monkeypatch.setattr("agencies.wrong_keys.MOST_A_MINUTE", 2)

    for _try in range(5):
        sign_in(client, bob)

    assert len(told("sign_in.refused")) == 2
    assert not AccessEvent.objects.exists()


def test_a_code_over_the_limit_is_on_record(client, bob, app):
    sign_in(client, bob)
    for _try in range(6):
        client.post("/sign-in/code/", {"code": "000000"})

    assert told("sign_in.failed") == [(bob.pk, {"factor": "totp"})] * 5
    assert told("sign_in.refused") == [(bob.pk, {"why": "limit", "factor": "totp"})]


def test_a_forged_passkey_after_the_password_is_on_record(client, coordinator):
    coordinator.set_password(PASSWORD)
    coordinator.save()
    at_home, key, forged = Client(), SecurityKey(), SecurityKey()
    at_home.force_login(coordinator, backend=BACKEND)
    add(at_home, key)
    sign_in(client, coordinator)
    forged.id, forged.owner = key.id, key.owner
    options = client.get("/sign-in/code/").context["js_data"]["request_options"]

    client.post("/sign-in/code/", {"credential": forged.sign(options)})

    assert told("sign_in.failed") == [(coordinator.pk, {"factor": "webauthn"})]


def test_a_wrong_password_where_one_sets_a_new_one_is_on_record(inside, bob, settings):
    settings.SECOND_FACTOR = "offered"
    typed = {"current": "something else entirely", "password": "a new long password", "again": "a new long password"}

    inside.post("/account/password/", typed)

    assert told("reauthentication.failed") == [(bob.pk, {"factor": "password"})]


def test_a_try_too_many_to_prove_who_one_is_is_on_record(inside, bob):
    for _try in range(11):
        inside.post("/again/", {"password": "something else entirely"})

    assert len(told("reauthentication.failed")) == 10
    assert told("reauthentication.refused") == [(bob.pk, {"why": "limit"})]


def test_a_wrong_first_code_of_a_new_app_is_on_record(inside, bob):
    inside.get("/account/app/")

    inside.post("/account/app/", {"code": code()})

    assert told("factor.refused") == [(bob.pk, {"factor": "totp"})]


def test_one_password_tried_on_many_accounts_shows_in_a_number(client, bob):
    for number in range(3):
        client.post("/sign-in/", {"login": f"person-{number}@test.invalid", "password": "Summer2026Summer"})

    assert refused_sign_ins(timezone.now()) == 3
    assert refused_sign_ins(timezone.now() + timedelta(minutes=16)) == 0
