"""Excluding a person from a case, and ending that."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit.models import AccessEvent
from offenders import actions
from offenders.models import Exclusion, Offender, TimelineEntry
from panels.models import Action
from tests.factories import ActionFactory, ExclusionFactory, PersonalGrantFactory, PurposeFactory, in_days


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/exclude/"


@pytest.fixture
def end_url(offender):
    return f"/people/{offender.reference}/exclude/end/"


OLIVE = {"person": "olive@test.invalid", "reason": "His cousin"}


def sees(user, offender):
    return Offender.objects.visible_to(user).filter(pk=offender.pk).exists()


@pytest.mark.parametrize("person", ["coordinator", "chair", "manager"])
def test_those_who_may_exclude_do(client, request, area_officer, offender, url, person):
    user = request.getfixturevalue(person)
    client.force_login(user)

    client.post(url, OLIVE)

    row = Exclusion.objects.visible_to(user).get()
    assert (row.user, row.reason, row.made_by, row.ended_on) == (area_officer, "His cousin", user, None)
    assert not sees(area_officer, offender)


def test_for_the_excluded_person_the_case_does_not_exist(client, coordinator, practitioner, offender):
    ActionFactory(offender=offender, officer=practitioner, text="Visit him")
    actions.exclude(offender=offender, person=practitioner, reason="x", by=coordinator)
    client.force_login(practitioner)

    assert client.get(offender.get_absolute_url()).status_code == 404
    assert "Visit him" not in client.get("/actions/").text
    assert not Action.objects.visible_to(practitioner).exists()


def test_neither_timeline_nor_record_says_whom_in_words(client, coordinator, area_officer, offender, url):
    client.force_login(coordinator)

    client.post(url, OLIVE)

    entry = TimelineEntry.objects.visible_to(coordinator).first()
    assert (entry.title, entry.text) == ("Access to the case was changed", "")
    assert AccessEvent.objects.get(event="case.person_excluded").detail == {"person": area_officer.pk}


def test_an_excluded_lead_officer_leads_no_longer(coordinator, practitioner, offender):
    actions.exclude(offender=offender, person=practitioner, reason="x", by=coordinator)

    assert Offender.objects.visible_to(coordinator).get().lead_officer is None


@pytest.mark.parametrize("person", ["practitioner", "victim_liaison", "housing"])
def test_who_sees_the_case_but_may_not_is_refused(client, request, granted, area_officer, url, end_url, person):
    client.force_login(request.getfixturevalue(person))

    answers = [client.get(url), client.post(url, OLIVE), client.get(end_url), client.post(end_url, OLIVE)]

    assert [answer.status_code for answer in answers] == [403] * 4


def test_an_outsider_cannot_tell_that_the_case_exists(client, outsider, area_officer, url, end_url):
    client.force_login(outsider)

    answers = [client.get(url), client.post(url, OLIVE), client.get(end_url), client.post(end_url, OLIVE)]

    assert [answer.status_code for answer in answers] == [404] * 4


def test_nobody_excludes_himself(client, coordinator, offender, url):
    client.force_login(coordinator)

    response = client.post(url, {"person": coordinator.email, "reason": "I know him"})

    assert "You cannot exclude yourself" in response.text
    assert "I know him" in response.text
    assert sees(coordinator, offender)


def test_nobody_is_excluded_twice(coordinator, area_officer, offender):
    actions.exclude(offender=offender, person=area_officer, reason="x", by=coordinator)

    with pytest.raises(ValidationError, match="excluded already"):
        actions.exclude(offender=offender, person=area_officer, reason="y", by=coordinator)


def test_a_reason_is_needed_and_the_address_is_kept(client, coordinator, area_officer, url):
    client.force_login(coordinator)

    response = client.post(url, OLIVE | {"reason": ""})

    assert list(response.context["form"].errors) == ["reason"]
    assert "olive@test.invalid" in response.text
    assert not Exclusion.objects.visible_to(coordinator).exists()


def test_the_keeper_of_a_restricted_case_cannot_be_excluded(coordinator, manager, offender):
    for person in (coordinator, manager):
        PersonalGrantFactory(content_object=offender, user=person)
    actions.restrict(offender=offender, reason="x", by=manager)

    with pytest.raises(ValidationError, match="needs a keeper"):
        actions.exclude(offender=offender, person=coordinator, reason="x", by=manager)

    assert sees(coordinator, offender)


def test_the_system_cannot_be_excluded(coordinator, offender, system):
    with pytest.raises(ValidationError):
        actions.exclude(offender=offender, person=system, reason="x", by=coordinator)


def test_the_actions_refuse_a_stranger(outsider, area_officer, offender):
    with pytest.raises(PermissionDenied):
        actions.exclude(offender=offender, person=area_officer, reason="x", by=outsider)
    with pytest.raises(PermissionDenied):
        actions.end_exclusion(offender=offender, person=area_officer, by=outsider)


# Ending


def test_ending_gives_back_what_the_rules_give_and_keeps_the_history(
    client, coordinator, area_officer, today, offender, end_url
):
    row = ExclusionFactory(offender=offender, user=area_officer)
    client.force_login(coordinator)

    client.post(end_url, {"person": area_officer.email})

    row.refresh_from_db()
    assert (row.ended_on, row.ended_by) == (today, coordinator)
    assert sees(area_officer, offender)


def test_somebody_can_be_excluded_again(coordinator, area_officer, offender):
    known = {"offender": offender, "person": area_officer, "by": coordinator}
    actions.exclude(**known, reason="First")
    actions.end_exclusion(**known)
    actions.exclude(**known, reason="Second")

    assert not sees(area_officer, offender)
    assert [row.reason for row in Exclusion.objects.visible_to(coordinator)] == ["Second", "First"]


def test_only_an_excluded_person_can_be_let_back(client, coordinator, area_officer, offender, end_url):
    client.force_login(coordinator)

    assert "Nobody is excluded from the case." in client.get(end_url).text
    with pytest.raises(ValidationError):
        actions.end_exclusion(offender=offender, person=area_officer, by=coordinator)


# Who can see this


def test_those_who_may_share_read_who_is_excluded_and_why(client, coordinator, practitioner, area_officer, offender):
    ExclusionFactory(offender=offender, user=area_officer, reason="His cousin")
    who = f"/people/{offender.reference}/who-can-see/"

    client.force_login(coordinator)
    assert "His cousin" in client.get(who).text
    client.force_login(practitioner)
    assert "His cousin" not in client.get(who).text


def test_those_who_may_share_read_what_others_opened_it_for(client, manager, practitioner, area_officer, offender):
    PurposeFactory(offender=offender, user=area_officer, purpose="other", words="Complaint of 3 May")
    PurposeFactory(offender=offender, user=area_officer, purpose="duty", on=in_days(-29))
    who = f"/people/{offender.reference}/who-can-see/"

    client.force_login(manager)
    assert [(name, why) for name, why, _day in client.get(who).context["stated"]] == [("Olive", "Complaint of 3 May")]
    client.force_login(practitioner)
    assert "Complaint of 3 May" not in client.get(who).text


def test_the_page_of_who_can_see_costs_those_who_share_a_few_questions_more(
    client, coordinator, practitioner, housing, granted, offender, django_assert_max_num_queries
):
    ExclusionFactory.create_batch(5, offender=offender)
    PurposeFactory.create_batch(5, offender=offender)
    client.force_login(coordinator)

    with django_assert_max_num_queries(30):
        client.get(f"/people/{offender.reference}/who-can-see/")
