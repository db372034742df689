"""Taking an application under the disclosure scheme: who takes it, its clock, and an immediate risk."""

import time
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from agencies.models import OutboxMessage, Standard
from audit.models import AccessEvent
from disclosures import actions
from disclosures.models import SchemeApplication, SchemeEntry
from mappa import dates
from offenders.actions import refuse_twice
from tests.conftest import member
from tests.factories import AgencyFactory, SchemeApplicationFactory

URL = "/people/disclosure-scheme/take/"
LIST = "/people/disclosure-scheme/applications/"


@pytest.fixture
def good(today):
    return {
        "is_immediate": "no",
        "received_on_day": today.day,
        "received_on_month": today.month,
        "received_on_year": today.year,
        "received_time": "00:00",
        "channel": "telephone",
        "applicant_name": "Gwen Grandmother",
        "applicant_contact": "01632 960 001",
        "safe_contact": "Weekday mornings only",
        "relation": "relative",
        "children": "Toby Child, 6",
        "subject_name": "Pete Ashdown",
        "subject_access": "Lives with the child",
        "concern": "He bathes the child alone",
    }


def test_the_police_take_an_application_about_somebody_who_may_be_on_no_record(client, area_officer, police, good):
    client.force_login(area_officer)

    response = client.post(URL, good)

    row = SchemeApplication.objects.visible_to(area_officer).get()
    assert response.headers["Location"] == row.get_absolute_url()
    assert (row.agency, row.officer, row.recorded_by, row.offender) == (police, area_officer, area_officer, None)
    assert (row.applicant_name, row.children, row.subject_name) == (
        "Gwen Grandmother",
        "Toby Child, 6",
        "Pete Ashdown",
    )
    assert (row.stage, row.is_urgent) == ("checks", False)


def test_its_clock_runs_from_when_it_was_received(client, area_officer, good, today):
    client.force_login(area_officer)

    client.post(URL, good)

    row = SchemeApplication.objects.visible_to(area_officer).get()
    assert row.checks_due_at == row.received_at + timedelta(hours=24)
    assert row.due_on == timezone.localdate(row.checks_due_at)
    assert (row.meeting_due_on, row.decision_due_on, row.whole_due_on) == tuple(
        today + timedelta(days=days) for days in (10, 28, 45)
    )


@pytest.mark.parametrize(
    ("received_at", "due_at"),
    [
        # The clocks go forward on 29 March and back on 25 October 2026: 24 hours are 24 hours.
        ("2026-03-28T10:00+00:00", "2026-03-29T11:00+01:00"),
        ("2026-10-24T10:00+01:00", "2026-10-25T09:00+00:00"),
        ("2025-12-31T23:30+00:00", "2026-01-01T23:30+00:00"),
    ],
)
def test_the_first_checks_are_due_after_24_hours_also_when_the_clocks_change(area_officer, police, received_at, due_at):
    received_at, due_at = (timezone.localtime(datetime.fromisoformat(at)) for at in (received_at, due_at))
    asked = actions.Asked(received_at, "telephone", "G", "0", "Any", "parent", "T", "P", "Near", "Words")

    row = actions.take_application(agency=police, asked=asked, by=area_officer)

    assert row.checks_due_at == due_at
    assert row.due_on == due_at.date()


def test_its_figures_are_standards_with_how_sure_they_are(db):
    found = Standard.objects.filter(name__startswith="scheme_").values_list("name", "value", "certainty")

    assert sorted((name, int(value), sure) for name, value, sure in found) == [
        ("scheme_checks_hours", 24, "R+"),
        ("scheme_decision_days", 28, "R?"),
        ("scheme_meeting_days", 10, "R+"),
        ("scheme_whole_days", 45, "R?"),
    ]


def test_an_area_has_standards_of_its_own(client, area_officer, area, good, today):
    Standard.objects.create(
        name="scheme_meeting_days", value=5, unit="days", area=area, from_on=today - timedelta(days=1), citation="Here"
    )
    client.force_login(area_officer)

    client.post(URL, good)

    assert SchemeApplication.objects.visible_to(area_officer).get().meeting_due_on == today + timedelta(days=5)


