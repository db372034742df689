"""Reminders of what falls due, the boards that ask whether it works, and the figures that answer."""

from reviews.models.annual import AnnualReport, Population, PublishedTotal, Region
from reviews.models.audit import Audit, AuditFinding, AuditForm, AuditQuestion, AuditSample, AuditScore
from reviews.models.board import Board
from reviews.models.board_meeting import BoardAttendance, BoardDecision, BoardItem, BoardMeeting, BoardPaper
from reviews.models.board_member import BoardMember, SubGroup
from reviews.models.board_question import BoardQuestion
from reviews.models.business_plan import BusinessPlan, PlanAction, PlanStep
from reviews.models.figure import CountedMonth, Figure
from reviews.models.lay_adviser import HoursEntry, LayAdviser
from reviews.models.quarter import PublishedQuarter
from reviews.models.release import ReleaseEntry
from reviews.models.reminder import Reminder
from reviews.models.serious_case import ChronologyEntry, Recommendation, ReportSection, ReviewFinding, SeriousCase
from reviews.models.snapshot import Snapshot

__all__ = [
    "AnnualReport",
    "Audit",
    "AuditFinding",
    "AuditForm",
    "AuditQuestion",
    "AuditSample",
    "AuditScore",
    "Board",
    "BoardAttendance",
    "BoardDecision",
    "BoardItem",
    "BoardMeeting",
    "BoardMember",
    "BoardPaper",
    "BoardQuestion",
    "BusinessPlan",
    "ChronologyEntry",
    "CountedMonth",
    "Figure",
    "HoursEntry",
    "LayAdviser",
    "PlanAction",
    "PlanStep",
    "Population",
    "PublishedQuarter",
    "PublishedTotal",
    "Recommendation",
    "Region",
    "ReleaseEntry",
    "Reminder",
    "ReportSection",
    "ReviewFinding",
    "SeriousCase",
    "Snapshot",
    "SubGroup",
]
