from panels.views.copies import approve, minutes, minutes_pdf
from panels.views.followup import actions, case_actions, update_action
from panels.views.information import send_information
from panels.views.items import add_item, invite, move, remove_item
from panels.views.meetings import arrange, case_meetings, meeting, meetings
from panels.views.referrals import refer, referral, screening
from panels.views.workspace import add_action, attendance, decide, paragraph, workspace

__all__ = [
    "actions",
    "add_action",
    "add_item",
    "approve",
    "arrange",
    "attendance",
    "case_actions",
    "case_meetings",
    "decide",
    "invite",
    "meeting",
    "meetings",
    "minutes",
    "minutes_pdf",
    "move",
    "paragraph",
    "refer",
    "referral",
    "remove_item",
    "screening",
    "send_information",
    "update_action",
    "workspace",
]
