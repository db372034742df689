"""Arrange for me, without a database: the least waiting, what is fixed kept, and never worse than the chair's order."""

from itertools import permutations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.arranging import SIZES, measure, meeting
from panels import arranging
from panels.arranging import EXACT, Line, arrange, stays, waiting

lines = st.lists(
    st.tuples(st.integers(5, 60), st.frozensets(st.integers(1, 6), max_size=4), st.booleans()), min_size=1, max_size=6
).map(lambda rows: [Line(str(n), *row) for n, row in enumerate(rows)])


def one(key, *agencies, minutes=30, fixed=False):
    return Line(key, minutes, frozenset(agencies), fixed)


def keys(agenda):
    return "".join(line.key for line in agenda)


def stretches(agenda):
    return sum(stay.is_one_stretch for stay in stays(agenda).values())


def every_order(agenda):
    free = [line for line in agenda if not line.fixed]
    for order in permutations(free):
        rest = iter(order)
        yield [line if line.fixed else next(rest) for line in agenda]


def moved(agenda, order):
    places = [int(line.key) for line in order if not line.fixed]
    return sum(a > b for here, a in enumerate(places) for b in places[here + 1 :])


def test_an_agency_waits_from_its_first_case_to_its_last_while_it_is_not_needed():
    agenda = [one("a", 1), one("b", 2, minutes=20), one("c", minutes=10), one("d", 1, 2)]

    assert {agency: stay.waits for agency, stay in stays(agenda).items()} == {1: 30, 2: 10}
    assert (stays(agenda)[1].begins, stays(agenda)[1].ends, stays(agenda)[1].cases) == (0, 90, 2)
    assert waiting(agenda) == 40


@settings(max_examples=60, deadline=None)
@given(lines)
def test_no_other_order_is_better(agenda):
    found = arrange(agenda)

    def cost(order):
        return waiting(order), -stretches(order), moved(agenda, order)

    assert cost(found) == min(cost(order) for order in every_order(agenda))


@settings(deadline=None)
@given(lines)
def test_what_is_found_is_the_same_lines_with_the_fixed_ones_at_their_places(agenda):
    found = arrange(agenda)

    assert sorted(keys(found)) == sorted(keys(agenda))
    assert all(found[place] is line for place, line in enumerate(agenda) if line.fixed)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_a_long_agenda_is_never_made_worse_and_what_is_fixed_stays(seed):
    rng = Random(seed)
    agenda = [
        one(str(n), *rng.sample(range(9), rng.randint(0, 4)), fixed=rng.random() < 0.15)
        for n in range(EXACT + rng.randint(1, 6))
    ]

    found = arrange(agenda)

    assert waiting(found) <= waiting(agenda)
    assert sorted(line.key for line in found) == sorted(line.key for line in agenda)
    assert all(found[place] is line for place, line in enumerate(agenda) if line.fixed)


def test_what_helps_nobody_moves_nothing():
    agenda = [one(key, number) for number, key in enumerate("abcdefghij")]

    assert keys(arrange(agenda)) == "abcdefghij"


def test_of_orders_with_the_same_waiting_more_agencies_come_for_one_stretch():
    # Two agencies wait a little, or one of them waits twice as long.
    agenda = [one("a", 1, 2), one("b", 1), one("c", 2), one("d", 1, 2)]
    best = min(every_order(agenda), key=lambda order: (waiting(order), -stretches(order)))

    assert (waiting(arrange(agenda)), stretches(arrange(agenda))) == (waiting(best), stretches(best))


def test_an_agenda_of_nothing_or_of_one_is_as_it_was():
    assert arrange([]) == []
    assert keys(arrange([one("a", 1)])) == "a"


def test_searching_finds_what_comparing_every_order_finds(monkeypatch):
    agenda = [
        one("abcdefgh"[n], *agencies)
        for n, agencies in enumerate([(1,), (2, 3), (1, 4), (3,), (2,), (4, 1), (3, 2), (5,)])
    ]
    exact = waiting(arrange(agenda))

    monkeypatch.setattr(arranging, "EXACT", 2)

    assert waiting(arrange(agenda)) == exact


def test_on_200_meetings_it_saves_all_that_can_be_saved_and_more_than_sorting():
    small, middle, large = measure(200).values()

    assert small.meetings + middle.meetings + large.meetings == 200
    assert small.arranged == small.best
    assert small.of_the_best_saving == 1
    for sums in (small, middle, large):
        assert sums.worse == 0
        assert sums.arranged < sums.sort < sums.chair
        assert sums.one_stretch > sums.one_stretch_before


def test_where_orders_are_too_many_the_search_comes_within_a_hundredth_of_the_best(monkeypatch):
    rng = Random(7)
    agendas = [meeting(rng, *SIZES[1]) for _each in range(25)]
    best, given_order = sum(waiting(arrange(a)) for a in agendas), sum(map(waiting, agendas))

    monkeypatch.setattr(arranging, "EXACT", 2)
    found = sum(waiting(arrange(agenda)) for agenda in agendas)

    assert (given_order - found) >= 0.99 * (given_order - best)
