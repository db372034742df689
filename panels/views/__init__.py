from panels.views.amendments import amend, decide_amendment
from panels.views.copies import approve, minutes, minutes_pdf, minutes_word, receipts, send_to_chair
from panels.views.followup import (
    action,
    actions,
    add_evidence,
    assign_action,
    case_actions,
    meeting_actions,
    postpone_action,
    reassign_action,
    settle_action,
    update_action,
    upload_evidence,
    withdraw_action,
)
from panels.views.information import send_information
from panels.views.items import add_item, invite, move, remove_item
from panels.views.meetings import arrange, case_meetings, meeting, meetings
from panels.views.referrals import refer, referral, screening
from panels.views.sending_on import decide_sending_on, send_on, sent_on, sent_on_pdf, sent_on_to_us, sent_on_word
from panels.views.summaries import release_summary, summary, summary_pdf, summary_word
from panels.views.workspace import add_action, attendance, decide, paragraph, workspace

__all__ = [
    "action",
    "actions",
    "add_action",
    "add_evidence",
    "add_item",
    "amend",
    "approve",
    "arrange",
    "assign_action",
    "attendance",
    "case_actions",
    "case_meetings",
    "decide",
    "decide_amendment",
    "decide_sending_on",
    "invite",
    "meeting",
    "meeting_actions",
    "meetings",
    "minutes",
    "minutes_pdf",
    "minutes_word",
    "move",
    "paragraph",
    "postpone_action",
    "reassign_action",
    "receipts",
    "refer",
    "referral",
    "release_summary",
    "remove_item",
    "screening",
    "send_information",
    "send_on",
    "send_to_chair",
    "sent_on",
    "sent_on_pdf",
    "sent_on_to_us",
    "sent_on_word",
    "settle_action",
    "summary",
    "summary_pdf",
    "summary_word",
    "update_action",
    "upload_evidence",
    "withdraw_action",
    "workspace",
]
