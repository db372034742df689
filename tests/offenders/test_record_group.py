"""Particular groups: what is recorded for each, who may read it, what the law refuses, and what falls due."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from mappa import dates
from offenders import actions
from offenders.models import (
    ArmedService,
    CharacteristicValue,
    CounterTerrorism,
    Immigration,
    Offender,
    Patient,
    PatientSection,
    PatientStep,
)
from reviews.deadlines import BY_SLUG
from tests.factories import (
    ArmedServiceFactory,
    CharacteristicFactory,
    GroupGrantFactory,
    ImmigrationFactory,
    PatientFactory,
    PatientStepFactory,
    TransitionFactory,
    in_days,
)
from tests.offenders.dates_typed import typed

YESTERDAY = in_days(-1)
IMMIGRATION = {"status": "limited", "progress": "not-considered", "home_office_reference": "A1234567"}
TERRORISM = {"lead": "co-led", "unit": "Unit East", "connection": "relevant"}
SERVICE = {"status": "veteran", "branch": "army", "service_number": "12345678"}
GOOD = {
    "immigration": (Immigration, IMMIGRATION),
    "terrorism": (CounterTerrorism, TERRORISM),
    "service": (ArmedService, SERVICE),
}


def section(code):
    return PatientSection.objects.get(code=code)


def admitted(code="37", **more):
    return {"section": section(code).pk, "hospital": "Fernhollow Clinic", **typed("from_on", YESTERDAY), **more}


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/groups/"


@pytest.fixture
def restricted(offender):
    return PatientFactory(offender=offender, section=section("37-41"), restricted=True)


@pytest.fixture
def nurse(uninvited, offender, health_agency):
    """Hal's trust is on the case now."""
    GroupGrantFactory(content_object=offender, group=health_agency.group, basis="hand", until=in_days(7))
    return uninvited


@pytest.mark.parametrize("name", GOOD)
def test_a_practitioner_records_it_and_it_stands_on_the_page(client, practitioner, url, name):
    model, answers = GOOD[name]
    client.force_login(practitioner)

    response = client.post(f"{url}{name}/", answers)

    assert response.headers["Location"] == url
    row = model.objects.visible_to(practitioner).get()
    assert (row.added_by, row.until) == (practitioner, None)
    assert f"/group-{name}/{row.reference}/correct/" in client.get(url).text


def test_a_change_is_a_new_row_and_the_one_before_ends(client, practitioner, offender, url):
    ImmigrationFactory(offender=offender)
    client.force_login(practitioner)

    client.post(f"{url}immigration/", IMMIGRATION | {"status": "none", **typed("from_on", YESTERDAY)})

    new, old = Immigration.objects.visible_to(practitioner).order_by("-pk")
    assert (old.status, old.until, new.status, new.until) == ("limited", YESTERDAY, "none", None)


def test_a_second_click_is_refused(practitioner, offender):
    answers = {"status": "veteran", "branch": "army", "service_number": "", "unit": "", "police_contact": ""}
    actions.record_group(of=ArmedService, offender=offender, from_on=None, by=practitioner, **answers)

    with pytest.raises(ValidationError, match="recorded already"):
        actions.record_group(of=ArmedService, offender=offender, from_on=None, by=practitioner, **answers)


