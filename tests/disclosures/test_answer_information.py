"""Answering for the agency that was asked: what it holds, nothing, or why not; and who reads it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import OutboxMessage
from audit.models import AccessEvent
from disclosures import actions
from disclosures.models import InformationAnswer, InformationRequest
from offenders.models import Offender
from tests.factories import (
    ExclusionFactory,
    InformationAnswerFactory,
    InformationChaseFactory,
    InformationRequestFactory,
    UserFactory,
    in_days,
)

HELD = {"kind": "held", "text": "Known since May; last seen on 3 November", "audience": "everyone"}
NOTHING = {"kind": "nothing", "text": "", "audience": "everyone"}
REFUSED = {"kind": "refused", "text": "The patient has not agreed, and the risk is not said", "audience": "authority"}


@pytest.fixture
def url(asked):
    return asked.get_absolute_url()


@pytest.fixture
def listed(offender):
    return f"/people/{offender.reference}/information-requests/"


@pytest.mark.parametrize("answers", [HELD, NOTHING, REFUSED])
def test_the_asked_agency_answers_without_seeing_the_case(client, uninvited, practitioner, asked, url, answers, today):
    client.force_login(uninvited)

    response = client.post(url, answers)

    assert response.headers["Location"] == url
    row = InformationAnswer.objects.visible_to(practitioner).get()
    assert {name: getattr(row, name) for name in answers} == answers
    assert (row.request, row.by, row.offender_id) == (asked, uninvited, asked.offender_id)
    asked = InformationRequest.objects.visible_to(practitioner).get()
    assert (asked.state, asked.answered_on) == ("answered", today)


def test_answering_gives_no_sight_of_the_case(client, uninvited, practitioner, offender, url):
    client.force_login(uninvited)

    client.post(url, HELD)

    assert not Offender.objects.visible_to(uninvited).exists()
    assert not offender.agency_grants.visible_to(practitioner).exists()
    assert client.get(offender.get_absolute_url()).status_code == 404


def test_the_case_reads_the_answer_and_the_agency_what_it_sent(client, uninvited, practitioner, url, listed):
    client.force_login(uninvited)
    client.post(url, HELD)
    assert HELD["text"] in client.get(url).text

    client.force_login(practitioner)

    assert HELD["text"] in client.get(listed).text


def test_nothing_held_and_a_refusal_are_said_in_words(client, uninvited, practitioner, url, listed):
    client.force_login(uninvited)
    client.post(url, NOTHING)
    client.post(url, REFUSED)
    client.force_login(practitioner)

    text = client.get(listed).text

    for words in ("We hold nothing about this person", "We do not share what we hold", REFUSED["text"]):
        assert words in text


def test_an_answer_for_the_authority_is_a_placeholder_to_everybody_else(
    client, housing, granted, practitioner, area_officer, coordinator, offender, asked, listed
):
    InformationAnswerFactory(offender=offender, request=asked, text="In confidence", audience="authority")

    for user, reads in ((housing, False), (practitioner, True), (coordinator, True)):
        client.force_login(user)
        text = client.get(listed).text
        assert ("In confidence" in text, "Restricted" in text) == (reads, not reads)


def test_the_agency_that_asked_reads_what_only_the_authority_reads(housing, granted, offender, health_agency):
    request = InformationRequestFactory(
        offender=offender,
        agency=health_agency,
        asking_agency=housing.memberships.get().agency,
        answered=True,
    )
    answer = InformationAnswerFactory(offender=offender, request=request, audience="authority")

    assert list(InformationAnswer.objects.visible_to(housing)) == [answer]


def test_whoever_asked_is_mailed_a_reference_and_no_name(client, uninvited, practitioner, asked, url):
    client.force_login(uninvited)

    client.post(url, HELD)

    mail = OutboxMessage.objects.get()
    assert mail.to == practitioner
    assert asked.reference in mail.body
    assert not {word for word in ("Ashdown", "Peter", "Health") if word in mail.subject + mail.body}


def test_whoever_asked_and_no_longer_sees_the_case_is_not_mailed(uninvited, practitioner, offender, asked):
    ExclusionFactory(offender=offender, user=practitioner)

    actions.answer_information(request=asked, **HELD, by=uninvited)

    assert not OutboxMessage.objects.exists()


def test_it_is_told_and_recorded_without_what_was_said(client, uninvited, practitioner, offender, url):
    client.force_login(uninvited)

    client.post(url, HELD)

    entry = offender.timeline.visible_to(practitioner).get()
    assert (entry.title, entry.text) == ("Request for information answered", "Health, Bedfordshire")
    assert "Known since" not in str(AccessEvent.objects.get(event="information.answered").detail)


def test_an_answer_is_put_right_by_another_and_both_stay(client, uninvited, practitioner, url):
    client.force_login(uninvited)
    client.post(url, NOTHING)

    client.post(url, HELD)

    kinds = InformationAnswer.objects.visible_to(practitioner).values_list("kind", flat=True)
    assert list(kinds) == ["nothing", "held"]


def test_a_second_click_is_not_a_second_answer(client, uninvited, practitioner, url):
    client.force_login(uninvited)
    client.post(url, HELD)

    response = client.post(url, HELD)

    assert "recorded this already" in response.text
    assert InformationAnswer.objects.visible_to(practitioner).count() == 1


def test_co_ordination_records_an_answer_that_came_outside(client, coordinator, url):
    client.force_login(coordinator)

    assert client.post(url, HELD).status_code == 302


@pytest.mark.parametrize("person", ["practitioner", "manager", "victim_liaison"])
def test_who_sees_the_case_may_not_answer_for_another_agency(client, request, url, person):
    client.force_login(request.getfixturevalue(person))

    assert [client.get(url).status_code, client.post(url, HELD).status_code] == [403, 403]


@pytest.mark.parametrize("person", ["outsider", "housing", "board_member", "lay_adviser"])
def test_a_stranger_cannot_tell_that_it_exists(client, request, url, person):
    client.force_login(request.getfixturevalue(person))

    assert [client.get(url).status_code, client.post(url, HELD).status_code] == [404, 404]


def test_after_some_weeks_the_agency_sees_it_no_more(client, uninvited, practitioner, asked, url):
    client.force_login(uninvited)
    client.post(url, HELD)
    assert "Ashdown" in client.get("/people/information-requests/to-us/").text

    InformationRequest.objects.visible_to(practitioner).update(seen_until=in_days(-1))

    assert client.get(url).status_code == 404
    assert "Ashdown" not in client.get("/people/information-requests/to-us/").text
    assert not InformationAnswer.objects.visible_to(uninvited).exists()


def test_how_long_the_agency_sees_it_is_a_standard(uninvited, practitioner, asked):
    actions.answer_information(request=asked, **HELD, by=uninvited)

    assert InformationRequest.objects.visible_to(practitioner).get().seen_until == in_days(12 * 7)


def test_when_it_was_withdrawn_meanwhile_what_was_typed_is_kept_and_nothing_is_said_of_the_person(
    client, uninvited, practitioner, asked, url
):
    actions.withdraw_request(request=asked, reason="Asked twice", by=practitioner)
    client.force_login(uninvited)

    response = client.post(url, HELD)

    assert "This request was withdrawn" in response.text
    assert HELD["text"] in response.text
    assert "Ashdown" not in response.text
    assert not InformationAnswer.objects.visible_to(practitioner).exists()


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"kind": ""}, "kind", "Choose your answer"),
        ({"text": " "}, "text", "Enter what your agency holds"),
        ({"kind": "refused", "text": ""}, "text", "Enter why your agency does not share"),
        ({"audience": ""}, "audience", "Choose who may read this"),
        ({"text": "x" * 4001}, "text", "at most 4000"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(
    client, uninvited, practitioner, url, change, field, message
):
    client.force_login(uninvited)

    response = client.post(url, HELD | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert (HELD | change)["text"] in response.text
    assert not InformationAnswer.objects.visible_to(practitioner).exists()


def test_the_action_itself_refuses_those_who_may_not(asked, practitioner):
    with pytest.raises(PermissionDenied):
        actions.answer_information(request=asked, **HELD, by=practitioner)


def test_the_action_refuses_somebody_from_whom_the_case_was_closed_meanwhile(asked, uninvited):
    Offender._base_manager.update(restricted=True)

    with pytest.raises(ValidationError, match="closed meanwhile"):
        actions.answer_information(request=asked, **HELD, by=uninvited)


def test_an_agency_that_was_not_asked_anything_is_told_so(client, uninvited):
    client.force_login(uninvited)

    assert "Your agency was asked nothing" in client.get("/people/information-requests/to-us/").text


def test_long_queues_go_on_another_page(client, uninvited, offender, health_agency):
    InformationRequestFactory.create_batch(30, offender=offender, agency=health_agency)
    client.force_login(uninvited)

    first = client.get("/people/information-requests/to-us/")
    second = client.get(first.context["next"])

    assert (len(first.context["rows"]), len(second.context["rows"])) == (25, 5)


def test_answers_and_reminders_stand_beside_the_request(client, practitioner, offender, asked, listed):
    InformationChaseFactory(offender=offender, request=asked, by=UserFactory())
    client.force_login(practitioner)

    assert "Reminded" in client.get(listed).text
