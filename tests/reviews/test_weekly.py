"""The summary that begins a week: numbers for managers and for the board, once a week."""

from datetime import date, timedelta

import pytest

from agencies import outbox
from agencies.models import ClosedDay, Membership, MessageChoice, OutboxMessage, Pulse
from agencies.working_days import step
from mappa.celery import app
from reviews import weekly
from reviews.deadlines import BY_SLUG
from reviews.escalation import Day, Rung
from tests.factories import ActionFactory, DelegationFactory, ExclusionFactory, in_days
from tests.reviews.telling import at, mailed, working_today

app.loader.import_default_modules()
MONDAY = date(2026, 11, 23)


def week(now=None):
    posted = weekly.post_weeks(now=now or at(7))
    outbox.send_waiting()
    return posted


@pytest.fixture
def late(offender, practitioner):
    """A review 30 working days late, and an action due in two days."""
    offender.reviews.visible_to(practitioner).update(due_on=step(working_today(), -30, set()))
    ActionFactory(offender=offender, officer=practitioner, due_on=in_days(2))
    return offender


def test_a_manager_reads_how_the_team_does_in_numbers(late, practitioner, manager):
    DelegationFactory(person=practitioner, to=manager, until=in_days(3))

    assert week() == 1

    [message] = mailed(manager)
    for words in (
        "PROBATION, BEDFORDSHIRE",
        "Overdue: 1\n",
        "Due this week: 1\n",
        "Stand-ins that end this week: 1\n",
        "/team/",
    ):
        assert words in message.body
    assert "The oldest by " in message.body
    assert not {word for word in ("Ashdown", late.reference, "Bob") if word in message.body}


def test_of_a_case_that_the_manager_may_not_see_nothing_is_counted(late, manager):
    ExclusionFactory(offender=late, user=manager)
    week()

    assert "Overdue: 0\n" in mailed(manager)[0].body


def test_what_two_colleagues_have_to_do_is_counted_once(late, manager):
    ActionFactory(offender=late, agency=late.lead_agency, officer=None, due_on=in_days(-1))
    week()

    assert "Overdue: 2\n" in mailed(manager)[0].body


def test_a_board_member_reads_what_is_late_by_kind(late, board_member):
    week()

    [message] = mailed(board_member)
    assert "LATE IN BEDFORDSHIRE, AND PASSED UP TO THE BOARD\nReviews of cases: 1\n" in message.body
    assert late.reference not in message.body


def test_what_has_climbed_to_the_board_is_counted_to_the_day(offender, practitioner, area):
    day = Day.of(MONDAY)
    latest = day.latest(area.pk, Rung.BOARD)

    for due, number in ((latest, 1), (latest + timedelta(days=1), 0)):
        offender.reviews.visible_to(practitioner).update(due_on=due)
        review = offender.reviews.visible_to(practitioner).get()
        assert weekly.late_in(area, day).total() == number
        assert (Rung.BOARD in day.rungs(BY_SLUG["case-review"], review)) == bool(number)


def test_it_comes_once_a_week_and_on_a_later_day_if_the_first_was_missed(manager):
    assert weekly.post_weeks(now=at(6, 59, day=MONDAY)) == 0
    assert [weekly.post_weeks(now=at(7, day=MONDAY + timedelta(days=n))) for n in (0, 0, 3, 7)] == [1, 0, 0, 1]
    assert OutboxMessage.objects.first().key == f"weekly:{manager.pk}:2026-48"


def test_a_week_begins_with_its_first_working_day(manager, area):
    ClosedDay.objects.create(on=MONDAY, area=area, name="Closed")

    assert [weekly.post_weeks(now=at(7, day=MONDAY + timedelta(days=n))) for n in (0, 1)] == [0, 1]


def test_whoever_wants_none_and_whoever_manages_nobody_gets_none(manager, practitioner, coordinator):
    MessageChoice.objects.create(user=manager, weekly=False)

    assert week() == 0


def test_whoever_manages_no_more_when_it_is_sent_gets_none(manager):
    weekly.post_weeks(now=at(7))
    Membership.objects.filter(user=manager).update(rank=None)
    outbox.send_waiting()

    assert OutboxMessage.objects.get().state == "withdrawn"


def test_the_clock_posts_it(manager):
    app.tasks["reviews.tasks.tell_weeks"].apply(throw=True)

    assert Pulse.objects.get(name="weekly-summaries").ended_at is not None
