"""POST /api/v1/rules/qualifying-premises/: Sexual Offences Act 2003 s.84(6)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offenders.law.periods import Length, Stretch
from offenders.law.premises import qualifying_period
from tests.offenders.test_notification import DAYS

STAYS = [
    ([("2026-03-01", "2026-03-07")], "2026-03-07"),
    ([("2026-03-01", "2026-03-06")], None),
    ([("2026-03-01", "2026-12-31")], "2026-03-07"),
    ([("2026-03-01", "2026-03-03"), ("2026-06-01", "2026-06-04")], "2026-06-04"),
    ([("2026-06-01", "2026-06-04"), ("2026-03-01", "2026-03-03")], "2026-06-04"),
    ([("2026-03-01", "2026-03-04"), ("2026-03-03", "2026-03-06")], None),
    ([("2025-03-01", "2025-03-06"), ("2026-02-28", "2026-02-28")], "2026-02-28"),
    ([("2025-03-01", "2025-03-06"), ("2026-03-01", "2026-03-01")], None),
    ([("2025-03-01", "2025-03-06"), ("2026-03-01", "2026-03-06")], None),
    ([], None),
]


@pytest.mark.parametrize(("stays", "met_on"), STAYS)
def test_seven_days_in_any_twelve_months(ask, stays, met_on):
    answer = ask("qualifying-premises", {"stays": [{"from": first, "until": last} for first, last in stays]})

    assert (answer["met"], answer["met_on"]) == (met_on is not None, met_on)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "stays"),
        ({"stays": None}, "stays"),
        ({"stays": [{"from": "2026-03-01"}]}, "stays.0.until"),
        ({"stays": [{"from": "2026-03-02", "until": "2026-03-01"}]}, "stays.0.until"),
        ({"stays": ["2026-03-02"]}, "stays.0"),
        ({"stays": [{"from": "2026-03-02", "until": "2026-03-02"}] * 501}, "stays"),
    ],
)
def test_stays_that_make_no_sense_are_refused(ask, asked, field):
    assert list(ask("qualifying-premises", asked, status=400)) == [field]


@given(stays=st.lists(st.tuples(DAYS, st.integers(0, 40)), max_size=8))
def test_the_answer_is_that_of_counting_every_day(stays):
    days = sorted({first + timedelta(days=n) for first, more in stays for n in range(more + 1)})
    counted = [last for first, last in zip(days, days[6:], strict=False) if last <= Length(years=1).ends(first)]

    found = qualifying_period(Stretch(first, first + timedelta(days=more)) for first, more in stays)

    assert found.met_on == (counted[0] if counted else None)


def test_a_stay_of_two_centuries_is_not_counted_day_by_day():
    assert qualifying_period([Stretch(date(1900, 1, 1), date(2100, 12, 31))]).met_on == date(1900, 1, 7)
