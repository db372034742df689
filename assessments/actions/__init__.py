"""The verbs of risk, by noun. Each asks `require` first."""

from assessments.actions.assessment import assess, countersign, latest_of, send_back
from assessments.actions.measures import (
    add_measure,
    change_measure,
    draft_measure,
    draft_of,
    no_draft,
    propose_measure,
    remove_measure,
    report_measure,
)
from assessments.actions.plans import (
    acknowledge_plan,
    begin_plan,
    countersign_plan,
    return_plan,
    save_section,
    send_plan,
    settle_terms,
    share_plan,
)
from assessments.actions.prompts import dismiss_prompt
from assessments.actions.tools import record_result, withdraw_result

__all__ = [
    "acknowledge_plan",
    "add_measure",
    "assess",
    "begin_plan",
    "change_measure",
    "countersign",
    "countersign_plan",
    "dismiss_prompt",
    "draft_measure",
    "draft_of",
    "latest_of",
    "no_draft",
    "propose_measure",
    "record_result",
    "remove_measure",
    "report_measure",
    "return_plan",
    "save_section",
    "send_back",
    "send_plan",
    "settle_terms",
    "share_plan",
    "withdraw_result",
]
