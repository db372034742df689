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


@pytest.mark.parametrize(
    ("day", "days", "due"),
    [
        (date(2026, 12, 24), 3, date(2026, 12, 31)),  # over Christmas, Boxing Day's substitute and the weekend
        (date(2026, 12, 24), 4, date(2027, 1, 4)),  # and over New Year
        (date(2027, 12, 24), 1, date(2027, 12, 29)),  # both days fall on the weekend, and both have substitutes
        (date(2027, 1, 4), -4, date(2026, 12, 24)),
        (date(2026, 12, 27), 0, date(2026, 12, 24)),  # what falls on a Sunday is done by Christmas Eve
        (date(2027, 3, 25), 1, date(2027, 3, 30)),  # over Good Friday and Easter Monday
        (date(2027, 3, 30), -1, date(2027, 3, 25)),
        (date(2027, 3, 28), 0, date(2027, 3, 25)),  # Easter Sunday
        (date(2027, 3, 22), 10, date(2027, 4, 7)),
    ],
)
def test_across_christmas_and_easter(day, days, due):
    assert step(day, days, set()) == due


def test_a_welsh_and_an_english_area_each_close_for_themselves(area, other_area):
    """North Wales closes on St David's Day and the day after Easter, Bedfordshire between the years."""
    for on in (date(2027, 3, 1), date(2027, 3, 30)):
        ClosedDay.objects.create(on=on, area=other_area, name="Closed in North Wales")
    for on in (date(2026, 12, 29), date(2026, 12, 30), date(2026, 12, 31)):
        ClosedDay.objects.create(on=on, area=area, name="Closed in Bedfordshire")

    assert other_area.nation == "wales"
    for day, days, in_bedfordshire, in_north_wales in [
        (date(2027, 2, 26), 1, date(2027, 3, 1), date(2027, 3, 2)),
        (date(2027, 3, 25), 1, date(2027, 3, 30), date(2027, 3, 31)),
        (date(2026, 12, 24), 1, date(2027, 1, 4), date(2026, 12, 29)),
        (date(2026, 12, 24), 10, date(2027, 1, 15), date(2027, 1, 12)),
    ]:
        assert after(day, days, area) == in_bedfordshire
        assert after(day, days, other_area) == in_north_wales


def test_days_that_an_area_has_closed_are_counted_in_neither_direction():
    closed = {date(2026, 12, 29), date(2026, 12, 30), date(2026, 12, 31)}

    assert between(date(2026, 12, 24), date(2027, 1, 4), closed) == 1
    assert between(date(2026, 12, 24), date(2027, 1, 4), set()) == 4
    assert step(date(2027, 1, 4), -1, closed) == date(2026, 12, 24)


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
