"""The clock of an item, what keeps it from being finished, and what is kept when it is."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from panels import actions
from panels.clock import Clock
from panels.models import AgendaItem, Meeting, Paragraph
from tests.factories import AliasFactory, CharacteristicFactory
from tests.panels.conftest import write

MUST = [section.value for section in Paragraph.MUST]


@pytest.fixture
def answered(item, invitation, decided, coordinator, police):
    """Everything about Martin Lowe is said but that the decision confirms his category."""
    for row in item.invitations.visible_to(coordinator):
        actions.take_attendance(invitation=row, attendance="present", who="Pat Brook", by=coordinator)
    rows = list(item.invitations.visible_to(coordinator).select_related("agency", "attended_by"))
    actions.record_agreements(item=item, invitations=rows, by=coordinator)
    for section in MUST:
        write(item, section, "Considered", by=coordinator)
    return item


@pytest.fixture
def complete(answered, coordinator):
    answered.decision.category = "confirmed"
    type(answered.decision)._base_manager.filter(item=answered).update(category="confirmed")
    return answered


def now(item, user):
    return AgendaItem.objects.visible_to(user).get(pk=item.pk)


def test_an_item_is_finished_once_everything_is_answered(sign_in, complete, coordinator):
    page = sign_in(coordinator).post(f"/items/{complete.reference}/finish/", follow=True)

    assert "Finished by Alice" in page.text
    assert now(complete, coordinator).finished_by == coordinator


def test_what_is_missing_is_listed_with_the_place_where_it_is_answered(sign_in, item, invitation, coordinator):
    page = sign_in(coordinator).post(f"/items/{item.reference}/finish/").text

    url = f"/items/{item.reference}/"
    assert f'<a href="{url}#attendance-{invitation.reference}">Attendance of Housing, Bedfordshire is not' in page
    assert f'<a href="{url}#decision">No decision is recorded</a>' in page
    assert [f'<a href="{url}#section-{section}">' in page for section in MUST] == [True] * len(MUST)
    assert now(item, coordinator).finished_at is None


def test_who_left_for_a_conflict_of_interest_must_be_named(item, invitation, coordinator):
    actions.take_attendance(invitation=invitation, attendance="conflict", by=coordinator)

    with pytest.raises(ValidationError) as refusal:
        actions.finish_item(item=item, by=coordinator)

    words = "Who left for a conflict of interest for Housing, Bedfordshire is not recorded"
    assert words in refusal.value.messages


def test_whether_the_category_is_confirmed_must_be_said(answered, coordinator):
    with pytest.raises(ValidationError, match="Whether the category is confirmed is not recorded"):
        actions.finish_item(item=answered, by=coordinator)


def test_at_level_3_the_critical_case_and_the_media_must_be_considered(complete, meeting, coordinator):
    Meeting._base_manager.update(level=3)

    with pytest.raises(ValidationError) as refusal:
        actions.finish_item(item=now(complete, coordinator), by=coordinator)

    assert refusal.value.messages == [
        "Whether this is a critical public protection case is not recorded",
        "Whether a media plan is needed is not recorded",
    ]


def test_what_the_record_says_is_kept_and_changes_no_more(complete, level_2, practitioner, coordinator):
    AliasFactory(offender=level_2, surname="Loman", forenames="", added_by=practitioner)
    actions.finish_item(item=complete, by=coordinator)
    level_2.surname = "Changed"
    level_2.save(update_fields=["surname"])

    kept = Paragraph.objects.visible_to(coordinator).get(item=complete, section="02-person", audience="everyone")
    assert "Name: Lowe, Martin" in kept.text
    assert "Other names: Loman" in kept.text


def test_what_the_record_keeps_close_is_for_the_responsible_authority(complete, level_2, coordinator):
    believes = CharacteristicFactory(offender=level_2, kind="religion").value.name

    actions.finish_item(item=complete, by=coordinator)

    rows = Paragraph.objects.visible_to(coordinator).filter(item=complete, text__contains=believes)
    assert [(row.section, row.audience) for row in rows] == [("02-person", "authority")]


def test_the_workspace_of_an_open_item_shows_what_the_record_says_today(sign_in, item, coordinator):
    page = sign_in(coordinator).get(f"/items/{item.reference}/").text

    assert "Name: Lowe, Martin" in page
    assert not Paragraph.objects.visible_to(coordinator).filter(drawn=True).exists()


def test_nothing_is_written_on_a_finished_item_until_it_is_opened_again(complete, invitation, coordinator):
    actions.finish_item(item=complete, by=coordinator)
    late = {
        "paragraph": lambda: write(complete, "14-risk", "More", version=1, by=coordinator),
        "added": lambda: actions.add_paragraph(item=complete, section="14-risk", by=coordinator),
        "attendance": lambda: actions.take_attendance(invitation=invitation, attendance="absent", by=coordinator),
        "again": lambda: actions.finish_item(item=complete, by=coordinator),
    }
    for verb in late.values():
        with pytest.raises(ValidationError, match="This item is finished"):
            verb()

    actions.reopen_item(item=complete, by=coordinator)

    assert write(complete, "14-risk", "More", version=1, by=coordinator).text == "More"
    assert not Paragraph.objects.visible_to(coordinator).filter(drawn=True).exists()


def test_a_finished_item_is_opened_again_once(sign_in, complete, coordinator):
    actions.finish_item(item=complete, by=coordinator)
    client = sign_in(coordinator)

    client.post(f"/items/{complete.reference}/reopen/")
    again = client.post(f"/items/{complete.reference}/reopen/", follow=True)

    assert "This item is open already" in again.text


def test_the_clock_begins_once(sign_in, item, coordinator):
    client = sign_in(coordinator)

    client.post(f"/items/{item.reference}/start/")
    started = now(item, coordinator).started_at
    again = client.post(f"/items/{item.reference}/start/", follow=True)

    assert "This item was started at" in again.text
    assert now(item, coordinator).started_at == started
    assert Meeting.objects.visible_to(coordinator).get().state == "held"


def test_an_item_is_not_started_before_the_day_of_its_meeting(item, coordinator):
    Meeting._base_manager.update(starts_at=timezone.now() + timedelta(days=3))

    with pytest.raises(ValidationError, match="Start its items on that day"):
        actions.start_item(item=now(item, coordinator), by=coordinator)


def test_the_clock_says_minutes_planned_and_used_and_how_many_are_too_many(item):
    began = timezone.now()
    item.minutes = 30

    assert Clock.of(item).words == "Planned: 30 minutes. Not started."
    item.started_at = began
    assert "Minutes used: 12 of 30." in Clock.of(item, began + timedelta(minutes=12)).words
    assert "Minutes used: 35 of 30, 5 too many." in Clock.of(item, began + timedelta(minutes=35)).words
    item.finished_at = began + timedelta(minutes=20)
    assert "Minutes used: 20 of 30." in Clock.of(item).words
    assert Clock.of(item).running == ""


def test_the_screen_in_the_room_shows_no_victim_and_nothing_restricted(sign_in, item, coordinator):
    write(item, "10-victims", "Her address is known", "everyone", by=coordinator)
    write(item, "14-risk", "An informant", "authority", by=coordinator)
    write(item, "09-agencies", "Two calls", by=coordinator)

    page = sign_in(coordinator).get(f"/items/{item.reference}/share/").text

    assert "Two calls" in page
    assert "Her address is known" not in page
    assert "An informant" not in page
