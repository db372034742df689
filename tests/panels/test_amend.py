"""Proposing other words for approved minutes."""

import pytest
from django.core.exceptions import ValidationError

from agencies import working_days
from agencies.models import OutboxMessage
from mappa import dates
from panels import actions
from panels.models import Amendment
from tests.panels.conftest import amend, countersign


@pytest.fixture
def url(sent, item):
    return f"/items/{item.reference}/amend/?part=paragraph-09-agencies"


GOOD = {"becomes": "Three calls were reported", "reason": "One call was left out", "version": "1"}


def test_what_is_proposed_waits_for_another_and_leaves_the_minutes(sign_in, url, sent, item, coordinator, chair):
    sign_in(coordinator).post(url, GOOD)

    row = Amendment.objects.visible_to(chair).get()
    assert (row.was, row.becomes) == ("Two calls were reported", "Three calls were reported")
    assert (row.outcome, row.proposed_by, row.version) == ("", coordinator, None)
    assert "Two calls were reported" in sign_in(coordinator).get(f"/meetings/{sent.reference}/minutes/").text


def test_the_chair_is_asked_within_the_standard_without_a_name(sign_in, url, area, coordinator, chair):
    sign_in(coordinator).post(url, GOOD)

    row = Amendment.objects.visible_to(chair).get()
    mail = OutboxMessage.objects.get(to=chair, key__startswith="amendment-asked:")
    assert row.due_on == working_days.after(dates.today(), 5, area)
    assert row.reference in mail.subject
    assert "Lowe" not in mail.subject + mail.body


def test_a_partner_does_not_read_what_is_only_proposed(item, paragraph, coordinator, housing):
    amend(item, paragraph, by=coordinator)

    assert not Amendment.objects.visible_to(housing).exists()


def test_the_page_lists_what_can_be_amended_as_it_stands(sign_in, sent, item, coordinator):
    page = sign_in(coordinator).get(f"/items/{item.reference}/amend/").text

    assert "Two calls were reported" in page
    assert "The plan holds without us" in page
    assert "Attendance of Housing, Bedfordshire" in page


def test_attendance_is_amended_too(sign_in, sent, item, invitation, coordinator, chair):
    url = f"/items/{item.reference}/amend/?part={invitation.reference}"

    sign_in(coordinator).post(url, {"becomes": "deputy", "reason": "It was a deputy", "version": "1"})

    assert Amendment.objects.visible_to(chair).get().invitation == invitation


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"becomes": ""}, "Enter what the minutes should say"),
        ({"reason": " "}, "Enter the reason"),
        ({"becomes": "Two calls were reported"}, "Change the words"),
        ({"version": "7"}, "were amended since you opened this page"),
    ],
)
def test_a_mistake_is_told_and_what_was_typed_is_kept(sign_in, url, coordinator, change, words):
    page = sign_in(coordinator).post(url, GOOD | change).text

    assert words in page
    assert (GOOD | change)["reason"].strip() in page
    assert not Amendment.objects.visible_to(coordinator).exists()


def test_twice_is_refused(item, paragraph, coordinator):
    amend(item, paragraph, by=coordinator)

    with pytest.raises(ValidationError, match="waits already"):
        amend(item, paragraph, by=coordinator)


def test_a_draft_is_changed_and_not_amended(item, invitation, decided, coordinator):
    with pytest.raises(ValidationError, match="not approved yet"):
        actions.amend(item=item, part="rationale", of=None, becomes="x", reason="x", version=1, by=coordinator)


def test_what_was_amended_is_amended_from_its_newest_words(item, paragraph, coordinator, chair):
    countersign(amend(item, paragraph, by=coordinator), chair)

    second = amend(item, paragraph, "Four calls were reported", version=2, by=coordinator)

    assert second.was == "Three calls were reported"


@pytest.mark.parametrize(("person", "status"), [("practitioner", 403), ("housing", 403), ("uninvited", 404)])
def test_only_those_who_write_minutes_amend_them(sign_in, request, url, person, status):
    assert sign_in(request.getfixturevalue(person)).post(url, GOOD).status_code == status
