"""Other systems read plans as far as their agency does, and take every step from draft to acknowledged for people who may."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.models import Role
from assessments.models import PILLARS, Heading, Measure, Plan, PlanTerm
from audit.models import AccessEvent
from tests.factories import (
    AssessmentFactory,
    DisclosureReviewFactory,
    FlagFactory,
    InformationAnswerFactory,
    MeasureFactory,
    MembershipFactory,
    OrderFactory,
    PlanFactory,
    PlanSectionFactory,
    PlanShareFactory,
    PlanTermFactory,
    ToolResultFactory,
    in_days,
)

pytestmark = pytest.mark.usefixtures("every_scope")

WORDS = {
    "pillar": "3-supervision",
    "text": "See the person at the office each Monday",
    "due_on": in_days(20).isoformat(),
    "checked_how": "The manager reads the record each month",
}
# What a change of a measure says besides.
WHOLE = {"person": "", "audience": "everyone"}


@pytest.fixture
def draft(call, offender, practitioner):
    made = call("plans/", {}, practitioner)["reference"]
    return Plan.objects.visible_to(practitioner).get(reference=made)


def section(call, draft, heading, text, by, **change):
    words = {"section": heading, "text": text, "audience": "everyone", "version": 0} | change
    status = words.pop("status", 201)
    return call(f"plans/{draft.reference}/sections/", words, by, status=status)


def test_a_plan_goes_from_draft_to_acknowledged_and_reported(call, draft, practitioner, manager, probation):
    there = f"plans/{draft.reference}"
    for heading in (*PILLARS, Heading.CONTINGENCY):
        section(call, draft, heading, f"What is done: {heading.value}", practitioner)
    measure = call(f"{there}/measures/", WORDS | {"agency": probation.name}, practitioner)["reference"]
    call(f"{there}/send/", {}, practitioner)
    call(f"{there}/countersign/", {}, manager)
    call(f"{there}/share/", {"agencies": [probation.name]}, practitioner)
    (share,) = call(f"{there}/")["shares"]
    call(f"plan-shares/{share['reference']}/acknowledge/", {}, practitioner)
    call(f"measures/{measure}/report/", {"outcome": "He came each week"}, practitioner)

    read = call(f"{there}/")
    assert (read["state"], read["sent_by"], read["signed_by"], read["shared_by"]) == ("current", "Bob", "Maya", "Bob")
    assert [row["text"] for row in read["sections"]][-1] == "What is done: 7-contingency"
    assert [(row["reference"], row["done_by"]) for row in read["measures"]] == [(measure, "Bob")]
    assert read["shares"][0]["acknowledged_by"] == "Bob"
    assert [row["reference"] for row in call("plans/")["results"]] == [draft.reference]
    assert call("measures/")["results"] == read["measures"] == [call(f"measures/{measure}/")]


def test_a_plan_that_is_not_valid_is_refused_with_all_that_is_missing(call, draft, practitioner):
    refused = call(f"plans/{draft.reference}/send/", {}, practitioner, status=400)

    assert len(refused["errors"]["body"]) == 5


def test_whoever_sends_second_is_refused_and_overwrites_nothing(call, draft, practitioner, manager):
    section(call, draft, "3-supervision", "Hers", manager)

    refused = section(call, draft, "3-supervision", "His", practitioner, status=409)
    section(call, draft, "3-supervision", "Both", practitioner, version=1)

    assert "Read it again" in refused["detail"]
    read = call(f"plans/{draft.reference}/")["sections"]
    assert [(row["text"], row["version"]) for row in read if row["heading"] == "3-supervision"] == [("Both", 2)]


def test_a_measure_that_changed_meanwhile_is_not_overwritten(call, offender, practitioner, probation):
    row = MeasureFactory(offender=offender, version=3)
    words = WORDS | WHOLE | {"agency": probation.name, "text": "Write to him each Monday"}

    call(f"measures/{row.reference}/change/", words | {"version": 2}, practitioner, status=409)
    call(f"measures/{row.reference}/change/", words | {"version": 3}, practitioner)

    assert call(f"measures/{row.reference}/")["text"] == "Write to him each Monday"


@pytest.mark.parametrize("left_out", ["audience", "person"])
def test_a_change_that_leaves_out_who_reads_or_does_it_opens_and_empties_nothing(
    call, offender, practitioner, probation, left_out
):
    row = MeasureFactory(offender=offender, version=3, audience="authority", person="Pat")
    words = WORDS | WHOLE | {"agency": probation.name, "version": 3}
    said = {name: value for name, value in words.items() if name != left_out}

    refused = call(f"measures/{row.reference}/change/", said, practitioner, status=400)

    assert list(refused["errors"]) == [left_out]
    row.refresh_from_db()
    assert (row.audience, row.person) == ("authority", "Pat")


def test_a_measure_taken_out_is_listed_no_more(call, offender, practitioner):
    row = MeasureFactory(offender=offender)

    call(f"measures/{row.reference}/remove/", {}, practitioner)

    assert call("measures/")["results"] == []
    assert call(f"measures/{row.reference}/")["removed_at"]


def test_conditions_orders_and_flags_are_settled_by_their_references(call, draft, offender, practitioner):
    order, flag = OrderFactory(offender=offender), FlagFactory(offender=offender)
    answers = [
        {"about": order.reference, "heading": "4-monitoring"},
        {"about": flag.reference, "left_out_reason": "It is over"},
    ]
    there = f"plans/{draft.reference}/terms/"

    unknown = call(there, {"terms": [{"about": "OR-2222-2222"}], "version": 0}, practitioner, status=400)
    both = call(there, {"terms": [answers[0] | {"left_out_reason": "It ends"}], "version": 0}, practitioner, status=400)
    twice = call(there, {"terms": [*answers, answers[0]], "version": 0}, practitioner, status=400)
    call(there, {"terms": answers, "version": 0}, practitioner)
    call(there, {"terms": [], "version": 0}, practitioner, status=409)

    assert list(unknown["errors"]) == list(both["errors"]) == list(twice["errors"]) == ["terms"]
    assert PlanTerm.objects.visible_to(practitioner).count() == 2
    read = {row["order"] or row["flag"]: row["heading"] for row in call(f"plans/{draft.reference}/")["terms"]}
    assert read == {order.reference: "4-monitoring", flag.reference: ""}


def test_whoever_wrote_a_plan_does_not_countersign_it_and_nobody_below_the_rank(call, offender, practitioner, manager):
    plan = PlanFactory(offender=offender, sent=True, sent_by=manager)

    own = call(f"plans/{plan.reference}/countersign/", {}, manager, status=400)
    call(f"plans/{plan.reference}/countersign/", {}, practitioner, status=403)

    assert "another person countersigns" in own["errors"]["body"][0]


def test_a_returned_plan_says_why_to_those_who_write_it(call, offender, practitioner, manager):
    plan = PlanFactory(offender=offender, sent=True, sent_by=practitioner)

    call(f"plans/{plan.reference}/return/", {"reason": "The zone is missing"}, manager)

    read = call(f"plans/{plan.reference}/")
    assert (read["state"], read["return_reason"]) == ("draft", "The zone is missing")


def test_a_measure_of_an_agency_that_does_not_see_the_case_is_refused(call, draft, practitioner, health_agency):
    refused = call(
        f"plans/{draft.reference}/measures/", WORDS | {"agency": health_agency.name}, practitioner, status=400
    )

    assert "can see this case" in refused["errors"]["agency"][0]


@pytest.fixture
def partner(granted, housing_system, housing):
    """Harriet, for whom the system of housing acts; the case is shared with housing."""
    return housing


def test_a_partner_reads_the_plan_in_force_without_what_is_for_others_and_no_draft(call, partner, offender):
    plan = PlanFactory(offender=offender, current=True)
    PlanSectionFactory(offender=offender, plan=plan, text="Weekly")
    PlanSectionFactory(offender=offender, plan=plan, heading="6-victim-safety", text="Secret", audience="authority")
    MeasureFactory(offender=offender, plan=plan, audience="authority")
    PlanTermFactory(offender=offender, plan=plan)
    draft = PlanFactory(offender=offender, number=2)

    read = call(f"plans/{plan.reference}/", None, partner)

    assert ([row["text"] for row in read["sections"]], read["restricted"]) == (["Weekly"], ["6-victim-safety"])
    assert (read["measures"], read["restricted_measures"], len(read["terms"])) == ([], ["3-supervision"], 1)
    assert [row["reference"] for row in call("plans/", None, partner)["results"]] == [plan.reference]
    call(f"plans/{draft.reference}/", None, partner, status=404)
    call(f"plans/{draft.reference}/sections/", {}, partner, status=404)


def test_a_partner_proposes_and_words_its_own_measure(call, partner, offender, housing_agency, practitioner):
    PlanFactory(offender=offender)

    made = call("measures/", WORDS | {"agency": housing_agency.name}, partner)["reference"]
    again = {
        "text": "Offer a flat",
        "person": "",
        "due_on": in_days(9).isoformat(),
        "checked_how": "Signed",
        "version": 1,
    }
    call(f"measures/{made}/word/", again, partner)
    call(f"measures/{made}/word/", again, partner, status=409)

    row = Measure.objects.visible_to(practitioner).get()
    assert (row.reference, row.agency, row.text, row.saved_by) == (made, housing_agency, "Offer a flat", partner)
    assert [found["reference"] for found in call("measures/", None, partner)["results"]] == [made]


def test_a_partner_changes_and_removes_no_measure_and_proposes_none_for_another(
    call, partner, offender, housing_agency, probation, health_agency
):
    plan = PlanFactory(offender=offender)
    mine = MeasureFactory(offender=offender, plan=plan, agency=housing_agency)
    other = MeasureFactory(offender=offender, plan=plan)
    MembershipFactory(user=partner, agency=health_agency, role_id=Role.Code.PRACTITIONER)

    call(f"measures/{mine.reference}/remove/", {}, partner, status=403)
    call(f"measures/{other.reference}/word/", {}, partner, status=404)
    another = call("measures/", WORDS | {"agency": probation.name}, partner, status=400)
    blind = call("measures/", WORDS | {"agency": health_agency.name}, partner, status=400)

    assert "Choose your own agency" in another["errors"]["agency"][0]
    assert "Nobody at Health, Bedfordshire can see this case" in blind["errors"]["agency"][0]


def test_what_was_taken_out_of_a_draft_stays_unseen_when_the_plan_is_shared(call, partner, offender, practitioner):
    plan = PlanFactory(offender=offender, current=True)
    taken_out = MeasureFactory(offender=offender, plan=plan, removed_at=plan.shared_at, removed_by=practitioner)

    call(f"measures/{taken_out.reference}/", None, partner, status=404)
    assert Measure.objects.visible_to(practitioner).get() == taken_out


def test_words_that_cannot_be_checked_are_refused_by_their_field(call, partner, offender, housing_agency):
    PlanFactory(offender=offender)

    vague = WORDS | {"agency": housing_agency.name, "checked_how": "As appropriate"}

    assert list(call("measures/", vague, partner, status=400)["errors"]) == ["checked_how"]


def test_an_agency_acknowledges_for_itself_alone(call, partner, offender, housing_agency):
    plan = PlanFactory(offender=offender, current=True)
    mine = PlanShareFactory(offender=offender, plan=plan, agency=housing_agency)
    other = PlanShareFactory(offender=offender, plan=plan, agency=offender.lead_agency)

    call(f"plan-shares/{mine.reference}/acknowledge/", {}, partner)
    call(f"plan-shares/{mine.reference}/acknowledge/", {}, partner, status=400)
    call(f"plan-shares/{other.reference}/acknowledge/", {}, partner, status=403)

    mine.refresh_from_db()
    assert mine.acknowledged_by == partner


def test_a_whole_plan_costs_the_same_however_much_it_holds(client, offender, every_scope, django_assert_num_queries):
    plan = PlanFactory(offender=offender, current=True)
    url = f"/api/v1/cases/{offender.reference}/plans/{plan.reference}/"
    headers = {"Authorization": "Bearer a-long-random-token"}
    client.get(url, headers=headers)

    for heading in Heading.values[:3]:
        PlanSectionFactory(offender=offender, plan=plan, heading=heading)
        MeasureFactory(offender=offender, plan=plan)
        PlanTermFactory(offender=offender, plan=plan)
        PlanShareFactory(offender=offender, plan=plan)

        with django_assert_num_queries(16):
            client.get(url, headers=headers)


def test_the_record_of_a_read_says_which_row_was_read(call, offender, token):
    plan = PlanFactory(offender=offender, current=True)

    call(f"plans/{plan.reference}/")
    call("plans/RP-2222-2222/", status=404)

    read = AccessEvent.objects.filter(event="api.plan_read").exclude(detail__row="RP-2222-2222")
    denied = AccessEvent.objects.filter(event="api.plan_read", outcome="N", detail__row="RP-2222-2222")
    assert [(event.case_id, event.detail["row"]) for event in read] == [(offender.pk, plan.reference)]
    assert denied.count() == 1


def test_a_list_costs_the_same_however_long(client, offender, every_scope, django_assert_max_num_queries):
    headers = {"Authorization": "Bearer a-long-random-token"}
    made = {
        "assessments": AssessmentFactory,
        "disclosures": DisclosureReviewFactory,
        "information-requests": InformationAnswerFactory,
        "plans": PlanFactory,
        "measures": MeasureFactory,
        "tool-results": ToolResultFactory,
    }
    for noun, make in made.items():
        url = f"/api/v1/cases/{offender.reference}/{noun}/"
        make(offender=offender)
        with CaptureQueriesContext(connection) as one:
            client.get(url, headers=headers)

        rows = [make(offender=offender) for _each in range(3)]

        with django_assert_max_num_queries(len(one)):
            assert len(client.get(url, headers=headers).json()["results"]) == 1 + len(rows)
