"""POST /api/v1/rules/review-due/: domain.md 3.1, from the standards."""

from datetime import date

import pytest

from agencies.models import Standard


@pytest.mark.parametrize(
    ("level", "last", "due_on", "weeks"),
    [
        (1, "2026-03-02", "2026-06-22", 16),
        (2, "2026-03-02", "2026-06-22", 16),
        (3, "2026-03-02", "2026-04-27", 8),
        (3, "2015-03-02", "2015-04-13", 6),
        (2, "2015-03-02", "2015-05-25", 12),
    ],
)
def test_the_standard_of_the_day_is_used(ask, level, last, due_on, weeks):
    answer = ask("review-due", {"level": level, "last_reviewed_on": last, "area": None})

    assert (answer["due_on"], answer["standard"]["weeks"]) == (due_on, weeks)
    assert answer["standard"]["citation"] == answer["authority"]
    assert answer["standard"]["effective_from"] <= last


def test_an_area_may_be_stricter(ask, area, other_area):
    Standard.objects.create(
        name="level_3_review_weeks", value=6, unit="weeks", area=area, from_on=date(2026, 1, 1), citation="Local"
    )
    asked = {"level": 3, "last_reviewed_on": "2026-03-02"}

    assert ask("review-due", asked | {"area": "bedfordshire"})["standard"]["weeks"] == 6
    assert ask("review-due", asked | {"area": "north-wales"})["standard"]["weeks"] == 8


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"area": "atlantis"}, "area"),
        ({"area": "\x00"}, "area"),
        ({"area": 7}, "area"),
        ({"level": 0}, "level"),
        ({"last_reviewed_on": "1950-01-01"}, "last_reviewed_on"),
    ],
)
def test_what_has_no_standard_is_refused(ask, change, field):
    asked = {"level": 3, "last_reviewed_on": "2026-03-02", "area": None} | change

    assert list(ask("review-due", asked, status=400)) == [field]
