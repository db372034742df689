from panels.views.copies import approve, minutes, minutes_pdf
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
from panels.views.workspace import add_action, attendance, decide, paragraph, workspace

__all__ = [
    "action",
    "actions",
    "add_action",
    "add_evidence",
    "add_item",
    "approve",
    "arrange",
    "assign_action",
    "attendance",
    "case_actions",
    "case_meetings",
    "decide",
    "invite",
    "meeting",
    "meeting_actions",
    "meetings",
    "minutes",
    "minutes_pdf",
    "move",
    "paragraph",
    "postpone_action",
    "reassign_action",
    "refer",
    "referral",
    "remove_item",
    "screening",
    "send_information",
    "settle_action",
    "update_action",
    "upload_evidence",
    "withdraw_action",
    "workspace",
]
