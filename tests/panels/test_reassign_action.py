"""An action given to another agency: that sees the case by it if it did not; the minutes keep the one that was agreed."""

import pytest
from django.core.exceptions import ValidationError

from offenders.models import Offender
from panels import actions
from panels.actions.approval import digest
from panels.models import Meeting
from tests.factories import InvitationFactory, PersonalGrantFactory
from tests.panels.conftest import approve, mailed_about, now


@pytest.fixture
def url(action):
    return f"/actions/{action.reference}/reassign/"


@pytest.fixture
def once_invited(item, health_agency, invitation):
    """Health was invited for this person at some time, and its access has ended."""
    return InvitationFactory(item=item, agency=health_agency, offender=None).agency


def given(agency, reason="They have the nurse", version=0):
    return {"agency": agency.pk, "reason": reason, "version": version}


def test_both_agencies_are_told_and_nobody_is_named_in_the_new_one(
    sign_in, action, url, housing, probation, practitioner, coordinator
):
    actions.assign(action=action, officer=housing, version=0, by=housing)

    sign_in(coordinator).post(url, given(probation, version=1))

    row = now(action, coordinator)
    assert (row.agency, row.officer) == (probation, None)
    assert mailed_about(action) == [
        (housing, f"A MAPPA action is no longer yours: {action.reference}"),
        (practitioner, f"A MAPPA action for your agency: {action.reference}"),
    ]


def test_an_agency_that_did_not_see_the_case_gains_it_and_the_page_says_so_before(
    sign_in, action, url, once_invited, uninvited, coordinator
):
    client = sign_in(coordinator)
    assert not Offender.objects.visible_to(uninvited).exists()
    assert "Health, Bedfordshire (gains access to this person’s record until" in client.get(url).text

    client.post(url, given(once_invited))

    assert Offender.objects.visible_to(uninvited).filter(pk=action.offender_id).exists()
    assert now(action, uninvited).agency == once_invited


def test_an_agency_that_saw_the_case_only_by_the_action_sees_it_no_more_when_another_has_it(
    action, once_invited, uninvited, probation, coordinator
):
    actions.reassign_action(action=action, agency=once_invited, reason="The nurse", version=0, by=coordinator)
    assert Offender.objects.visible_to(uninvited).filter(pk=action.offender_id).exists()

    again = now(action, coordinator)
    actions.reassign_action(action=again, agency=probation, reason="Ours", version=again.version, by=coordinator)

    assert not Offender.objects.visible_to(uninvited).filter(pk=action.offender_id).exists()


def test_an_agency_that_was_never_invited_is_refused(sign_in, action, url, health_agency, coordinator, housing):
    page = sign_in(coordinator).post(url, given(health_agency))

    assert "Select a valid choice" in page.text or "Choose an agency" in page.text
    assert now(action, housing).agency != health_agency


def test_of_a_restricted_case_nobody_gains_anything(action, once_invited, coordinator):
    PersonalGrantFactory(content_object=action.offender, user=coordinator)
    Offender._base_manager.update(restricted=True)

    with pytest.raises(ValidationError, match="restricted"):
        actions.reassign_action(action=action, agency=once_invited, reason="x", version=0, by=coordinator)


def test_the_owner_does_not_give_it_away(sign_in, action, url, probation, housing):
    assert sign_in(housing).post(url, given(probation)).status_code == 403


@pytest.mark.parametrize(
    ("change", "words"),
    [({"reason": " "}, "Enter why another agency does it"), ({"version": 4}, "Somebody changed this action meanwhile")],
)
def test_without_a_reason_or_unread_it_stays(sign_in, action, url, probation, coordinator, change, words):
    page = sign_in(coordinator).post(url, given(probation, **change))

    assert words in page.text
    assert now(action, coordinator).agency != probation


def test_the_minutes_keep_the_owner_that_the_meeting_agreed(
    sign_in, meeting, action, decided, probation, coordinator, chair, practitioner
):
    sealed = approve(meeting, chair).digest

    actions.reassign_action(action=action, agency=probation, reason="They know him", version=0, by=coordinator)

    assert digest(Meeting.objects.visible_to(chair).get(pk=meeting.pk)) == sealed
    copy = sign_in(practitioner).get(f"/meetings/{meeting.reference}/minutes/").text
    assert "Visit the address – Housing, Bedfordshire" in copy
