"""A meeting that is arranged gets another time, place or way to come, and what follows from its day moves with it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from agencies.models import OutboxMessage
from mappa import dates
from offenders.models.grant import Basis
from panels import actions
from panels.models import Invitation, Meeting, MeetingChange
from tests.factories import MeetingFactory, ObservationFactory
from tests.panels.conftest import boxes, write

THURSDAY = datetime(2026, 12, 10, 14, tzinfo=UTC)
THERE = {"length": 120, "mode": "in-person", "place": "County Hall", "link": ""}
BY_VIDEO = {"length": 120, "mode": "video", "place": "", "link": "https://meet.example/abc"}


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel("2026-11-23 09:00 +0000", tick=False):
        yield


@pytest.fixture
def meeting(area, chair, coordinator):
    """Wednesday 2 December 2026, 9:30am."""
    starts_at = datetime(2026, 12, 2, 9, 30, tzinfo=UTC)
    return MeetingFactory(area=area, chair=chair, arranged_by=coordinator, starts_at=starts_at)


def move(meeting, by, *, to=THURSDAY, where=THERE, reason="The room is flooded", sequence=0):
    return actions.move_meeting(meeting=meeting, starts_at=to, **where, reason=reason, sequence=sequence, by=by)


def test_a_moved_meeting_keeps_where_it_was_and_why(meeting, coordinator):
    moved = move(meeting, coordinator)

    assert (moved.starts_at, moved.place, moved.sequence, moved.version) == (THURSDAY, "County Hall", 1, 1)
    change = MeetingChange.objects.visible_to(coordinator).get()
    assert (change.kind, change.reason, change.was_place) == ("moved", "The room is flooded", "Police headquarters")


def test_what_falls_due_and_access_move_with_the_day(meeting, invitation, level_2, coordinator):
    earlier = datetime(2026, 12, 1, 10, tzinfo=UTC)
    late = Invitation.objects.visible_to(coordinator).get(pk=invitation.pk).information_due_on

    moved = move(meeting, coordinator, to=earlier)

    assert moved.minutes_due_on.isoformat() == "2026-12-15"
    assert Invitation.objects.visible_to(coordinator).get(pk=invitation.pk).information_due_on < late
    grant = level_2.agency_grants.about(level_2).get(basis=Basis.INVITED)
    assert grant.until == dates.add_months(moved.held_on, 6)


def test_everybody_invited_is_told_without_a_name_a_place_or_a_link(meeting, invitation, housing, chair, coordinator):
    lee = ObservationFactory(meeting=meeting).adviser
    OutboxMessage.objects.all().delete()

    move(meeting, coordinator, where=BY_VIDEO)

    told = OutboxMessage.objects.filter(subject__contains="A MAPPA meeting is moved")
    assert set(told.values_list("to", flat=True)) >= {housing.pk, chair.pk, lee.pk}
    text = " ".join(told.values_list("body", flat=True))
    assert "10 December 2026, 2pm" in text
    assert not [word for word in ("Lowe", "Hall", "meet.example") if word in text]


def test_a_move_that_changes_nothing_is_refused_as_a_second_click_would_be(meeting, coordinator):
    move(meeting, coordinator)

    with pytest.raises(ValidationError, match="at this time and place already"):
        move(meeting, coordinator, sequence=1)
    with pytest.raises(ValidationError, match="Someone else moved this meeting meanwhile, to 10 December 2026"):
        move(meeting, coordinator, to=THURSDAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"to": datetime(2026, 11, 20, 9, tzinfo=UTC)}, "must be in the future"),
        ({"to": datetime(2026, 12, 25, 9, tzinfo=UTC)}, "is a weekend, a bank holiday"),
        ({"where": BY_VIDEO | {"link": ""}}, "Enter the joining link"),
        ({"where": BY_VIDEO | {"link": "http://meet.example/abc"}}, "starts with https://"),
        ({"where": THERE | {"length": 5}}, "between 15 and 600 minutes"),
        ({"reason": " "}, "Enter why the meeting is moved"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_moves(meeting, coordinator, changes, words):
    with pytest.raises(ValidationError, match=words):
        move(meeting, coordinator, **changes)

    assert Meeting.objects.visible_to(coordinator).get().sequence == 0


def test_a_meeting_at_which_something_is_minuted_stays_where_it_was(meeting, invitation, coordinator):
    with time_machine.travel(meeting.starts_at, tick=False):
        actions.take_attendance(invitation=invitation, attendance="present", by=coordinator)

    with pytest.raises(ValidationError, match="Something is recorded of this meeting"):
        move(meeting, coordinator)


def test_what_is_written_before_its_day_does_not_hold_a_meeting_and_goes_with_it(meeting, item, coordinator):
    write(item, "06-relevant", "He asks to move to his sister", by=coordinator)

    assert Meeting.objects.visible_to(coordinator).get().state == "planned"
    assert move(meeting, coordinator).starts_at == THURSDAY


def test_the_page_moves_it_and_keeps_what_was_typed(sign_in, meeting, coordinator, practitioner):
    client, url = sign_in(coordinator), f"/meetings/{meeting.reference}/move/"
    form = THERE | {"at": "2pm", "sequence": "0", **boxes("on", THURSDAY)}

    assert 'value="Police headquarters"' in client.get(url).text
    assert "County Hall" in client.post(url, form).text  # without a reason
    assert (
        client.post(url, form | {"reason": "The room is flooded"}).headers["Location"]
        == f"/meetings/{meeting.reference}/"
    )
    assert (
        "The room is flooded (it was planned for 2 December 2026" in client.get(f"/meetings/{meeting.reference}/").text
    )
    assert sign_in(practitioner).post(url, form).status_code == 403
