"""Each night the law is asked again: what follows is proposed once, and nothing is changed or ended by it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.models import Standard
from offenders import actions
from offenders.law import eligibility
from offenders.models import CategoryProposal, Offender
from offenders.rederivation import rederive_all
from offenders.sentencing import bases_of
from offenders.tasks import rederive_categories
from tests.factories import CategoryBasisFactory, OffenderFactory, in_days
from tests.factories.category import convict

PROPOSALS = CategoryProposal._base_manager


def fresh(offender):
    return Offender._base_manager.get(pk=offender.pk)


def night(today, system):
    return rederive_all(on=today, by=system)


def test_what_the_law_finds_is_stored_with_its_conviction_and_changes_no_category(offender, system, today):
    conviction = convict(offender, schedule_3=True)

    night(today, system)

    bases = offender.bases.visible_to(system)
    assert [(basis.category, basis.conviction) for basis in bases] == [(1, conviction), (2, conviction)]
    assert fresh(offender).category == 2


def test_another_category_by_law_is_proposed_within_the_standard(offender, system, today):
    convict(offender, schedule_3=True)

    night(today, system)

    proposal = PROPOSALS.get()
    assert (proposal.kind, proposal.from_category, proposal.to_category) == ("change", 2, 1)
    assert today < proposal.due_on <= today + timedelta(days=14)
    assert "s.327(2)" in proposal.explanation


def test_a_notification_period_that_ended_yesterday_leads_to_category_2_today(offender, system, today):
    Offender._base_manager.update(category=1)
    CategoryBasisFactory(offender=offender, category=1, limb="s.327(2)", ends_on=in_days(-1))
    convict(offender)

    night(today, system)

    proposal = PROPOSALS.get()
    assert (proposal.kind, proposal.to_category) == ("change", 2)
    assert "The basis of category 1 (s.327(2)) ended on" in proposal.explanation


def test_a_period_that_ends_today_still_counts_today(offender, system, today):
    convict(offender, ends_in=0)

    night(today, system)

    assert not PROPOSALS.exists()


def test_nothing_left_is_proposed_as_an_end_and_ends_nothing(offender, system, today):
    convict(offender, ends_in=-1)

    night(today, system)

    assert PROPOSALS.get().kind == "exit"
    assert fresh(offender).ended_on is None
    assert offender.reviews.visible_to(system).open().exists()


def test_run_again_it_makes_nothing_new(offender, system, today):
    convict(offender, ends_in=-1)
    night(today, system)

    assert night(today, system) == 0
    assert PROPOSALS.count() == 1


def test_the_task_runs_as_the_system_and_over_every_area(offender, other_case):
    rederive_categories()

    assert set(PROPOSALS.values_list("offender", flat=True)) == {offender.pk, other_case.pk}
    assert all(proposal.made_by.is_system for proposal in PROPOSALS.all())


def test_a_case_that_is_no_longer_managed_is_left_alone(offender, system, today):
    Offender._base_manager.update(ended_on=today)

    assert night(today, system) == 0


def test_when_the_facts_change_the_proposal_is_overtaken_and_made_anew(offender, system, practitioner, today):
    convict(offender, ends_in=-1)
    night(today, system)
    convict(offender, schedule_3=True)

    actions.rederive(offender, by=practitioner)

    assert list(PROPOSALS.order_by("pk").values_list("kind", "outcome")) == [("exit", "overtaken"), ("change", "")]


def test_a_licence_that_is_corrected_supersedes_the_basis_and_keeps_it(offender, system, practitioner, today):
    conviction = convict(offender, ends_in=30)
    actions.rederive(offender, by=practitioner)
    conviction.disposals.visible_to(system).update(ends_on=in_days(60))

    actions.rederive(offender, by=practitioner)

    rows = offender.bases.visible_to(system).order_by("pk").values_list("ends_on", "superseded_on")
    assert list(rows) == [(in_days(30), today), (in_days(60), None)]


def test_what_was_declined_is_asked_again_after_the_standard_only(offender, coordinator, system, today):
    night(today, system)
    actions.decline_proposal(proposal=PROPOSALS.get(), reason="The order is being looked for", by=coordinator)
    assert night(today, system) == 0

    PROPOSALS.update(answered_at=PROPOSALS.get().answered_at - timedelta(days=95))

    assert night(today, system) == 1


def test_a_new_basis_after_the_end_is_proposed_as_an_entry(offender, coordinator, practitioner, today):
    leave(offender, coordinator, "left")
    convict(offender)

    proposal = actions.rederive(offender, by=practitioner)

    assert (proposal.kind, proposal.to_category) == ("re_entry", 2)


@pytest.mark.parametrize("kind", ["left", "deported", "died"])
def test_what_it_was_ended_in_spite_of_brings_no_case_back(offender, coordinator, practitioner, kind):
    convict(offender)
    actions.rederive(offender, by=practitioner)
    leave(offender, coordinator, kind)

    assert actions.rederive(offender, by=practitioner) is None


def leave(offender, by, kind):
    known = {"reasons": "Test", "decided_on": date(2026, 1, 2), "meeting": "ME-1"}
    actions.exit_from_mappa(offender=offender, kind=kind, by=by, **known)


@pytest.mark.parametrize(("rank", "category"), [(1, 4), (2, 4), (3, 2)])
def test_where_category_4_ranks_is_the_areas_to_set(offender, area, practitioner, today, rank, category):
    Standard.objects.create(
        name="category_4_rank", value=rank, unit="place", area=area, from_on=today, citation="Board"
    )
    CategoryBasisFactory(offender=offender, category=4, limb="s.327(4C)")
    CategoryBasisFactory(offender=offender)

    proposal = actions.rederive(offender, by=practitioner)

    assert (proposal.to_category if proposal else fresh(offender).category) == category


def test_a_rank_that_is_none_is_refused_in_words(offender, area, practitioner, today):
    Standard.objects.create(name="category_4_rank", value=7, unit="place", area=area, from_on=today, citation="Board")

    with pytest.raises(ValidationError, match="it must be 1, 2 or 3"):
        actions.rederive(offender, by=practitioner)


def test_only_who_may_edit_the_record_derives_it(offender, chair):
    with pytest.raises(PermissionDenied):
        actions.rederive(offender, by=chair)


def test_a_batch_costs_the_same_however_many_cases_say_nothing(
    offender, area, probation, practitioner, system, today, django_assert_max_num_queries
):
    people = [OffenderFactory(area=area, lead_agency=probation) for _each in range(12)]
    for person in [offender, *people]:
        convict(person)
        actions.rederive(person, by=practitioner)

    with django_assert_max_num_queries(11):
        assert night(today, system) == 0


SENTENCES = st.fixed_dictionaries(
    {
        "schedule_3": st.booleans(),
        "schedule_15_part": st.sampled_from([None, 1, 2]),
        "months": st.integers(1, 60),
        "on": st.dates(date(2005, 1, 1), date(2026, 10, 1)),
    },
    optional={"ends_in": st.integers(-400, 400)},
).filter(lambda one: "ends_in" not in one or in_days(one["ends_in"]) >= one["on"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SENTENCES, max_size=4), st.sampled_from([1, 2, 4]))
def test_once_everything_is_confirmed_the_record_says_what_the_law_says(
    area, probation, coordinator, system, today, sentences, recorded
):
    person = OffenderFactory(area=area, lead_agency=probation, level_period=True, category=recorded)
    for known in sentences:
        convict(person, **known)
    found = [b for c in person.convictions.visible_to(system).with_sentence(system) for b in bases_of(c)]

    actions.rederive(person, by=system)
    assert fresh(person).ended_on is None
    confirm_all(person, coordinator, system)

    row = fresh(person)
    assert (None if row.ended_on else row.category) == eligibility.recorded_category(found, today)
    assert actions.rederive(person, by=system) is None


def confirm_all(person, by, system):
    no = {"level": None, "meetings_add_value": False, "exceptional": False, "senior_needed": False}
    while proposal := person.category_proposals.visible_to(system).open().first():
        actions.confirm_proposal(proposal=proposal, reason="Checked", by=by, **no)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([None, 1, 2, 3]), st.booleans())
def test_confirming_never_leaves_category_3_at_level_1(area, probation, coordinator, system, level, meetings_add_value):
    person = OffenderFactory(area=area, lead_agency=probation, level_period=True, rosh=3)
    CategoryBasisFactory(offender=person, category=3, limb="s.325(2)(b)")
    proposal = actions.rederive(person, by=system)
    answers = {"level": level, "meetings_add_value": meetings_add_value, "exceptional": False, "senior_needed": True}

    try:
        actions.confirm_proposal(proposal=proposal, reason="Checked", by=coordinator, **answers)
    except ValidationError:
        assert fresh(person).category == 2
    else:
        assert (fresh(person).category, fresh(person).level) == (3, level)
        assert level in {2, 3}
