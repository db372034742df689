"""An action taken back: it stays to be read, and in the minutes only where the chair had approved them before."""

import pytest
from django.core.exceptions import ValidationError

from panels import actions
from panels.actions.approval import digest
from panels.models import Meeting
from tests.panels.conftest import approve, in_days, mailed_about, now


@pytest.fixture
def url(action):
    return f"/actions/{action.reference}/withdraw/"


def why(reason="He has moved away", version=0):
    return {"reason": reason, "version": version}


def printed(client, meeting):
    return "Visit the address" in client.get(f"/meetings/{meeting.reference}/minutes/").text


def test_it_stays_to_be_read_with_the_reason_and_its_owner_is_told(sign_in, action, url, coordinator, housing):
    sign_in(coordinator).post(url, why())

    assert now(action, housing).state == "withdrawn"
    assert "He has moved away" in sign_in(housing).get(f"/actions/{action.reference}/").text
    assert mailed_about(action) == [(housing, f"MAPPA action withdrawn: {action.reference}")]


def test_in_the_draft_it_was_never_agreed_and_may_be_agreed_again(
    sign_in, action, url, meeting, item, invitation, decided, coordinator, chair
):
    client = sign_in(coordinator)
    assert "they will not print it" in client.get(url).text

    client.post(url, why("The date is wrong"))

    assert not printed(client, meeting)
    assert "Visit the address" not in client.get(f"/items/{item.reference}/").text
    actions.add_action(item=item, text=action.text, agency=invitation.agency, due_on=in_days(9), by=coordinator)
    approve(meeting, chair)
    assert printed(client, meeting)


def test_the_chair_does_not_approve_a_draft_that_an_action_has_left(action, meeting, decided, coordinator, chair):
    read = Meeting.objects.visible_to(chair).get(pk=meeting.pk)
    actions.withdraw_action(action=action, reason="Wrong", version=0, by=coordinator)

    with pytest.raises(ValidationError, match="The minutes changed since"):
        actions.approve(meeting=read, accurate=True, may_be_sent=True, version=read.version, by=chair)


def test_after_approval_the_minutes_and_their_seal_keep_it(sign_in, action, url, meeting, decided, coordinator, chair):
    sealed = approve(meeting, chair).digest
    client = sign_in(coordinator)

    client.post(url, why())

    assert printed(client, meeting)
    assert digest(Meeting.objects.visible_to(chair).get(pk=meeting.pk)) == sealed


def test_the_owner_does_not_withdraw_it(sign_in, action, url, housing):
    assert sign_in(housing).post(url, why()).status_code == 403


@pytest.mark.parametrize(
    ("sent", "words"), [(why(" "), "Enter why"), (why(version=2), "Somebody changed this action meanwhile")]
)
def test_without_a_reason_or_unread_it_stays(sign_in, action, url, coordinator, sent, words):
    page = sign_in(coordinator).post(url, sent)

    assert words in page.text
    assert now(action, coordinator).is_open


def test_it_is_withdrawn_once_and_never_once_it_is_done(sign_in, done, url, coordinator, chair):
    page = sign_in(coordinator).post(url, why(version=1))
    actions.send_back_action(action=done, text="Not yet", version=1, by=chair)
    actions.withdraw_action(action=done, reason="First", version=2, by=chair)
    again = sign_in(coordinator).post(url, why("Second", version=3))

    assert "waits to be confirmed" in page.text
    assert "was withdrawn" in again.text
    assert now(done, coordinator).withdrawal_reason == "First"
