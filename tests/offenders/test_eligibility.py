"""Who is eligible, and under which limb: docs/domain.md 1.1 to 1.3."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offenders.law.disposals import disposal_of
from offenders.law.eligibility import OffenceFlags, Sentence, bases, recorded_category
from offenders.law.periods import Length
from tests.offenders.test_notification import DAYS, DISPOSALS, LENGTHS

BORN, ON = date(1980, 1, 1), date(2024, 3, 1)
VIOLENT, SEXUAL, TERRORIST = (
    OffenceFlags(schedule_15_part=1),
    OffenceFlags(schedule_3=True, schedule_15_part=2),
    OffenceFlags(schedule_15_part=3, relevant_terrorist=True),
)
YEAR = Length(months=12)
FLAGS = st.builds(
    OffenceFlags,
    schedule_3=st.booleans(),
    schedule_15_part=st.sampled_from([None, 1, 2, 3]),
    murder=st.booleans(),
    section_327_4a=st.booleans(),
    relevant_terrorist=st.booleans(),
)
OUTCOMES = ["convicted", "cautioned", "not_guilty_by_reason_of_insanity", "under_a_disability_did_the_act"]


NONE = Length()


def limbs(offence, disposal, term=NONE, outcome="convicted"):
    return [(b.category, b.limb) for b in bases(offence, Sentence(outcome, ON, disposal_of(disposal, term)), BORN)]


@pytest.mark.parametrize(
    ("term", "eligible"),
    [
        (Length(months=12), True),
        (Length(years=1), True),
        (Length(months=11, days=30), False),
        (Length(days=400), True),
        (Length(days=364), False),
        (Length(months=18), True),
        (Length(months=11), False),
    ],
)
def test_exactly_twelve_months_qualifies_and_less_does_not(term, eligible):
    assert limbs(VIOLENT, "imprisonment", term) == ([(2, "s.327(3)")] if eligible else [])


@pytest.mark.parametrize(
    "disposal", ["life", "imprisonment_for_public_protection", "hospital_order", "guardianship_order"]
)
def test_life_and_hospital_qualify_without_a_length(disposal):
    assert limbs(VIOLENT, disposal) == [(2, "s.327(3)")]


@pytest.mark.parametrize(
    "disposal", ["fine", "community_order", "absolute_discharge", "conditional_discharge", "other"]
)
def test_other_sentences_do_not(disposal):
    assert limbs(VIOLENT, disposal, YEAR) == []


@pytest.mark.parametrize(
    ("offence", "eligible"),
    [
        (OffenceFlags(murder=True), True),
        (OffenceFlags(section_327_4a=True), True),
        (OffenceFlags(schedule_15_part=2), True),
        (OffenceFlags(schedule_15_part=3), False),
        (OffenceFlags(), False),
    ],
)
def test_only_parts_1_and_2_murder_and_offences_against_children_count(offence, eligible):
    assert bool(limbs(offence, "imprisonment", YEAR)) is eligible


@pytest.mark.parametrize("outcome", ["not_guilty_by_reason_of_insanity", "under_a_disability_did_the_act"])
def test_insanity_needs_a_hospital_or_guardianship_order(outcome):
    assert limbs(VIOLENT, "hospital_order", outcome=outcome) == [(2, "s.327(4)")]
    assert limbs(VIOLENT, "guardianship_order", outcome=outcome) == [(2, "s.327(4)")]
    assert limbs(VIOLENT, "community_order", outcome=outcome) == []


def test_a_caution_makes_a_registered_sexual_offender_but_no_violent_one():
    assert limbs(SEXUAL, "caution", outcome="cautioned") == [(1, "s.327(2)")]
    assert limbs(VIOLENT, "caution", outcome="cautioned") == []


def test_several_limbs_apply_at_once_and_one_category_is_recorded():
    found = bases(SEXUAL, Sentence("convicted", ON, disposal_of("imprisonment", YEAR)), BORN)

    assert [b.category for b in found] == [1, 2]
    assert recorded_category(found, ON) == 1


def test_when_the_recorded_basis_ends_the_next_one_gives_the_category():
    fine = Sentence("convicted", date(2010, 1, 1), disposal_of("imprisonment", YEAR), licence_ends_on=date(2030, 1, 1))
    found = bases(SEXUAL, fine, BORN)

    assert recorded_category(found, date(2019, 12, 31)) == 1
    assert recorded_category(found, date(2020, 1, 1)) == 2
    assert recorded_category(found, date(2030, 1, 1)) == 2
    assert recorded_category(found, date(2030, 1, 2)) is None


def test_a_terrorist_offence_gives_category_4():
    assert limbs(TERRORIST, "imprisonment", YEAR) == [(4, "s.327(4D)")]
    assert limbs(TERRORIST, "fine") == []


def test_nobody_without_a_basis_has_a_category():
    assert recorded_category([], ON) is None


@given(
    flags=FLAGS,
    outcome=st.sampled_from(OUTCOMES),
    disposal=st.sampled_from(DISPOSALS),
    term=LENGTHS,
    on=DAYS,
    born=DAYS,
)
def test_every_conviction_of_two_centuries_has_an_answer(flags, outcome, disposal, term, on, born):
    found = bases(flags, Sentence(outcome, on, disposal_of(disposal, term)), born)

    assert [b.category for b in found] == sorted({b.category for b in found})
    assert all(b.authority and b.explanation and b.starts_on == on for b in found)


@given(flags=FLAGS, outcome=st.sampled_from(OUTCOMES), shorter=LENGTHS, more=LENGTHS, on=DAYS, born=DAYS)
def test_longer_custody_never_loses_eligibility(flags, outcome, shorter, more, on, born):
    longer = Length(shorter.years + more.years, shorter.months + more.months, shorter.days + more.days)
    less = {b.limb for b in bases(flags, Sentence(outcome, on, disposal_of("imprisonment", shorter)), born)}

    assert less <= {b.limb for b in bases(flags, Sentence(outcome, on, disposal_of("imprisonment", longer)), born)}
