"""Asking a named agency what it holds about a person: what it is given, and who may ask."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import OutboxMessage
from audit.models import AccessEvent
from disclosures import actions
from disclosures.actions.requests import usual_due
from disclosures.models import InformationRequest
from offenders.models import Offender
from tests.conftest import member
from tests.factories import (
    AddressFactory,
    AgencyFactory,
    AliasFactory,
    ExclusionFactory,
    IdentifierFactory,
    InformationRequestFactory,
    PersonalGrantFactory,
    PurposeFactory,
    in_days,
)


@pytest.fixture
def good(health_agency):
    return {
        "agency": health_agency.pk,
        "purpose": "To plan where he can live",
        "gateway": "cja-2003-325",
        "questions": "Is he known to the community team?",
        "details": ["born"],
    }


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/information-requests/ask/"


@pytest.fixture
def listed(offender):
    return f"/people/{offender.reference}/information-requests/"


def test_the_lead_agency_asks_with_the_details_it_chose(
    client, practitioner, offender, health_agency, url, listed, good
):
    client.force_login(practitioner)

    response = client.post(url, good)

    assert response.headers["Location"] == listed
    row = InformationRequest.objects.visible_to(practitioner).get()
    assert (row.offender, row.agency, row.asking_agency) == (offender, health_agency, offender.lead_agency)
    assert (row.name, row.details) == ("Ashdown, Peter", [["Date of birth", "14 May 1981"]])
    assert (row.purpose, row.questions, row.gateway) == (good["purpose"], good["questions"], good["gateway"])
    assert (row.asked_by, row.due_on, row.state) == (practitioner, usual_due(offender), "open")
    assert row.chase_on > row.due_on


def test_the_details_offered_are_those_recorded(client, practitioner, offender, url):
    AliasFactory(offender=offender, surname="Ashby", forenames="Pete")
    IdentifierFactory(offender=offender, value="T000001")
    AddressFactory(offender=offender, kind="home", address="1 Mill Lane", from_on=date(2025, 1, 1))
    client.force_login(practitioner)

    text = client.get(url).text

    for words in ("Date of birth: 14 May 1981", "Other names: Ashby, Pete", "CRN: T000001", "1 Mill Lane"):
        assert words in text


def test_a_detail_that_was_not_chosen_is_not_given(client, practitioner, uninvited, offender, url, good):
    number = IdentifierFactory(offender=offender, value="T000001")
    client.force_login(practitioner)
    client.post(url, good | {"details": [f"number-{number.reference}"]})
    client.force_login(uninvited)

    text = client.get(InformationRequest.objects.visible_to(uninvited).get().get_absolute_url()).text

    assert "T000001" in text
    assert "1981" not in text


def test_asking_gives_the_agency_no_sight_of_the_case(client, practitioner, uninvited, offender, url, good):
    client.force_login(practitioner)
    client.post(url, good)

    assert not Offender.objects.visible_to(uninvited).exists()
    assert not offender.agency_grants.visible_to(practitioner).exists()


def test_the_agency_is_mailed_a_reference_and_no_name(client, practitioner, uninvited, contact_point, url, good):
    client.force_login(practitioner)

    client.post(url, good)

    row = InformationRequest.objects.visible_to(practitioner).get()
    mail = OutboxMessage.objects.get()
    assert mail.to == contact_point  # the agency has one: its practitioners are not mailed
    assert row.reference in mail.body
    assert not {
        word for word in ("Ashdown", "Peter", "1981", row.offender.reference) if word in mail.subject + mail.body
    }


def test_it_is_told_and_recorded_without_what_was_asked(client, practitioner, offender, url, good):
    client.force_login(practitioner)

    client.post(url, good)

    entry = offender.timeline.visible_to(practitioner).get()
    assert (entry.title, entry.text) == ("Information asked for", "Health, Bedfordshire")
    assert "community team" not in str(AccessEvent.objects.get(event="information.requested").detail)


@pytest.mark.parametrize("person", ["manager", "coordinator", "chair"])
def test_co_ordination_and_chairs_of_the_area_ask_too(client, request, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 200


def test_the_police_of_the_area_ask_for_themselves_and_its_prison_may_not(client, area, police, offender, url, good):
    constable = member(police, "practitioner", "connie")
    PurposeFactory(offender=offender, user=constable)
    officer = member(AgencyFactory(name="Prison", kind__code="prison", area=area), "practitioner", "prue")
    client.force_login(officer)
    assert client.post(url, good).status_code == 403

    client.force_login(constable)
    client.post(url, good)

    assert InformationRequest.objects.visible_to(constable).get().asking_agency == police


@pytest.mark.parametrize("person", ["housing", "victim_liaison"])
def test_who_sees_the_case_but_may_not_ask_reads_the_list(client, request, granted, asked, url, listed, good, person):
    client.force_login(request.getfixturevalue(person))

    response = client.get(listed)

    assert "Is he known to the community team?" in response.text
    assert "Ask an agency" not in response.text
    assert [client.get(url).status_code, client.post(url, good).status_code] == [403, 403]


@pytest.mark.parametrize("person", ["outsider", "uninvited", "housing", "lay_adviser"])
def test_a_stranger_cannot_tell_that_it_exists(client, request, url, listed, good, person):
    client.force_login(request.getfixturevalue(person))

    assert [client.get(listed).status_code, client.get(url).status_code, client.post(url, good).status_code] == [
        404
    ] * 3


def test_the_asked_agency_sees_the_request_and_not_the_case(client, uninvited, offender, asked, url, listed):
    client.force_login(uninvited)

    response = client.get(asked.get_absolute_url())

    assert response.status_code == 200
    for words in ("Ashdown, Peter", "14 May 1981", "Is he known to the community team?", "s.325(4)"):
        assert words in response.text
    assert offender.reference not in response.text
    assert [client.get(page).status_code for page in (offender.get_absolute_url(), url, listed)] == [404] * 3
    event = AccessEvent.objects.get(event="disclosures.answer_information.opened")
    assert event.case_id == offender.pk


@pytest.mark.parametrize("person", ["outsider", "housing", "board_member", "lay_adviser"])
def test_another_agency_cannot_tell_that_anything_was_asked(client, request, asked, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(asked.get_absolute_url()).status_code == 404


def test_the_request_of_a_restricted_case_is_seen_by_no_agency(client, uninvited, asked):
    Offender._base_manager.update(restricted=True)
    client.force_login(uninvited)

    assert client.get(asked.get_absolute_url()).status_code == 404


def test_whoever_is_excluded_from_the_case_does_not_see_what_his_agency_is_asked(client, uninvited, offender, asked):
    ExclusionFactory(offender=offender, user=uninvited)
    client.force_login(uninvited)

    assert client.get(asked.get_absolute_url()).status_code == 404
    assert "Ashdown" not in client.get("/people/information-requests/to-us/").text
    assert "Ashdown" not in client.get("/").text


def test_a_second_click_is_not_a_second_request(client, practitioner, url, good):
    client.force_login(practitioner)
    client.post(url, good)

    response = client.post(url, good)

    assert "recorded this already" in response.text
    assert InformationRequest.objects.visible_to(practitioner).count() == 1


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"agency": ""}, "agency", "Choose the agency"),
        ({"purpose": " "}, "purpose", "Enter an answer"),
        ({"gateway": ""}, "gateway", "Choose the power"),
        ({"gateway": "other"}, "gateway_words", "Enter the Act and the section"),
        ({"questions": ""}, "questions", "Enter an answer"),
        ({"details": ["number-0"]}, "details", "changed meanwhile"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(client, practitioner, url, good, change, field, message):
    client.force_login(practitioner)

    response = client.post(url, good | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert (good | change)["questions"] in response.text
    assert not InformationRequest.objects.visible_to(practitioner).exists()


def test_an_answer_cannot_be_due_before_it_is_asked_for(client, practitioner, url, good):
    client.force_login(practitioner)

    response = client.post(url, good | {"due_on_day": "1", "due_on_month": "2", "due_on_year": "2020"})

    assert "today or in the future" in " ".join(response.context["form"].errors["due_on"])


def test_nobody_asks_his_own_agency(client, practitioner, probation, url, good):
    client.force_login(practitioner)

    response = client.post(url, good | {"agency": probation.pk})

    assert "another agency than your own" in " ".join(response.context["form"].errors["agency"])


def test_a_board_is_asked_nothing(practitioner, offender, board_agency, good):
    with pytest.raises(ValidationError, match="takes part in MAPPA"):
        actions.request_information(
            offender=offender, **good | {"agency": board_agency}, gateway_words="", due_on=None, by=practitioner
        )


def test_about_a_case_that_left_mappa_no_agency_is_asked(client, practitioner, offender, health_agency, url, good):
    Offender._base_manager.update(ended_on=in_days(0))
    client.force_login(practitioner)

    page = client.get(url).text

    assert "This person is no longer managed under MAPPA" in page
    assert "Ask the agency" not in page
    client.post(url, good)
    assert not InformationRequest.objects.visible_to(practitioner).exists()


def test_of_a_restricted_case_no_agency_is_asked(client, practitioner, manager, offender, health_agency, url, good):
    Offender._base_manager.update(restricted=True)
    PersonalGrantFactory(content_object=offender, user=practitioner)
    client.force_login(practitioner)

    assert "This case is restricted" in client.get(url).text
    with pytest.raises(ValidationError, match="restricted"):
        actions.request_information(
            offender=offender, **good | {"agency": health_agency}, gateway_words="", due_on=None, by=practitioner
        )


def test_the_action_itself_refuses_those_who_may_not(offender, granted, housing, health_agency, good):
    with pytest.raises(PermissionDenied):
        actions.request_information(
            offender=offender, **good | {"agency": health_agency}, gateway_words="", due_on=None, by=housing
        )


def test_an_empty_list_says_so(client, practitioner, listed):
    client.force_login(practitioner)

    assert "No agency was asked about this person" in client.get(listed).text


def test_long_lists_go_on_another_page(client, practitioner, offender, health_agency, listed):
    InformationRequestFactory.create_batch(30, offender=offender, agency=health_agency)
    client.force_login(practitioner)

    first = client.get(listed)
    second = client.get(first.context["next"])

    assert (len(first.context["cards"]), len(second.context["cards"])) == (25, 5)


@pytest.mark.parametrize("number", [1, 20])
def test_the_list_costs_the_same_however_long(
    client, practitioner, offender, health_agency, listed, number, django_assert_max_num_queries
):
    InformationRequestFactory.create_batch(number, offender=offender, agency=health_agency)
    client.force_login(practitioner)

    with django_assert_max_num_queries(30):
        client.get(listed)


def test_requests_to_an_agency_that_sees_the_case_are_in_its_queue_too(client, offender, housing, granted):
    InformationRequestFactory(offender=offender, agency=housing.memberships.get().agency)
    client.force_login(housing)

    assert "Ashdown, Peter" in client.get("/people/information-requests/to-us/").text


def test_my_work_of_contact_points_and_practitioners_names_who_it_is_about(client, uninvited, contact_point, asked):
    for user in (uninvited, contact_point):
        client.force_login(user)

        response = client.get("/")

        task = response.context["work"].tasks[0]
        assert (task["subject"], task["detail"], task["next_url"]) == (
            "Ashdown, Peter",
            asked.reference,
            asked.get_absolute_url(),
        )
