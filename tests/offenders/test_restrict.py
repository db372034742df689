"""Restricting a case to the people named on it, and lifting that."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import RequestFactory

from audit.models import AccessEvent
from offenders import actions
from offenders.models import Offender, Restriction, TimelineEntry
from offenders.visibility import one_scope_per_request
from tests.factories import ExclusionFactory, PersonalGrantFactory, in_days

WHY = {"reason": "A threat to life"}


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/restrict/"


@pytest.fixture
def lift_url(offender):
    return f"/people/{offender.reference}/restrict/lift/"


@pytest.fixture
def named(offender, coordinator, manager):
    """The coordinator as keeper, and the lead agency's manager."""
    for person in (coordinator, manager):
        PersonalGrantFactory(content_object=offender, user=person)


@pytest.fixture
def restricted(named, offender, coordinator):
    return actions.restrict(offender=offender, reason="A threat to life", by=coordinator)


def sees(user, offender):
    return Offender.objects.visible_to(user).filter(pk=offender.pk).exists()


@pytest.mark.parametrize("person", ["coordinator", "manager"])
def test_only_the_named_see_it_from_then_on(
    client, request, named, offender, practitioner, chair, housing, granted, url, person
):
    user = request.getfixturevalue(person)
    client.force_login(user)

    response = client.post(url, WHY, follow=True)

    assert "only people named on it see it" in response.text
    assert sees(user, offender)
    assert [sees(other, offender) for other in (practitioner, chair, housing)] == [False] * 3


def test_the_reason_is_kept_and_neither_timeline_nor_record_has_it(restricted, coordinator):
    assert (restricted.reason, restricted.made_by, restricted.lifted_at) == ("A threat to life", coordinator, None)
    entry = TimelineEntry.objects.visible_to(coordinator).first()
    assert (entry.title, entry.text) == ("Restricted to the people named on it", "")
    assert AccessEvent.objects.get(event="case.restricted").detail == {}


def test_to_whoever_is_not_named_it_is_as_if_it_never_was(client, restricted, offender, practitioner, chair):
    for user in (practitioner, chair):
        client.force_login(user)
        assert client.get(offender.get_absolute_url()).status_code == 404
        assert client.post(f"/people/{offender.reference}/restrict/lift/").status_code == 404
        assert "Ashdown" not in client.get("/people/").text


@pytest.mark.parametrize("person", ["practitioner", "victim_liaison", "housing"])
def test_who_sees_the_case_but_may_not_is_refused(client, request, granted, url, lift_url, person):
    client.force_login(request.getfixturevalue(person))

    answers = [client.get(url), client.post(url, WHY), client.get(lift_url), client.post(lift_url)]

    assert [answer.status_code for answer in answers] == [403] * 4


def test_an_outsider_cannot_tell_that_the_case_exists(client, outsider, offender, url, lift_url):
    client.force_login(outsider)

    answers = [client.get(url), client.post(url, WHY), client.get(lift_url), client.post(lift_url)]

    assert [answer.status_code for answer in answers] == [404] * 4


def test_whoever_is_not_named_himself_is_refused_and_keeps_his_text(client, manager, coordinator, offender, url):
    PersonalGrantFactory(content_object=offender, user=coordinator)
    client.force_login(manager)

    response = client.post(url, WHY)

    assert "Name yourself on it first" in response.text
    assert "A threat to life" in response.text
    offender.refresh_from_db()
    assert not offender.restricted
    assert not Restriction.objects.visible_to(manager).exists()
    assert not TimelineEntry.objects.visible_to(manager).exists()


@pytest.mark.parametrize(
    "keeper", [None, {"until": in_days(30)}, {"from_on": in_days(1)}, "excluded"], ids=["none", "ends", "later", "out"]
)
def test_without_a_lasting_keeper_it_is_refused(offender, coordinator, manager, keeper):
    PersonalGrantFactory(content_object=offender, user=manager)
    if isinstance(keeper, dict):
        PersonalGrantFactory(content_object=offender, user=coordinator, **keeper)
    if keeper == "excluded":
        PersonalGrantFactory(content_object=offender, user=coordinator)
        ExclusionFactory(offender=offender, user=coordinator)

    with pytest.raises(ValidationError, match="needs a keeper"):
        actions.restrict(offender=offender, reason="x", by=manager)


def test_a_coordinator_of_another_area_is_no_keeper(offender, manager, outsider):
    for person in (manager, outsider):
        PersonalGrantFactory(content_object=offender, user=person)

    with pytest.raises(ValidationError, match="needs a keeper"):
        actions.restrict(offender=offender, reason="x", by=manager)


def test_a_refusal_leaves_the_rest_of_the_request_seeing_as_before(offender, manager):
    def try_it(_request):
        with pytest.raises(ValidationError):
            actions.restrict(offender=offender, reason="x", by=manager)
        return sees(manager, offender)

    assert one_scope_per_request(try_it)(RequestFactory().get("/"))


def test_a_reason_is_needed(client, named, coordinator, url):
    client.force_login(coordinator)

    assert list(client.post(url, {"reason": " "}).context["form"].errors) == ["reason"]


def test_it_is_restricted_once(client, restricted, coordinator, offender, url):
    client.force_login(coordinator)

    assert "This case is restricted already." in client.get(url).text
    with pytest.raises(ValidationError):
        actions.restrict(offender=offender, reason="x", by=coordinator)


def test_the_actions_refuse_a_stranger(outsider, offender):
    with pytest.raises(PermissionDenied):
        actions.restrict(offender=offender, reason="x", by=outsider)
    with pytest.raises(PermissionDenied):
        actions.lift_restriction(offender=offender, by=outsider)


# Lifting


def test_lifting_gives_the_case_back_and_keeps_what_was(
    client, restricted, offender, coordinator, practitioner, lift_url
):
    client.force_login(coordinator)

    response = client.post(lift_url)

    assert response.status_code == 302
    assert sees(practitioner, offender)
    restricted.refresh_from_db()
    assert restricted.lifted_by == coordinator
    assert restricted.lifted_at is not None


def test_it_can_be_restricted_again(restricted, offender, coordinator):
    actions.lift_restriction(offender=offender, by=coordinator)
    actions.restrict(offender=offender, reason="Again", by=coordinator)

    assert [row.reason for row in Restriction.objects.visible_to(coordinator)] == ["Again", "A threat to life"]


def test_what_is_not_restricted_cannot_be_lifted(client, coordinator, offender, lift_url):
    client.force_login(coordinator)

    assert "This case is not restricted." in client.get(lift_url).text
    assert "This case is not restricted." in client.post(lift_url).text
