"""The stages of an application: checks, meeting, assessment, an immediate risk at any time, and an early end."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import OutboxMessage
from audit.models import AccessEvent
from disclosures import actions
from disclosures.models import SchemeApplication
from mappa import dates
from offenders.models import Offender
from tests.conftest import member
from tests.factories import PersonalGrantFactory, SchemeApplicationFactory
from tests.offenders.dates_typed import typed

CHECKS = {"checks": "Police national computer: one caution"}
MEETING = {
    "met_how": "in-person",
    "is_identified": "yes",
    "identity": "Passport",
    "said": "She is afraid",
    "best_placed": "The mother",
    "education": "Leaflet and helpline",
}
ASSESSMENT = {
    "consulted": "Children’s services: known",
    "assessment": "He lives with a child",
    "child_sex_offender": "yes",
    "serious_harm_to_children": "yes",
    "necessary_for_children": "yes",
}


def days():
    return {**typed("checked_on", dates.today()), **typed("met_on", dates.today())}


# By stage: the row, the last part of the address, what is answered, and which stage comes next.
STAGES = {
    "checks": ({}, "checks", CHECKS, "meeting"),
    "meeting": ({"checked": True}, "meeting", MEETING, "assessment"),
    "assessment": ({"met": True}, "assessment", ASSESSMENT, "decision"),
}


@pytest.fixture
def begun(police, area_officer):
    """An application of Olive's about nobody on record, at a stage."""

    def begin(stage, **more):
        return SchemeApplicationFactory(unmatched=True, agency=police, officer=area_officer, **STAGES[stage][0] | more)

    return begin


def fresh(row):
    return SchemeApplication._base_manager.get(pk=row.pk)


@pytest.mark.parametrize("stage", STAGES)
def test_each_stage_is_recorded_and_leads_to_the_next(client, area_officer, begun, stage):
    row = begun(stage)
    _state, page, answers, following = STAGES[stage]
    client.force_login(area_officer)

    response = client.post(f"{row.get_absolute_url()}{page}/", answers | days())

    assert response.headers["Location"] == row.get_absolute_url()
    row = fresh(row)
    assert (row.stage, row.due_on) == (following, row.falls_due())
    assert [*answers.values()][2 if stage == "meeting" else 0] in client.get(row.get_absolute_url()).text
    assert AccessEvent.objects.filter(event=f"scheme.{following}").exists()


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_is_recorded_once_and_in_its_turn(client, area_officer, begun, stage):
    _state, page, answers, _following = STAGES[stage]
    other = begun("meeting" if stage == "checks" else "checks")
    client.force_login(area_officer)
    url = f"{other.get_absolute_url()}{page}/"

    assert "not at that stage" in client.get(url).text
    response = client.post(url, answers | days())
    assert "not at that stage" in response.text
    assert next(words for words in reversed(answers.values()) if words not in {"yes", "no"}) in response.text
    assert fresh(other).stage == other.stage


@pytest.mark.parametrize("stage", STAGES)
def test_every_answer_is_needed_and_what_was_typed_is_kept(client, area_officer, begun, stage):
    row = begun(stage)
    _state, page, answers, _following = STAGES[stage]
    client.force_login(area_officer)

    for name in answers:
        response = client.post(f"{row.get_absolute_url()}{page}/", answers | days() | {name: ""})
        assert list(response.context["form"].errors) == [name]
    assert fresh(row).stage == stage


@pytest.mark.parametrize("person", ["practitioner", "outsider", "housing", "information_officer"])
@pytest.mark.parametrize("stage", STAGES)
def test_others_cannot_tell_that_it_exists(client, request, begun, stage, person):
    row = begun(stage)
    _state, page, answers, _following = STAGES[stage]
    client.force_login(request.getfixturevalue(person))

    url = f"{row.get_absolute_url()}{page}/"
    assert [client.get(url).status_code, client.post(url, answers | days()).status_code] == [404, 404]


