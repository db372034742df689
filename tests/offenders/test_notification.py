"""How long a registered sexual offender must notify: every row of docs/domain.md 6.1."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offenders.law.disposals import disposal_of
from offenders.law.notification import period
from offenders.law.periods import Length

ADULT, YOUTH = date(1980, 1, 1), date(2004, 1, 1)
DISPOSALS = [
    "imprisonment",
    "detention",
    "life",
    "imprisonment_for_public_protection",
    "hospital_order",
    "restricted_hospital_order",
    "guardianship_order",
    "community_order",
    "fine",
    "conditional_discharge",
    "absolute_discharge",
    "caution",
    "other",
]
LENGTHS = st.builds(Length, years=st.integers(0, 40), months=st.integers(0, 40), days=st.integers(0, 400))
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def last_day(*, disposal, term, dealt_with_on, born_on):
    """The last day under the Sexual Offences Act; None when the requirements are indefinite."""
    found = period(regime="SOA2003", born_on=born_on, relevant_on=dealt_with_on, disposal=disposal_of(disposal, term))
    assert found.authority
    assert found.explanation
    assert found.indefinite == (found.last_day is None)
    return found.last_day


def months(number, days=0):
    return Length(months=number, days=days)


ROWS = [
    ("life", Length(), None, None),
    ("imprisonment_for_public_protection", Length(), None, None),
    ("imprisonment", months(30), None, None),
    ("imprisonment", Length(years=2, months=6), None, None),
    ("restricted_hospital_order", Length(), None, None),
    ("imprisonment", months(29, 30), Length(years=10), Length(years=5)),
    ("imprisonment", months(6, 1), Length(years=10), Length(years=5)),
    ("imprisonment", months(7), Length(years=10), Length(years=5)),
    ("imprisonment", months(6), Length(years=7), Length(years=3, months=6)),
    ("detention", months(1), Length(years=7), Length(years=3, months=6)),
    ("hospital_order", Length(), Length(years=7), Length(years=3, months=6)),
    ("caution", Length(), Length(years=2), Length(years=1)),
    ("conditional_discharge", months(12), months(12), months(12)),
    ("fine", Length(), Length(years=5), Length(years=2, months=6)),
    ("community_order", Length(), Length(years=5), Length(years=2, months=6)),
    ("absolute_discharge", Length(), Length(years=5), Length(years=2, months=6)),
]


@pytest.mark.parametrize(("disposal", "term", "adult", "youth"), ROWS)
def test_every_row_of_the_table(disposal, term, adult, youth):
    on = date(2020, 6, 1)
    known = {"disposal": disposal, "term": term, "dealt_with_on": on}

    assert last_day(**known, born_on=ADULT) == (adult.ends(on) if adult else None)
    assert last_day(**known, born_on=YOUTH) == (youth.ends(on) if youth else None)


def test_the_period_begins_with_the_conviction_and_ends_the_day_before_the_anniversary():
    known = {"disposal": "fine", "term": Length(), "dealt_with_on": date(2020, 6, 1)}

    assert last_day(**known, born_on=ADULT) == date(2025, 5, 31)


@pytest.mark.parametrize(
    ("on", "end"), [(date(2022, 1, 1), date(2026, 12, 31)), (date(2021, 12, 31), date(2024, 6, 30))]
)
def test_eighteen_on_the_day_is_an_adult(on, end):
    assert last_day(disposal="fine", term=Length(), dealt_with_on=on, born_on=YOUTH) == end


@pytest.mark.parametrize(
    ("length", "starts_on", "end"),
    [
        (Length(years=1), date(2024, 2, 29), date(2025, 2, 28)),
        (Length(years=4), date(2024, 2, 29), date(2028, 2, 28)),
        (Length(years=1), date(2024, 3, 1), date(2025, 2, 28)),
        (Length(years=1), date(2023, 3, 1), date(2024, 2, 29)),
        (Length(months=6), date(2024, 8, 31), date(2025, 2, 28)),
        (Length(months=6), date(2024, 3, 1), date(2024, 8, 31)),
        (Length(years=3, months=6), date(2020, 8, 31), date(2024, 2, 29)),
        (Length(months=1), date(2025, 1, 31), date(2025, 2, 28)),
        (Length(days=3), date(2025, 12, 31), date(2026, 1, 2)),
    ],
)
def test_periods_end_where_the_calendar_is_uneven(length, starts_on, end):
    assert length.ends(starts_on) == end


@given(on=DAYS, years=st.integers(1, 30))
def test_the_last_day_is_the_day_before_the_anniversary(on, years):
    end = Length(years=years).ends(on) + timedelta(days=1)

    assert (end.month, end.day) == ((on.month, on.day) if (on.month, on.day) != (2, 29) or end.day == 29 else (3, 1))
    assert end.year == on.year + years


@given(on=DAYS, disposal=st.sampled_from(DISPOSALS), term=LENGTHS, born_on=DAYS)
def test_every_day_of_two_centuries_has_an_answer(on, disposal, term, born_on):
    end = last_day(disposal=disposal, term=term, dealt_with_on=on, born_on=born_on)

    assert end is None or end >= on or term == Length()


@given(on=st.dates(date(1920, 1, 1), date(2100, 1, 1)), disposal=st.sampled_from(DISPOSALS), term=LENGTHS)
def test_the_young_notify_for_half_as_long_as_adults(on, disposal, term):
    known = {"regime": "SOA2003", "relevant_on": on, "disposal": disposal_of(disposal, term)}
    adult = period(**known, born_on=on - timedelta(days=365 * 19))
    youth = period(**known, born_on=on - timedelta(days=365 * 15))

    assert youth.indefinite == adult.indefinite
    if adult.indefinite or disposal == "conditional_discharge":
        assert youth == adult
    else:
        assert 2 * youth.period.in_months == adult.period.in_months


@given(on=DAYS, shorter=LENGTHS, more=LENGTHS, born_on=DAYS)
def test_longer_custody_never_shortens_the_period(on, shorter, more, born_on):
    longer = Length(shorter.years + more.years, shorter.months + more.months, shorter.days + more.days)
    known = {"disposal": "imprisonment", "dealt_with_on": on, "born_on": born_on}
    first, second = last_day(**known, term=shorter), last_day(**known, term=longer)

    assert second is None or (first is not None and first <= second)
