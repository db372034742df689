"""Dates that come again: by rule, on working days, shown before they are saved, and arranged in one act."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from agencies.models import ClosedDay, Membership, Role
from agencies.working_days import bank_holidays, is_working
from panels.models import Meeting
from panels.recurring import LAST, Rule, by_rule, propose
from tests.conftest import member
from tests.factories import MeetingFactory, PanelFactory

DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
RULES = st.one_of(
    st.builds(Rule, st.integers(0, 4), weeks=st.integers(1, 12)),
    st.builds(Rule, st.integers(0, 4), nth=st.sampled_from([1, 2, 3, 4, LAST])),
)
COUNTS = st.integers(1, 26)


@st.composite
def closures(draw, start=DAYS):
    """A start, and days closed for some days or weeks after it."""
    first = draw(start)
    spans = draw(st.lists(st.tuples(st.integers(0, 700), st.integers(1, 40)), max_size=4))
    return first, {first + timedelta(days=n) for at, length in spans for n in range(at, at + length)}


@given(RULES, closures(), COUNTS)
def test_no_date_is_on_a_closed_day_or_before_the_start_and_each_period_has_exactly_one(rule, when, count):
    start, closed = when
    wanted = by_rule(rule, start, count + 1)

    found = propose(rule, start, count, closed)

    assert [one.wanted for one in found] == wanted[:-1]
    for one, following in zip(found, wanted[1:], strict=True):
        period = [one.wanted + timedelta(days=n) for n in range((following - one.wanted).days)]
        worked = [day for day in period if is_working(day, closed)]
        assert one.on == (worked[0] if worked else None)
        assert one.wanted >= start
        assert bool(one.why) == (one.on != one.wanted)


@given(RULES, DAYS, COUNTS)
def test_dates_by_a_rule_are_its_weekday_in_the_rhythm_that_was_asked_for(rule, start, count):
    found = by_rule(rule, start, count)

    assert {day.weekday() for day in found} == {rule.weekday}
    if rule.weeks:
        assert (found[0] - start).days < 7
        assert {(b - a).days for a, b in pairwise(found)} <= {7 * rule.weeks}
    else:
        months = [day.year * 12 + day.month for day in found]
        assert months == list(range(months[0], months[0] + count))
        for day in found:
            number = (day.day - 1) // 7 + 1
            assert number == rule.nth or (rule.nth == LAST and (day + timedelta(days=7)).month != day.month)


def test_a_bank_holiday_moves_to_the_next_working_day_and_says_so():
    may = date(2027, 5, 1)
    assert date(2027, 5, 3) in bank_holidays(2027)

    [one] = propose(Rule(0, nth=1), may, 1, set())

    assert (one.wanted, one.on) == (date(2027, 5, 3), date(2027, 5, 4))
    assert one.why == "3 May 2027 is a bank holiday: the next working day instead"


ASKED = {
    "often": "every-1",
    "weekday": "2",
    "start_day": "30",
    "start_month": "11",
    "start_year": "2026",
    "at": "9:30",
    "count": "3",
}


@pytest.fixture
def client_of(sign_in, coordinator):
    with time_machine.travel("2026-11-23 09:00 +0000", tick=False):
        yield sign_in(coordinator)


@pytest.fixture
def panel(area, chair):
    return PanelFactory(area=area, chair=chair)


def days_of(user):
    return [meeting.held_on.day for meeting in Meeting.objects.visible_to(user).order_by("starts_at")]


def test_the_dates_are_shown_first_and_arranged_in_one_act(client_of, coordinator, panel, area):
    ClosedDay.objects.create(on="2026-12-09", area=area, name="Staff day")
    url = f"/meetings/panels/{panel.reference}/dates/"

    page = client_of.get(url, ASKED).text
    assert "The area is closed on 9 December 2026: the next working day instead" in page
    assert not Meeting.objects.visible_to(coordinator).exists()
    chosen = {"days": ["2026-12-02", "2026-12-10"]}
    assert client_of.post(url, ASKED | chosen).headers["Location"] == f"/meetings/panels/{panel.reference}/"

    assert days_of(coordinator) == [2, 10]
    assert Meeting.objects.visible_to(coordinator).filter(panel=panel, place=panel.place).count() == 2


def test_each_date_that_cannot_be_says_why_and_the_others_are_kept(client_of, coordinator, panel, chair):
    other = MeetingFactory(area=panel.area, level=3, chair=chair, starts_at="2026-12-09T10:00Z")
    url = f"/meetings/panels/{panel.reference}/dates/"
    assert f"at meeting {other.reference}" in client_of.get(url, ASKED).text

    page = client_of.post(url, ASKED | {"days": ["2026-12-02", "2026-12-09"]}, follow=True).text

    assert "1 meeting is arranged" in page
    assert f"9 December 2026 is not arranged. Chris: at meeting {other.reference}" in page


def test_a_deputy_chairs_where_the_chair_cannot(client_of, coordinator, panel, police, chair):
    dana = member(police, Role.Code.CHAIR, "dana")
    panel.deputies.add(dana)
    Membership.objects.filter(user=chair).update(until="2026-12-08")

    client_of.post(f"/meetings/panels/{panel.reference}/dates/", ASKED | {"days": ["2026-12-02", "2026-12-09"]})

    found = Meeting.objects.visible_to(coordinator).order_by("starts_at")
    assert [meeting.chair for meeting in found] == [chair, dana]


def test_a_series_sent_twice_is_arranged_once(client_of, coordinator, panel):
    url, chosen = f"/meetings/panels/{panel.reference}/dates/", ASKED | {"days": ["2026-12-02"]}
    client_of.post(url, chosen)

    page = client_of.post(url, chosen)

    assert "already starts then" in page.text
    assert days_of(coordinator) == [2]


def test_a_day_that_is_none_of_the_series_is_refused(client_of, coordinator, panel):
    url = f"/meetings/panels/{panel.reference}/dates/"

    assert "Choose at least one date" in client_of.post(url, ASKED).text
    assert "Select a valid choice" in client_of.post(url, ASKED | {"days": ["2026-12-03"]}).text
    assert "Enter a number from 1 to 26" in client_of.get(url, ASKED | {"count": "99"}).text
    assert days_of(coordinator) == []


def test_a_day_that_has_begun_is_not_arranged_for_a_time_that_is_past(client_of, panel):
    today = ASKED | {"weekday": "0", "start_day": "1", "at": "8:00", "count": "1"}

    assert (
        "The meeting must be in the future" in client_of.get(f"/meetings/panels/{panel.reference}/dates/", today).text
    )


def test_only_who_may_schedule_arranges_a_series(sign_in, practitioner, outsider, panel):
    url = f"/meetings/panels/{panel.reference}/dates/"

    assert sign_in(practitioner).post(url, ASKED).status_code == 403
    assert sign_in(outsider).post(url, ASKED).status_code == 404
