"""Whatever the API refuses to a token is on record, once, by which token and with which status."""

import pytest

from agencies.models import IntegrationToken
from audit.models import AccessEvent, SignInEvent
from mappa.throttle import UncountedError

TOKEN = {"Authorization": "Bearer a-long-random-token"}


@pytest.fixture
def ask(client, token, every_scope, offender, practitioner):
    """Send something for Bob."""

    def send(method, path, sent="{}", **more):
        headers = TOKEN | {"On-Behalf-Of": practitioner.email} | more
        kind = headers.pop("kind", "application/json")
        return client.generic(method, f"/api/v1/{path}", sent, kind, headers=headers)

    return send


def used_for_another(ask, case):
    for text in ("One", "Two"):
        sent = f'{{"kind": "contact", "happened_on": "2026-01-05", "text": "{text}", "audience": "everyone"}}'
        answer = ask("POST", f"{case}/notes/", sent, **{"Idempotency-Key": "k1"})
    return answer


REFUSED = {
    400: lambda ask, case: ask("POST", f"{case}/notes/"),
    404: lambda ask, case: ask("GET", "cases/MA-2222-2222/"),
    405: lambda ask, case: ask("DELETE", f"{case}/notes/"),
    409: used_for_another,
    415: lambda ask, case: ask("POST", f"{case}/notes/", "<note/>", kind="text/xml"),
}


def denied():
    rows = AccessEvent.objects.filter(outcome="N").order_by("pk")
    return [(row.actor_id, row.detail["token"], row.detail["status"]) for row in rows]


@pytest.mark.parametrize("status", REFUSED)
def test_each_refusal_is_recorded_once_with_its_token_and_status(ask, token, offender, practitioner, status):
    by = practitioner.pk if status == 404 else token.user_id

    assert REFUSED[status](ask, f"cases/{offender.reference}").status_code == status

    assert denied() == [(by, token.pk, status)]


def test_requests_over_the_limit_are_recorded_and_a_flood_is_not(ask, token, monkeypatch):
    monkeypatch.setattr("agencies.api.throttles.PerToken.THROTTLE_RATES", {"token": "1/min"})
    monkeypatch.setattr("agencies.api.recording.MOST_A_MINUTE", 2)

    for _each in range(5):
        ask("GET", "cases/")

    assert denied() == [(token.user_id, token.pk, 429)] * 2


def test_a_form_that_cannot_be_had_is_answered_as_any_other_and_a_wrong_token_recorded(client, ask):
    for query in ("", "?format=xml"):
        answer = client.get(f"/api/v1/cases/{query}", headers={"Authorization": "Bearer wrong", "Accept": "text/html"})
        assert answer.status_code == 401
    assert ask("GET", "cases/", Accept="text/html").status_code == 200

    assert SignInEvent.objects.filter(event="api.refused").count() == 2


def test_searches_over_the_limit_are_the_persons_own(ask, token, practitioner, settings):
    settings.SEARCHES_A_MINUTE = 0

    assert ask("POST", "cases/search/", '{"words": "Ashdown"}').status_code == 429

    assert denied() == [(practitioner.pk, token.pk, 429)]


def test_a_search_that_nobody_can_count_is_recorded(ask, token, practitioner, monkeypatch):
    def uncounted(*_all):
        raise UncountedError

    monkeypatch.setattr("offenders.api.searching.is_search_too_often", uncounted)

    assert ask("POST", "cases/search/", '{"words": "Ashdown"}').status_code == 503

    assert denied() == [(practitioner.pk, token.pk, 503)]


def test_a_second_change_of_a_token_is_recorded(client, token):
    for _each in range(2):
        client.post("/api/v1/token/rotate/", headers=TOKEN)

    event = AccessEvent.objects.get(outcome="N")
    assert (event.event, event.detail) == ("api.token_rotated", {"token": token.pk, "status": 400})


def test_a_question_of_law_that_makes_no_sense_is_recorded_of_a_system_alone(client, token, practitioner):
    address = "/api/v1/rules/level/"
    client.post(address, {}, headers=TOKEN, content_type="application/json")
    assert denied() == [(token.user_id, token.pk, 400)]

    client.force_login(practitioner)
    assert client.post(address, {}, content_type="application/json").status_code == 400

    assert len(denied()) == 1


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic Ym9iOmJvYg=="}])
@pytest.mark.parametrize("path", ["cases/", "token/"])
def test_whoever_comes_without_a_token_is_on_record(client, token, path, header):
    assert client.get(f"/api/v1/{path}", headers=header).status_code == 401

    event = SignInEvent.objects.get()
    assert (event.event, event.actor_id, event.detail) == ("api.refused", None, {"why": "no token"})


def test_what_is_typed_in_place_of_a_reference_is_not_kept(ask, offender):
    assert IntegrationToken.objects.exists()
    ask("GET", "cases/John Smith 1970/")
    ask("POST", f"cases/{offender.reference}/flags/John Smith 1970/remove/")

    rows = AccessEvent.objects.filter(outcome="N")
    assert "Smith" not in str(list(rows.values_list("reference", "detail")))
    assert rows.count() == 2
