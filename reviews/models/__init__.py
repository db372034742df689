"""Reminders of what falls due, and the boards that ask whether it works."""

from reviews.models.board import Board, BoardMeeting
from reviews.models.reminder import Reminder

__all__ = ["Board", "BoardMeeting", "Reminder"]
