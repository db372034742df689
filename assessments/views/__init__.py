from assessments.views.assessment import assess, assessment, countersign, risk, send_back
from assessments.views.copies import assessment_pdf, assessment_word, plan_pdf, plan_word
from assessments.views.measures import (
    add_measure,
    change_measure,
    draft_measure,
    propose_measure,
    remove_measure,
    report_measure,
)
from assessments.views.plans import (
    acknowledge_plan,
    begin_plan,
    countersign_plan,
    plan,
    plan_version,
    return_plan,
    save_section,
    send_plan,
    settle_terms,
    share_plan,
    write_plan,
)
from assessments.views.prompts import dismiss_prompt, prompt
from assessments.views.tools import record_result, tools, withdraw_result

__all__ = [
    "acknowledge_plan",
    "add_measure",
    "assess",
    "assessment",
    "assessment_pdf",
    "assessment_word",
    "begin_plan",
    "change_measure",
    "countersign",
    "countersign_plan",
    "dismiss_prompt",
    "draft_measure",
    "plan",
    "plan_pdf",
    "plan_version",
    "plan_word",
    "prompt",
    "propose_measure",
    "record_result",
    "remove_measure",
    "report_measure",
    "return_plan",
    "risk",
    "save_section",
    "send_back",
    "send_plan",
    "settle_terms",
    "share_plan",
    "tools",
    "withdraw_result",
    "write_plan",
]
