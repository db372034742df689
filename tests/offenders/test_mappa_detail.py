"""Category, level and dates by CRN or prison number, as HMPPS services read them."""

import pytest
from drf_spectacular.generators import SchemaGenerator

from agencies.models import IntegrationToken
from audit.models import AccessEvent
from mappa.logs import NothingOfAnybody
from offenders.actions import identity
from offenders.models import LevelPeriod
from tests.factories import IdentifierFactory, LevelPeriodFactory, PersonalGrantFactory, in_days

TOKEN = {"Authorization": "Bearer a-long-random-token"}


@pytest.fixture(autouse=True)
def scopes(token):
    IntegrationToken.objects.update(scopes=["mappa-detail:read"])


@pytest.fixture
def known(offender):
    IdentifierFactory(offender=offender, kind="crn", value="X900002")
    IdentifierFactory(offender=offender, kind="noms", value="A1234AA")
    return offender


def read(client, number):
    return client.get(f"/api/v1/persons/{number}/risks/mappadetail", headers=TOKEN)


@pytest.mark.parametrize("number", ["X900002", "x900002", "A1234AA", "a1234aa"])
def test_the_seven_fields_are_told(client, practitioner, known, number):
    known.category, known.level, known.next_review_on = 2, 2, in_days(20)
    known.save()
    known.levels.visible_to(practitioner).update(from_on=in_days(-300))

    assert read(client, number).json() == {
        "data": {
            "level": 2,
            "levelDescription": "Level 2: active multi-agency management",
            "category": 2,
            "categoryDescription": "Category 2: violent or other sexual offender",
            "startDate": in_days(-300).isoformat(),
            "reviewDate": in_days(20).isoformat(),
            "notes": None,
        }
    }
    assert AccessEvent.objects.get(event="api.mappa_detail_read").case_id == known.pk


@pytest.mark.parametrize("number", ["X900003", "nonsense", "2008/0056560Z", "%00"])
def test_a_number_that_nobody_holds_is_not_there(client, known, number):
    assert read(client, number).status_code in {400, 404}


def test_who_is_no_longer_managed_is_not_there(client, known):
    known.ended_on = in_days(-1)
    known.save()

    assert read(client, "X900002").status_code == 404


def test_a_case_the_system_does_not_see_is_not_there(client, other_case):
    IdentifierFactory(offender=other_case, kind="crn", value="X900009")

    assert read(client, "X900009").status_code == 404


def test_another_scope_does_not_do(client, known):
    IntegrationToken.objects.update(scopes=["cases:read"])

    assert read(client, "X900002").status_code == 403


def test_a_number_withdrawn_as_somebody_elses_finds_nobody(client, practitioner, known):
    number = known.identifiers.visible_to(practitioner).get(kind="crn")
    identity.withdraw_fact(fact=number, because="It is his brother's", by=practitioner)

    assert read(client, "X900002").status_code == 404
    assert read(client, "A1234AA").status_code == 200


@pytest.mark.parametrize("number", ["X900002", "X900003"])
def test_no_log_keeps_a_number_of_a_person(client, known, caplog, settings, number):
    known.ended_on = in_days(-1)
    known.save()
    read(client, number)
    lines = [record for record in caplog.records if record.name == "django.request"]
    for line in lines:
        NothingOfAnybody().filter(line)

    assert "nothing of anybody" in settings.LOGGING["handlers"]["console"]["filters"]
    assert [line.getMessage() for line in lines] == ["Not Found: /api/v1/persons/<str:number>/risks/mappadetail"]


def periods(offender, *dates):
    """Level 1 from each day until the next but one, the last still open."""
    LevelPeriod._base_manager.filter(offender=offender).delete()
    for from_on, until in dates:
        LevelPeriodFactory(offender=offender, level=1, from_on=in_days(from_on), until=until and in_days(until))


def test_who_came_back_is_managed_since_the_return(client, known):
    periods(known, (-5000, -4000), (-300, -200), (-200, None))

    assert read(client, "X900002").json()["data"]["startDate"] == in_days(-300).isoformat()


def test_a_restricted_case_is_not_there_for_a_system_that_is_named_on_it_either(client, token, known):
    PersonalGrantFactory(content_object=known, user=token.user)
    known.restricted = True
    known.save()

    assert read(client, "X900002").status_code == 404


def test_the_schema_says_that_the_fields_are_in_data(client, known):
    schema = SchemaGenerator().get_schema(request=None, public=True)
    promised = schema["components"]["schemas"]

    answer = read(client, "X900002").json()

    assert set(promised["MappaDetail"]["properties"]) == set(answer)
    assert set(promised["MappaDetailData"]["properties"]) == set(answer["data"])


def test_whoever_must_say_a_purpose_first_is_told_for_which_case(client, token, known, area_officer):
    token.user.memberships.update(agency=area_officer.memberships.get().agency)
    headers = TOKEN | {"On-Behalf-Of": area_officer.email}

    response = client.get("/api/v1/persons/X900002/risks/mappadetail", headers=headers)

    assert f"POST to cases/{known.reference}/purposes/" in response.json()["detail"]
