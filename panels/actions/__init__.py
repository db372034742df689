from panels.actions.amendments import amend, decide_amendment
from panels.actions.approval import approve, send_to_chair
from panels.actions.attendance import agree, record_agreements, take_attendance
from panels.actions.commitments import record_commitment, review_commitment, strike_commitment
from panels.actions.distribution import ask_to_send_on, decide_sending_on
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
from panels.actions.information import save_draft, send_information
from panels.actions.invitations import answer_invitation, chase, invite, tell_invited
from panels.actions.items import add_item, remove_item
from panels.actions.meetings import arrange
from panels.actions.minutes import add_action, decide
from panels.actions.moving import cancel_meeting, hand_over, move_meeting
from panels.actions.observing import confirm_observed, invite_observer, withdraw_observer
from panels.actions.order import give_time, move, pin, reorder, restore_order
from panels.actions.panels import (
    add_member,
    arrange_series,
    change_panel,
    close_panel,
    make_panel,
    name_members,
    remove_member,
)
from panels.actions.paragraphs import add_paragraph, move_paragraph, put_back, remove_paragraph, save_paragraph
from panels.actions.proposals import answer_proposal, propose, record_dissent, remove_dissent, withdraw_proposal
from panels.actions.referrals import decide_referral, refer, withdraw_referral
from panels.actions.referring import (
    agree_referral,
    ask_agreement,
    begin_referral,
    discard_referral,
    send_back_referral,
    write_referral,
)
from panels.actions.slots import add_slot, add_usual_slots, remove_slot
from panels.actions.summaries import release_summary
from panels.actions.working import finish_item, reopen_item, start_item

__all__ = [
    "add_action",
    "add_evidence",
    "add_item",
    "add_member",
    "add_paragraph",
    "add_slot",
    "add_usual_slots",
    "agree",
    "agree_referral",
    "amend",
    "answer_invitation",
    "answer_proposal",
    "approve",
    "arrange",
    "arrange_series",
    "ask_agreement",
    "ask_to_send_on",
    "assign",
    "begin_referral",
    "cancel_meeting",
    "change_panel",
    "chase",
    "close_panel",
    "complete",
    "confirm_action",
    "confirm_observed",
    "decide",
    "decide_amendment",
    "decide_referral",
    "decide_sending_on",
    "discard_referral",
    "finish_item",
    "give_time",
    "hand_over",
    "invite",
    "invite_observer",
    "make_panel",
    "move",
    "move_meeting",
    "move_paragraph",
    "name_members",
    "note_progress",
    "pin",
    "postpone",
    "propose",
    "put_back",
    "reassign_action",
    "record_agreements",
    "record_commitment",
    "record_dissent",
    "refer",
    "release_summary",
    "remove_dissent",
    "remove_item",
    "remove_member",
    "remove_paragraph",
    "remove_slot",
    "reopen_item",
    "reorder",
    "restore_order",
    "review_commitment",
    "save_draft",
    "save_paragraph",
    "send_back_action",
    "send_back_referral",
    "send_information",
    "send_to_chair",
    "start_item",
    "strike_commitment",
    "take_attendance",
    "tell_invited",
    "upload_evidence",
    "withdraw_action",
    "withdraw_observer",
    "withdraw_proposal",
    "withdraw_referral",
    "write_referral",
]
