"""POST /api/v1/rules/level/: Guidance chapter 7, domain.md 2.1."""

import pytest

BASE = {
    "category": 2,
    "proposed_level": 2,
    "adds_value": True,
    "rosh": "medium",
    "exceptional_coordination": False,
    "previous_level": None,
    "senior_representation": False,
}
CASES = [
    ({}, (False, False, False)),
    ({"rosh": "high"}, (True, False, True)),
    ({"rosh": "very_high"}, (True, False, True)),
    ({"rosh": "very_high", "adds_value": False}, (False, False, False)),
    ({"rosh": "low", "exceptional_coordination": True}, (True, False, True)),
    ({"previous_level": 3}, (True, False, True)),
    ({"previous_level": 2}, (False, False, False)),
    ({"rosh": "high", "proposed_level": 3}, (True, False, False)),
    ({"rosh": "high", "proposed_level": 3, "senior_representation": True}, (True, True, True)),
    ({"rosh": "low", "proposed_level": 3, "senior_representation": True}, (False, False, False)),
    ({"proposed_level": 1}, (False, False, True)),
    ({"proposed_level": 1, "category": 4}, (False, False, True)),
    ({"proposed_level": 1, "category": 3}, (False, False, False)),
    ({"rosh": "high", "category": 3}, (True, False, True)),
]


@pytest.mark.parametrize(("change", "expected"), CASES)
def test_the_criteria_and_the_proposed_level(ask, change, expected):
    answer = ask("level", BASE | change)

    assert (answer["level_2_met"], answer["level_3_met"], answer["proposed_level_allowed"]) == expected


def test_category_3_is_never_at_level_1(ask):
    assert "Category 3" in ask("level", BASE | {"category": 3, "proposed_level": 1})["explanation"]


@pytest.mark.parametrize(
    "change",
    [{"category": 0}, {"category": "2"}, {"proposed_level": 4}, {"adds_value": 1}, {"rosh": "HIGH"}, {"rosh": 3}],
)
def test_what_is_no_level_is_refused(ask, change):
    assert list(ask("level", BASE | change, status=400)) == list(change)
