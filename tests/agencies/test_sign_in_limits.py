"""Tries are counted, by account and by address; where they cannot be counted nobody is let try."""

import pytest
from django.core.cache import cache
from redis.exceptions import ConnectionError as RedisIsAwayError

from tests.agencies.signing_in import PASSWORD, sign_in


def fail(client, email, address="203.0.113.7", **headers):
    sent = {"login": email, "password": "something else entirely"}
    return client.post("/sign-in/", sent, REMOTE_ADDR=address, headers=headers)


def is_in(client):
    return client.get("/people/").status_code == 200


def test_after_five_failures_the_right_password_is_refused_too_from_anywhere(client, bob):
    for number in range(5):
        fail(client, bob.email, f"203.0.113.{number}")

    answer = sign_in(client, bob)

    assert "Too many failed" in answer.text
    assert not is_in(client)


def test_one_address_tries_twenty_accounts_a_minute_and_no_more(client, bob):
    for number in range(20):
        fail(client, f"person-{number}@test.invalid", "127.0.0.1")

    sign_in(client, bob)

    assert not is_in(client)


def test_a_header_that_names_another_address_is_not_believed(client, bob):
    for number in range(20):
        fail(client, f"person-{number}@test.invalid", "127.0.0.1", **{"X-Forwarded-For": f"198.51.100.{number}"})

    sign_in(client, bob)

    assert not is_in(client)


def test_a_lock_on_one_leaves_others_alone(client, bob):
    for _try in range(6):
        fail(client, "somebody@test.invalid", "203.0.113.9")

    sign_in(client, bob)

    assert is_in(client)


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-in/forgotten/"])
def test_while_redis_is_away_nobody_is_let_try_and_the_page_says_so(client, bob, monkeypatch, path):
    def away(*_args, **_kwargs):
        raise RedisIsAwayError

    monkeypatch.setattr(cache, "add", away)

    answer = client.post(path, {"login": bob.email, "email": bob.email, "password": PASSWORD})

    assert answer.status_code == 503
    assert not is_in(client)
