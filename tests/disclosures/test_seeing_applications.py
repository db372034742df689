"""Who sees an application under the disclosure scheme: the police who deal with it, and what closes a case closes it too."""

import pytest
from django.db import ProgrammingError, transaction

from agencies.models.user import system_user
from audit.models import AccessEvent
from disclosures import actions
from disclosures.models import SchemeApplication, SchemeEntry
from mappa import dates
from offenders import unmerging
from offenders.models import Offender
from reviews.deadlines import BY_SLUG
from tests.conftest import member
from tests.factories import (
    AgencyFactory,
    ExclusionFactory,
    GroupGrantFactory,
    OffenderFactory,
    PersonalGrantFactory,
    PurposeFactory,
    SchemeApplicationFactory,
    SchemeEntryFactory,
)
from tests.offenders.test_merge import merged


@pytest.fixture
def matched(offender, coordinator):
    return SchemeApplicationFactory(offender=offender, officer=coordinator)


@pytest.fixture
def unmatched(police, coordinator):
    return SchemeApplicationFactory(unmatched=True, agency=police, officer=coordinator)


def fresh(row):
    return SchemeApplication._base_manager.get(pk=row.pk)


def seen(user):
    return list(SchemeApplication.objects.visible_to(user).order_by("pk"))


@pytest.mark.parametrize("person", ["area_officer", "coordinator", "chair"])
def test_the_police_who_deal_with_applications_see_them_matched_or_not(request, matched, unmatched, person):
    assert seen(request.getfixturevalue(person)) == [matched, unmatched]


@pytest.mark.parametrize(
    "person",
    [
        "practitioner",
        "manager",
        "housing",
        "victim_liaison",
        "outsider",
        "uninvited",
        "information_officer",
        "board_member",
        "lay_adviser",
    ],
)
def test_nobody_else_sees_any_not_even_who_leads_the_case(client, request, granted, matched, unmatched, person):
    user = request.getfixturevalue(person)
    client.force_login(user)

    assert seen(user) == []
    for row in (matched, unmatched):
        assert client.get(row.get_absolute_url()).status_code == 404


def test_neither_a_grant_nor_being_named_on_the_case_shows_it_to_another_agency(offender, practitioner, matched):
    PersonalGrantFactory(content_object=offender, user=practitioner)

    assert seen(practitioner) == []


def test_the_police_of_another_force_do_not_see_it_also_where_the_case_is_shared(offender, other_area, matched):
    force = AgencyFactory(kind__code="police", area=other_area)
    GroupGrantFactory(content_object=offender, group=force.group)

    assert seen(member(force, "practitioner", "pat")) == []


@pytest.mark.parametrize("role", ["victim-liaison", "board-member", "information-officer", "lay-adviser"])
def test_in_the_police_only_those_who_may_record_a_disclosure_see_it(police, matched, unmatched, role):
    assert seen(member(police, role, "someone")) == []


def test_whoever_is_excluded_from_the_case_does_not_see_its_applications(offender, area_officer, matched, unmatched):
    ExclusionFactory(offender=offender, user=area_officer)

    assert seen(area_officer) == [unmatched]


def test_of_a_restricted_case_only_the_named_police_see_it(
    offender, area_officer, practitioner, chair, matched, unmatched
):
    Offender._base_manager.update(restricted=True)
    PersonalGrantFactory(content_object=offender, user=area_officer)
    PersonalGrantFactory(content_object=offender, user=practitioner)

    assert (seen(area_officer), seen(chair), seen(practitioner)) == ([matched, unmatched], [unmatched], [])


def test_a_case_that_went_to_another_area_leaves_the_application_with_its_force(
    client, offender, other_area, area_officer, matched
):
    Offender._base_manager.update(area=other_area)
    matched.officer = area_officer
    matched.save()
    client.force_login(area_officer)

    text = client.get(matched.get_absolute_url()).text

    assert "Gwen Grandmother" in text
    assert offender.reference not in text


def test_its_entries_are_seen_with_it(offender, area_officer, practitioner, matched):
    entry = SchemeEntryFactory(application=matched)

    assert list(SchemeEntry.objects.visible_to(area_officer)) == [entry]
    assert not SchemeEntry.objects.visible_to(practitioner).exists()


def test_what_happened_is_added_and_never_changed(matched):
    SchemeEntryFactory(application=matched)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        SchemeEntry._base_manager.update(text="Nothing happened")


def test_the_page_shows_all_of_it_and_the_record_to_those_who_see_that(client, coordinator, offender, matched):
    client.force_login(coordinator)

    text = client.get(matched.get_absolute_url()).text

    for words in ("Gwen Grandmother", "Weekday mornings only", "Toby Child, 6", "He bathes", offender.reference):
        assert words in text


