"""The verbs of the room, by noun. Each asks `require` first."""

from reviews.actions.board_meetings import (
    add_item,
    add_paper,
    arrange_board_meeting,
    cancel_board_meeting,
    confirm_decision,
    move_board_meeting,
    record_decision,
    remove_item,
    take_attendance,
    withdraw_paper,
)
from reviews.actions.board_members import (
    appoint_member,
    change_group,
    change_member,
    close_group,
    end_member,
    make_chair,
    rename_board,
    set_up_board,
    set_up_group,
)
from reviews.actions.board_questions import answer_question, ask_again, ask_board
from reviews.actions.business_plan import add_plan_action, agree_plan, change_plan, update_plan_action, write_plan
from reviews.actions.lay_advisers import appoint_adviser, end_adviser, log_hours, renew_adviser, take_back_hours
from reviews.actions.reminding import let_go_reminders, remind, take_back_reminders

__all__ = [
    "add_item",
    "add_paper",
    "add_plan_action",
    "agree_plan",
    "answer_question",
    "appoint_adviser",
    "appoint_member",
    "arrange_board_meeting",
    "ask_again",
    "ask_board",
    "cancel_board_meeting",
    "change_group",
    "change_member",
    "change_plan",
    "close_group",
    "confirm_decision",
    "end_adviser",
    "end_member",
    "let_go_reminders",
    "log_hours",
    "make_chair",
    "move_board_meeting",
    "record_decision",
    "remind",
    "remove_item",
    "rename_board",
    "renew_adviser",
    "set_up_board",
    "set_up_group",
    "take_attendance",
    "take_back_hours",
    "take_back_reminders",
    "update_plan_action",
    "withdraw_paper",
    "write_plan",
]
