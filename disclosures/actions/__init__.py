"""The verbs of disclosure, by noun. Each asks `require` first."""

from disclosures.actions.decision import record_decision
from disclosures.actions.drafts import (
    begin_correction,
    begin_draft,
    discard_draft,
    forget_old_drafts,
    keep_answers,
    record_draft,
)
from disclosures.actions.requests import answer_information, chase_request, request_information, withdraw_request
from disclosures.actions.third_party import (
    Considered,
    about_children,
    authorise_disclosure,
    deliver_disclosure,
    record_disclosure,
    review_disclosure,
    was_corrected,
    why_not_authorise,
    why_not_deliver,
    why_not_review,
    wrote,
)

__all__ = [
    "Considered",
    "about_children",
    "answer_information",
    "authorise_disclosure",
    "begin_correction",
    "begin_draft",
    "chase_request",
    "deliver_disclosure",
    "discard_draft",
    "forget_old_drafts",
    "keep_answers",
    "record_decision",
    "record_disclosure",
    "record_draft",
    "request_information",
    "review_disclosure",
    "was_corrected",
    "why_not_authorise",
    "why_not_deliver",
    "why_not_review",
    "withdraw_request",
    "wrote",
]
