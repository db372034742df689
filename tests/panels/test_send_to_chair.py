import pytest
from django.core.exceptions import ValidationError

from agencies.models import OutboxMessage
from panels import actions
from tests.panels.conftest import write


@pytest.fixture
def url(meeting, decided):
    return f"/meetings/{meeting.reference}/send-to-chair/"


def test_the_chair_is_told_by_reference_alone(sign_in, url, meeting, coordinator, chair):
    sign_in(coordinator).post(url)

    mail = OutboxMessage.objects.get(to=chair)
    assert meeting.reference in mail.subject
    assert "Lowe" not in mail.subject + mail.body


def test_what_was_written_since_is_shown_to_the_chair(sign_in, url, meeting, item, coordinator, chair):
    sign_in(coordinator).post(url)
    write(item, "14-risk", "A late word", by=coordinator)

    page = sign_in(chair).get(f"/meetings/{meeting.reference}/approve/").text

    assert "Changed since the draft was sent to you" in page
    assert "Summary of the risk, Alice" in page
    assert "Decision, Alice" not in page


def test_words_taken_out_since_are_told_to_the_chair(sign_in, url, meeting, item, coordinator, chair):
    row = write(item, "14-risk", "A word that goes", by=coordinator)
    sign_in(coordinator).post(url)
    actions.remove_paragraph(paragraph=row, version=row.version, by=coordinator)

    page = sign_in(chair).get(f"/meetings/{meeting.reference}/approve/").text

    assert "“Summary of the risk”, words taken out, Alice" in page


def test_the_same_draft_is_sent_once(meeting, decided, coordinator):
    actions.send_to_chair(meeting=meeting, by=coordinator)

    with pytest.raises(ValidationError, match="nothing has changed since"):
        actions.send_to_chair(meeting=meeting, by=coordinator)


def test_approved_minutes_are_not_sent_to_the_chair(sent, coordinator):
    with pytest.raises(ValidationError, match="approved"):
        actions.send_to_chair(meeting=sent, by=coordinator)


@pytest.mark.parametrize(("person", "status"), [("practitioner", 403), ("outsider", 404)])
def test_only_those_who_write_them_send_them(sign_in, request, url, person, status):
    assert sign_in(request.getfixturevalue(person)).post(url).status_code == status
