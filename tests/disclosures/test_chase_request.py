"""Reminding an agency that has not answered: recorded, mailed without a name, once a day."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import OutboxMessage
from disclosures import actions
from disclosures.models import InformationChase, InformationRequest
from offenders.models import Offender
from tests.conftest import member
from tests.factories import (
    AgencyFactory,
    InformationRequestFactory,
    MembershipFactory,
    PersonalGrantFactory,
    in_days,
)


@pytest.fixture
def url(asked):
    return f"/people/information-requests/{asked.reference}/remind/"


def test_whoever_waits_reminds_the_agency(client, practitioner, asked, url, today):
    client.force_login(practitioner)

    response = client.post(url)

    assert response.headers["Location"].endswith("/information-requests/")
    row = InformationChase.objects.visible_to(practitioner).get()
    assert (row.request, row.by, row.on) == (asked, practitioner, today)


def test_the_agency_is_mailed_a_reference_and_no_name(client, practitioner, uninvited, contact_point, asked, url):
    client.force_login(practitioner)

    client.post(url)

    mail = OutboxMessage.objects.get()
    assert mail.to == contact_point
    assert "Reminder" in mail.subject
    assert asked.reference in mail.body
    assert not {word for word in ("Ashdown", "Peter") if word in mail.subject + mail.body}


def test_after_it_is_reminded_it_has_the_standards_days_again(client, practitioner, offender, health_agency):
    row = InformationRequestFactory(offender=offender, agency=health_agency, due_on=in_days(-9), chase_on=in_days(-8))

    actions.chase_request(request=row, by=practitioner)

    assert InformationRequest.objects.visible_to(practitioner).get().chase_on >= in_days(5)


def test_it_is_on_the_timeline(client, practitioner, offender, url):
    client.force_login(practitioner)

    client.post(url)

    entry = offender.timeline.visible_to(practitioner).get()
    assert (entry.title, entry.text) == ("Information asked for again", "Health, Bedfordshire")


def test_once_a_day_is_enough(client, practitioner, url):
    client.force_login(practitioner)
    client.post(url)

    response = client.post(url)

    assert "reminded today already" in response.text
    assert InformationChase.objects.visible_to(practitioner).count() == 1


@pytest.mark.parametrize("state", ["answered", "withdrawn"])
def test_what_is_over_is_not_reminded_of(client, practitioner, offender, health_agency, state):
    row = InformationRequestFactory(offender=offender, agency=health_agency, **{state: True})
    client.force_login(practitioner)

    response = client.get(f"/people/information-requests/{row.reference}/remind/")

    assert "answered or withdrawn already" in response.text
    with pytest.raises(ValidationError, match="meanwhile"):
        actions.chase_request(request=row, by=practitioner)


def test_about_a_case_that_left_mappa_nobody_is_reminded_and_it_can_be_withdrawn(
    client, practitioner, offender, asked, url
):
    Offender._base_manager.update(ended_on=in_days(0))
    client.force_login(practitioner)

    assert "no longer managed under MAPPA. Withdraw the request" in client.get(url).text
    with pytest.raises(ValidationError, match="Withdraw the request"):
        actions.chase_request(request=asked, by=practitioner)
    assert actions.withdraw_request(request=asked, reason="He left MAPPA", by=practitioner).state == "withdrawn"


def test_of_a_restricted_case_nobody_is_reminded(practitioner, offender, asked):
    Offender._base_manager.update(restricted=True)
    PersonalGrantFactory(content_object=offender, user=practitioner)

    with pytest.raises(ValidationError, match="sees the request no more"):
        actions.chase_request(request=asked, by=practitioner)


@pytest.mark.parametrize("person", ["victim_liaison", "uninvited"])
def test_who_sees_it_but_may_not_is_refused(client, request, url, person):
    client.force_login(request.getfixturevalue(person))

    assert [client.get(url).status_code, client.post(url).status_code] == [403, 403]


@pytest.mark.parametrize("person", ["outsider", "housing", "lay_adviser"])
def test_a_stranger_cannot_tell_that_it_exists(client, request, url, person):
    client.force_login(request.getfixturevalue(person))

    assert [client.get(url).status_code, client.post(url).status_code] == [404, 404]


def test_the_action_itself_refuses_those_who_may_not(asked, uninvited):
    with pytest.raises(PermissionDenied):
        actions.chase_request(request=asked, by=uninvited)


def test_whoever_sees_the_case_by_its_area_alone_says_first_what_for(client, police, offender, area_officer):
    row = InformationRequestFactory(offender=offender, agency=police)
    client.force_login(area_officer)

    for page in (f"/people/information-requests/{row.reference}/remind/", row.get_absolute_url()):
        assert client.get(page).headers["Location"].startswith(f"/people/{offender.reference}/reason/")


def test_whoever_coordinates_and_sees_no_case_is_shown_none_by_the_request(
    client, area, offender, health_agency, asked
):
    """A coordinator whom no Responsible Authority employs, and who answers for the asked agency besides."""
    user = member(AgencyFactory(name="Board office", kind__code="board", area=area), "coordinator", "cora")
    MembershipFactory(user=user, agency=health_agency)
    client.force_login(user)

    assert client.get(asked.get_absolute_url()).status_code == 200
    for verb in ("remind", "withdraw"):
        assert client.get(f"/people/information-requests/{asked.reference}/{verb}/").status_code == 404
