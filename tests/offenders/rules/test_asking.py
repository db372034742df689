"""Who may ask a rule, and what becomes of what no rule can read."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.models import IntegrationToken, Role
from agencies.models.token import digest
from audit.models import AccessEvent
from offenders.api.rules.serializers import QUESTIONS
from tests.factories import MembershipFactory
from tests.offenders.rules import test_eligibility, test_level, test_notification_period
from tests.offenders.rules.conftest import BACKEND

RULES = sorted(QUESTIONS)
GOOD = {
    "notification-period": test_notification_period.question(
        "imprisonment", {"months": 6}, {"months": 6}, overlap={"months": 1}
    ),
    "notification-deadline": {"event": "conviction", "on": "2026-03-01"},
    "qualifying-premises": {"stays": [{"from": "2026-03-01", "until": "2026-03-09"}]},
    "eligibility": test_eligibility.question(test_eligibility.conviction({"schedule_3": True})),
    "level": test_level.BASE,
    "identifier": {"kind": "pnc", "value": "81/34U"},
    "working-days": {"from": "2026-12-24", "days": 1, "nation": "england"},
    "review-due": {"level": 3, "last_reviewed_on": "2026-03-02", "area": None},
    "child-disclosure": dict.fromkeys(
        ("child_sex_offender", "serious_harm_to_children", "necessary", "asked_for"), True
    ),
}
LEVEL = json.dumps(test_level.BASE)


@pytest.fixture
def token(probation, today):
    user = MembershipFactory(agency=probation, role_id=Role.Code.INTEGRATION).user
    return IntegrationToken.objects.create(
        name="Test", user=user, digest=digest("a-long-random-token"), scopes=[], expires_on=today
    )


def send(client, body, name="level", content_type="application/json", **headers):
    return client.post(f"/api/v1/rules/{name}/", body, content_type=content_type, headers=headers)


@pytest.mark.parametrize("name", RULES)
def test_nobody_is_answered_without_signing_in(client, db, name):
    assert send(client, LEVEL, name).status_code == 401


@pytest.mark.parametrize("person", ["housing", "uninvited", "lay_adviser", "administrator", "outsider"])
def test_anybody_who_is_signed_in_may_ask(client, request, person):
    client.force_login(request.getfixturevalue(person), backend=BACKEND)

    assert send(client, LEVEL).status_code == 200


def test_a_system_may_ask_with_any_token(client, token):
    assert send(client, LEVEL, Authorization="Bearer a-long-random-token").status_code == 200


def test_an_expired_token_may_not(client, token, today):
    IntegrationToken.objects.update(expires_on=today - timedelta(days=1))

    assert send(client, LEVEL, Authorization="Bearer a-long-random-token").status_code == 401


def test_a_session_without_its_csrf_token_may_not(practitioner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(practitioner, backend=BACKEND)

    assert send(client, LEVEL).status_code == 403


def test_a_session_with_its_csrf_token_may(practitioner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(practitioner, backend=BACKEND)
    page = client.get("/check/level/")

    response = send(client, LEVEL, **{"X-CSRFToken": str(page.context["csrf_token"])})

    assert response.status_code == 200


def test_a_rule_is_asked_and_not_read(client, practitioner):
    client.force_login(practitioner, backend=BACKEND)

    assert client.get("/api/v1/rules/level/").status_code == 405


def test_nothing_is_stored(client, practitioner, django_assert_num_queries):
    client.force_login(practitioner, backend=BACKEND)
    send(client, LEVEL)
    before = AccessEvent.objects.count()

    with django_assert_num_queries(2):
        send(client, LEVEL)

    assert AccessEvent.objects.count() == before


BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"7",
    b'"level"',
    b'{"category": NaN}',
    b'{"category": Infinity}',
    b'{"category": ' + b"9" * 5000 + b"}",
    b"[" * 100_000,
    b'{"a":' * 30_000,
    b"\xff\xfe",
    b'{"\\ud800": 1}',
    b'{"category": "\\ud800"}',
    b" " * 200_001,
]


@pytest.mark.parametrize("body", BODIES, ids=[str(number) for number in range(len(BODIES))])
def test_what_is_no_question_is_refused_with_a_hint(client, practitioner, body):
    client.force_login(practitioner, backend=BACKEND)

    response = send(client, body)

    assert response.status_code == 400
    assert all(isinstance(words, list) and words for words in response.json().values())


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=x", "application/xml"])
def test_only_json_is_read(client, practitioner, content_type):
    client.force_login(practitioner, backend=BACKEND)

    assert send(client, LEVEL, content_type=content_type).status_code == 415


@pytest.mark.parametrize("charset", ["utf-7", "base64", "nonsense"])
def test_json_is_utf_8_whatever_is_said(client, practitioner, charset):
    client.force_login(practitioner, backend=BACKEND)

    response = client.generic(
        "POST", "/api/v1/rules/level/", LEVEL.encode(), content_type=f"application/json; charset={charset}"
    )

    assert response.status_code == 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def places(value, path=()):
    """Every place in a question where something else could stand."""
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in pairs:
        yield from places(inner, (*path, name))


def put(value, path, other):
    """The question with something else in one place."""
    if not path:
        return other
    copy = value.copy()
    copy[path[0]] = put(value[path[0]], path[1:], other)
    return copy


@pytest.mark.parametrize("name", RULES)
def test_anything_anywhere_in_a_question_is_answered_or_refused(client, practitioner, name):
    client.force_login(practitioner, backend=BACKEND)
    odd = [
        None,
        True,
        1,
        -1,
        0.5,
        10**400,
        "",
        "1",
        "\x00",
        "2026-02-30",
        "0000-00-00",
        [],
        [[]],
        {},
        {"a": 1},
        "x" * 999,
    ]

    for path in places(GOOD[name]):
        for other in odd:
            response = send(client, json.dumps(put(GOOD[name], path, other)), name)

            assert response.status_code in {200, 400}, (path, other)
            assert response.status_code == 200 or all(
                isinstance(words, list) and all(isinstance(each, str) for each in words)
                for words in response.json().values()
            )


@pytest.mark.parametrize("name", RULES)
def test_every_rule_answers_its_example(ask, name):
    ask(name, GOOD[name])


@pytest.mark.parametrize("name", RULES)
def test_an_unknown_field_is_refused(ask, name):
    assert list(ask(name, GOOD[name] | {"surname": "Ashdown"}, status=400)) == ["surname"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(body=JSON, name=st.sampled_from(RULES))
def test_no_json_at_all_breaks_a_rule(client, practitioner, body, name):
    client.force_login(practitioner, backend=BACKEND)

    assert send(client, json.dumps(body), name).status_code in {200, 400}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(data=st.data(), name=st.sampled_from(RULES))
def test_no_json_in_any_field_breaks_a_rule(client, practitioner, data, name):
    client.force_login(practitioner, backend=BACKEND)
    path = data.draw(st.sampled_from(list(places(GOOD[name]))))

    body = put(GOOD[name], path, data.draw(JSON))

    assert send(client, json.dumps(body), name).status_code in {200, 400}
