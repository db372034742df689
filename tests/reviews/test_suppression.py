"""Small numbers stay hidden, also from a reader who knows how they were hidden."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.suppression import FEW, in_ten, is_few, suppress

COUNTS = st.lists(st.one_of(st.integers(0, 12), st.integers(0, 400)), min_size=1, max_size=8)


@given(COUNTS)
def test_no_small_number_is_shown(counts):
    shown = suppress(counts)

    assert not any(count is not None and is_few(count) for count in shown.counts)
    assert shown.total is None or not is_few(shown.total)


@given(COUNTS)
def test_what_is_shown_is_true(counts):
    shown = suppress(counts)

    assert all(count in (None, real) for count, real in zip(shown.counts, counts, strict=True))
    assert shown.total in (None, sum(counts))


@given(st.lists(st.sampled_from([0, 5, 6, 40]), min_size=1))
def test_without_small_numbers_everything_is_shown(counts):
    shown = suppress(counts)

    assert (shown.counts, shown.total) == (tuple(counts), sum(counts))


@pytest.mark.parametrize(("length", "top"), [(1, 60), (2, 40), (3, 18), (4, 10), (5, 7)])
def test_every_hidden_number_could_be_another(length, top):
    """Of all the tables that look the same, no two readers agree what a small number is: nobody can work it out."""
    worlds = defaultdict(list)
    for counts in product(range(top + 1), repeat=length):
        worlds[suppress(counts)].append(counts)

    for published, tables in worlds.items():
        for place in range(length):
            possible = {counts[place] for counts in tables}
            at_the_edge = any(max(counts) == top for counts in tables)
            if published.counts[place] is None and possible & {1, 2, 3, 4} and not at_the_edge:
                assert len(possible) > 1, (published, tables)


@given(COUNTS.filter(lambda counts: any(map(is_few, counts))))
def test_a_total_beside_few_leaves_each_of_them_anything_from_one_to_four(counts):
    published = suppress(counts)
    if published.total is None or not any(published.is_few):
        return
    place, largest = published.is_few.index(True), counts.index(max(counts))

    for instead in (1, 2, 3, 4):
        world = list(counts)
        world[place], world[largest] = instead, counts[largest] + counts[place] - instead
        assert suppress(world) == published


def test_one_small_number_beside_a_large_one_keeps_the_total():
    shown = suppress([40, 2, 12])

    assert (shown.counts, shown.is_few, shown.total) == ((None, None, 12), (False, True, False), 54)


def test_a_small_number_alone_hides_its_total():
    assert suppress([3, 0]).total is None


@pytest.mark.parametrize(("part", "whole", "tenths"), [(9, 10, 9), (3, 9, None), (0, 0, None), (86, 100, 9)])
def test_a_share_of_few_is_not_given(part, whole, tenths):
    assert in_ten(part, whole) == tenths


def test_few_means_one_to_four():
    assert [count for count in range(8) if is_few(count)] == list(range(1, FEW))
