"""Category, level and dates by CRN or prison number, as HMPPS services read them."""

import pytest

from agencies.models import IntegrationToken
from audit.models import AccessEvent
from mappa.requests import NoAddressFilter
from offenders.actions import identity
from tests.factories import IdentifierFactory, in_days

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
        NoAddressFilter().filter(line)

    assert "no address" in settings.LOGGING["handlers"]["console"]["filters"]
    assert [line.getMessage() for line in lines] == ["Not Found: /api/v1/persons/<str:number>/risks/mappadetail"]
