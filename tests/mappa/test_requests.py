"""The address a request came from: the proxy's word counts only when the proxy is ours, and only its last word."""

import pytest

from audit.models import SignInEvent

FORM = {"login": "nobody@test.invalid", "password": "something else entirely"}


@pytest.mark.parametrize(
    ("behind", "header", "seen"),
    [
        (True, "203.0.113.7", "203.0.113.7"),
        (True, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (True, "nonsense", "127.0.0.1"),
        (True, "", "127.0.0.1"),
        (False, "203.0.113.7", "127.0.0.1"),
    ],
)
def test_a_failed_sign_in_is_recorded_with_the_address_it_came_from(client, db, settings, behind, header, seen):
    settings.BEHIND_PROXY = behind

    client.post("/sign-in/", FORM, headers={"X-Forwarded-For": header})

    assert SignInEvent.objects.get().ip == seen