def test_the_case_shows_it_to_the_police_alone(client, practitioner, coordinator, offender, matched):
    url = f"/people/{offender.reference}/disclosures/"
    client.force_login(practitioner)
    assert matched.reference not in client.get(url).text

    client.force_login(coordinator)
    assert matched.reference in client.get(url).text


def test_reading_of_a_matched_one_asks_for_a_purpose_and_is_recorded_about_the_case(
    client, area_officer, offender, matched
):
    client.force_login(area_officer)
    assert "/reason/" in client.get(matched.get_absolute_url()).headers["Location"]

    PurposeFactory(offender=offender, user=area_officer)
    client.get(matched.get_absolute_url())

    event = AccessEvent.objects.get(event="disclosures.application.opened")
    assert event.case_id == offender.pk


def test_reading_of_one_that_is_about_nobody_on_record_asks_nothing(client, area_officer, unmatched):
    client.force_login(area_officer)

    assert client.get(unmatched.get_absolute_url()).status_code == 200
    assert AccessEvent.objects.get(event="disclosures.application.opened").case_id is None


def test_a_search_for_the_person_finds_no_application(client, practitioner, unmatched):
    client.force_login(practitioner)

    assert unmatched.reference not in client.post("/people/", {"words": "Pete Ashdown"}, follow=True).text


def test_my_work_of_its_officer_names_who_it_is_about_and_not_the_case(client, coordinator, offender, matched):
    client.force_login(coordinator)

    task = client.get("/").context["work"].tasks[0]

    assert (task["subject"], task["detail"]) == ("Pete Ashdown", matched.reference)
    assert task["next_url"] == f"{matched.get_absolute_url()}checks/"
    assert offender.reference not in str(task)


@pytest.mark.parametrize("number", [0, 20])
def test_the_page_costs_the_same_however_much_happened(
    client, coordinator, matched, number, django_assert_max_num_queries
):
    SchemeEntryFactory.create_batch(number, application=matched)
    client.force_login(coordinator)

    with django_assert_max_num_queries(30):
        client.get(matched.get_absolute_url())


@pytest.mark.parametrize("change", ["excluded", "moved", "restricted"])
def test_where_its_officer_sees_it_no_more_its_deadline_is_the_colleagues(
    offender, coordinator, area_officer, probation, matched, change
):
    def asked():
        kind = BY_SLUG["scheme-application"]
        return [user for user in (coordinator, area_officer) if kind.mine(user, dates.today()).exists()]

    assert asked() == [coordinator]
    if change == "excluded":
        ExclusionFactory(offender=offender, user=coordinator)
    elif change == "moved":
        coordinator.memberships.update(agency=probation)
    else:
        Offender._base_manager.update(restricted=True)
        PersonalGrantFactory(content_object=offender, user=area_officer)
    coordinator.__dict__.pop("_memberships", None)

    assert asked() == [area_officer]
    found = BY_SLUG["scheme-application"]
    row = found.open(system_user()).get()
    assert (row.pk, area_officer.pk) in found.candidates([row], dates.today())


# Merging


def test_who_merges_records_is_not_told_of_applications_nor_kept_by_them(client, coordinator, offender, matched):
    other = OffenderFactory(area=offender.area, lead_agency=offender.lead_agency, level_period=True)
    theirs = SchemeApplicationFactory(offender=other)
    client.force_login(coordinator)

    page = client.get(f"/people/{offender.reference}/merge/{other.reference}/")
    assert "scheme" not in page.text.lower().replace("disclosure-scheme", "")
    merge = merged(offender, other, coordinator)
    assert fresh(theirs).offender == offender

    actions.note_application(application=theirs, text="She called", by=coordinator)
    actions.report_immediate_risk(application=theirs, words="Tonight", by=coordinator)
    unmerging.unmerge(merge=merge, reason="Two", by=coordinator)

    assert (fresh(theirs).offender, fresh(matched).offender) == (other, offender)
    assert fresh(theirs).is_urgent


def test_an_application_taken_from_a_merged_record_is_not_put_back_there(coordinator, offender):
    other = OffenderFactory(area=offender.area, lead_agency=offender.lead_agency, level_period=True)
    theirs = SchemeApplicationFactory(offender=other)
    merge = merged(offender, other, coordinator)
    actions.unmatch_application(application=theirs, reason="Another man", by=coordinator)

    unmerging.unmerge(merge=merge, reason="Two", by=coordinator)

    assert fresh(theirs).offender is None