@pytest.mark.parametrize("person", ["practitioner", "outsider"])
def test_the_verbs_themselves_refuse_those_who_may_not(request, begun, person):
    row, by = begun("checks"), request.getfixturevalue(person)

    with pytest.raises((PermissionDenied, ValidationError)):
        actions.record_checks(application=row, checks="x", checked_on=dates.today(), by=by)
    with pytest.raises((PermissionDenied, ValidationError)):
        actions.report_immediate_risk(application=row, words="x", by=by)
    with pytest.raises((PermissionDenied, ValidationError)):
        actions.end_application(application=row, outcome="withdrawn", reasons="x", by=by)
    with pytest.raises((PermissionDenied, ValidationError)):
        actions.note_application(application=row, text="x", by=by)


def test_the_verbs_ask_for_words_whatever_the_page_asked(area_officer, begun):
    with pytest.raises(ValidationError, match="which records"):
        actions.record_checks(application=begun("checks"), checks=" ", checked_on=dates.today(), by=area_officer)
    with pytest.raises(ValidationError, match="immediate risk"):
        actions.report_immediate_risk(application=begun("checks"), words=" ", by=area_officer)
    with pytest.raises(ValidationError, match="Enter the note"):
        actions.note_application(application=begun("checks"), text=" ", by=area_officer)
    with pytest.raises(ValidationError, match="why it ends"):
        actions.end_application(application=begun("checks"), outcome="no-concern", reasons="x", by=area_officer)


@pytest.mark.parametrize("off", [-40, 1])
def test_a_stage_is_not_before_the_application_nor_to_come(client, area_officer, begun, off):
    row = begun("checks")
    client.force_login(area_officer)

    response = client.post(
        f"{row.get_absolute_url()}checks/", CHECKS | typed("checked_on", dates.today() + timedelta(days=off))
    )

    assert "today or earlier" in " ".join(response.context["form"].errors["checked_on"])


def test_a_late_stage_is_recorded_as_late(area_officer, begun):
    row = begun("checks", due_on=dates.today() - timedelta(days=2))

    actions.record_checks(application=row, checks="x", checked_on=dates.today(), by=area_officer)

    assert AccessEvent.objects.get(event="scheme.meeting").detail["late"] is True


def test_the_law_is_asked_and_kept_with_the_assessment(client, area_officer, begun):
    row = begun("assessment")
    client.force_login(area_officer)

    client.post(f"{row.get_absolute_url()}assessment/", ASSESSMENT)

    assert fresh(row).presumption is True
    assert "s.327A" in client.get(row.get_absolute_url()).text


def test_without_a_conviction_nothing_is_presumed(client, area_officer, begun):
    row = begun("assessment")
    client.force_login(area_officer)

    client.post(f"{row.get_absolute_url()}assessment/", ASSESSMENT | {"child_sex_offender": "no"})

    assert fresh(row).presumption is False


# An immediate risk


@pytest.mark.parametrize("stage", STAGES)
def test_an_immediate_risk_stops_every_stage_until_it_is_said_what_was_done(client, area_officer, begun, stage):
    row = begun(stage)
    _state, page, answers, following = STAGES[stage]
    client.force_login(area_officer)

    client.post(f"{row.get_absolute_url()}immediate-risk/", {"words": "He took the child away"})
    stopped = client.post(f"{row.get_absolute_url()}{page}/", answers | days())
    assert (fresh(row).is_urgent, fresh(row).due_on) == (True, dates.today())
    client.post(f"{row.get_absolute_url()}protection/", {"words": "Police protection at 9pm"})
    client.post(f"{row.get_absolute_url()}{page}/", answers | days())

    assert "Record first what was done" in stopped.text
    assert (fresh(row).is_urgent, fresh(row).stage) == (False, following)
    text = client.get(row.get_absolute_url()).text
    assert "He took the child away" in text
    assert "Police protection at 9pm" in text


