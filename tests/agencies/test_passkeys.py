"""Passkeys and security keys: added, signed in with, required of some roles, and never fooled."""

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from audit.models import SignInEvent
from tests.agencies.authenticator import PRESENT, SecurityKey
from tests.agencies.signing_in import BACKEND, PASSWORD, SECRET, code, sign_in


@pytest.fixture(autouse=True)
def _required(settings, db):
    settings.SECOND_FACTOR = "required"


@pytest.fixture
def alice(coordinator):
    coordinator.set_password(PASSWORD)
    coordinator.save()
    return coordinator


def add(client, key, name="Blue key"):
    options = json.loads(client.get("/account/passkeys/add/").context["options"])
    return client.post("/account/passkeys/add/", {"name": name, "credential": key.register(options)}, secure=True)


@pytest.fixture
def key(alice):
    """Alice's security key, set up."""
    client, key = Client(), SecurityKey()
    client.force_login(alice, backend=BACKEND)
    add(client, key)
    assert Authenticator.objects.filter(user=alice, type="webauthn").count() == 1
    return key


def by_passkey(client, key):
    options = client.get("/sign-in/passkey/").json()
    return client.post("/sign-in/passkey/", {"credential": key.sign(options)})


def test_a_coordinator_must_have_one_and_then_all_opens(client, alice):
    sign_in(client, alice)
    assert "Your role asks for a passkey" in client.get("/account/").text

    add(client, SecurityKey())

    assert client.get("/people/").status_code == 200


def test_a_passkey_alone_signs_in(client, alice, key):
    answer = by_passkey(client, key)

    assert answer.headers["Location"] == "/"
    assert client.get("/people/").status_code == 200
    assert SignInEvent.objects.filter(event="sign_in.succeeded", detail={"factor": "webauthn"}).count() == 1


def test_after_the_password_it_is_the_second_factor(client, alice, key):
    sign_in(client, alice)
    options = json.loads(client.get("/sign-in/code/").context["options"])

    client.post("/sign-in/code/", {"credential": key.sign(options)})

    assert client.session["factor"] == "webauthn"


def test_a_false_page_an_unproved_owner_another_key_and_a_replay_are_refused(client, alice, key):
    stranger = SecurityKey()
    stranger.id, stranger.owner = key.id, key.owner
    fooled, unproved = SecurityKey(origin="https://evil.invalid"), SecurityKey(flags=PRESENT)
    for copy in (fooled, unproved):
        copy.key, copy.id, copy.owner = key.key, key.id, key.owner

    for wrong in (stranger, fooled, unproved):
        assert by_passkey(client, wrong).headers["Location"] == "/sign-in/"
    signed = key.sign(client.get("/sign-in/passkey/").json())
    client.post("/sign-in/passkey/", {"credential": signed})
    client.post("/sign-out/")
    assert client.post("/sign-in/passkey/", {"credential": signed}).headers["Location"] == "/sign-in/"
    assert client.get("/people/").status_code == 302


def test_nonsense_is_refused_without_a_fault(client, alice, key):
    for sent in ("", "{}", "[]", "null", '{"id": 1}', '{"response": {"userHandle": "eA"}}', "x" * 1000):
        client.get("/sign-in/passkey/")
        assert client.post("/sign-in/passkey/", {"credential": sent}).status_code in {200, 302}, sent


def test_a_code_does_not_open_what_asks_for_a_passkey_nor_add_another(client, alice, key):
    TOTP.activate(alice, SECRET)
    sign_in(client, alice)
    client.post("/sign-in/code/", {"code": code()})

    assert client.get("/people/").headers["Location"] == "/again/"
    assert client.get("/account/passkeys/add/").headers["Location"] == "/again/"
    options = json.loads(client.get("/again/").context["options"])
    client.post("/again/", {"credential": key.sign(options)})
    assert client.get("/people/").status_code == 200


def test_one_is_removed_by_its_name_but_not_the_last(client, alice, key):
    by_passkey(client, key)
    add(client, SecurityKey(), name="Laptop")
    page = client.get("/account/passkeys/remove/")
    first, second = [value for value, _label in page.context["form"].fields["passkey"].choices]

    client.post("/account/passkeys/remove/", {"passkey": first})
    kept = client.post("/account/passkeys/remove/", {"passkey": second})

    assert [row.wrap().name for row in Authenticator.objects.filter(type="webauthn")] == ["Laptop"]
    assert "Add another first" in kept.text


def test_a_key_that_does_not_prove_its_owner_is_not_set_up(client, alice):
    sign_in(client, alice)

    assert "could not be set up" in add(client, SecurityKey(flags=PRESENT)).text


def adds_one(client):
    add(client, SecurityKey(), name="Laptop")


def removes_one(client):
    oldest, *_rest = client.get("/account/passkeys/remove/").context["form"].fields["passkey"].choices
    client.post("/account/passkeys/remove/", {"passkey": oldest[0]})


@pytest.mark.parametrize(("changes", "left"), [(adds_one, 3), (removes_one, 1)])
def test_adding_and_removing_one_ends_her_other_sessions(client, alice, key, changes, left):
    by_passkey(client, key)
    add(client, second := SecurityKey(), name="Phone")
    other = Client()
    by_passkey(other, second)

    changes(client)

    assert Authenticator.objects.filter(type="webauthn").count() == left
    assert other.get("/people/").status_code == 302
    assert client.get("/people/").status_code == 200
