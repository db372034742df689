"""Other systems read assessments and results of tools, and record them for people who may."""

import pytest

from assessments.models import COMMUNITY, CUSTODY, Assessment, ToolResult
from audit.models import AccessEvent
from offenders.models import Offender
from tests.conftest import member
from tests.factories import AssessmentFactory, ToolResultFactory, in_days

pytestmark = pytest.mark.usefixtures("every_scope")

SENT = dict.fromkeys((*COMMUNITY, *CUSTODY), 1) | {
    "public": 3,
    "assessed_on": in_days(-1).isoformat(),
    "who_is_at_risk": "Strangers at night",
    "nature_of_risk": "Violence to strangers",
    "risk_imminence": "After drinking",
    "risk_increase_factors": "Debts",
    "risk_mitigation_factors": "Work",
}
GAVE = {"tool": "arms", "completed_on": in_days(-2).isoformat(), "completed_by": "Pat Example, Police", "band": "High"}


@pytest.fixture
def colleague(probation):
    """Cleo, another probation officer, below manager rank."""
    return member(probation, "practitioner", "cleo")


@pytest.fixture
def made(offender, practitioner):
    return AssessmentFactory(offender=offender, assessed_by=practitioner, countersign_due_on=in_days(5))


def test_an_assessment_is_recorded_and_read(call, practitioner):
    made = call("assessments/", SENT, practitioner)["reference"]

    row = Assessment.objects.visible_to(practitioner).get()
    assert (row.reference, row.overall, row.assessed_by) == (made, 3, practitioner)
    assert Offender.objects.visible_to(practitioner).get().rosh == 3
    (listed,) = call("assessments/")["results"]
    assert listed == call(f"assessments/{made}/")
    assert (listed["overall"], listed["public"], listed["nature_of_risk"]) == (3, 3, "Violence to strangers")
    assert (listed["assessed_by"], listed["countersigned_by"], listed["previous"]) == ("Bob", None, None)


def test_each_level_is_said_and_one_that_is_not_known_says_what_is_done_about_it(call, practitioner):
    left_out = {name: value for name, value in SENT.items() if name != "children"}

    missing = call("assessments/", left_out, practitioner, status=400)
    unknown = call("assessments/", SENT | {"children": None}, practitioner, status=400)
    call("assessments/", SENT | {"children": None, "unknown_plan": "Ask the school by May"}, practitioner)

    assert (list(missing["errors"]), list(unknown["errors"])) == (["children"], ["unknown_plan"])
    assert call("assessments/")["results"][0]["children"] is None


def test_a_review_names_what_it_was_written_after_and_says_what_changed(call, practitioner):
    first = call("assessments/", SENT, practitioner)["reference"]
    review = SENT | {"public": 4, "assessed_on": in_days(0).isoformat()}
    why = {"change": "changed", "change_reason": "He moved"}

    unseen = call("assessments/", review | why, practitioner, status=400)
    unsaid = call("assessments/", review | {"seen": first}, practitioner, status=400)
    second = call("assessments/", review | why | {"seen": first}, practitioner)["reference"]

    assert "Bob recorded an assessment" in unseen["errors"]["body"][0]
    assert sorted(unsaid["errors"]) == ["change", "change_reason"]
    read = call(f"assessments/{second}/")
    assert (read["previous"], read["change_reason"]) == (first, "He moved")


def test_a_first_assessment_says_of_no_change(call, practitioner):
    refused = call("assessments/", SENT | {"change": "unchanged", "change_reason": "x"}, practitioner, status=400)

    assert list(refused["errors"]) == ["change"]


def test_a_manager_countersigns_what_another_wrote(call, made, practitioner, colleague, manager):
    own = call(f"assessments/{made.reference}/countersign/", {}, practitioner, status=403)
    call(f"assessments/{made.reference}/countersign/", {}, colleague, status=403)
    call(f"assessments/{made.reference}/countersign/", {}, manager)

    assert own["title"] == "Not allowed"
    assert call(f"assessments/{made.reference}/")["countersigned_by"] == "Maya"


def test_nobody_countersigns_his_own(call, offender, manager):
    row = AssessmentFactory(offender=offender, assessed_by=manager, countersign_due_on=in_days(5))

    refused = call(f"assessments/{row.reference}/countersign/", {}, manager, status=400)

    assert "another manager countersigns it" in refused["errors"]["body"][0]


def test_a_manager_sends_back_and_says_why(call, made, manager):
    call(f"assessments/{made.reference}/send-back/", {"return_reason": " "}, manager, status=400)

    call(f"assessments/{made.reference}/send-back/", {"return_reason": "The school is missing"}, manager)

    read = call(f"assessments/{made.reference}/")
    assert (read["returned_by"], read["return_reason"]) == ("Maya", "The school is missing")


def test_what_a_tool_gave_is_recorded_once_and_read(call, practitioner):
    made = call("tool-results/", GAVE, practitioner, key="k-1")["reference"]
    again = call("tool-results/", GAVE, practitioner, key="k-1", status=200)["reference"]

    assert made == again
    (listed,) = call("tool-results/")["results"]
    assert listed == call(f"tool-results/{made}/")
    assert (listed["tool"], listed["band"], listed["score"], listed["recorded_by"]) == ("arms", "High", None, "Bob")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"tool": "tarot"}, "tool"),
        ({"band": "Purple"}, "band"),
        ({"band": ""}, "score"),
        ({"score": "much"}, "score"),
        ({"score": "4"}, "score"),
        ({"completed_on": in_days(1).isoformat()}, "completed_on"),
        ({"completed_by": ""}, "completed_by"),
    ],
)
def test_what_no_tool_gives_is_refused_by_its_field(call, practitioner, change, field):
    refused = call("tool-results/", GAVE | change, practitioner, status=400)

    assert field in refused["errors"]
    assert not ToolResult.objects.visible_to(practitioner).exists()


def test_a_withdrawn_result_is_no_longer_listed_and_says_why(call, offender, practitioner):
    row = ToolResultFactory(offender=offender)

    call(f"tool-results/{row.reference}/withdraw/", {"reason": "Somebody else’s"}, practitioner)

    assert call("tool-results/")["results"] == []
    assert call(f"tool-results/{row.reference}/")["withdrawal_reason"] == "Somebody else’s"


def test_a_partner_agency_reads_and_records_nothing(call, granted, housing_system, housing, offender):
    row = AssessmentFactory(offender=offender)

    assert [found["reference"] for found in call("assessments/", None, housing)["results"]] == [row.reference]
    call("assessments/", SENT, housing, status=403)
    call("tool-results/", GAVE, housing, status=403)
    assert AccessEvent.objects.filter(event="api.tool_results_read", outcome="N", actor_id=housing.pk).exists()


def test_without_a_person_nothing_is_recorded(call):
    assert "on behalf of a person" in call("tool-results/", GAVE, status=403)["detail"]


def test_a_row_of_another_case_is_not_there(call, other_case, manager):
    row = AssessmentFactory(offender=other_case, countersign_due_on=in_days(5))

    call(f"assessments/{row.reference}/", status=404)
    call(f"assessments/{row.reference}/countersign/", {}, manager, status=404)
