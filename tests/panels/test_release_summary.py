"""The executive summary: for the file and for subject access, and about nobody else."""

import pytest
from django.core.exceptions import ValidationError

from panels import actions
from panels.models import ExecutiveSummary, MinutesCopy
from tests.panels.conftest import approve, in_days, write
from tests.papers import READERS

WORDS = {"covering": "This is what the meeting decided about you."}


@pytest.fixture
def url(meeting, invitation, item, decided, coordinator, chair, housing_agency):
    write(item, "10-victims", "Wilma is afraid", "authority", by=coordinator)
    write(item, "09-agencies", "Two calls were reported", by=coordinator)
    actions.take_attendance(invitation=invitation, attendance="present", by=coordinator)
    task = {"text": "Visit the sister", "agency": housing_agency, "due_on": in_days(9), "checked_how": "By report"}
    actions.add_action(item=item, **task, by=coordinator)
    approve(meeting, chair)
    return f"/items/{item.reference}/summary/"


@pytest.fixture
def released(url, item, chair):
    return actions.release_summary(item=item, **WORDS, by=chair)


def test_the_chair_sees_the_facts_and_releases_them_with_his_words(sign_in, url, chair):
    page = sign_in(chair).get(url).text
    sign_in(chair).post(url, WORDS)

    row = ExecutiveSummary.objects.visible_to(chair).get()
    assert "Level 1: ordinary agency management" in page
    assert row.covering == WORDS["covering"]
    assert row.version == 1


@pytest.mark.parametrize(("ending", "read"), READERS)
def test_it_says_what_was_decided_and_nothing_about_anybody_else(
    sign_in, released, practitioner, coordinator, ending, read
):
    _document, words = read(sign_in(practitioner).get(f"/summaries/{released.reference}/summary.{ending}"))

    copy = MinutesCopy.objects.visible_to(coordinator).get(reader=practitioner)
    assert "This is what the meeting decided about you." in words
    assert "Level 1: ordinary agency management" in words
    assert "Housing, Bedfordshire" in words
    assert "1 action to manage risk" in words
    assert f"Copy {copy.reference} of {released.reference}" in words
    for kept in ("Wilma", "Two calls", "sister", "The plan holds without us", "Nobody is at risk", "Alice"):
        assert kept not in words


def test_a_later_one_takes_its_place_and_the_first_is_kept(sign_in, released, item, chair, practitioner):
    later = actions.release_summary(item=item, covering="Put right", by=chair)

    client = sign_in(practitioner)
    assert "A later summary was released" in client.get(f"/summaries/{released.reference}/").text
    assert "A later summary was released" not in client.get(f"/summaries/{later.reference}/").text


def test_the_same_is_released_once(released, item, chair):
    with pytest.raises(ValidationError, match="recorded this already"):
        actions.release_summary(item=item, **WORDS, by=chair)


def test_there_is_none_of_a_draft(item, decided, chair):
    with pytest.raises(ValidationError, match="not approved yet"):
        actions.release_summary(item=item, **WORDS, by=chair)


def test_its_words_are_needed(sign_in, url, chair):
    assert "Enter what stands before the facts" in sign_in(chair).post(url, {"covering": ""}).text


@pytest.mark.parametrize(("person", "status"), [("coordinator", 403), ("practitioner", 403), ("uninvited", 404)])
def test_only_the_chair_of_the_meeting_releases_it(sign_in, request, url, person, status):
    assert sign_in(request.getfixturevalue(person)).post(url, WORDS).status_code == status


@pytest.mark.parametrize(("person", "there"), [("practitioner", True), ("victim_liaison", False)])
def test_it_is_found_among_the_meetings_of_the_person(sign_in, request, released, level_2, person, there):
    page = sign_in(request.getfixturevalue(person)).get(f"/people/{level_2.reference}/meetings/").text

    assert (f"/summaries/{released.reference}/" in page) == there


@pytest.mark.parametrize(
    ("person", "status"), [("practitioner", 200), ("coordinator", 200), ("victim_liaison", 403), ("housing", 404)]
)
def test_it_is_read_by_those_who_answer_for_the_case(sign_in, request, released, person, status):
    assert sign_in(request.getfixturevalue(person)).get(f"/summaries/{released.reference}/").status_code == status
