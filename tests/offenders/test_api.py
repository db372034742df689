"""Other systems read cases through the same guard, with a token that says what it is for."""

from datetime import timedelta

import pytest
from redis.exceptions import RedisError

from agencies.models import IntegrationToken
from audit.models import AccessEvent, SignInEvent
from offenders.actions import identity
from tests.factories import (
    CategoryBasisFactory,
    ExclusionFactory,
    FlagFactory,
    IdentifierFactory,
    NoteFactory,
    OffenderFactory,
)

TOKEN = {"Authorization": "Bearer a-long-random-token"}


def test_a_system_lists_the_cases_its_user_sees(client, token, offender, other_case):
    response = client.get("/api/v1/cases/", headers=TOKEN)

    assert [case["reference"] for case in response.json()["results"]] == [offender.reference]
    assert AccessEvent.objects.get(event="api.cases_listed").actor_id == token.user_id


def test_a_system_reads_one_case_and_the_read_is_recorded(client, token, offender):
    response = client.get(f"/api/v1/cases/{offender.reference}/", headers=TOKEN)

    assert response.json()["surname"] == "Ashdown"
    assert AccessEvent.objects.get(event="api.case_read").case_id == offender.pk


def test_a_case_of_another_area_is_not_there(client, token, other_case):
    response = client.get(f"/api/v1/cases/{other_case.reference}/", headers=TOKEN)

    assert response.status_code == 404
    assert AccessEvent.objects.get(event="api.case_read").outcome == "N"


@pytest.mark.parametrize(
    "header", ["", "Bearer ", "Bearer wrong", "Basic Ym9iOmJvYg==", "Bearer a-long-random-token x"]
)
def test_a_wrong_token_opens_nothing(client, token, offender, header):
    assert client.get("/api/v1/cases/", headers={"Authorization": header}).status_code == 401


def test_an_expired_token_opens_nothing(client, token, today):
    IntegrationToken.objects.update(expires_on=today - timedelta(days=1))

    assert client.get("/api/v1/cases/", headers=TOKEN).status_code == 401


def test_a_token_without_the_scope_is_forbidden(client, token):
    IntegrationToken.objects.update(scopes=[])

    assert client.get("/api/v1/cases/", headers=TOKEN).status_code == 403


def test_a_signed_in_person_has_no_token(client, practitioner):
    client.force_login(practitioner, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.get("/api/v1/cases/").status_code == 401


def test_pages_follow_on_without_gaps(client, token, offender):
    OffenderFactory.create_batch(30, area=offender.area, lead_agency=offender.lead_agency)

    first = client.get("/api/v1/cases/", headers=TOKEN).json()
    second = client.get(f"/api/v1/cases/?after={first['next']}", headers=TOKEN).json()

    assert (len(first["results"]), len(second["results"]), second["next"]) == (25, 6, None)


def test_a_nonsense_page_is_refused_with_a_hint(client, token):
    response = client.get("/api/v1/cases/?after=" + "x" * 50, headers=TOKEN)

    assert (response.status_code, list(response.json()["errors"])) == (400, ["after"])


def test_the_list_costs_the_same_however_many_cases(client, token, offender, django_assert_num_queries):
    OffenderFactory.create_batch(10, area=offender.area, lead_agency=offender.lead_agency)
    client.get("/api/v1/cases/", headers=TOKEN)

    with django_assert_num_queries(9):
        client.get("/api/v1/cases/", headers=TOKEN)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("level=1", 1),
        ("level=3", 0),
        ("overdue=true", 0),
        ("area=north-wales", 0),
        ("category=1", 1),
        ("ended=true", 1),
    ],
)
def test_a_list_is_filtered(client, token, offender, asked, found):
    offender.category = 1
    offender.save()

    assert len(client.get(f"/api/v1/cases/?{asked}", headers=TOKEN).json()["results"]) == found


@pytest.mark.parametrize("asked", ["level=9", "area=atlantis", "overdue=perhaps", "limit=0", "limit=101", "limit=²"])
def test_a_filter_that_makes_no_sense_is_refused_by_its_name(client, token, asked):
    response = client.get(f"/api/v1/cases/?{asked}", headers=TOKEN)

    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert list(response.json()["errors"]) == [asked.split("=")[0]]


