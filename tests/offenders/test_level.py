"""The criteria of levels 2 and 3 (MAPPA Guidance chapter 7)."""

import pytest

from offenders.law.level import Need, is_met, level_2_met, level_3_met


@pytest.mark.parametrize(("rosh", "met"), [(None, False), (1, False), (2, False), (3, True), (4, True)])
def test_level_2_needs_a_high_or_very_high_risk(rosh, met):
    assert level_2_met(Need(meetings_add_value=True, rosh=rosh)) is met


def test_exceptional_co_ordination_opens_level_2_at_a_lower_risk():
    assert level_2_met(Need(meetings_add_value=True, rosh=1, exceptional_co_ordination=True))


def test_a_case_that_was_at_level_3_meets_level_2():
    assert level_2_met(Need(meetings_add_value=True, rosh=2, was_at_level_3=True))


def test_nothing_opens_level_2_when_meetings_add_no_value():
    need = Need(meetings_add_value=False, rosh=4, exceptional_co_ordination=True, was_at_level_3=True)

    assert not level_2_met(need)


@pytest.mark.parametrize(("senior", "rosh", "met"), [(True, 3, True), (False, 4, False), (True, 2, False)])
def test_level_3_is_level_2_with_senior_people(senior, rosh, met):
    assert level_3_met(Need(meetings_add_value=True, rosh=rosh, needs_senior_representation=senior)) is met


def test_level_1_asks_for_nothing():
    nothing = Need(meetings_add_value=False, rosh=None)

    assert [is_met(level, nothing) for level in (1, 2, 3)] == [True, False, False]
