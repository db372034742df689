"""POST /api/v1/rules/working-days/."""

import pytest

from agencies.models import ClosedDay

CASES = [
    ("2026-12-24", 1, "2026-12-29"),
    ("2026-11-20", 1, "2026-11-23"),
    ("2026-11-23", 5, "2026-11-30"),
    ("2026-04-02", 1, "2026-04-07"),
    ("2100-12-30", 1, "2100-12-31"),
]


@pytest.mark.parametrize(("first", "days", "due_on"), CASES)
@pytest.mark.parametrize("nation", ["england", "wales"])
def test_weekends_and_bank_holidays_are_left_out(ask, first, days, due_on, nation):
    answer = ask("working-days", {"from": first, "days": days, "nation": nation})

    assert answer["due_on"] == due_on


def test_a_thousand_days_may_be_counted_from_any_year(ask):
    assert ask("working-days", {"from": "1900-01-01", "days": 1000, "nation": "england"})["due_on"] > "1903-10-01"


def test_a_day_closed_everywhere_is_left_out(ask):
    ClosedDay.objects.create(on="2026-11-24", area=None, name="Day of mourning")

    assert ask("working-days", {"from": "2026-11-23", "days": 1, "nation": "wales"})["due_on"] == "2026-11-25"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"days": 0}, "days"),
        ({"days": -1}, "days"),
        ({"days": True}, "days"),
        ({"days": 1.0}, "days"),
        ({"days": "1"}, "days"),
        ({"days": 10**30}, "days"),
        ({"nation": "scotland"}, "nation"),
        ({"from": "2100-12-31"}, "days"),
        ({"from": "24/12/2026"}, "from"),
        ({"from": "20261224"}, "from"),
        ({"from": "2026-12-24T00:00:00"}, "from"),
    ],
)
def test_what_cannot_be_counted_is_refused(ask, change, field):
    asked = {"from": "2026-12-24", "days": 1, "nation": "england"} | change

    assert list(ask("working-days", asked, status=400)) == [field]