def test_a_search_is_posted_and_recorded_without_its_words(client, token, offender, other_case):
    response = client.post(
        "/api/v1/cases/search/", {"words": "ashdwon"}, headers=TOKEN, content_type="application/json"
    )

    assert [case["reference"] for case in response.json()["results"]] == [offender.reference]
    shown = {"found": 1, "cases": [offender.reference]}
    assert AccessEvent.objects.get(event="api.cases_searched").detail == {"token": token.pk, **shown}


def test_a_reference_that_a_system_tries_for_a_person_is_recorded_as_refused(call, practitioner, other_case):
    sent = [{"words": reference} for reference in (other_case.reference, "MA-2222-2222")]

    answers = [call("cases/search/", words, practitioner, 200, case=None) for words in sent]

    assert answers[0] == answers[1] == {"results": [], "held_elsewhere": None}
    refused = AccessEvent.objects.filter(event="case.reference_refused", actor_id=practitioner.pk, outcome="N")
    assert {event.reference for event in refused} == {other_case.reference, "MA-2222-2222"}


@pytest.mark.parametrize("path", ["identifiers", "categories", "flags", "notes"])
def test_the_rows_of_a_case_need_a_scope_of_their_own(client, token, offender, path):
    url = f"/api/v1/cases/{offender.reference}/{path}/"

    assert client.get(url, headers=TOKEN).status_code == 403

    IntegrationToken.objects.update(scopes=[f"{path}:read"])
    assert client.get(url, headers=TOKEN).status_code == 200


@pytest.mark.parametrize("path", ["identifiers", "categories", "flags", "notes"])
def test_the_rows_of_a_case_elsewhere_are_not_there(client, token, other_case, path):
    IntegrationToken.objects.update(scopes=[f"{path}:read"])

    response = client.get(f"/api/v1/cases/{other_case.reference}/{path}/", headers=TOKEN)

    assert (response.status_code, response.json()["title"]) == (404, "Not found")


def test_flags_and_notes_are_read_for_their_audience(client, token, offender):
    FlagFactory(offender=offender, notes="Visit in pairs")
    NoteFactory(offender=offender, text="Seen at home")
    IntegrationToken.objects.update(scopes=["flags:read", "notes:read"])

    flags = client.get(f"/api/v1/cases/{offender.reference}/flags/", headers=TOKEN).json()["results"]
    notes = client.get(f"/api/v1/cases/{offender.reference}/notes/", headers=TOKEN).json()["results"]

    assert ([row["notes"] for row in flags], [row["text"] for row in notes]) == (["Visit in pairs"], ["Seen at home"])


