"""Every day that meetings, invitations and minutes fall due, counted again by hand over any calendar."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.models import ClosedDay
from agencies.models.standard import value
from agencies.working_days import bank_holidays
from panels.actions.distribution import due_after
from panels.actions.invitations import answer_due, information_due
from panels.actions.meetings import minutes_due
from panels.models import Meeting

DAYS = st.dates(date(2026, 2, 1), date(2031, 12, 31))
OWN = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def counted(area):
    """Today, a meeting some days later, and which days are worked, with days on which the area alone has closed."""

    def on(today, ahead, closed):
        ClosedDay.objects.filter(area=area).delete()
        days = {today + timedelta(days=n) for n in closed}
        ClosedDay.objects.bulk_create(ClosedDay(area=area, on=day, name="Closed") for day in days)
        starts = timezone.make_aware(
            datetime.combine(today + timedelta(days=ahead), datetime.min.time().replace(hour=10))
        )
        meeting = Meeting(area=area, level=2 + ahead % 2, starts_at=starts)
        return meeting, lambda day: day.weekday() < 5 and day not in bank_holidays(day.year) and day not in days

    return on


def worked_between(first, last, is_worked):
    """How many days after the first, up to and with the last, are worked."""
    return sum(is_worked(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


@OWN
@given(DAYS, st.integers(1, 60), st.sets(st.integers(0, 90), max_size=12))
def test_minutes_and_what_follows_them_are_due_after_the_standard_s_working_days(counted, today, ahead, closed):
    meeting, is_worked = counted(today, ahead, closed)
    with time_machine.travel(meeting.starts_at, tick=False):
        dues = {
            f"level_{meeting.level}_minutes_working_days": minutes_due(meeting),
            "minutes_read_working_days": due_after("minutes_read_working_days", meeting),
            "minutes_sending_on_working_days": due_after("minutes_sending_on_working_days", meeting),
        }
    for name, due in dues.items():
        assert worked_between(meeting.held_on, due, is_worked) == value(name, meeting.area, meeting.held_on), name
        assert is_worked(due), name


@OWN
@given(DAYS, st.integers(1, 60), st.sets(st.integers(0, 60), max_size=12))
def test_information_is_due_before_the_meeting_and_an_answer_never_after_it(counted, today, ahead, closed):
    meeting, is_worked = counted(today, ahead, closed)
    with time_machine.travel(
        timezone.make_aware(datetime.combine(today, datetime.min.time().replace(hour=9))), tick=False
    ):
        information, answer = information_due(meeting), answer_due(meeting)

    wanted = value("information_return_working_days", meeting.area, today)
    assert today <= information <= meeting.held_on
    if information > today:
        assert is_worked(information)
        # Before the meeting as many days are worked as the standard says, the day it is due among them.
        assert worked_between(information - timedelta(days=1), meeting.held_on - timedelta(days=1), is_worked) == wanted
    else:
        assert worked_between(today, meeting.held_on - timedelta(days=1), is_worked) < wanted
    assert today <= answer <= meeting.held_on
    if answer < meeting.held_on:
        assert worked_between(today, answer, is_worked) == value("invitation_answer_working_days", meeting.area, today)
