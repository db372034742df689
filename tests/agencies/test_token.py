"""A system reads what its token may do, and changes it for a new one before it ends."""

from datetime import timedelta

import pytest

from agencies.models import IntegrationToken
from agencies.models.token import LONGEST_DAYS, OVERLAP_DAYS
from audit.models import AccessEvent

OLD = {"Authorization": "Bearer a-long-random-token"}


@pytest.fixture
def rotated(client, token, today):
    IntegrationToken.objects.update(expires_on=today + timedelta(days=90))
    return client.post("/api/v1/token/rotate/", headers=OLD)


def test_a_token_says_what_it_may_do(client, token):
    answer = client.get("/api/v1/token/", headers=OLD).json()

    assert answer == {"name": "Test", "scopes": ["cases:read"], "expires_on": token.expires_on.isoformat()}


def test_a_new_token_takes_over_and_the_old_one_ends_soon(client, rotated, offender, today):
    made = rotated.json()

    new = {"Authorization": f"Bearer {made['token']}"}
    assert client.get("/api/v1/cases/", headers=new).status_code == 200
    assert made["old_expires_on"] == (today + timedelta(days=OVERLAP_DAYS)).isoformat()
    assert made["expires_on"] == (today + timedelta(days=LONGEST_DAYS)).isoformat()
    assert not IntegrationToken.objects.filter(digest=made["token"]).exists()
    assert AccessEvent.objects.filter(event="token.rotated").count() == 1


def test_both_open_the_door_until_then(client, rotated, offender, time_machine, today):
    assert client.get("/api/v1/cases/", headers=OLD).status_code == 200

    time_machine.move_to(today + timedelta(days=OVERLAP_DAYS + 1))

    assert client.get("/api/v1/cases/", headers=OLD).status_code == 401
    new = {"Authorization": f"Bearer {rotated.json()['token']}"}
    assert client.get("/api/v1/cases/", headers=new).status_code == 200


def test_a_token_is_changed_once(client, rotated):
    again = client.post("/api/v1/token/rotate/", headers=OLD)

    assert again.status_code == 400
    assert IntegrationToken.objects.count() == 2


def test_the_day_of_its_last_use_is_kept(client, token, today):
    client.get("/api/v1/token/", headers=OLD)

    assert IntegrationToken.objects.get().last_used_on == today


def test_without_a_token_nothing_is_told_or_changed(client, token):
    assert client.get("/api/v1/token/").status_code == 401
    assert client.post("/api/v1/token/rotate/").status_code == 401
