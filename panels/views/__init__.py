from panels.views.amendments import amend, decide_amendment
from panels.views.commitments import commitments, record_commitment, review_commitment, strike_commitment
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
from panels.views.items import add_item, add_slot, invite, remove_item
from panels.views.level_3 import level_3_day
from panels.views.meetings import arrange, case_meetings, meeting, meetings
from panels.views.order import change_slot, move, pin, remove_slot, reorder, restore_order
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
    "add_slot",
    "amend",
    "approve",
    "arrange",
    "assign_action",
    "attendance",
    "case_actions",
    "case_meetings",
    "change_slot",
    "commitments",
    "decide",
    "decide_amendment",
    "decide_sending_on",
    "invite",
    "level_3_day",
    "meeting",
    "meeting_actions",
    "meetings",
    "minutes",
    "minutes_pdf",
    "minutes_word",
    "move",
    "paragraph",
    "pin",
    "postpone_action",
    "reassign_action",
    "receipts",
    "record_commitment",
    "refer",
    "referral",
    "release_summary",
    "remove_item",
    "remove_slot",
    "reorder",
    "restore_order",
    "review_commitment",
    "screening",
    "send_information",
    "send_on",
    "send_to_chair",
    "sent_on",
    "sent_on_pdf",
    "sent_on_to_us",
    "sent_on_word",
    "settle_action",
    "strike_commitment",
    "summary",
    "summary_pdf",
    "summary_word",
    "update_action",
    "upload_evidence",
    "withdraw_action",
    "workspace",
]
