"""Dates, times, what is due, and risk, in words."""

import datetime

import pytest

from mappa.templatetags.mappa import clock, due_tone, due_words, long_date, risk_class, risk_word, short_date

TODAY = datetime.date(2026, 11, 22)
SUMMER = datetime.datetime(2026, 6, 30, 23, 10, tzinfo=datetime.UTC)


def test_dates_are_written_as_people_write_them():
    assert long_date(datetime.date(2026, 1, 14)) == "14 January 2026"
    assert short_date(datetime.date(2026, 1, 4)) == "4/1/2026"
    assert long_date(None) == short_date(None) == ""


def test_an_instant_is_told_in_london():
    assert long_date(SUMMER) == "1 July 2026"
    assert clock(SUMMER) == "12:10am"


@pytest.mark.parametrize(
    ("time", "words"),
    [((14, 10), "2:10pm"), ((10, 0), "10am"), ((12, 30), "12:30pm"), ((12, 0), "midday"), ((0, 0), "midnight")],
)
def test_times_are_told_on_a_12_hour_clock(time, words):
    assert clock(datetime.time(*time)) == words


def test_no_time_is_no_words():
    assert clock(None) == ""


@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [
        (-3, "Overdue by 3 days", "over"),
        (-1, "Overdue by 1 day", "over"),
        (0, "Due today", "soon"),
        (1, "Due tomorrow", "soon"),
        (4, "Due Thursday 26 November", "soon"),
        (30, "Due Tuesday 22 December", ""),
        (400, "Due 27 December 2027", ""),
    ],
)
def test_what_is_due_is_told_against_today(days, words, tone):
    due = TODAY + datetime.timedelta(days=days)

    assert (due_words(due, TODAY), due_tone(due, TODAY)) == (words, tone)


def test_what_has_no_date_says_so():
    assert (due_words(None, TODAY), due_tone(None, TODAY)) == ("No date set", "")


@pytest.mark.parametrize(
    ("level", "word", "css"),
    [("L", "Low", "low"), ("VH", "Very high", "very-high"), (None, "Unknown", "unknown"), ("?", "Unknown", "unknown")],
)
def test_risk_that_nobody_assessed_is_unknown_and_not_low(level, word, css):
    assert (risk_word(level), risk_class(level)) == (word, css)
