"""Whatever people may do, in whatever order: afterwards everybody sees what the policy says, and nothing else.

The long run is `python -m bench.attack --sequences 10000`.
"""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from offenders.visibility import Scope, one_scope
from tests.attack.steps import (
    Surprise,
    a_world,
    accept,
    as_new,
    attack,
    decline,
    invite,
    name,
    open_in_emergency,
    propose,
    restrict,
    run,
)

NUMBER = st.integers(0, 59)
STEPS = st.lists(st.tuples(NUMBER, NUMBER, NUMBER, NUMBER), min_size=1, max_size=12)


def test_everybody_sees_what_the_policy_says_whatever_was_done(db):
    with a_world() as world:

        @settings(max_examples=25, deadline=None)
        @given(steps=STEPS)
        def after(steps):
            with as_new(world) as again:
                attack(again, steps, likely=True)

        after()


def test_things_are_done_and_refused(db):
    """Or the comparison would be of a world in which nothing happens."""
    world = run([(what, by, 0, by + what) for what in range(15) for by in range(0, 12, 4)])

    assert world.done > 8
    assert world.refused > 8


def test_a_rule_that_forgets_exclusions_is_found(db, monkeypatch):
    """What the comparison is worth: alice (the first) excludes somebody from ashdown."""
    forgetful = Scope.rule
    monkeypatch.setattr(
        Scope,
        "rule",
        lambda scope, prefix="": forgetful(Scope(scope.areas, scope.agencies, scope.granted, scope.named), prefix),
    )

    with pytest.raises(Surprise, match="policy says"):
        run([(8, 0, 0, to) for to in range(12)])


def test_a_verb_that_forgets_to_ask_is_found(db, monkeypatch):
    monkeypatch.setattr("offenders.actions.sharing.require", lambda *_args, **_kwargs: None)

    with pytest.raises(Surprise, match="forbids"):
        run([(8, by, 0, by + 1) for by in range(12)])


def test_an_agency_that_declined_is_not_let_in_again_by_a_transfer(db):
    """access.md, rule 3: declining ends what the invitation gave, of a Responsible Authority agency too."""
    with a_world() as world:
        agency, there = sorted(world.agencies).index("police"), sorted(world.agencies).index("probation elsewhere")
        officer = sorted(world.users).index("wyn")
        for verb, person, to in (
            (invite, "alice", agency),
            (decline, "olive", agency),
            (propose, "alice", there + 3 * len(world.agencies)),
            (accept, "charlie", officer),
        ):
            with one_scope():
                verb(world, person, "ashdown", to)()
        world.compare()

        assert world.model.cases["ashdown"].area == "north-wales"
        assert not world.model.sees("olive", "ashdown")


def test_whoever_sees_a_case_by_an_emergency_alone_accepts_no_transfer_of_it(db):
    """access.md, rule 5: read only, whatever else his role gives him on the receiving side."""
    with a_world() as world:
        people, agencies = sorted(world.users), sorted(world.agencies)
        for verb, person, to in (
            (name, "alice", people.index("alice")),
            (name, "alice", people.index("bob")),
            (restrict, "alice", 0),
            (propose, "alice", agencies.index("probation") + 2 * len(agencies)),
            (open_in_emergency, "chris", 0),
        ):
            with one_scope():
                verb(world, person, "birch", to)()

        with one_scope(), pytest.raises(ValidationError, match="in an emergency"):
            accept(world, "chris", "birch", people.index("bob"))