def test_an_immediate_risk_comes_first_and_the_force_is_mailed_without_a_name(client, area_officer, police, good):
    contact_point = member(police, "contact-point", "connie")
    client.force_login(area_officer)

    response = client.post(URL, good | {"is_immediate": "yes", "immediate_words": "Alone with him tonight"})

    row = SchemeApplication.objects.visible_to(area_officer).get()
    assert response.headers["Location"] == f"{LIST}{row.reference}/protection/"
    assert (row.is_urgent, row.due_on) == (True, dates.today())
    mail = OutboxMessage.objects.get()
    assert mail.to == contact_point
    assert row.reference in mail.body
    assert not {word for word in ("Ashdown", "Toby", "Gwen", "tonight") if word in mail.subject + mail.body}
    assert SchemeEntry.objects.visible_to(area_officer).get().kind == "immediate"


def test_it_is_recorded_without_what_was_said(client, area_officer, good):
    client.force_login(area_officer)

    client.post(URL, good)

    event = AccessEvent.objects.get(event="scheme.taken")
    assert event.case_id is None
    assert "Ashdown" not in str(event.detail)


def test_no_case_learns_of_it(client, area_officer, offender, good):
    client.force_login(area_officer)

    client.post(URL, good | {"subject_name": "Peter Ashdown"})

    assert not offender.timeline.visible_to(area_officer).exists()
    assert not offender.scheme_applications.visible_to(area_officer).exists()


@pytest.mark.parametrize("person", ["coordinator", "chair"])
def test_co_ordination_and_chairs_in_the_police_take_them_too(client, request, good, person):
    client.force_login(request.getfixturevalue(person))

    assert client.post(URL, good).status_code == 302


@pytest.mark.parametrize(
    "person", ["practitioner", "manager", "housing", "uninvited", "victim_liaison", "board_member", "administrator"]
)
def test_other_agencies_than_the_police_take_none(client, request, good, person):
    client.force_login(request.getfixturevalue(person))

    assert [client.get(URL).status_code, client.post(URL, good).status_code, client.get(LIST).status_code] == [403] * 3


def test_a_probation_coordinator_of_the_area_takes_none(client, probation, good):
    client.force_login(member(probation, "coordinator", "carla"))

    assert [client.get(LIST).status_code, client.post(URL, good).status_code] == [403, 403]


@pytest.mark.parametrize("person", ["practitioner", "outsider", "housing"])
def test_the_action_itself_refuses_those_who_may_not(request, police, person):
    asked = actions.Asked(timezone.now(), "telephone", "G", "0", "Any", "parent", "T", "P", "Near", "Words")

    with pytest.raises(PermissionDenied):
        actions.take_application(agency=police, asked=asked, by=request.getfixturevalue(person))


