"""Whatever people may do, in whatever order: afterwards everybody sees what the policy says, and nothing else.

The long run is `python -m bench.attack --sequences 10000`.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offenders.visibility import Scope
from tests.attack.steps import Surprise, run

NUMBER = st.integers(0, 59)
STEPS = st.lists(st.tuples(NUMBER, NUMBER, NUMBER, NUMBER), min_size=1, max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_everybody_sees_what_the_policy_says_whatever_was_done(db, steps):
    run(steps)


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
