"""Naming a person on a case, and ending that."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit.models import AccessEvent
from offenders import actions
from offenders.models import Offender, OffenderUserObjectPermission, TimelineEntry
from tests.factories import ExclusionFactory, GroupGrantFactory, PersonalGrantFactory, in_days


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/name/"


@pytest.fixture
def end_url(offender):
    return f"/people/{offender.reference}/name/end/"


HAL = {"person": "Hal@test.invalid", "reason": "Treats him"}


def sees(user, offender):
    return Offender.objects.visible_to(user).filter(pk=offender.pk).exists()


def test_a_coordinator_names_somebody_of_another_agency(client, coordinator, uninvited, offender, url):
    client.force_login(coordinator)

    response = client.post(url, HAL)

    assert response.headers["Location"] == f"/people/{offender.reference}/who-can-see/"
    row = OffenderUserObjectPermission.objects.visible_to(uninvited).get()
    assert (row.user, row.given_by, row.reason, row.until) == (uninvited, coordinator, "Treats him", None)
    assert sees(uninvited, offender)


def test_the_timeline_names_nobody_and_the_record_only_by_key(client, coordinator, uninvited, offender, url):
    client.force_login(coordinator)

    client.post(url, HAL)

    entry = TimelineEntry.objects.visible_to(coordinator).first()
    assert (entry.title, entry.text) == ("A person was named on the case", "")
    assert AccessEvent.objects.get(event="case.person_named").detail == {"person": uninvited.pk}


def test_named_again_the_newest_end_counts(coordinator, uninvited, offender):
    for until in (in_days(5), in_days(2)):
        actions.name_person(offender=offender, person=uninvited, reason="x", until=until, by=coordinator)

    assert OffenderUserObjectPermission.objects.visible_to(coordinator).get().until == in_days(2)


@pytest.mark.parametrize("person", ["practitioner", "victim_liaison"])
def test_who_sees_the_case_but_may_not_is_refused(client, request, offender, uninvited, url, end_url, person):
    client.force_login(request.getfixturevalue(person))

    answers = [client.get(url), client.post(url, HAL), client.get(end_url), client.post(end_url, HAL)]

    assert [answer.status_code for answer in answers] == [403] * 4


def test_an_outsider_cannot_tell_that_the_case_exists(client, outsider, uninvited, url, end_url):
    client.force_login(outsider)

    answers = [client.get(url), client.post(url, HAL), client.get(end_url), client.post(end_url, HAL)]

    assert [answer.status_code for answer in answers] == [404] * 4


@pytest.mark.parametrize("address", ["", "nobody@test.invalid", "no address", "system@mappa.invalid"])
def test_an_address_of_nobody_is_refused_and_kept(client, coordinator, uninvited, url, address):
    client.force_login(coordinator)

    response = client.post(url, HAL | {"person": address})

    assert list(response.context["form"].errors) == ["person"]
    assert f'value="{address}"' in response.text or not address
    assert "Treats him" in response.text


@pytest.mark.parametrize("person", ["lay_adviser", "board_member", "administrator"])
def test_somebody_whose_role_opens_no_case_is_refused(request, coordinator, offender, person):
    with pytest.raises(ValidationError, match="no role in which cases are opened"):
        actions.name_person(
            offender=offender, person=request.getfixturevalue(person), reason="x", until=None, by=coordinator
        )


def test_an_excluded_person_is_refused(coordinator, uninvited, offender):
    ExclusionFactory(offender=offender, user=uninvited)

    with pytest.raises(ValidationError, match="End the exclusion first"):
        actions.name_person(offender=offender, person=uninvited, reason="x", until=None, by=coordinator)


def test_an_end_before_tomorrow_is_refused(coordinator, uninvited, offender):
    with pytest.raises(ValidationError, match="after today"):
        actions.name_person(offender=offender, person=uninvited, reason="x", until=in_days(0), by=coordinator)


def test_the_actions_refuse_a_stranger(outsider, uninvited, offender):
    with pytest.raises(PermissionDenied):
        actions.name_person(offender=offender, person=uninvited, reason="x", until=None, by=outsider)
    with pytest.raises(PermissionDenied):
        actions.end_naming(offender=offender, person=uninvited, by=outsider)


# Ending


def test_ending_ends_it_today_and_keeps_the_row(client, coordinator, uninvited, offender, end_url):
    PersonalGrantFactory(content_object=offender, user=uninvited)
    client.force_login(coordinator)

    client.post(end_url, {"person": uninvited.email})

    assert not sees(uninvited, offender)
    assert OffenderUserObjectPermission.objects.visible_to(coordinator).get().until == in_days(-1)


def test_the_page_offers_names_and_no_keys(client, coordinator, uninvited, offender, end_url):
    PersonalGrantFactory(content_object=offender, user=uninvited)
    client.force_login(coordinator)

    text = client.get(end_url).text

    assert "Hal" in text
    assert 'value="hal@test.invalid"' in text


def test_only_a_named_person_can_be_unnamed(client, coordinator, uninvited, offender, end_url):
    client.force_login(coordinator)

    assert "Nobody is named on the case." in client.get(end_url).text
    with pytest.raises(ValidationError):
        actions.end_naming(offender=offender, person=uninvited, by=coordinator)


def test_nobody_takes_a_restricted_case_out_of_his_own_sight(coordinator, manager, offender):
    for person in (coordinator, manager):
        PersonalGrantFactory(content_object=offender, user=person)
    actions.restrict(offender=offender, reason="x", by=manager)

    with pytest.raises(ValidationError, match="no longer see this case yourself"):
        actions.end_naming(offender=offender, person=manager, by=manager)

    assert sees(manager, offender)


def test_a_restricted_case_keeps_a_keeper(coordinator, manager, offender):
    for person in (coordinator, manager):
        PersonalGrantFactory(content_object=offender, user=person)
    actions.restrict(offender=offender, reason="x", by=manager)

    with pytest.raises(ValidationError, match="needs a keeper"):
        actions.end_naming(offender=offender, person=coordinator, by=manager)
    with pytest.raises(ValidationError, match="needs a keeper"):
        actions.name_person(offender=offender, person=coordinator, reason="x", until=in_days(9), by=manager)

    assert sees(coordinator, offender)


def test_a_manager_of_a_lead_agency_elsewhere_keeps_it_by_the_grant(coordinator, offender, uninvited, health_agency):
    GroupGrantFactory(content_object=offender, group=health_agency.group)
    PersonalGrantFactory(content_object=offender, user=uninvited)

    actions.end_naming(offender=offender, person=uninvited, by=coordinator)

    assert sees(uninvited, offender)
