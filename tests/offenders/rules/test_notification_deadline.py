"""POST /api/v1/rules/notification-deadline/: domain.md 6.2 and 6.3."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offenders.law import deadlines
from tests.offenders.test_notification import DAYS

DUE = [
    ({"event": "conviction", "on": "2026-03-01"}, "2026-03-03"),
    ({"event": "conviction", "on": "2024-02-28"}, "2024-03-01"),
    ({"event": "release", "on": "2025-12-31"}, "2026-01-02"),
    ({"event": "change_of_name", "on": "2026-03-01"}, "2026-03-03"),
    ({"event": "change_of_address", "on": "2026-03-01"}, "2026-03-03"),
    ({"event": "periodic", "last_notified_on": "2025-03-01"}, "2026-03-01"),
    ({"event": "periodic", "on": "2025-06-01", "last_notified_on": "2025-03-01"}, "2026-03-01"),
    ({"event": "periodic", "last_notified_on": "2024-02-29"}, "2025-02-28"),
    ({"event": "periodic", "last_notified_on": "2023-02-28"}, "2024-02-28"),
    ({"event": "periodic", "last_notified_on": "2026-03-01", "no_fixed_abode": True}, "2026-03-08"),
    ({"event": "periodic", "last_notified_on": "2025-03-01", "released_on": "2026-06-10"}, "2026-06-12"),
    ({"event": "periodic", "last_notified_on": "2025-03-01", "released_on": "2026-03-01"}, "2026-03-01"),
    ({"event": "periodic", "last_notified_on": "2025-03-01", "released_on": "2025-06-10"}, "2026-03-01"),
    (
        {
            "event": "periodic",
            "last_notified_on": "2026-03-01",
            "released_on": "2026-03-20",
            "no_fixed_abode": True,
        },
        "2026-03-22",
    ),
    ({"event": "indefinite_review", "first_notified_on": "2010-05-04", "under_18": False}, "2025-05-04"),
    ({"event": "indefinite_review", "first_notified_on": "2010-05-04", "under_18": True}, "2018-05-04"),
    ({"event": "indefinite_review", "first_notified_on": "2008-02-29", "under_18": False}, "2023-03-01"),
    ({"event": "indefinite_review_refused", "on": "2020-05-04"}, "2028-05-04"),
]


@pytest.mark.parametrize(("asked", "due_on"), DUE)
def test_each_event_has_its_deadline(ask, asked, due_on):
    assert ask("notification-deadline", asked)["due_on"] == due_on


def test_the_authority_names_every_provision_once(ask):
    asked = {"event": "periodic", "last_notified_on": "2026-03-01", "no_fixed_abode": True, "happened_on": None}

    at_large = ask("notification-deadline", asked)["authority"]
    released = ask("notification-deadline", asked | {"released_on": "2026-03-20"})["authority"]

    assert at_large == "Sexual Offences Act 2003 s.85(1) and (5); SI 2012/1876"
    assert released == "Sexual Offences Act 2003 s.85(1), (3) and (5); SI 2012/1876"


NOTICES = [
    ({"happened_on": "2026-03-10"}, True, None),
    ({"happened_on": "2026-03-08"}, True, None),
    ({"happened_on": "2026-03-07"}, False, "2026-03-09"),
    ({"happened_on": "2026-03-12"}, True, None),
    ({"happened_on": "2026-03-13"}, False, "2026-03-15"),
    ({"not_happened_by": "2026-03-11"}, True, None),
    ({"not_happened_by": "2026-03-12"}, False, "2026-03-15"),
    ({"not_happened_by": "2026-03-20"}, False, "2026-03-15"),
    ({"not_happened_by": "2026-03-20", "happened_on": None}, False, "2026-03-15"),
]


@pytest.mark.parametrize(("what", "valid", "due_on"), NOTICES)
def test_advance_notice_of_the_tenth_of_march(ask, what, valid, due_on):
    answer = ask("notification-deadline", {"event": "advance_notice", "expected_on": "2026-03-10", **what})

    assert (answer["notice_valid"], answer["due_on"]) == (valid, due_on)


def test_a_change_that_came_late_has_two_deadlines_and_the_first_is_given(ask):
    asked = {"event": "advance_notice", "expected_on": "2026-03-10", "happened_on": "2026-04-01"}

    answer = ask("notification-deadline", asked)

    assert (answer["notice_valid"], answer["due_on"]) == (False, "2026-03-15")
    assert "3 April 2026" in answer["explanation"]


REFUSED = [
    ({"event": "conviction"}, ["on"]),
    ({"event": "party", "on": "2026-03-01"}, ["event"]),
    ({"event": "conviction", "on": "2026-03-01", "released_on": "2026-03-01"}, ["released_on"]),
    ({"event": "periodic"}, ["last_notified_on"]),
    ({"event": "periodic", "last_notified_on": "2026-03-01", "no_fixed_abode": 1}, ["no_fixed_abode"]),
    ({"event": "advance_notice", "expected_on": "2026-03-10"}, ["happened_on"]),
    ({"event": "indefinite_review"}, ["first_notified_on", "under_18"]),
    ({"event": "indefinite_review_refused", "on": None}, ["on"]),
]


@pytest.mark.parametrize(("asked", "fields"), REFUSED)
def test_an_event_asks_for_its_own_fields_only(ask, asked, fields):
    assert list(ask("notification-deadline", asked, status=400)) == fields


@given(on=DAYS, other=st.one_of(st.none(), DAYS), homeless=st.booleans())
def test_every_day_of_two_centuries_has_a_deadline(on, other, homeless):
    for event in deadlines.CHANGES:
        assert deadlines.of_event(event, on).due_on == on + timedelta(days=2)
    due_on = deadlines.periodic(on, released_on=other, no_fixed_abode=homeless).due_on
    assert due_on > on
    assert other is None or due_on > other or due_on - on <= timedelta(days=366)
    assert deadlines.first_review(on, under_18=homeless).due_on > on
    assert deadlines.next_review(on).due_on > on


@given(expected=DAYS, days=st.integers(-400, 400))
def test_a_notice_stands_for_two_days_before_to_two_days_after(expected, days):
    answer = deadlines.advance_notice(expected, happened_on=expected + timedelta(days=days))

    assert answer.notice_valid == (-2 <= days <= 2) == (answer.due_on is None)
