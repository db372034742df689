"""POST /api/v1/rules/eligibility/: domain.md 1.1 to 1.3."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.models import Standard
from offenders.law.disposals import disposal_of
from offenders.law.eligibility import DECISIONS, JURISDICTIONS, Decision, Sentence, judge
from tests.offenders.test_eligibility import FLAGS, OUTCOMES
from tests.offenders.test_notification import DAYS, DISPOSALS, LENGTHS

VIOLENT, SEXUAL, TERRORIST = {"schedule_15_part": 1}, {"schedule_3": True}, {"relevant_terrorist": True}


def conviction(offence, kind="imprisonment", months=12, outcome="convicted", on="2020-06-01", **more):
    disposal = {"kind": kind, "terms": [{"months": months}] if kind in {"imprisonment", "detention"} else []}
    return {"date": on, "outcome": outcome, "jurisdiction": "england_and_wales", "offence": offence} | {
        "disposal": disposal,
        **more,
    }


def question(*convictions, on="2021-06-01", **more):
    return {"date_of_birth": "1980-01-01", "on": on, "convictions": list(convictions)} | {
        "subject_to_sexual_notification": False,
        "subject_to_terrorism_notification": False,
        "hospital_or_licence_ended_on": None,
        "authority_decision": None,
        **more,
    }


def decision(kind, on="2021-01-01", reasons="A pattern of threats with weapons"):
    return {"kind": kind, "on": on, "reasons": reasons}


ELSEWHERE = {"jurisdiction": "elsewhere"}
CASES = [
    (question(), [], None, []),
    (question(conviction(VIOLENT)), [(2, "s.327(3)")], 2, []),
    (question(conviction(VIOLENT, months=11)), [], None, [3, 4]),
    (question(conviction({"schedule_15_part": 3})), [], None, [3, 4]),
    (question(conviction({"murder": True}, "life")), [(2, "s.327(3)")], 2, []),
    (question(conviction({"section_327_4a": True})), [(2, "s.327(3)")], 2, []),
    (question(conviction(VIOLENT, "guardianship_order")), [(2, "s.327(3)")], 2, []),
    (
        question(conviction(VIOLENT, "hospital_order", outcome="under_a_disability_did_the_act")),
        [(2, "s.327(4)")],
        2,
        [],
    ),
    (question(conviction(VIOLENT, outcome="not_guilty_by_reason_of_insanity")), [], None, [3, 4]),
    (question(conviction(SEXUAL, "caution", outcome="cautioned")), [(1, "s.327(2)")], 1, []),
    (question(conviction(SEXUAL, "caution", outcome="cautioned"), on="2022-06-01"), [(1, "s.327(2)")], None, [3, 4]),
    (question(conviction(SEXUAL, "life", on="1997-08-31")), [], None, [3, 4]),
    (question(conviction(SEXUAL, "life", on="1997-09-01")), [(1, "s.327(2)")], 1, []),
    (
        question(conviction(SEXUAL, "life", on="1997-08-31"), subject_to_sexual_notification=True),
        [(1, "s.327(2)")],
        1,
        [],
    ),
    (question(conviction(TERRORIST)), [(4, "s.327(4D)")], 4, []),
    (question(conviction(TERRORIST), conviction(SEXUAL)), [(1, "s.327(2)"), (4, "s.327(4D)")], 1, []),
    (question(conviction(TERRORIST, "guardianship_order")), [(4, "s.327(4D)")], 4, []),
    (question(conviction(VIOLENT, **ELSEWHERE)), [], None, [3, 4]),
    (question(conviction(SEXUAL, **ELSEWHERE)), [], None, [3, 4]),
    (question(conviction(VIOLENT), on="2020-05-31"), [(2, "s.327(3)")], None, []),
    (question(subject_to_sexual_notification=True), [(1, "s.327(2)")], 1, []),
    (question(conviction(SEXUAL), subject_to_sexual_notification=True), [(1, "s.327(2)")], 1, []),
    (question(subject_to_terrorism_notification=True), [(4, "s.327(4C)")], 4, []),
    (question(conviction(VIOLENT), hospital_or_licence_ended_on="2021-05-31"), [(2, "s.327(3)")], None, [3, 4]),
    (question(conviction(VIOLENT), hospital_or_licence_ended_on="2021-06-01"), [(2, "s.327(3)")], 2, []),
    # the end is that of the first sentence, and not of the second
    (
        question(conviction(VIOLENT, on="2018-06-01"), conviction(VIOLENT), hospital_or_licence_ended_on="2019-05-31"),
        [(2, "s.327(3)"), (2, "s.327(3)")],
        2,
        [],
    ),
    # decisions of the Responsible Authority
    (question(conviction({}, "fine"), authority_decision=decision("dangerous")), [(3, "s.325(2)(b)")], 3, [3, 4]),
    (question(conviction({}, **ELSEWHERE), authority_decision=decision("dangerous")), [(3, "s.325(2)(b)")], 3, [3, 4]),
    (
        question(conviction({}, "caution", outcome="cautioned"), authority_decision=decision("terrorism_risk")),
        [(4, "s.325(2)(c)")],
        4,
        [3, 4],
    ),
    (question(authority_decision=decision("dangerous")), [], None, []),
    (question(conviction(VIOLENT), authority_decision=decision("dangerous")), [(2, "s.327(3)")], 2, []),
    # decided while a limb by law ran: it counts once that one is gone
    (
        question(
            conviction(VIOLENT), hospital_or_licence_ended_on="2021-03-01", authority_decision=decision("dangerous")
        ),
        [(2, "s.327(3)"), (3, "s.325(2)(b)")],
        3,
        [3, 4],
    ),
    (
        question(
            conviction(VIOLENT), hospital_or_licence_ended_on="2021-06-01", authority_decision=decision("dangerous")
        ),
        [(2, "s.327(3)")],
        2,
        [],
    ),
    (
        question(
            conviction({}, "fine"),
            conviction(TERRORIST, on="2021-03-01"),
            authority_decision=decision("dangerous"),
        ),
        [(4, "s.327(4D)"), (3, "s.325(2)(b)")],
        4,
        [],
    ),
]


@pytest.mark.parametrize(("asked", "limbs", "recorded", "selectable"), CASES)
def test_what_makes_a_person_eligible(ask, asked, limbs, recorded, selectable):
    answer = ask("eligibility", asked)

    assert [(basis["category"], basis["limb"]) for basis in answer["bases"]] == limbs
    assert (answer["recorded_category"], answer["selectable"]) == (recorded, selectable)
    assert all(basis["automatic"] == basis["limb"].startswith("s.327") for basis in answer["bases"])


def test_a_registered_sexual_offender_stays_eligible_while_he_must_notify(ask):
    answer = ask("eligibility", question(conviction(SEXUAL, "community_order")))

    basis = answer["bases"][0]
    assert (basis["starts_on"], basis["ends_on"]) == ("2020-06-01", "2025-05-31")


def test_a_decision_of_the_last_meeting_counts_from_the_day_after_the_licence(ask):
    decided = decision("dangerous", on="2021-03-01")
    asked = question(conviction(VIOLENT), hospital_or_licence_ended_on="2021-03-01", authority_decision=decided)

    assert ask("eligibility", asked)["bases"][1]["starts_on"] == "2021-03-02"


def test_the_category_recorded_is_the_first_in_the_order_of_the_country(ask):
    asked = question(conviction(TERRORIST), conviction(VIOLENT))
    Standard.objects.filter(name="category_4_rank", area=None).update(value=1)

    answer = ask("eligibility", asked)

    assert answer["recorded_category"] == 4
    assert [basis["category"] for basis in answer["bases"]] == [4, 2]


@pytest.mark.parametrize("change", [{"value": 7}, {"from_on": "2090-01-01"}])
def test_without_a_standard_category_4_comes_before_3_alone(ask, change):
    Standard.objects.filter(name="category_4_rank", area=None).update(**change)

    assert ask("eligibility", question(conviction(TERRORIST), conviction(VIOLENT)))["recorded_category"] == 2


def test_what_may_be_left_out_may_be_null(ask):
    offence = {"schedule_3": None, "schedule_15_part": 1, "murder": None}
    asked = question(conviction(offence, jurisdiction=None), subject_to_sexual_notification=None)

    assert ask("eligibility", asked)["recorded_category"] == 2
    assert list(ask("eligibility", question(conviction(VIOLENT, on=None)), status=400)) == ["convictions.0.date"]


REFUSED = [
    (
        {"convictions": [conviction(VIOLENT)], "hospital_or_licence_ended_on": "2019-01-01"},
        "hospital_or_licence_ended_on",
    ),
    ({"authority_decision": decision("dangerous", on="1979-12-31")}, "authority_decision.on"),
    ({"convictions": [conviction(VIOLENT, on="1979-12-31")]}, "convictions.0.date"),
    ({"convictions": [conviction(VIOLENT, outcome="cautioned")]}, "convictions.0.outcome"),
    ({"convictions": [conviction(VIOLENT, "caution")]}, "convictions.0.outcome"),
    ({"convictions": [conviction({"schedule_15_part": 4})]}, "convictions.0.offence.schedule_15_part"),
    ({"convictions": [conviction({"schedule_15_part": True})]}, "convictions.0.offence.schedule_15_part"),
    ({"convictions": [conviction({"murder": "yes"})]}, "convictions.0.offence.murder"),
    ({"convictions": [conviction(VIOLENT, jurisdiction="Scotland")]}, "convictions.0.jurisdiction"),
    ({"convictions": [conviction(VIOLENT, "imprisonment", 0)]}, "convictions.0.disposal.terms.0"),
    ({"convictions": {}}, "convictions"),
    ({"authority_decision": decision("dangerous", reasons=" ")}, "authority_decision.reasons"),
    ({"authority_decision": decision("friendly")}, "authority_decision.kind"),
    ({"on": "1979-01-01"}, "on"),
    ({"category": 1}, "category"),
]


@pytest.mark.parametrize(("wrong", "field"), REFUSED)
def test_what_makes_no_sense_is_refused_at_its_field(ask, wrong, field):
    assert list(ask("eligibility", question() | wrong, status=400)) == [field]


DEALT = st.tuples(
    FLAGS,
    st.builds(
        Sentence,
        outcome=st.sampled_from(OUTCOMES),
        dealt_with_on=DAYS,
        disposal=st.builds(disposal_of, st.sampled_from(DISPOSALS), LENGTHS),
        licence_ends_on=st.one_of(st.none(), DAYS),
        jurisdiction=st.sampled_from(JURISDICTIONS),
    ),
)


@given(
    born=DAYS,
    on=DAYS,
    convictions=st.lists(DEALT, max_size=4),
    subject=st.booleans(),
    decided=st.one_of(st.none(), st.builds(Decision, st.sampled_from(list(DECISIONS)), DAYS)),
)
def test_every_history_of_two_centuries_has_an_answer(born, on, convictions, subject, decided):
    found = judge(born_on=born, on=on, convictions=convictions, sexual_notification=subject, decision=decided)

    live = [basis for basis in found.bases if basis.in_force(on)]
    assert (found.recorded_category is None) == (not live)
    assert not (found.selectable and any(basis.automatic for basis in live))
    assert not subject or found.recorded_category == 1
