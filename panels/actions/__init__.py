from panels.actions.approval import approve
from panels.actions.evidence import add_evidence, upload_evidence
from panels.actions.followup import (
    assign,
    complete,
    confirm_action,
    note_progress,
    postpone,
    reassign_action,
    send_back_action,
    withdraw_action,
)
from panels.actions.items import add_item, give_time, invite, move, remove_item
from panels.actions.meetings import arrange
from panels.actions.minutes import add_action, decide, save_paragraph, send_information, take_attendance
from panels.actions.moving import cancel_meeting, hand_over, move_meeting
from panels.actions.observing import confirm_observed, invite_observer, withdraw_observer
from panels.actions.panels import (
    add_member,
    arrange_series,
    change_panel,
    close_panel,
    make_panel,
    name_members,
    remove_member,
)
from panels.actions.referrals import decide_referral, refer

__all__ = [
    "add_action",
    "add_evidence",
    "add_item",
    "add_member",
    "approve",
    "arrange",
    "arrange_series",
    "assign",
    "cancel_meeting",
    "change_panel",
    "close_panel",
    "complete",
    "confirm_action",
    "confirm_observed",
    "decide",
    "decide_referral",
    "give_time",
    "hand_over",
    "invite",
    "invite_observer",
    "make_panel",
    "move",
    "move_meeting",
    "name_members",
    "note_progress",
    "postpone",
    "reassign_action",
    "refer",
    "remove_item",
    "remove_member",
    "save_paragraph",
    "send_back_action",
    "send_information",
    "take_attendance",
    "upload_evidence",
    "withdraw_action",
    "withdraw_observer",
]