def test_an_immediate_risk_is_mailed_each_time(area_officer, begun):
    row = begun("checks")

    row = actions.report_immediate_risk(application=row, words="Tonight", by=area_officer)
    actions.record_protection(application=row, words="Done", by=area_officer)
    type(row)._base_manager.update(immediate_at=row.immediate_at - timedelta(hours=1))
    actions.report_immediate_risk(application=row, words="Again", by=area_officer)

    assert OutboxMessage.objects.filter(to=area_officer).count() == 2
    assert [entry.kind for entry in row.entries.visible_to(area_officer)] == ["immediate", "protected", "immediate"]


def test_an_immediate_risk_is_mailed_to_the_officer_too_when_a_colleague_reports_it(area_officer, chair, police, begun):
    member(police, "contact-point", "connie")
    row = begun("checks")

    actions.report_immediate_risk(application=row, words="Tonight", by=chair)

    assert set(OutboxMessage.objects.values_list("to__name", flat=True)) == {"Connie", area_officer.name}


def test_of_a_restricted_case_the_police_named_on_it_are_mailed(area_officer, coordinator, chair, police, offender):
    member(police, "contact-point", "connie")
    Offender._base_manager.update(restricted=True)
    for person in (area_officer, chair):
        PersonalGrantFactory(content_object=offender, user=person)
    row = SchemeApplicationFactory(offender=offender, officer=area_officer)

    actions.report_immediate_risk(application=row, words="Tonight", by=area_officer)

    assert [mail.to for mail in OutboxMessage.objects.all()] == [chair]


def test_an_immediate_risk_is_reported_once_until_it_is_dealt_with(area_officer, begun):
    row = begun("checks", urgent=True)

    with pytest.raises(ValidationError, match="reported already"):
        actions.report_immediate_risk(application=row, words="Again", by=area_officer)
    with pytest.raises(ValidationError, match="what was done"):
        actions.record_protection(application=row, words=" ", by=area_officer)


def test_where_no_risk_waits_nothing_is_to_be_done(client, area_officer, begun):
    row = begun("checks")
    client.force_login(area_officer)

    assert "No immediate risk waits" in client.get(f"{row.get_absolute_url()}protection/").text
    with pytest.raises(ValidationError, match="No immediate risk waits"):
        actions.record_protection(application=row, words="x", by=area_officer)


def test_while_a_child_is_at_risk_it_neither_ends_nor_is_put_off(client, area_officer, begun):
    row = begun("meeting", urgent=True)
    client.force_login(area_officer)

    for page in ("end", "put-off"):
        assert "Record first what was done" in client.get(f"{row.get_absolute_url()}{page}/").text
    page = client.get(row.get_absolute_url())
    assert page.context["step"].url.endswith("/protection/")


# An early end


@pytest.mark.parametrize("outcome", ["outside", "withdrawn", "passed-on"])
@pytest.mark.parametrize("stage", STAGES)
def test_it_ends_before_a_decision_with_reasons(client, area_officer, begun, stage, outcome):
    row = begun(stage)
    client.force_login(area_officer)

    client.post(
        f"{row.get_absolute_url()}end/",
        {"outcome": outcome, "reasons": "Told children’s services", "passed_to": "Kent"},
    )

    row = fresh(row)
    assert (row.stage, row.outcome, row.decided_by) == ("telling", outcome, area_officer)
    assert row.due_on == row.whole_due_on


def test_passing_it_on_says_to_whom(client, area_officer, begun):
    row = begun("checks")
    client.force_login(area_officer)

    response = client.post(f"{row.get_absolute_url()}end/", {"outcome": "passed-on", "reasons": "He lives there"})

    assert "to which force" in " ".join(response.context["form"].errors["passed_to"])


def test_once_the_risk_is_assessed_only_a_manager_ends_it(client, area_officer, police):
    row = SchemeApplicationFactory(unmatched=True, agency=police, officer=area_officer, assessed=True)
    client.force_login(area_officer)

    url = f"{row.get_absolute_url()}end/"
    assert "a manager decides" in client.get(url).text
    assert "a manager decides" in client.post(url, {"outcome": "outside", "reasons": "x"}).text
    assert fresh(row).stage == "decision"
