from panels.actions.approval import approve
from panels.actions.followup import assign, complete, postpone
from panels.actions.items import add_item, give_time, invite, move, remove_item
from panels.actions.meetings import arrange
from panels.actions.minutes import add_action, decide, save_paragraph, send_information, take_attendance
from panels.actions.referrals import decide_referral, refer

__all__ = [
    "add_action",
    "add_item",
    "approve",
    "arrange",
    "assign",
    "complete",
    "decide",
    "decide_referral",
    "give_time",
    "invite",
    "move",
    "postpone",
    "refer",
    "remove_item",
    "save_paragraph",
    "send_information",
    "take_attendance",
]
