"""Working days, against the dates that GOV.UK publishes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.models import ClosedDay
from agencies.working_days import after, bank_holidays, between, closed_days, closed_days_of_areas, is_working, step

PUBLISHED = {
    2026: ["04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"],
    2027: ["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"],
    2028: ["01-03", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"],
}
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
COUNTS = st.integers(1, 60)


@pytest.mark.parametrize("year", PUBLISHED)
def test_bank_holidays_are_those_of_england_and_wales(year):
    published = {date.fromisoformat(f"{year}-{day}") for day in PUBLISHED[year]}

    assert published <= bank_holidays(year)
    assert {day for day in bank_holidays(year) if day.weekday() < 5} - {date(2026, 1, 1)} == published


def test_weekends_and_christmas_are_skipped(db):
    assert after(date(2026, 12, 24), 1, None) == date(2026, 12, 29)


def test_an_area_closes_for_itself_alone(area, other_area):
    ClosedDay.objects.create(on=date(2026, 11, 24), area=area, name="Move")

    assert after(date(2026, 11, 23), 1, area) == date(2026, 11, 25)
    assert after(date(2026, 11, 23), 1, other_area) == date(2026, 11, 24)


def test_a_day_closed_everywhere_is_closed_in_every_area(area, other_area):
    ClosedDay.objects.create(on=date(2026, 11, 24), area=None, name="Day of mourning")
    ClosedDay.objects.create(on=date(2026, 11, 25), area=area, name="Move")

    closed = closed_days_of_areas(date(2026, 11, 1), date(2026, 11, 30))

    assert closed[area.pk] == {date(2026, 11, 24), date(2026, 11, 25)}
    assert closed[other_area.pk] == {date(2026, 11, 24)}
    assert closed_days(area, date(2026, 11, 1), date(2026, 11, 30)) == closed[area.pk]


def test_a_long_closure_is_waited_out(area):
    for day in range(1, 29):
        ClosedDay.objects.create(on=date(2027, 2, day), area=area, name="Flood")
    for day in range(1, 32):
        ClosedDay.objects.create(on=date(2027, 3, day), area=area, name="Flood")

    assert after(date(2027, 1, 29), 1, area) == date(2027, 4, 1)


def test_what_falls_on_a_sunday_is_done_by_friday():
    assert step(date(2026, 11, 22), 0, set()) == date(2026, 11, 20)


@given(DAYS, COUNTS)
def test_counting_back_undoes_counting_on(day, days):
    start = step(day, 0, set())

    assert step(step(start, days, set()), -days, set()) == start


@given(DAYS, COUNTS)
def test_between_counts_what_step_walked(day, days):
    due = step(day, days, set())

    assert is_working(due, set())
    assert between(day, due, set()) == days
    assert between(due, day, set()) == -days
