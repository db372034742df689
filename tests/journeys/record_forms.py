"""Every form of the record: who opens it, what is typed there, and where it leads."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from disclosures.forms import STEPS
from offenders.imports.columns import template
from tests.factories import a_pdf, a_picture

TODAY = date.today()  # noqa: DTZ011  as the browser's user reads the calendar


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


@dataclass(frozen=True)
class Form:
    """One form: who opens it, what is typed besides what any form may be answered with, and in which state its row is.

    `needs` is False where nothing has to be answered: it has no error state of its own. `lands` is a pattern of the
    address where it leads, when that is not where "Cancel" leads. A key of FORMS is the route's name, with the query of
    the address where it has one.
    """

    who: str = "probation"
    fill: dict[str, Any] = field(default_factory=dict)
    state: str = ""
    needs: bool = True
    lands: str = ""


FIRST = object()  # the first of what a list offers
OTHER = object()  # the second reference of the row's state

CASE = r"/people/MA-[\w-]+/$"
NUMBERS = count(1)


def new_crn() -> str:
    return f"J{next(NUMBERS):06d}"


PDF = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": a_pdf()}
PICTURE = {"name": "face.jpg", "mimeType": "image/jpeg", "buffer": a_picture()}
TERMS, NOTES, SOURCE = {"terms": "2 years 6 months"}, {"notes": "As seen"}, {"source": "Passport seen"}
LIAISON, MANAGER, COORDINATOR = "victim-liaison", "probation-manager", "coordinator"
RECEIVER = "nw-coordinator"


def cases() -> dict[str, Any]:
    """A file of one case, another each time."""
    text = template(example=True) + "\r\n" * next(NUMBERS)
    return {"name": "cases.csv", "mimeType": "text/csv", "buffer": text.encode()}


def facts(name: str, add: dict[str, Any], correct: dict[str, Any]) -> dict[str, Form]:
    """The four forms of a noun of the identity pages, with what is typed in the first two."""
    return {
        f"add_{name}": Form(fill=add),
        f"correct_{name}": Form(fill=correct),
        f"end_{name}": Form(),
        f"withdraw_{name}": Form(),
    }


# What is typed for each particular group, and what is put right in it.
GROUPS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "patient": ({}, {"clinician": "Dr Example"}),
    "immigration": ({}, {"contact": "The duty officer"}),
    "terrorism": ({"unit": "Counter-terrorism unit, East"}, {"contact": "The duty officer"}),
    "service": ({}, {"unit": "First Example Regiment"}),
    "transition": ({}, {"plan": "Another plan"}),
}

# By noun: a test each.
FORMS: dict[str, dict[str, Form]] = {
    "registering": {
        "check_first": Form(fill={"crn": new_crn}, lands="/register/$"),
        "register": Form(
            fill={
                "surname": lambda: ("Larkrise", "Candleford", "Appleyard")[next(NUMBERS) % 3],
                "crn": new_crn,
                "dealt_with_on": days(-90),
                "disposal": "imprisonment",
                "term_years": 4,
                "born_on": lambda: date(1950 + next(NUMBERS) % 40, 5, 14),
            },
            lands=CASE,
        ),
        "save_view?level=2": Form(fill={"name": lambda: f"View {next(NUMBERS)}"}),
        "rename_view": Form(lands="/views/$"),
        "delete_view": Form(needs=False, lands="/views/$"),
    },
    "merging": {
        "dismiss_duplicate": Form(COORDINATOR),
        "unmerge": Form(COORDINATOR, state="merged"),
        "choose_record": Form(COORDINATOR, {"reference": OTHER}, state="two-records", lands="/merge/MA-"),
        "merge": Form(COORDINATOR, state="two-records", lands=CASE),
    },
    "disclosure": {
        "record_disclosure": Form(needs=False, lands="/risk/$"),
        **{f"draft_{step}": Form(state="drafted", needs=step != "children", lands="/check/$") for step in STEPS},
        # What was refused is kept: the dates are typed over it.
        "draft_decision": Form(
            fill={"tell_by": TODAY, "review_on": days(60)}, state="drafted", lands="/check/$"
        ),
        "draft_check": Form(state="drafted", needs=False, lands="/disclosures/$"),
        "discard_draft": Form(state="drafted", needs=False, lands="/disclosures/$"),
        "authorise": Form(MANAGER),
        "deliver": Form(state="to-be-told"),
        "review_disclosure": Form(fill={"next_on": days(90)}),
        "correct": Form(lands="/check/$"),
    },
    "requests": {
        "request_information": Form(),
        "answer_information": Form("housing", {"text": "A tenant until May"}, state="asked", lands=r"/RQ-[\w-]+/$"),
        "chase_request": Form(needs=False),
        "withdraw_request": Form(),
    },
    "applications": {
        "take_application": Form(
            "police",
            {"is_immediate": "no", "received_time": "0:00", "concern": lambda: f"Concern {next(NUMBERS)}"},
            lands=r"/applications/SC-[\w-]+/$",
        ),
        "report_immediate_risk": Form("police", state="taken"),
        "record_protection": Form("police", state="at-risk"),
        "application_checks": Form("police", state="taken"),
        "application_meeting": Form("police", state="checked-application"),
        "application_assessment": Form("police", state="met-applicant"),
        "decide_application": Form("chair", {"outcome": "elsewhere"}, "assessed-application"),
        "end_application": Form("police", {"outcome": "withdrawn"}, "taken"),
        "close_application": Form("police", state="answered-application"),
        "match_application": Form("police", {"case": OTHER}, "taken-about-a-case"),
        "unmatch_application": Form("police", state="matched"),
        "put_off_application": Form("police", {"until": days(60)}, "checked-application"),
        "hand_over_application": Form("police", state="taken"),
        "note_application": Form("police", state="taken"),
        # Its officer has no part in the case itself, and says first what he needs it for.
        "disclose_application": Form("police", state="to-disclose", needs=False, lands="/reason/$"),
    },
    "remarks": {
        "add_flag": Form(),
        "review_flag": Form(),
        "remove_flag": Form(),
        "add_note": Form(),
        "correct_note": Form(),
        "review": Form(),
        "reason": Form("police", lands=CASE),
    },
    "sentences": {
        "add_conviction": Form(fill=TERMS),
        "correct_conviction": Form(fill={"court": "Luton Crown Court"}),
        "quash": Form(),
        "add_disposal": Form(fill=TERMS),
        "replace_disposal": Form(fill=TERMS),
        "add_term": Form(fill={"length": "6 months"}),
        "add_key_date": Form(),
        "change_key_date": Form(fill={"on": days(120)}),
        "withdraw_key_date": Form(),
        "move": Form(fill={"place": "HMP Example"}),
        "withdraw_move": Form(),
        "recall": Form(state="sentenced"),
        "return_to_custody": Form(state="recalled"),
        "withdraw_recall": Form(state="recalled"),
        "undo_return": Form(state="back-in-custody"),
        "withdraw_conviction": Form(),
        "withdraw_disposal": Form(),
    },
    "category": {
        "decide_category": Form(COORDINATOR, {"level": "2", "meetings_add_value": True, "exceptional": True}, "convicted"),
        "rule_out": Form(COORDINATOR),
        "exit_from_mappa": Form(COORDINATOR),
        "re_enter": Form(COORDINATOR, state="ended"),
        "end_decision": Form(COORDINATOR, state="decided"),
        "withdraw_decision": Form(COORDINATOR),
        "proposal": Form(COORDINATOR),
    },
    "notification": {
        "begin_notification": Form(state="sexual", needs=False),
        "requirement_by_hand": Form(fill={"disposal": "imprisonment", "term_years": 3}),
        "recompute": Form(needs=False),
        "record_stay": Form(),
        "plan_travel": Form(),
        "notify": Form(),
        "end_requirement": Form(fill={"end_reason": "quashed"}),
        "direct_parent": Form(fill={"until": days(60)}, state="child"),
        "record_breach": Form(),
        "apply_for_review": Form(state="indefinite"),
        "determine_review": Form(),
        "notice_outcome": Form(fill={"happened_on": TODAY}, state="noticed"),
        "strike_notification": Form(),
        "record_missed": Form(state="overdue"),
        "decide_breach": Form(),
        "notify_premises": Form(state="premises"),
        "end_stay": Form(),
        "travel_return": Form(),
        "call_off_travel": Form(needs=False),
        "notify_leaving": Form(state="leaving"),
        "notify_return": Form(state="returned"),
    },
    "orders": {
        "record_order": Form(),
        "add_order_term": Form(),
        "vary_order": Form(fill={"prohibitions": "Going to the river"}),
        "order_breach": Form(),
        "end_order": Form(fill={"ending": "discharged"}),
        "record_licence": Form(fill={"ends_on": days(300)}),
        "standard_conditions": Form(needs=False),
        "add_condition": Form(lands="/conditions/add/$"),
        "add_condition?condition=curfew-hours": Form(fill={"text": "Stay at home from 7pm to 7am"}),
        "change_standard": Form(fill={"condition": FIRST}, state="standard", lands=r"/conditions/[\w-]+/vary/$"),
        "licence_breach": Form(fill={"subject": FIRST}, state="conditioned"),
        "resume_licence": Form(state="revoked"),
        "end_licence": Form(fill={"ending": "cancelled"}),
        "vary_condition": Form(fill={"text": "Stay at home between 8pm and 6am"}),
        "remove_condition": Form(),
        "fit_monitoring": Form(fill={"condition": FIRST}, state="to-monitor"),
        "remove_monitoring": Form(),
        "monitoring_alert": Form(),
        "settle_breach": Form(),
    },
    "premises": {
        "propose_premises": Form(),
        "decide_premises": Form(),
        "reserve_bed": Form(fill={"premises": OTHER}, state="accepted"),
        "withdraw_proposal": Form(),
        "arrive_at_premises": Form(),
        "change_place": Form(state="arrived"),
        "premises_breach": Form(),
        "leave_premises": Form(state="arrived"),
    },
    "documents": {
        "add_document": Form(fill={"file": PDF}),
        "add_version": Form(fill={"file": PDF}),
        "withdraw_document": Form(),
        "add_photograph": Form(fill={"file": PICTURE}),
        "replace_photograph": Form(fill={"file": PICTURE}),
        "withdraw_photograph": Form(),
    },
    "identity": {
        "change_birth": Form(fill={"source": "Passport seen"}),
        "correct_name": Form(fill={"surname": "Corrected"}),
        "change_name": Form(fill={"surname": "Changed"}),
        **facts("alias", {"surname": "Otherwise"}, {"surname": "Corrected"}),
        **{name: one for name, one in facts("birth_date", {}, SOURCE).items() if name != "end_birth_date"},
        **facts("identifier", {"kind": "crn", "typed": new_crn}, {"typed": new_crn}),
        **facts("address", {"from_on": days(-10)}, {"address": "2 Mill Lane"}),
        **facts("contact", {"kind": "mobile", "typed": "07700 900 982"}, NOTES),
    },
    "life": {
        **facts("vehicle", {"mark": "AB12 CDE"}, NOTES),
        **facts("occupation", {}, NOTES),
        **facts("relationship", {"name": "Una Example", "is_child": "no"}, NOTES),
    },
    "characteristics": {
        **{name: one for name, one in facts("characteristic", {}, {"detail": "In other words"}).items() if name != "add_characteristic"},
        **{
            f"record_{kind}": Form()
            for kind in (
                "sex", "gender", "ethnicity", "nationality", "language", "marital", "religion", "disability",
                "orientation", "reassignment", "pregnancy",
            )
        },
    },
    "groups": {
        **{
            f"record_{kind}": Form()
            for kind in ("leave", "tribunal", "discharge", "recall", "absence")
        },
        **{f"record_{kind}": Form(fill=fill) for kind, (fill, _right) in GROUPS.items()},
        **{f"correct_{kind}": Form(fill=right) for kind, (_fill, right) in GROUPS.items()},
        "correct_step": Form(fill={"until": days(20)}),
        **{f"{verb}_{kind}": Form() for verb in ("end", "withdraw") for kind in (*GROUPS, "step")},
        "end_step": Form(fill={"until": days(11)}),
        "notify_of_patient": Form(),
        "notify_of_step": Form(),
    },
    "risk": {
        "assess": Form(),
        "assess?again=1": Form(fill={"risk_imminence": "This week", "change": "changed"}, state="assessed"),
        "countersign": Form(MANAGER, needs=False),
        "send_back": Form(MANAGER),
        "record_result": Form(fill={"tool": "arms"}, lands="/risk/tools/record/$"),
        "record_result?tool=ogrs": Form(fill={"score": "41"}),
        "withdraw_result": Form(),
        "dismiss_prompt": Form(),
    },
    "plan": {
        "begin_plan": Form(needs=False),
        "settle_terms": Form(state="with-terms", needs=False),
        "add_measure": Form(fill={"due_on": days(20)}),
        "propose_measure": Form("housing", fill={"due_on": days(20)}, state="with-partner"),
        "change_measure": Form(fill={"due_on": days(20)}),
        "draft_measure": Form(fill={"due_on": days(20)}),
        "remove_measure": Form(needs=False),
        "report_measure": Form(state="in-force"),
        "send_plan": Form(needs=False),
        "countersign_plan": Form(MANAGER, state="sent-plan", needs=False),
        "return_plan": Form(MANAGER, state="sent-plan"),
        "share_plan": Form(state="signed-plan", needs=False),
        "acknowledge_plan": Form(state="given-plan", needs=False),
    },
    "importing": {
        "imports": Form(fill={"file": cases}, lands=r"/import/IR-[\w-]+/$"),
        "import_row": Form(fill={"forenames": "Ada", "crn": new_crn}, state="waiting", lands=CASE),
        "discard_row": Form(state="waiting", lands="/import/queue/$"),
    },
    "sharing": {
        "share_with": Form(MANAGER, {"until": days(100)}),
        "end_share": Form(MANAGER, state="shared"),
        "name_person": Form(MANAGER, {"person": "health@demo.invalid"}),
        "end_naming": Form(MANAGER, state="named"),
        "restrict": Form(MANAGER, state="with-keepers"),
        "lift_restriction": Form(MANAGER, state="restricted", needs=False),
        "exclude": Form(MANAGER, {"person": "health@demo.invalid"}),
        "end_exclusion": Form(MANAGER, state="excluded"),
        "declare_conflict": Form(MANAGER),
        "name_lead_officer": Form(MANAGER),
        "propose_transfer": Form(MANAGER, {"to_agency": FIRST}),
        "withdraw_transfer": Form(MANAGER, state="proposed"),
        "accept_transfer": Form(RECEIVER, state="to-another-area", lands="/transfer/$"),
        "refuse_transfer": Form(RECEIVER, state="to-another-area", lands="/transfers/$"),
        "tick_item": Form(),
    },
    "victims": {
        "add_victim": Form(LIAISON),
        "add_warning": Form(LIAISON),
        "change_warning": Form(LIAISON, state="officer-left"),
        "end_warning": Form(LIAISON, state="warned"),
        "change_victim": Form(LIAISON, {"name": "Wilma Oakapple"}),
        "end_victim": Form(LIAISON),
        "begin_scheme": Form(LIAISON, {"reason": "The victim asked for it"}),
        "correct_sentence": Form(LIAISON, {"sentenced_on": days(-9)}, state="in-scheme"),
        "assign_officer": Form(LIAISON, state="in-scheme"),
        "record_contact": Form(LIAISON),
        "make_request": Form(LIAISON),
        "answer_request": Form(LIAISON),
    },
}  # fmt: skip

# Pages without a form of the record, and who looks at them.
PAGES = {
    "log": "probation",
    "disclosure": "probation",
    "requests": "probation",
    "requests_to_us": "housing",
    "applications": "police",
    "application": "police",
    "people": "probation",
    "saved_views": "probation",
    "saved_view": "probation",
    "possible_duplicates": COORDINATOR,
    "overview": "probation",
    "timeline": "probation",
    "flags": "probation",
    "sentences": "probation",
    "category": "probation",
    "notification": "probation",
    "orders": "probation",
    "premises": "probation",
    "documents": "probation",
    "document": "probation",
    "photographs": "probation",
    "who": "probation",
    "why": "probation",
    "identity": "probation",
    "characteristics": "probation",
    **{
        f"all_{noun}": "probation"
        for noun in (
            "alias", "birth_date", "identifier", "address", "contact", "vehicle", "occupation", "relationship",
            "characteristic",
        )
    },
    "risk": "probation",
    "assessment": "probation",
    "tools": "probation",
    "prompt": "probation",
    "plan": "probation",
    "plan_version": "probation",
    "write_plan": "probation",
    "victims": LIAISON,
    "victim": LIAISON,
    "changes": "probation",
    "transfer": "probation",
    "transfers": MANAGER,
    "offences": "probation",
    "proposals": COORDINATOR,
    "premises_register": "probation",
    "groups": "probation",
    "all_steps": "probation",
    "import_queue": "probation",
    "import_run": "probation",
    "import_above": COORDINATOR,
}  # fmt: skip

# Files, not pages; and what has a journey of its own: the questions before the record (test_check.py), an emergency (test_emergency.py).
ELSEWHERE = {
    "download", "photograph_small", "photograph_large", "check", "check_rule", "import_template", "import_example",
    "open_in_emergency", "end_emergency", "import_report", "load_import", "stop_import", "letter_pdf", "letter_word", "save_section",
    "plan_pdf", "plan_word", "assessment_pdf", "assessment_word",
}  # fmt: skip
