"""Each night the law is asked again: what follows is proposed once, and nothing is changed or ended by it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.models import Standard
from offenders import actions
from offenders.law import eligibility
from offenders.models import CategoryProposal, Offence, Offender
from offenders.rederivation import rederive_all
from offenders.sentencing import bases_of
from offenders.tasks import rederive_categories
from tests.factories import CategoryBasisFactory, OffenderFactory, in_days
from tests.factories.category import convict, minor

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


@pytest.fixture
def dangerous(offender, coordinator, today):
    """Category 3 by decision alone."""
    Offender._base_manager.update(rosh=3, category=None)
    minor(offender)
    told = {"reasons": "x", "decided_on": today, "meeting": "", "next_review_on": None, "by": coordinator}
    level = {"level": 2, "meetings_add_value": True, "exceptional": False, "senior_needed": False}
    return actions.decide_category(offender=offender, kind="dangerous", **level, **told)


def ends(decision, by, today):
    actions.end_decision(decision=decision, reasons="A quiet year", decided_on=today, meeting="ME-9", by=by)


def withdraws(decision, by):
    no = {"level": None, "meetings_add_value": False, "exceptional": False, "senior_needed": False}
    actions.withdraw_decision(decision=decision, reasons="Wrong person", next_review_on=None, by=by, **no)


def last_decision(offender, user, kind):
    return offender.category_decisions.visible_to(user).get(kind=kind)


def test_a_conviction_of_the_day_on_which_category_3_ended_brings_the_case_back(
    offender, coordinator, dangerous, today
):
    ends(dangerous, coordinator, today)
    convict(offender)

    proposal = actions.rederive(offender, by=coordinator)

    assert (proposal.kind, proposal.to_category) == ("re_entry", 2)


def test_a_conviction_of_the_day_on_which_a_decision_was_withdrawn_does_too(offender, coordinator, dangerous):
    withdraws(dangerous, coordinator)
    convict(offender)

    assert actions.rederive(offender, by=coordinator).kind == "re_entry"


@pytest.fixture
def after_a_death(offender, coordinator, practitioner):
    """Category 2 by law; the death of another person was recorded, and confirmed as the end."""
    convict(offender)
    actions.rederive(offender, by=practitioner)
    moved(offender, practitioner, "death")
    no = {"level": None, "meetings_add_value": False, "exceptional": False, "senior_needed": False}
    actions.confirm_proposal(proposal=PROPOSALS.get(), reason="Certificate seen", by=coordinator, **no)


def moved(offender, by, kind, on=None, place=""):
    actions.move(offender=offender, move=kind, on=on or in_days(0), place=place, section="", notes="", by=by)


def test_a_death_taken_back_after_the_end_proposes_the_entry(offender, practitioner, after_a_death):
    assert not PROPOSALS.filter(outcome="").exists()
    period = offender.whereabouts_periods.visible_to(practitioner).standing().first()

    actions.withdraw_move(period=period, withdrawal_reason="Another person", by=practitioner)

    assert PROPOSALS.get(outcome="").kind == "re_entry"


def test_nothing_brings_back_the_dead(offender, practitioner, after_a_death):
    convict(offender, schedule_3=True)

    assert actions.rederive(offender, by=practitioner) is None


@pytest.mark.parametrize(("kind", "place"), [("returned", ""), ("reception", "HMP One")])
def test_whoever_was_deported_and_is_back_is_proposed_again(offender, coordinator, practitioner, today, kind, place):
    convict(offender)
    actions.rederive(offender, by=practitioner)
    actions.exit_from_mappa(
        offender=offender, kind="deported", reasons="x", decided_on=in_days(-9), meeting="", by=coordinator
    )
    moved(offender, practitioner, "abroad", in_days(-9), "France")
    assert not PROPOSALS.filter(outcome="").exists()

    moved(offender, practitioner, kind, place=place)

    assert PROPOSALS.get(outcome="").kind == "re_entry"


def test_an_end_that_was_withdrawn_is_none(offender, coordinator, practitioner):
    leave(offender, coordinator, "deported")
    withdraws(last_decision(offender, coordinator, "deported"), coordinator)
    leave(offender, coordinator, "left")

    convict(offender)

    assert actions.rederive(offender, by=practitioner).kind == "re_entry"


@pytest.fixture
def proposed_again(offender, coordinator, practitioner):
    """Ended, and since then a basis until yesterday week."""
    leave(offender, coordinator, "left")
    convict(offender, ends_in=7)
    return actions.rederive(offender, by=practitioner)


def test_by_night_an_entry_whose_basis_has_run_out_is_overtaken(offender, system, today, proposed_again):
    offender.bases.visible_to(system).update(ends_on=in_days(-1))
    offender.disposals.visible_to(system).update(ends_on=in_days(-1))

    assert night(today, system) == 1

    assert PROPOSALS.get().outcome == "overtaken"
    assert night(today, system) == 0


def test_an_entry_that_was_declined_is_asked_again_after_the_standard(coordinator, system, today, proposed_again):
    actions.decline_proposal(proposal=proposed_again, reason="Abroad", by=coordinator)
    assert night(today, system) == 0

    PROPOSALS.update(answered_at=PROPOSALS.get().answered_at - timedelta(days=95))

    assert night(today, system) == 1


def test_an_end_of_a_day_is_an_end_of_that_day_in_london(offender, system, practitioner, today):
    convict(offender)
    actions.rederive(offender, by=practitioner)
    Offender._base_manager.update(ended_on=date(2026, 7, 1))
    after_midnight = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    offender.bases.visible_to(system).update(recorded_at=after_midnight)

    night(today, system)

    assert PROPOSALS.get().kind == "re_entry"


# The list of offences was put right, or a case was never asked.


def test_a_schedule_put_right_begins_requirements_that_night(offender, system, today):
    conviction = convict(offender)
    night(today, system)
    Offence.objects.filter(pk=conviction.offence_id).update(schedule_3=True)

    assert night(today, system) == 1

    row = offender.requirements.visible_to(system).get()
    assert row.conviction == conviction
    assert offender.notification_dues.visible_to(system).open().get(what="initial").requirement == row
    assert PROPOSALS.get().to_category == 1
    assert night(today, system) == 0


def test_a_schedule_taken_away_asks_whether_requirements_still_stand(offender, system, today):
    conviction = convict(offender, schedule_3=True)
    night(today, system)
    Offence.objects.filter(pk=conviction.offence_id).update(schedule_3=False)

    night(today, system)

    assert offender.requirements.visible_to(system).get().doubt == "none"
    assert offender.notification_dues.visible_to(system).open().filter(what="check").exists()
    assert night(today, system) == 0


def test_requirements_go_on_when_management_has_ended(offender, coordinator, system, today):
    leave(offender, coordinator, "left")
    convict(offender, schedule_3=True)

    night(today, system)

    assert offender.requirements.visible_to(system).exists()


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


@pytest.mark.parametrize("value", [7, 2.5])
def test_a_wrong_rank_of_one_area_keeps_no_other_from_its_night(offender, other_case, area, system, today, value):
    Standard.objects.create(
        name="category_4_rank", value=value, unit="place", area=area, from_on=today, citation="Board"
    )

    with pytest.raises(ValidationError, match="it must be 1, 2 or 3") as refused:
        night(today, system)

    assert len(refused.value.messages) == 1
    assert set(PROPOSALS.values_list("offender", flat=True)) == {other_case.pk}


def test_a_case_merged_meanwhile_keeps_no_other_from_its_night(offender, other_case, system, today, monkeypatch):
    def merged(case, *, by):
        if case == offender:
            raise Offender.DoesNotExist
        return actions.rederive(case, by=by)

    monkeypatch.setattr("offenders.rederivation.rederive", merged)

    assert night(today, system) == 1
    assert PROPOSALS.get().offender == other_case


def test_a_page_says_which_standard_is_wrong(client, offender, area, practitioner, today):
    Standard.objects.create(name="category_4_rank", value=7, unit="place", area=area, from_on=today, citation="Board")
    client.force_login(practitioner)

    response = client.get(f"/people/{offender.reference}/category/")

    assert response.status_code == 503
    assert "it must be 1, 2 or 3" in response.text


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
        if "ends_in" in known and in_days(known["ends_in"]) < known["on"]:
            known = {name: value for name, value in known.items() if name != "ends_in"}
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
