"""Other systems read cases through the same guard, with a token that says what it is for."""

from datetime import timedelta

import pytest

from agencies.models import IntegrationToken, Role
from agencies.models.token import digest
from audit.models import AccessEvent
from tests.factories import MembershipFactory, OffenderFactory

TOKEN = {"Authorization": "Bearer a-long-random-token"}


@pytest.fixture
def token(probation, today):
    user = MembershipFactory(agency=probation, role_id=Role.Code.INTEGRATION).user
    return IntegrationToken.objects.create(
        name="Test", user=user, digest=digest("a-long-random-token"), scopes=["cases:read"], expires_on=today
    )


def test_a_system_lists_the_cases_its_user_sees(client, token, offender, other_case):
    response = client.get("/api/v1/cases/", headers=TOKEN)

    assert [case["reference"] for case in response.json()["cases"]] == [offender.reference]
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

    assert (len(first["cases"]), len(second["cases"]), second["next"]) == (25, 6, None)


def test_a_nonsense_page_is_refused_with_a_hint(client, token):
    response = client.get("/api/v1/cases/?after=" + "x" * 50, headers=TOKEN)

    assert (response.status_code, list(response.json())) == (400, ["after"])


def test_the_list_costs_the_same_however_many_cases(client, token, offender, django_assert_num_queries):
    OffenderFactory.create_batch(10, area=offender.area, lead_agency=offender.lead_agency)

    with django_assert_num_queries(8):
        client.get("/api/v1/cases/", headers=TOKEN)
