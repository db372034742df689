"""Each count is hidden by itself, and what is made of counts says no more than they do."""

from collections import defaultdict
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rounding import Between, RoughShare, between, share_of, shown, together

COUNTS = st.integers(0, 400)


def test_every_number_shown_could_be_at_least_three():
    worlds = defaultdict(set)
    for count in range(1000):
        worlds[shown(count)].add(count)

    assert worlds[0] == {0, 1, 2, 3, 4}
    assert worlds[5] == {5, 6, 7}
    assert min(len(counts) for number, counts in worlds.items() if number < 995) == 3


@given(COUNTS)
def test_what_a_number_may_have_been_is_exactly_what_is_shown_alike(count):
    may_be = between(shown(count))

    assert [n for n in range(max(0, count - 9), count + 10) if shown(n) == shown(count)] == list(
        range(may_be.least, may_be.most + 1)
    )


def test_a_sum_lies_between_the_sums():
    assert together([0, 5, 10]) == Between(13, 23)


@given(COUNTS, COUNTS)
def test_a_share_is_never_outside_of_what_is_said(met, missed):
    said = share_of([shown(met)], [shown(missed)])

    assert said is None or said.least <= Fraction(met, met + missed) <= said.most


@pytest.mark.parametrize("counts", [(0, 0), (3, 4), (5, 0)])
def test_of_few_no_share_is_said(counts):
    assert share_of([shown(counts[0])], [shown(counts[1])]) is None


def test_a_share_of_many_is_said_in_tenths():
    assert share_of([90], [10]) == RoughShare(Fraction(88, 100), Fraction(92, 100))
    assert share_of([90], [10]).tenths == (9, 9)
    assert share_of([10], [0]).tenths == (7, 10)
