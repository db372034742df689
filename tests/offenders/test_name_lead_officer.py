"""Naming who leads the case, also after an exclusion."""

import pytest

from audit.models import AccessEvent
from offenders import actions
from offenders.models import Offender
from tests.factories import ExclusionFactory, MembershipFactory


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/lead-officer/"


@pytest.fixture
def colleague(probation):
    return MembershipFactory(agency=probation, user__email="col@test.invalid", user__name="Col").user


@pytest.mark.parametrize("person", ["manager", "coordinator", "chair"])
def test_an_officer_of_the_lead_agency_is_named(client, request, offender, colleague, url, person):
    client.force_login(request.getfixturevalue(person))

    client.post(url, {"officer": colleague.email})

    assert Offender.objects.visible_to(colleague).get().lead_officer == colleague
    assert offender.timeline.visible_to(colleague).get().title == "Lead officer named"
    assert AccessEvent.objects.get(event="case.lead_officer_named").detail == {"officer": colleague.pk}


def test_after_an_exclusion_another_one_is_named(offender, coordinator, practitioner, colleague):
    actions.exclude(offender=offender, person=practitioner, reason="His cousin", by=coordinator)

    actions.name_lead_officer(offender=offender, officer=colleague, by=coordinator)

    assert Offender.objects.visible_to(colleague).get().lead_officer == colleague


@pytest.mark.parametrize("person", ["practitioner", "area_officer", "victim_liaison"])
def test_who_sees_the_case_but_may_not_is_refused(client, request, colleague, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.post(url, {"officer": colleague.email}).status_code == 403


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_a_stranger_cannot_tell_that_the_case_exists(client, request, colleague, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.post(url, {"officer": colleague.email}).status_code == 404


@pytest.mark.parametrize("who", ["nobody", "area_officer", "victim_liaison", "excluded", "himself"])
def test_who_cannot_lead_is_refused_and_nothing_changes(
    client, request, offender, manager, practitioner, colleague, url, who
):
    chosen = {"nobody": "", "excluded": colleague.email, "himself": practitioner.email}
    email = chosen[who] if who in chosen else request.getfixturevalue(who).email
    if who == "excluded":
        ExclusionFactory(offender=offender, user=colleague)
    client.force_login(manager)

    response = client.post(url, {"officer": email})

    assert response.context["form"].errors["officer"]
    assert Offender.objects.visible_to(manager).get().lead_officer == practitioner
