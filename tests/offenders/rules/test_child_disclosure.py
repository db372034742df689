"""POST /api/v1/rules/child-disclosure/: Criminal Justice Act 2003 s.327A."""

from itertools import product

import pytest

NAMES = ("child_sex_offender", "serious_harm_to_children", "necessary", "asked_for")


@pytest.mark.parametrize("facts", list(product([True, False], repeat=4)))
def test_the_duty_and_the_presumption(ask, facts):
    answer = ask("child-disclosure", dict(zip(NAMES, facts, strict=True)))

    assert answer["must_consider"] is facts[0]
    assert answer["presumption"] is (facts[0] and facts[1] and facts[2])
    assert "s.327A" in answer["authority"]


@pytest.mark.parametrize("missing", NAMES)
def test_every_fact_is_asked_for(ask, missing):
    asked = dict.fromkeys(NAMES, True)
    del asked[missing]

    assert list(ask("child-disclosure", asked, status=400)) == [missing]