def test_whoever_works_for_two_forces_says_for_which(client, area_officer, good):
    other = AgencyFactory(name="Police, Elsewhere", kind__code="police")
    other.memberships.create(user=area_officer, role_id="practitioner", from_on=dates.today())
    client.force_login(area_officer)

    refused = client.post(URL, good)
    client.post(URL, good | {"agency": other.pk})

    assert "Choose the force" in " ".join(refused.context["form"].errors["agency"])
    assert SchemeApplication.objects.visible_to(area_officer).get().agency == other


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"is_immediate": ""}, "is_immediate", "Say whether a child is at immediate risk"),
        ({"is_immediate": "yes"}, "immediate_words", "Enter what the immediate risk is"),
        ({"immediate_words": "Tonight"}, "is_immediate", "Choose yes"),
        ({"received_time": "noonish"}, "received_time", "Enter a time"),
        ({"received_on_year": 2099}, "received_on", "must have been made by now"),
        ({"received_on_year": 2022}, "received_on", "No standard"),
        ({"channel": ""}, "channel", "Choose how it was made"),
        ({"safe_contact": ""}, "safe_contact", "Enter an answer"),
        ({"children": " "}, "children", "Enter an answer"),
        ({"subject_name": ""}, "subject_name", "Enter an answer"),
        ({"applicant_name": "x" * 121}, "applicant_name", "at most 120 characters"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(client, area_officer, good, change, field, message):
    client.force_login(area_officer)

    response = client.post(URL, good | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert "He bathes the child alone" in response.text
    assert not SchemeApplication.objects.visible_to(area_officer).exists()


def test_a_second_click_is_not_a_second_application(client, area_officer, good):
    client.force_login(area_officer)
    client.post(URL, good)

    response = client.post(URL, good)

    assert "recorded this already" in response.text
    assert SchemeApplication.objects.visible_to(area_officer).count() == 1


def test_two_clicks_at_once_are_one_application(at_once, monkeypatch):
    police = AgencyFactory(kind__code="police")
    area_officer = member(police, "practitioner", "olive")
    asked = actions.Asked(timezone.now(), "telephone", "G", "0", "Any", "parent", "T", "P", "Near", "Words")

    def look_slowly(same):
        refuse_twice(same)
        time.sleep(0.3)

    monkeypatch.setattr("disclosures.actions.scheme.refuse_twice", look_slowly)

    def take():
        with suppress(ValidationError):
            actions.take_application(agency=police, asked=asked, by=area_officer)

    at_once(take, 2)

    assert SchemeApplication.objects.visible_to(area_officer).count() == 1


def test_an_application_to_come_is_refused_by_the_verb(area_officer, police):
    later = timezone.now() + timedelta(hours=1)
    asked = actions.Asked(later, "telephone", "G", "0", "Any", "parent", "T", "P", "Near", "Words")

    with pytest.raises(ValidationError, match="by now"):
        actions.take_application(agency=police, asked=asked, by=area_officer)


def test_the_list_is_that_of_the_force_newest_first(client, area_officer, police, offender):
    first = SchemeApplicationFactory(offender=offender, received_at=timezone.now() - timedelta(days=3))
    second = SchemeApplicationFactory(unmatched=True, agency=police, subject_name="Nick Nobody")
    SchemeApplicationFactory(unmatched=True, agency=AgencyFactory(kind__code="police"), subject_name="Of another force")
    client.force_login(area_officer)

    response = client.get(LIST)

    assert [row["reference"] for row in response.context["rows"]] == [second.reference, first.reference]
    assert "Of another force" not in response.text


def test_the_list_is_filtered_and_says_when_nothing_matches(client, area_officer, offender, chair):
    mine = SchemeApplicationFactory(offender=offender, officer=area_officer, subject_name="Pete Ashdown")
    SchemeApplicationFactory(offender=offender, officer=chair, subject_name="Walter Wood")
    client.force_login(area_officer)

    def shown(**answers):
        return [row["reference"] for row in client.post(LIST, answers, follow=True).context["rows"]]

    assert shown(mine="on") == shown(words="ashdown") == shown(words=mine.reference) == [mine.reference]
    assert len(shown(show="all")) == 2
    assert "No application matches" in client.post(LIST, {"words": "zebra"}, follow=True).text
    assert "No application matches" in client.get(f"{LIST}?show=closed").text
    assert client.get(f"{LIST}?show=nonsense").status_code == 200


def test_a_name_that_is_looked_for_is_in_no_address(client, area_officer):
    client.force_login(area_officer)

    assert "ashdown" not in client.post(LIST, {"words": "ashdown"}).headers["Location"].lower()


def test_an_immediate_risk_stands_above_the_list(client, area_officer, offender):
    row = SchemeApplicationFactory(offender=offender, urgent=True)
    client.force_login(area_officer)

    assert f"A child is at immediate risk: {row.reference}" in client.get(LIST).text


@pytest.mark.parametrize("number", [1, 20])
def test_the_list_costs_the_same_however_long(client, area_officer, offender, number, django_assert_max_num_queries):
    SchemeApplicationFactory.create_batch(number, offender=offender)
    client.force_login(area_officer)

    with django_assert_max_num_queries(20):
        client.get(LIST)


def test_long_lists_go_on_another_page(client, area_officer, offender):
    SchemeApplicationFactory.create_batch(30, offender=offender)
    client.force_login(area_officer)

    first = client.get(f"{LIST}?show=all")
    second = client.get(first.context["next"])

    assert (len(first.context["rows"]), len(second.context["rows"])) == (25, 5)


def test_my_work_leads_the_police_there_and_nobody_else(client, area_officer, practitioner):
    client.force_login(area_officer)
    assert LIST in client.get("/").text

    client.force_login(practitioner)
    assert LIST not in client.get("/").text