@pytest.mark.parametrize(
    ("name", "wrong", "field"),
    [
        ("immigration", {"progress": "ordered"}, "progress_on"),
        ("immigration", {"home_office_reference": "<see file>"}, "home_office_reference"),
        ("terrorism", {"unit": ""}, "unit"),
        ("terrorism", typed("determined_on", YESTERDAY), "determined_on"),
        ("service", {"branch": ""}, "branch"),
        ("service", typed("from_on", in_days(3)), "from_on"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(client, practitioner, url, name, wrong, field):
    model, answers = GOOD[name]
    client.force_login(practitioner)

    response = client.post(f"{url}{name}/", answers | {"contact": "Desk 4", "police_contact": "Desk 4"} | wrong)

    assert field in response.context["form"].errors
    assert "Desk 4" in response.text
    assert not model.objects.visible_to(practitioner).exists()


def test_whoever_sees_the_case_but_may_not_edit_is_refused(client, housing, granted, url):
    client.force_login(housing)

    assert client.get(url).status_code == 200
    assert client.post(f"{url}service/", SERVICE).status_code == 403


def test_to_a_stranger_there_is_nothing(client, outsider, url):
    client.force_login(outsider)

    assert client.get(url).status_code == 404
    assert client.post(f"{url}service/", SERVICE).status_code == 404


def test_the_action_itself_refuses(housing, granted, offender):
    with pytest.raises(PermissionDenied):
        actions.record_group(of=ArmedService, offender=offender, from_on=None, by=housing, status="serving")


def test_a_patient_is_recorded_and_mappa_i_falls_due(client, practitioner, url, offender):
    client.force_login(practitioner)

    client.post(f"{url}patient/", admitted())

    row = Patient.objects.visible_to(practitioner).get()
    assert row.notice_due_on == in_days(2)
    assert list(BY_SLUG["patient-notice"].mine(practitioner, dates.today())) == [row]


@pytest.mark.parametrize(("code", "restricted"), [("37", True), ("37-41", False)])
def test_restriction_must_fit_the_section(client, practitioner, url, code, restricted):
    client.force_login(practitioner)

    response = client.post(f"{url}patient/", admitted(code, **({"restricted": "on"} if restricted else {})))

    assert "restricted" in response.context["form"].errors
    assert not Patient.objects.visible_to(practitioner).exists()


def test_mappa_i_is_recorded_once_and_then_due_no_more(client, practitioner, offender, url):
    row = PatientFactory(offender=offender, notice_due_on=YESTERDAY)
    client.force_login(practitioner)
    where = f"/people/group-patients/{row.reference}/notice/"

    for _click in range(2):
        client.post(where, typed("notice_given_on", YESTERDAY))

    assert Patient.objects.visible_to(practitioner).get().notice_given_on == YESTERDAY
    assert not BY_SLUG["patient-notice"].mine(practitioner, dates.today()).exists()


def test_a_notification_cannot_lie_ahead(practitioner, offender):
    row = PatientFactory(offender=offender)

    with pytest.raises(ValidationError, match="today or in the past"):
        actions.give_notice(fact=row, notice_given_on=in_days(1), by=practitioner)


LEAVE = {"leave": "community", "authority": "clinician", **typed("from_on", in_days(20))}


def test_leave_of_a_restricted_patient_needs_the_secretary_of_state(client, practitioner, restricted, url):
    client.force_login(practitioner)

    response = client.post(f"{url}leave/", LEAVE | {"conditions": "Not north of the river"})

    assert "Secretary of State" in " ".join(response.context["form"].errors["authority"])
    assert "Not north of the river" in response.text
    assert not PatientStep.objects.visible_to(practitioner).exists()


def test_leave_with_consent_is_recorded_and_dated(client, practitioner, restricted, url):
    client.force_login(practitioner)

    client.post(f"{url}leave/", LEAVE | {"authority": "secretary-of-state"})

    step = PatientStep.objects.visible_to(practitioner).get()
    assert step.notice_due_on == in_days(19)
    assert list(BY_SLUG["patient-step-notice"].mine(practitioner, dates.today())) == [step]


def test_only_the_first_unescorted_leave_of_a_stay_is_notified(practitioner, offender):
    PatientFactory(offender=offender)
    for day in (20, 30):
        answers = {"leave": "community", "authority": "clinician", "from_on": in_days(day)}
        actions.record_step(offender=offender, kind="leave", by=practitioner, **answers)

    due = PatientStep.objects.visible_to(practitioner).order_by("from_on").values_list("notice_due_on", flat=True)
    assert list(due) == [in_days(19), None]


def test_when_the_first_leave_is_withdrawn_the_next_is_notified(practitioner, offender):
    PatientFactory(offender=offender)
    first = PatientStepFactory(offender=offender, from_on=in_days(20), notice_due_on=in_days(19))
    second = PatientStepFactory(offender=offender, from_on=in_days(30))

    actions.withdraw_group(fact=first, because="Cancelled", by=practitioner)

    second = PatientStep.objects.visible_to(practitioner).get(pk=second.pk)
    assert second.notice_due_on == in_days(29)


@pytest.mark.parametrize("authority", ["clinician", "managers"])
def test_a_conditional_discharge_is_never_the_hospitals(client, practitioner, restricted, url, authority):
    client.force_login(practitioner)
    answers = {"discharge": "conditional", "authority": authority, **typed("from_on", in_days(200))}

    response = client.post(f"{url}discharge/", answers)

    assert response.context["form"].errors
    assert not PatientStep.objects.visible_to(practitioner).exists()


def test_a_discharge_is_notified_six_months_before(practitioner, offender, restricted):
    answers = {"discharge": "conditional", "authority": "tribunal", "from_on": in_days(300)}

    step = actions.record_step(offender=offender, kind="discharge", by=practitioner, **answers)

    step = PatientStep.objects.visible_to(practitioner).get(pk=step.pk)
    assert step.notice_due_on == dates.add_months(in_days(300), -6)


def test_a_step_is_corrected_by_another_row(client, practitioner, offender):
    step = PatientStepFactory(offender=offender)
    client.force_login(practitioner)

    client.post(f"/people/group-steps/{step.reference}/correct/", LEAVE | {"leave": "overnight"})

    assert PatientStep.objects.visible_to(practitioner).standing().get().leave == "overnight"
    assert PatientStep.objects.visible_to(practitioner).count() == 2


def test_others_on_the_case_read_restricted_whether_it_is_recorded_or_not(client, housing, granted, offender, url):
    client.force_login(housing)
    before = client.get(url).text.partition("<main")[2].partition("csrf")[0]

    PatientFactory(offender=offender)
    PatientStepFactory(offender=offender, kind="absence", leave="", authority="", from_on=YESTERDAY)
    after = client.get(url).text.partition("<main")[2].partition("csrf")[0]

    assert before == after
    assert "Restricted" in before
    assert "Restricted" in client.get(f"{url}steps/").text


def test_an_nhs_agency_on_the_case_reads_patients(nurse, offender):
    row = PatientFactory(offender=offender)

    assert list(Patient.objects.visible_to(nurse)) == [row]


def test_neither_timeline_nor_title_says_that_somebody_is_a_patient(client, practitioner, offender, url):
    client.force_login(practitioner)
    client.post(f"{url}patient/", admitted())

    assert [entry.title for entry in offender.timeline.visible_to(practitioner)] == ["Recorded: particular group"]


def test_an_absent_patient_is_warned_of_to_those_who_may_read_it(client, practitioner, housing, granted, offender):
    Offender._base_manager.update(whereabouts="absconded")
    PatientStepFactory(offender=offender, kind="absence", leave="", authority="", from_on=YESTERDAY)

    for person, told in ((practitioner, True), (housing, False)):
        client.force_login(person)
        assert ("absent without leave" in client.get(f"/people/{offender.reference}/").text) is told


@pytest.mark.parametrize("where", ["community", "custody", "abroad"])
def test_an_absent_patient_is_warned_of_wherever_the_record_has_him(client, practitioner, offender, where):
    Offender._base_manager.update(whereabouts=where)
    PatientStepFactory(offender=offender, kind="absence", leave="", authority="", from_on=YESTERDAY)
    client.force_login(practitioner)

    assert "absent without leave" in client.get(f"/people/{offender.reference}/").text


def test_a_new_admission_is_notified_anew(client, practitioner, offender, url):
    PatientFactory(offender=offender, notice_given_on=in_days(-90))
    client.force_login(practitioner)
    page = client.get(f"{url}patient/")
    assert page.context["form"].initial.get("notice_given_on") is None

    response = client.post(f"{url}patient/", admitted("47", **typed("notice_given_on", in_days(-90))))
    assert "each is notified anew" in response.context["form"].errors["notice_given_on"][0]
    client.post(f"{url}patient/", admitted("47"))

    new = Patient.objects.visible_to(practitioner).order_by("-pk").first()
    assert (new.section.code, new.notice_given_on) == ("47", None)
    assert new.notice_due_on is not None


def test_a_notice_is_not_given_before_the_admission(practitioner, offender):
    row = PatientFactory(offender=offender, notice_due_on=in_days(-97))

    with pytest.raises(ValidationError, match="each is notified anew"):
        actions.give_notice(fact=row, notice_given_on=in_days(-101), by=practitioner)


def nationality(offender, code):
    value = CharacteristicValue.objects.get(kind="nationality", code=code)
    CharacteristicFactory(offender=offender, kind="nationality", value=value)


@pytest.mark.parametrize("citizen", ["british", "ireland", "status"])
def test_a_citizen_is_no_foreign_national_whatever_other_nationality_there_is(
    client, practitioner, offender, url, citizen
):
    nationality(offender, "poland")
    client.force_login(practitioner)
    assert "Nationality: " in client.get(url).text

    if citizen == "status":
        ImmigrationFactory(offender=offender, status="citizen")
    else:
        nationality(offender, citizen)

    assert "Nationality: " not in client.get(url).text
    assert "Invite Immigration Enforcement" not in client.get(url).text


def test_a_restricted_patient_in_hospital_is_warned_of(client, practitioner, restricted, offender):
    Offender._base_manager.update(whereabouts="hospital")
    client.force_login(practitioner)

    assert "consent of the Secretary of State" in client.get(f"/people/{offender.reference}/").text


def test_a_young_person_not_led_by_youth_justice_is_warned_of(client, practitioner, offender):
    client.force_login(practitioner)
    where = f"/people/{offender.reference}/"
    assert "youth justice" not in client.get(where).text

    Offender._base_manager.update(born_on=dates.add_years(dates.today(), -17))

    assert "not led by a youth justice service" in client.get(where).text


def test_the_transition_of_a_young_person_falls_due_until_it_is_planned(practitioner, offender):
    born = dates.add_months(dates.today(), -18 * 12 + 6)
    Offender._base_manager.update(born_on=born)
    kind, today = BY_SLUG["transition"], dates.today()
    row = kind.mine(practitioner, today).get()
    assert (row, row.transition_due) == (offender, dates.add_months(born, 17 * 12 + 6))

    TransitionFactory(offender=offender)

    assert not kind.mine(practitioner, today).exists()


def test_an_adult_has_no_transition(practitioner, offender):
    assert not BY_SLUG["transition"].mine(practitioner, dates.today()).exists()


@pytest.mark.parametrize("number", [1, 12])
def test_the_page_costs_the_same_however_much_is_recorded(
    client, practitioner, offender, url, number, django_assert_max_num_queries
):
    for day in range(number):
        PatientStepFactory(offender=offender, from_on=in_days(-day))
        ArmedServiceFactory(offender=offender, until=in_days(-day - 1))
    client.force_login(practitioner)

    with django_assert_max_num_queries(38):
        client.get(url)
