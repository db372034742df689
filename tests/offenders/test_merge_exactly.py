"""Merged and taken back, two records are what they were, row by row: over records built at random from every factory."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mappa.guard import ProtectedModel, unguarded
from offenders import ledger, merging, summing_up, unmerging
from offenders.models import LegalHold, Merge, MergedRow, Offender, TimelineEntry
from tests.factories import FACTORIES, OffenderFactory, UserFactory

TABLES = [m for m in apps.get_models(include_auto_created=True) if issubclass(m, ProtectedModel)]
TABLES += [
    m
    for m in apps.get_models(include_auto_created=True)
    if m._meta.auto_created and issubclass(m._meta.auto_created, ProtectedModel)
]
# These are made by merging itself; the others are drawn.
OF_A_CASE = sorted((m for m in FACTORIES if m not in {Offender, Merge, MergedRow}), key=lambda m: m._meta.label)
DRAWN = st.lists(st.tuples(st.integers(0, len(OF_A_CASE) - 1), st.booleans(), st.booleans()), max_size=24)


# Of these two cannot stand on one case, and no rule says which gives way; or while one stands, nothing is merged.
NEEDS_A_PERSON = {
    "HandoverItem",
    "LegalHold",
    "LicenceCondition",
    "Monitoring",
    "Referral",
    "ReferralEvent",
    "Transfer",
}


def everything():
    """Every row of every table of a case, whole."""
    with unguarded("a test compares all rows"):
        rows = [
            ledger.Row(m._meta.label, pk)
            for m in TABLES
            if m not in {Merge, MergedRow}
            for pk in m._base_manager.values_list("pk", flat=True)
        ]
        return ledger.images(rows)


def add(model, case, shared):
    """A row of a table on a case, with what is shared between the cases; nothing where the database says no."""
    factory = FACTORIES[model]
    names = {field.name for field in model._meta.concrete_fields}
    known = {name: value for name, value in shared.items() if name in names}
    known |= {"content_object": case} if "content_object" in names else {}
    known |= {"offender": case} if "content_object" not in names and model._meta.model_name != "meeting" else {}
    try:
        with transaction.atomic():
            return factory(**known)
    except (IntegrityError, ValidationError):
        return None


def but_for_what_was_told(before):
    """Every row now, without what the timeline tells of the merge: that happened, and stays told."""
    label = TimelineEntry._meta.label
    return {row: image for row, image in everything().items() if row in before or row.model != label}


@pytest.fixture
def other(offender):
    return OffenderFactory(
        surname="Ashdowne",
        forenames="Pete",
        area=offender.area,
        lead_agency=offender.lead_agency,
        registered_by=offender.registered_by,
        level_period=True,
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=DRAWN, chosen=st.sampled_from(["standing", "merged"]))
def test_what_is_merged_and_taken_back_is_what_it_was(offender, other, coordinator, drawn, chosen):
    with transaction.atomic():
        shared = {"user": UserFactory()}
        for number, on_other, sharing in drawn:
            add(OF_A_CASE[number], other if on_other else offender, shared if sharing else {})
        before = everything()
        questions = summing_up.questions(offender, other)
        merge_and_undo(offender, other, coordinator, {question.name: chosen for question in questions}, before)
        transaction.set_rollback(True)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=DRAWN, later=DRAWN)
def test_taken_back_after_whatever_was_written_since_nothing_is_lost(offender, other, coordinator, drawn, later):
    with transaction.atomic():
        shared = {"user": UserFactory()}
        for number, on_other, sharing in drawn:
            add(OF_A_CASE[number], other if on_other else offender, shared if sharing else {})
        before = everything()
        if merge := merged(offender, other, coordinator):
            fresh = Offender.objects.visible_to(coordinator).get(pk=offender.pk)
            for number, _on_other, sharing in later:
                add(OF_A_CASE[number], fresh, shared if sharing else {})
            since = everything()
            try:
                apart = unmerging.preview(merge=merge, by=coordinator)
                unmerging.unmerge(merge=merge, reason="Two", confirmed=apart.token, by=coordinator)
            except ValidationError:
                assert everything() == since
            else:
                assert before.keys() <= everything().keys()
        transaction.set_rollback(True)


def merged(offender, other, by):
    try:
        seen = merging.preview(offender=offender, other=other, choices={}, by=by)
        return merging.merge(offender=offender, other=other, choices={}, reason="One", confirmed=seen.token, by=by)
    except ValidationError:
        return None


def merge_and_undo(offender, other, by, choices, before):
    try:
        seen = merging.preview(offender=offender, other=other, choices=choices, by=by)
        merge = merging.merge(
            offender=offender, other=other, choices=choices, reason="One person", confirmed=seen.token, by=by
        )
    except ValidationError:
        assert everything() == before
        return False
    assert nothing_is_left_of(other)
    apart = unmerging.preview(merge=merge, by=by)
    unmerging.unmerge(merge=merge, reason="Two people", confirmed=apart.token, by=by)
    assert but_for_what_was_told(before) == before
    return True


def nothing_is_left_of(case):
    with unguarded("a test looks for what was left behind"):
        return not ledger.pointing_at(case.pk)


@pytest.mark.parametrize("model", OF_A_CASE, ids=lambda m: m._meta.label)
def test_a_row_of_every_table_goes_over_and_comes_back(offender, other, coordinator, model):
    add(model, other, {})

    assert merge_and_undo(offender, other, coordinator, {}, everything()) == (model is not LegalHold)


@pytest.mark.parametrize("model", OF_A_CASE, ids=lambda m: m._meta.label)
def test_a_row_of_every_table_on_both_is_settled_or_refused(offender, other, coordinator, model):
    shared = {"user": UserFactory()}
    add(model, offender, shared)
    add(model, other, shared)

    done = merge_and_undo(offender, other, coordinator, {}, everything())
    assert done == (model.__name__ not in NEEDS_A_PERSON)


def test_every_table_that_points_at_a_case_has_a_factory_and_moves():
    pointing = {
        model
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Offender
    }

    assert pointing - {Offender} <= set(FACTORIES)
    assert pointing == {model for model, _name in ledger.ways_to(Offender)} | {Merge}
