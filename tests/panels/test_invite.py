import pytest

from mappa import dates
from offenders.models import Offender
from panels import actions
from panels.models import Invitation
from tests.factories import AgencyFactory
from tests.panels.conftest import in_days


def invited(item, user):
    return {row.agency.name for row in Invitation.objects.visible_to(user).filter(item=item).select_related("agency")}


def test_an_invited_agency_sees_the_case_until_the_standard_ends(sign_in, item, housing_agency, housing, coordinator):
    sign_in(coordinator).post(f"/items/{item.reference}/invite/", {"agencies": [housing_agency.pk]})

    grant = item.offender.agency_grants.visible_to(coordinator).get(group=housing_agency.group)
    assert (grant.basis, grant.source) == ("invited", item.reference)
    assert grant.until == dates.add_months(item.meeting.held_on, 6)
    assert list(Offender.objects.visible_to(housing)) == [item.offender]


def test_the_page_says_before_saving_who_gains_access_and_until_when(
    sign_in, item, housing_agency, police, coordinator
):
    page = sign_in(coordinator).get(f"/items/{item.reference}/invite/").text

    assert "Gains access until" in page
    assert "Sees the record already" in page


def test_the_responsible_authority_needs_no_grant(sign_in, item, police, coordinator):
    sign_in(coordinator).post(f"/items/{item.reference}/invite/", {"agencies": [police.pk]})

    assert invited(item, coordinator) == {police.name}
    assert not item.offender.agency_grants.visible_to(coordinator).exists()


@pytest.mark.parametrize("typed", ["²", "9" * 5000, "9" * 20, "\x00", "-1"])
def test_what_is_no_agency_is_refused_and_nobody_invited(sign_in, item, coordinator, typed):
    page = sign_in(coordinator).post(f"/items/{item.reference}/invite/", {"agencies": [typed]})

    assert page.status_code == 200
    assert invited(item, coordinator) == set()


def test_saving_twice_invites_once(sign_in, invitation, probation, coordinator):
    form = {"agencies": [invitation.agency_id, probation.pk]}

    sign_in(coordinator).post(f"/items/{invitation.item.reference}/invite/", form)

    assert len(invited(invitation.item, coordinator)) == 2


def test_striking_an_invitation_ends_what_it_gave(sign_in, invitation, probation, coordinator, housing):
    sign_in(coordinator).post(f"/items/{invitation.item.reference}/invite/", {"agencies": [probation.pk]})

    assert not Offender.objects.visible_to(housing).exists()
    assert sign_in(housing).get(f"/invitations/{invitation.reference}/information/").status_code == 404


def test_an_agency_that_sent_information_is_not_struck(sign_in, invitation, probation, coordinator, housing):
    actions.send_information(
        invitation=invitation, text="In arrears", nothing_to_share=False, audience="everyone", by=housing
    )

    page = sign_in(coordinator).post(f"/items/{invitation.item.reference}/invite/", {"agencies": [probation.pk]})

    assert "has sent information" in page.text
    assert invitation.agency.name in invited(invitation.item, coordinator)


def test_information_is_due_working_days_before_the_meeting(item, housing_agency, coordinator):
    actions.invite(item=item, agencies=[housing_agency], by=coordinator)

    # The meeting was yesterday, so it is due at once.
    assert Invitation.objects.visible_to(coordinator).get().information_due_on == dates.today()
    assert in_days(0) == dates.today()


def test_an_agency_of_another_area_cannot_be_invited(sign_in, item, other_area, coordinator):
    stranger = AgencyFactory(kind__code="housing", area=other_area)

    page = sign_in(coordinator).post(f"/items/{item.reference}/invite/", {"agencies": [stranger.pk]})

    assert page.status_code == 200
    assert invited(item, coordinator) == set()


@pytest.mark.parametrize(("person", "status"), [("practitioner", 403), ("outsider", 404), ("uninvited", 404)])
def test_others_do_not_invite(sign_in, request, item, person, status):
    client = sign_in(request.getfixturevalue(person))

    assert client.post(f"/items/{item.reference}/invite/", {}).status_code == status
