"""Systems ask other agencies for information, and answer what their own is asked without seeing the case."""

import pytest

from agencies.models import IntegrationToken
from audit.models import AccessEvent
from disclosures.models import InformationAnswer, InformationRequest
from offenders.models import Offender
from tests.factories import (
    ExclusionFactory,
    IdentifierFactory,
    InformationAnswerFactory,
    InformationRequestFactory,
    in_days,
)

pytestmark = pytest.mark.usefixtures("every_scope")

HELD = {"kind": "held", "text": "Known since May", "audience": "everyone"}


@pytest.fixture
def asks(health_agency):
    return {
        "agency": health_agency.name,
        "purpose": "To plan where he can live",
        "gateway": "cja-2003-325",
        "questions": "Is he known to the community team?",
    }


@pytest.fixture
def health(token, uninvited, health_agency):
    """Hal, for whom the system of health acts; health does not see the case."""
    token.user.memberships.update(agency=health_agency)
    return uninvited


def test_an_agency_is_asked_with_the_details_that_were_chosen(call, offender, practitioner, health_agency, asks):
    number = IdentifierFactory(offender=offender, value="T000001")
    IdentifierFactory(offender=offender, kind="noms", value="A1234AA")

    made = call("information-requests/", asks | {"details": [f"number-{number.reference}"]}, practitioner)["reference"]

    row = InformationRequest.objects.visible_to(practitioner).get()
    assert (row.reference, row.agency, row.asked_by) == (made, health_agency, practitioner)
    (listed,) = call("information-requests/")["results"]
    assert listed == call(f"information-requests/{made}/")
    assert (listed["details"], listed["state"], listed["restricted"]) == ([["CRN", "T000001"]], "open", 0)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"agency": "Atlantis"}, "agency"),
        ({"agency": "Probation, Bedfordshire"}, "agency"),
        ({"gateway": "curiosity"}, "gateway"),
        ({"gateway": "other"}, "gateway_words"),
        ({"questions": ""}, "questions"),
        ({"details": ["number-ID-2222-2222"]}, "details"),
        ({"due_on": in_days(-1).isoformat()}, "due_on"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_its_field(call, practitioner, asks, change, field):
    refused = call("information-requests/", asks | change, practitioner, status=400)

    assert list(refused["errors"]) == [field]
    assert not InformationRequest.objects.visible_to(practitioner).exists()


def test_the_agency_is_reminded_once_a_day_and_the_request_taken_back(call, asked, practitioner):
    there = f"information-requests/{asked.reference}/"

    call(f"{there}chase/", {}, practitioner)
    call(f"{there}chase/", {}, practitioner, status=400)
    call(f"{there}withdraw/", {"reason": "He moved"}, practitioner)

    read = call(there)
    assert (read["state"], read["withdrawal_reason"], read["name"]) == ("withdrawn", "He moved", asked.name)


@pytest.mark.parametrize("verb", ["", "/chase/", "/withdraw/"])
def test_a_partner_on_the_case_asks_and_takes_back_nothing(call, granted, housing_system, housing, asked, asks, verb):
    said = {"": asks, "/chase/": {}, "/withdraw/": {"reason": "x"}}[verb]

    call(f"information-requests/{asked.reference}/", None, housing)
    path = f"information-requests/{asked.reference}{verb}" if verb else "information-requests/"
    call(path, said, housing, status=403)

    asked.refresh_from_db()
    assert asked.is_open


def test_an_answer_for_others_is_counted_and_not_read(call, granted, housing_system, housing, offender, asked):
    InformationAnswerFactory(offender=offender, request=asked, text="In confidence", audience="authority")

    read = call(f"information-requests/{asked.reference}/", None, housing)

    assert (read["answers"], read["restricted"]) == ([], 1)


def test_the_asked_agency_reads_and_answers_without_seeing_the_case(call, health, asked, offender, practitioner):
    (listed,) = call("information-requests/", case=None)["results"]
    there = f"information-requests/{asked.reference}/"
    read = call(there, None, health, case=None)
    made = call(f"{there}answer/", HELD, health, case=None, key="k-1")["reference"]

    assert listed == {name: read[name] for name in listed}
    assert listed["name"] == asked.name
    assert not {"details", "purpose", "questions", "answers"} & listed.keys()
    assert (read["name"], read["details"], read["questions"]) == (asked.name, asked.details, asked.questions)
    assert offender.reference not in str(read)
    row = InformationAnswer.objects.visible_to(practitioner).get()
    assert (row.reference, row.by, row.text) == (made, health, "Known since May")
    assert [answer["text"] for answer in call(there, None, health, case=None)["answers"]] == ["Known since May"]
    assert not Offender.objects.visible_to(health).exists()
    call("", case=offender, status=404)
    call("information-requests/", status=404)


def test_each_read_of_a_request_is_recorded(call, token, health, asked, offender):
    call("information-requests/", case=None)
    call(f"information-requests/{asked.reference}/", None, health, case=None)

    listed = AccessEvent.objects.get(event="api.requests_to_us_listed")
    read = AccessEvent.objects.get(event="api.request_to_us_read")
    assert listed.detail == {"token": token.pk, "requests": [asked.reference]}
    assert (read.case_id, read.actor_id) == (offender.pk, health.pk)
    assert (read.detail, read.purpose) == ({"token": token.pk}, "asked for information")


def test_a_refused_answer_says_why(call, health, asked):
    there = f"information-requests/{asked.reference}/answer/"

    assert list(call(there, HELD | {"text": ""}, health, case=None, status=400)["errors"]) == ["text"]
    assert "on behalf of a person" in call(there, HELD, case=None, status=403)["detail"]
    assert not InformationAnswer._base_manager.exists()


def test_a_withdrawn_request_is_listed_no_more_and_tells_nothing_of_the_person(call, health, offender, health_agency):
    row = InformationRequestFactory(offender=offender, agency=health_agency, withdrawn=True, details=[["CRN", "T1"]])

    assert call("information-requests/", case=None)["results"] == []
    read = call(f"information-requests/{row.reference}/", case=None)
    assert (read["state"], read["name"], read["details"], read["purpose"]) == ("withdrawn", "", [], "")
    call(f"information-requests/{row.reference}/answer/", HELD, health, case=None, status=400)


def test_a_request_to_another_agency_is_not_there_and_that_it_was_asked_for_is_recorded(call, housing_system, asked):
    there = f"information-requests/{asked.reference}/"

    assert call("information-requests/", case=None)["results"] == []
    real = call(there, case=None, status=404)
    invented = call("information-requests/RQ-2222-2222/", case=None, status=404)

    assert real | {"instance": ""} == invented | {"instance": ""}
    assert AccessEvent.objects.filter(event="api.request_to_us_read", outcome="N", reference=asked.reference).exists()


def test_who_is_excluded_from_the_case_reads_no_request_about_it(call, health, asked, offender):
    ExclusionFactory(offender=offender, user=health)

    call(f"information-requests/{asked.reference}/", None, health, case=None, status=404)


def test_whoever_sees_the_case_by_its_area_says_first_what_it_is_needed_for(
    call, token, police, area_officer, offender
):
    token.user.memberships.update(agency=police)
    row = InformationRequestFactory(offender=offender, agency=police)
    there = f"information-requests/{row.reference}/"

    refused = call(there, None, area_officer, case=None, status=403)
    call("purposes/", {"purpose": "work"}, area_officer)
    call(there, None, area_officer, case=None)

    assert f"cases/{offender.reference}/purposes/" in refused["detail"]


def test_without_the_scope_nothing_is_read(call, health, asked):
    IntegrationToken.objects.update(scopes=["cases:read", "cases:write"])

    call("information-requests/", case=None, status=403)
    call(f"information-requests/{asked.reference}/answer/", HELD, health, case=None, status=403)
