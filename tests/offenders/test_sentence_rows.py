"""What the migration makes of the columns that a conviction had for its sentence."""

from datetime import date
from importlib import import_module
from types import SimpleNamespace

import pytest

from offenders.models import Disposal

migration = import_module("offenders.migrations.0010_sentences_and_offences")


def old(disposal, **more):
    known = {"offender_id": 1, "pk": 2, "dealt_with_on": date(2024, 3, 1), "licence_ends_on": None}
    known |= {"added_at": None, "added_by_id": 3, "term_years": 1, "term_months": 2, "term_days": 3}
    return SimpleNamespace(**known | {"disposal": disposal} | more)


@pytest.mark.parametrize(("kind", "terms"), [("imprisonment", True), ("detention", True), ("life", False)])
def test_only_custody_has_terms(kind, terms):
    assert bool(migration._has_term(old(kind))) == terms


def test_the_length_of_a_conditional_discharge_is_its_period():
    row = migration._disposal(Disposal, old("conditional_discharge"))

    assert (row.discharge_years, row.discharge_months, row.discharge_days) == (1, 2, 3)
    assert (row.imposed_on, row.added_by_id) == (date(2024, 3, 1), 3)


@pytest.mark.parametrize(("ends_on", "kept"), [(date(2026, 1, 1), date(2026, 1, 1)), (date(2023, 1, 1), None)])
def test_a_licence_that_ended_before_the_sentence_is_not_carried_over(ends_on, kept):
    assert migration._disposal(Disposal, old("imprisonment", licence_ends_on=ends_on)).ends_on == kept
