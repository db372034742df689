"""Signing in: by invitation only, with every try on record."""

import re

from django.contrib.sessions.models import Session

from agencies.models import User
from audit.models import SignInEvent

PASSWORD = "correct horse battery"


def send(client, email="bob@test.invalid", password=PASSWORD, **more):
    return client.post("/sign-in/", {"login": email, "password": password, **more})


def test_a_person_signs_in_with_email_and_password(client, bob):
    response = send(client)

    assert response.headers["Location"] == "/"
    assert SignInEvent.objects.get(event="sign_in.succeeded").actor_id == bob.pk


def test_a_wrong_password_and_a_wrong_person_read_the_same(client, bob):
    wrong = send(client, password="something else entirely")
    nobody = send(client, email="nobody@test.invalid")

    # The fresh token of each form is the only difference.
    strip = re.compile(r'value="[^"]*"')
    assert strip.sub("", wrong.text) == strip.sub("", nobody.text)
    assert wrong.status_code == nobody.status_code == 200


def test_a_refused_sign_in_is_recorded_without_what_was_typed(client, bob):
    send(client, password="something else entirely")

    event = SignInEvent.objects.get(event="sign_in.failed")
    assert event.actor_id == bob.pk
    assert "something" not in str(event.detail)


def test_what_was_typed_in_the_email_box_is_kept(client, bob):
    response = send(client, password="something else entirely")

    assert 'value="bob@test.invalid"' in response.text
    assert response.context["form"].errors


def test_nobody_registers_himself(client, db):
    assert client.get("/signup/").status_code == 404
    assert client.get("/sign-in/signup/").status_code == 404
    assert not User.objects.filter(email="new@test.invalid").exists()


def test_a_person_whose_membership_has_ended_does_not_get_in(client, bob, today):
    bob.memberships.update(until=today.replace(year=today.year - 1))

    response = send(client)

    assert response.status_code == 403
    assert client.get("/").status_code == 302


def test_signing_out_takes_a_post(client, bob):
    send(client)

    client.post("/sign-out/")

    assert client.get("/").headers["Location"].startswith("/sign-in/")
    assert SignInEvent.objects.filter(event="sign_out", actor_id=bob.pk).exists()


def test_whoever_kept_the_cookie_of_a_session_that_was_signed_out_of_has_nothing(client, bob):
    send(client)
    kept = client.cookies.copy()
    key = client.session.session_key

    client.post("/sign-out/")
    client.cookies = kept

    assert client.get("/").headers["Location"].startswith("/sign-in/")
    assert not Session.objects.filter(session_key=key).exists()
    assert SignInEvent.objects.get(event="session.refused").ip == "127.0.0.1"


def test_a_foreign_next_address_is_not_followed(client, bob):
    response = send(client, next="https://evil.invalid/")

    assert response.headers["Location"] == "/"


def test_the_demo_sign_ins_are_shown_in_a_demo_only(client, bob, settings):
    bob.email = "probation@demo.invalid"
    bob.save()
    assert bob.email not in client.get("/sign-in/").text

    settings.DEMO = True

    assert bob.email in client.get("/sign-in/").text
    assert settings.DEMO_PASSWORD in client.get("/sign-in/").text