def test_too_many_requests_are_told_to_wait(client, token, monkeypatch):
    monkeypatch.setattr("agencies.api.throttles.PerToken.THROTTLE_RATES", {"token": "2/min"})

    answers = [client.get("/api/v1/cases/", headers=TOKEN) for _number in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"]


def test_the_api_describes_itself_to_who_is_signed_in(client, practitioner):
    assert client.get("/api/v1/").status_code == 302

    client.force_login(practitioner, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert "/api/v1/cases/{reference}/flags/" in client.get("/api/v1/").text


def test_what_was_recorded_in_error_is_not_given_to_other_systems(client, token, offender, practitioner, today):
    IntegrationToken.objects.update(scopes=["identifiers:read", "categories:read"])
    wrong = IdentifierFactory(offender=offender, kind="crn", value="X900001")
    identity.withdraw_fact(fact=wrong, because="It is his brother's", by=practitioner)
    IdentifierFactory(offender=offender, kind="noms", value="A1234AA")
    CategoryBasisFactory(offender=offender, superseded_on=today)

    numbers = client.get(f"/api/v1/cases/{offender.reference}/identifiers/", headers=TOKEN).json()["results"]
    told = client.get(f"/api/v1/cases/{offender.reference}/categories/", headers=TOKEN).json()

    assert [(row["kind"], row["value"], row["superseded_on"]) for row in numbers] == [("noms", "A1234AA", None)]
    assert told["bases"] == []


@pytest.mark.parametrize("limit", ["0", "101", "00000000199999", "0" * 8 + "1" + "0" * 20, "1" * 5000, "-1", "٣"])
def test_no_page_is_longer_than_it_may_be(client, token, offender, limit):
    assert client.get("/api/v1/cases/", {"limit": limit}, headers=TOKEN).status_code == 400


def test_a_date_of_birth_says_how_exactly_it_is_known(client, token, offender):
    offender.born_is = "about"
    offender.save()

    (row,) = client.get("/api/v1/cases/", headers=TOKEN).json()["results"]

    assert (row["born_on"], row["born_is"]) == ("1981-05-14", "about")


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer "])
def test_a_refused_token_is_recorded(client, token, header):
    client.get("/api/v1/cases/", headers={"Authorization": header})

    event = SignInEvent.objects.get(event="api.refused")
    assert (event.actor_id, event.detail) == (None, {})


def test_an_ended_token_that_is_still_used_is_recorded_by_its_name(client, token, today):
    IntegrationToken.objects.update(expires_on=today - timedelta(days=1))

    client.get("/api/v1/cases/", headers=TOKEN)

    event = SignInEvent.objects.get(event="api.refused")
    assert (event.actor_id, event.detail) == (token.user_id, {"token": token.pk})


def test_a_token_that_tries_for_whom_it_may_act_is_recorded(client, token, outsider):
    client.get("/api/v1/cases/", headers=TOKEN | {"On-Behalf-Of": outsider.email})

    assert SignInEvent.objects.get(event="api.refused").detail == {"token": token.pk}


def test_who_tries_tokens_is_told_to_wait(client, token, monkeypatch):
    monkeypatch.setattr("agencies.api.throttles.RefusedFrom.THROTTLE_RATES", {"refused": "2/min"})

    there = {"REMOTE_ADDR": f"192.0.2.{token.pk % 256}"}
    wrong = {"Authorization": "Bearer wrong"}

    answers = [client.get("/api/v1/cases/", headers=wrong, **there) for _number in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert client.get("/api/v1/cases/", headers=TOKEN, **there).status_code == 200


def test_what_is_refused_for_its_scope_counts_too(client, token, monkeypatch, offender):
    monkeypatch.setattr("agencies.api.throttles.PerToken.THROTTLE_RATES", {"token": "2/min"})
    url = f"/api/v1/cases/{offender.reference}/notes/"

    assert [client.get(url, headers=TOKEN).status_code for _number in range(3)] == [403, 403, 429]


def test_a_system_is_answered_while_nobody_can_be_counted(client, token, monkeypatch):
    def down(*_args, **_kwargs):
        raise RedisError

    monkeypatch.setattr("rest_framework.throttling.SimpleRateThrottle.allow_request", down)

    assert client.get("/api/v1/cases/", headers=TOKEN).status_code == 200


def test_a_refusal_says_by_which_token_it_was_asked(client, token, other_case, practitioner):
    headers = TOKEN | {"On-Behalf-Of": practitioner.email}

    client.get(f"/api/v1/cases/{other_case.reference}/", headers=headers)

    event = AccessEvent.objects.get(outcome="N")
    assert (event.actor_id, event.detail["token"]) == (practitioner.pk, token.pk)


def test_a_read_for_a_person_says_what_he_needs_the_case_for(client, token, offender, practitioner):
    offender.lead_officer = practitioner
    offender.save()

    client.get(f"/api/v1/cases/{offender.reference}/", headers=TOKEN | {"On-Behalf-Of": practitioner.email})

    event = AccessEvent.objects.get(event="api.case_read")
    assert (event.detail, event.purpose) == ({"token": token.pk}, offender.why(practitioner).name)


def test_every_page_leads_to_the_description_of_the_api(client, practitioner):
    client.force_login(practitioner)

    assert '<a class="govuk-footer__link" href="/api/v1/"' in client.get("/people/").text


def test_what_is_kept_from_a_person_no_system_finds_for_him(call, offender, practitioner):
    call("", person=practitioner)
    ExclusionFactory(offender=offender, user=practitioner)

    call("", person=practitioner, status=404)
