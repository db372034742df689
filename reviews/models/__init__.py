"""Reminders of what falls due, and the boards that ask whether it works."""

from reviews.models.board import Board
from reviews.models.board_meeting import BoardAttendance, BoardDecision, BoardItem, BoardMeeting, BoardPaper
from reviews.models.board_member import BoardMember, SubGroup
from reviews.models.board_question import BoardQuestion
from reviews.models.business_plan import BusinessPlan, PlanAction, PlanStep
from reviews.models.lay_adviser import HoursEntry, LayAdviser
from reviews.models.reminder import Reminder

__all__ = [
    "Board",
    "BoardAttendance",
    "BoardDecision",
    "BoardItem",
    "BoardMeeting",
    "BoardMember",
    "BoardPaper",
    "BoardQuestion",
    "BusinessPlan",
    "HoursEntry",
    "LayAdviser",
    "PlanAction",
    "PlanStep",
    "Reminder",
    "SubGroup",
]
