"""An agency proposes what it will do itself, in a draft of which it sees nothing else."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Role
from assessments import actions
from assessments.models import Measure
from audit.models import AccessEvent
from tests.factories import MembershipFactory, PersonalGrantFactory, PlanFactory, PlanSectionFactory, in_days
from tests.offenders.dates_typed import typed

WORDS = {
    "pillar": "3-supervision",
    "text": "Offer a tenancy of one room",
    "person": "Harriet",
    "checked_how": "The signed tenancy is on the record",
}


@pytest.fixture
def draft(offender, granted):
    """A draft of a case that is shared with housing."""
    return PlanFactory(offender=offender)


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/plan/propose/"


@pytest.fixture
def good(housing_agency):
    return WORDS | typed("due_on", in_days(20)) | {"agency": housing_agency.pk}


def propose(offender, agency, by, **change):
    return actions.propose_measure(offender=offender, agency=agency, by=by, **WORDS | {"due_on": in_days(20)} | change)


def test_a_partner_agency_proposes_its_own_measure_from_the_page_of_the_plan(
    client, draft, offender, housing, housing_agency, practitioner, url, good
):
    client.force_login(housing)
    assert url in client.get(f"/people/{offender.reference}/plan/").text
    assert "It is done by Housing, Bedfordshire." in client.get(url).text

    response = client.post(url, good)

    assert response.headers["Location"] == f"/people/{offender.reference}/plan/"
    row = Measure.objects.visible_to(practitioner).get()
    assert (row.plan, row.agency, row.text, row.person) == (draft, housing_agency, WORDS["text"], "Harriet")
    assert (row.saved_by, row.version, row.audience) == (housing, 1, "everyone")
    assert row.text in client.get(f"/people/{offender.reference}/plan/").text
    client.force_login(practitioner)
    assert "Worded by Harriet" in client.get(f"/people/plans/{draft.reference}/write/").text


def test_it_is_told_and_recorded(draft, offender, housing, housing_agency):
    propose(offender, housing_agency, housing)

    entry = offender.timeline.visible_to(housing).get()
    assert (entry.title, entry.text) == ("Measure proposed for the plan", "Housing, Bedfordshire")
    event = AccessEvent.objects.get(event="measure.added")
    assert (event.actor_id, event.detail["agency"]) == (housing.pk, housing_agency.pk)


def test_who_proposed_it_words_it_again_and_whoever_writes_the_plan_takes_it_out(
    draft, offender, housing, housing_agency, practitioner
):
    row = propose(offender, housing_agency, housing)
    again = {"text": "Offer a flat", "person": "", "due_on": in_days(9), "checked_how": "Signed", "version": 1}

    actions.draft_measure(measure=row, **again, by=housing)
    actions.remove_measure(measure=row, by=practitioner)

    assert not Measure.objects.visible_to(practitioner).standing().exists()


def test_the_rest_of_the_draft_stays_unseen(client, draft, offender, housing, housing_agency, url, good):
    PlanSectionFactory(offender=offender, plan=draft, text="Weekly, with the police")
    client.force_login(housing)

    client.post(url, good)

    assert "Weekly, with the police" not in client.get(f"/people/{offender.reference}/plan/").text
    assert client.get(f"/people/plans/{draft.reference}/").status_code == 404


@pytest.mark.parametrize("person", ["coordinator", "chair", "victim_liaison"])
def test_who_works_for_no_agency_as_its_practitioner_proposes_nothing(client, request, draft, offender, person, url):
    user = request.getfixturevalue(person)
    client.force_login(user)

    assert client.get(url).status_code == client.post(url).status_code == 403
    with pytest.raises(PermissionDenied):
        propose(offender, user.memberships.get().agency, user)
    assert url not in client.get(f"/people/{offender.reference}/plan/").text


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_a_stranger_cannot_tell_that_there_is_a_plan(client, request, draft, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == client.post(url).status_code == 404


def test_a_measure_of_an_agency_that_does_not_see_the_case_is_refused(draft, offender, housing, health_agency):
    MembershipFactory(user=housing, agency=health_agency, role_id=Role.Code.PRACTITIONER)

    with pytest.raises(ValidationError, match="Nobody at Health, Bedfordshire can see this case"):
        propose(offender, health_agency, housing)


def test_a_measure_of_another_agency_that_sees_the_case_is_refused(
    client, draft, offender, housing, probation, url, good
):
    with pytest.raises(ValidationError, match="Choose your own agency"):
        propose(offender, probation, housing)
    client.force_login(housing)

    assert client.post(url, good | {"agency": probation.pk}).status_code == 200
    assert not Measure.objects.visible_to(housing).exists()


def test_who_is_named_on_a_restricted_case_proposes_for_his_agency(draft, offender, uninvited, health_agency):
    PersonalGrantFactory(content_object=offender, user=uninvited)
    offender.restricted = True
    offender.save()

    assert propose(offender, health_agency, uninvited).agency == health_agency


def test_words_that_cannot_be_checked_are_refused_and_kept(client, draft, housing, url, good):
    client.force_login(housing)

    page = client.post(url, good | {"checked_how": "Checked as appropriate"}).text

    assert "leaves open" in page
    assert "Offer a tenancy of one room" in page
    assert not Measure.objects.visible_to(housing).exists()


def test_the_same_is_not_proposed_twice(draft, offender, housing, housing_agency):
    propose(offender, housing_agency, housing)

    with pytest.raises(ValidationError, match="Nothing was saved twice"):
        propose(offender, housing_agency, housing)


@pytest.mark.parametrize("state", [{"sent": True}, {"current": True}])
def test_nothing_is_proposed_while_no_version_is_being_written(
    client, granted, offender, housing, housing_agency, url, state
):
    PlanFactory(offender=offender, **state)
    client.force_login(housing)

    assert "Ask the lead agency to begin one" in client.get(url).text
    assert url not in client.get(f"/people/{offender.reference}/plan/").text
    with pytest.raises(ValidationError, match="No version of the plan is being written now"):
        propose(offender, housing_agency, housing)


def test_who_works_for_two_agencies_of_the_case_says_for_which(client, draft, offender, housing, probation, url):
    MembershipFactory(user=housing, agency=probation, role_id=Role.Code.PRACTITIONER)
    client.force_login(housing)

    page = client.get(url)

    assert [str(agency) for agency in page.context["form"].fields["agency"].queryset] == [
        "Housing, Bedfordshire",
        "Probation, Bedfordshire",
    ]
