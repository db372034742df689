"""Deciding whether to tell a third party, and the log of such decisions."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from disclosures import actions
from disclosures.models import DisclosureDecision
from tests.conftest import member
from tests.factories import AgencyFactory, DisclosureDecisionFactory, PurposeFactory

YES = {"decision": "yes", "to_whom": "Head teacher, St Mary’s", "reasons": "Children at risk; no other way"}
NO = {"decision": "no", "to_whom": "", "reasons": "Nobody outside is at risk"}


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/disclosures/record/"


@pytest.fixture
def log(offender):
    return f"/people/{offender.reference}/disclosures/"


@pytest.mark.parametrize("answers", [YES, NO])
def test_the_lead_agency_records_a_decision_either_way(client, practitioner, url, log, answers):
    client.force_login(practitioner)

    response = client.post(url, answers)

    assert response.headers["Location"] == log
    row = DisclosureDecision.objects.visible_to(practitioner).get()
    assert {name: getattr(row, name) for name in answers} == answers
    assert row.recorded_by == practitioner


def test_the_log_shows_decisions_with_reasons(client, practitioner, offender, log):
    DisclosureDecisionFactory(offender=offender, decision="yes", to_whom="An employer", reasons="Works with children")
    DisclosureDecisionFactory(offender=offender)
    client.force_login(practitioner)

    text = client.get(log).text

    for words in ("An employer", "Works with children", "Do not disclose", "Nobody named"):
        assert words in text


def test_the_timeline_names_no_recipient_and_no_reason(client, practitioner, offender, url):
    client.force_login(practitioner)

    client.post(url, YES)

    entry = offender.timeline.visible_to(practitioner).get()
    assert (entry.title, entry.text) == ("Disclosure considered", "Disclose")


@pytest.mark.parametrize("person", ["coordinator", "chair", "manager"])
def test_the_areas_co_ordination_and_chairs_may_record_too(client, request, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 200


def test_the_police_of_the_area_may_and_its_prison_may_not(client, area, police, offender, url):
    constable = member(police, "practitioner", "connie")
    PurposeFactory(offender=offender, user=constable)
    officer = member(AgencyFactory(name="Prison", kind__code="prison", area=area), "practitioner", "prue")

    for user, status in ((constable, 200), (officer, 403)):
        client.force_login(user)
        assert client.get(url).status_code == status


@pytest.mark.parametrize("person", ["housing", "victim_liaison"])
def test_who_sees_the_case_but_may_not_is_refused(client, request, granted, url, log, person):
    client.force_login(request.getfixturevalue(person))

    assert [client.get(log).status_code, client.get(url).status_code, client.post(url, YES).status_code] == [
        200,
        403,
        403,
    ]


@pytest.mark.parametrize("person", ["outsider", "uninvited", "housing", "lay_adviser"])
def test_a_stranger_cannot_tell_that_it_exists(client, request, url, log, person):
    client.force_login(request.getfixturevalue(person))

    assert [client.get(log).status_code, client.get(url).status_code, client.post(url, YES).status_code] == [404] * 3


def test_a_second_click_is_not_a_second_decision(client, practitioner, url):
    client.force_login(practitioner)
    client.post(url, YES)

    response = client.post(url, YES)

    assert "recorded this already" in response.text
    assert DisclosureDecision.objects.visible_to(practitioner).count() == 1


def test_the_action_itself_refuses_those_who_may_not(offender, housing):
    with pytest.raises(PermissionDenied):
        actions.record_decision(offender=offender, **YES, by=housing)


def test_the_action_itself_refuses_a_disclosure_to_nobody(offender, practitioner):
    with pytest.raises(ValidationError, match="to whom"):
        actions.record_decision(offender=offender, **YES | {"to_whom": "  "}, by=practitioner)


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"decision": ""}, "decision", "Choose whether to disclose"),
        ({"decision": "maybe"}, "decision", "Select a valid choice"),
        ({"to_whom": " "}, "to_whom", "Enter to whom"),
        ({"to_whom": "x" * 161}, "to_whom", "at most 160"),
        ({"reasons": ""}, "reasons", "Enter the reasons"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(client, practitioner, url, change, field, message):
    client.force_login(practitioner)

    response = client.post(url, YES | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert (YES | change)["reasons"] in response.text
    assert not DisclosureDecision.objects.visible_to(practitioner).exists()


def test_an_empty_log_says_so(client, practitioner, log):
    client.force_login(practitioner)

    assert "No decision about disclosure has been recorded" in client.get(log).text


def test_long_logs_go_on_another_page(client, practitioner, offender, log):
    DisclosureDecisionFactory.create_batch(30, offender=offender)
    client.force_login(practitioner)

    first = client.get(log)
    second = client.get(first.context["next"])

    assert (len(first.context["rows"]), len(second.context["rows"])) == (25, 5)


@pytest.mark.parametrize("number", [1, 25])
def test_the_log_costs_the_same_however_long(
    client, practitioner, offender, log, number, django_assert_max_num_queries
):
    DisclosureDecisionFactory.create_batch(number, offender=offender)
    client.force_login(practitioner)

    with django_assert_max_num_queries(26):
        client.get(log)
