"""What earlier meetings agreed and nobody did: on the next agenda, counted once for each meeting that found it late."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from mappa import dates
from panels import actions
from panels.action_lists import carried_over, carried_over_by_item, carried_words
from panels.models import Action, Progress
from tests.factories import ActionFactory, AgendaItemFactory, MeetingFactory, OffenderFactory
from tests.panels.conftest import approve, in_days, now

DAY = date(2026, 11, 2)
DAYS = st.integers(-40, 40).map(lambda number: DAY + timedelta(days=number))


@pytest.fixture
def before(level_2, area, chair, coordinator, invitation):
    """An item of the meeting a month before, and what it agreed."""
    earlier = MeetingFactory(area=area, chair=chair, arranged_by=coordinator, starts_at=timezone.now() - timedelta(30))
    item = AgendaItemFactory(offender=level_2, meeting=earlier)

    def agree(text, **how):
        return ActionFactory(offender=level_2, item=item, agency=invitation.agency, text=text, **how)

    return SimpleNamespace(item=item, agree=agree)


def test_open_and_unconfirmed_actions_of_earlier_meetings_come_first_the_late_ones(before, action, item, coordinator):
    before.agree("Done", done=True)
    before.agree("Open", due_on=in_days(9))
    before.agree("Late", due_on=in_days(-9))
    before.agree("Withdrawn", withdrawn=True)

    assert [row.text for row in carried_over(item, coordinator)] == ["Late", "Open", "Done"]
    assert carried_over(before.item, coordinator) == []


def test_who_runs_the_meeting_finds_them_with_the_person(sign_in, before, item, coordinator):
    before.agree("Late", due_on=in_days(-9))

    page = sign_in(coordinator).get(item.get_absolute_url())

    assert [line.row.text for line in page.context["carried_over"]] == ["Late"]
    assert "Carried over from earlier meetings" in page.text


def test_an_agency_finds_there_what_it_may_see(before, item, coordinator, practitioner, housing, uninvited):
    before.agree("Open")

    assert [len(carried_over(item, who)) for who in (coordinator, practitioner, housing, uninvited)] == [1, 1, 1, 0]


def test_a_whole_agenda_is_asked_for_at_once(before, item, meeting, area, coordinator, django_assert_max_num_queries):
    before.agree("Open")
    other = AgendaItemFactory(offender=OffenderFactory(area=area), meeting=meeting)

    with django_assert_max_num_queries(3):
        found = carried_over_by_item([item, other], coordinator)

    assert [len(found[each.pk]) for each in (item, other)] == [1, 0]
    assert carried_over_by_item([], coordinator) == {}


def test_approval_counts_what_the_meeting_found_late_and_leaves_it_with_its_owner(
    before, action, meeting, decided, chair, housing
):
    late, due = before.agree("Late", due_on=in_days(-9)), before.agree("Not due yet", due_on=in_days(9))

    approve(meeting, chair)

    assert [now(row, chair).carried for row in (late, due, action)] == [1, 0, 0]
    assert now(late, chair).agency == late.agency
    assert Progress.objects.visible_to(housing).get(kind="carried").text == meeting.reference


def test_what_was_given_a_new_date_or_done_after_the_meeting_was_late_at_it(
    before, meeting, decided, chair, coordinator, housing
):
    moved, done = before.agree("Moved", due_on=in_days(-9)), before.agree("Done", due_on=in_days(-9))
    actions.postpone(action=moved, due_on=in_days(9), reason="x", version=0, by=coordinator)
    actions.complete(action=done, text="x", version=0, by=housing)

    approve(meeting, chair)

    assert [now(row, chair).carried for row in (moved, done)] == [1, 1]


@given(due=DAYS, done=st.none() | DAYS, day=DAYS)
def test_late_on_a_day_is_past_its_date_and_not_done_by_then(due, done, day):
    late = Action(due_on=due, done_on=done).was_late(day, due)

    assert late == (due < day and not (done is not None and done <= day))
    if late:
        # It has been late since the day after its date, and stays so until the day before it is done.
        assert Action(due_on=due, done_on=done).was_late(due + dates.ONE_DAY, due)


@given(due=DAYS, done=st.none() | DAYS, meetings=st.lists(DAYS, unique=True))
def test_every_meeting_between_the_date_and_the_doing_counts_once(due, done, meetings):
    counted = sum(Action(due_on=due, done_on=done).was_late(day, due) for day in meetings)

    assert counted == len([day for day in meetings if due < day and (done is None or day < done)])


@pytest.mark.parametrize(("times", "words"), [(0, ""), (1, "Carried over once"), (2, "Carried over 2 times")])
def test_how_often_is_said_in_words(times, words):
    assert carried_words(times) == words
