from panels.models.action import Action, Evidence, Postponement, Progress
from panels.models.change import MeetingChange
from panels.models.meeting import AgendaItem, Invitation, Meeting
from panels.models.minutes import Decision, InformationReturn, Paragraph
from panels.models.observation import Observation
from panels.models.panel import Mode, Panel, Seat
from panels.models.referral import Referral

__all__ = [
    "Action",
    "AgendaItem",
    "Decision",
    "Evidence",
    "InformationReturn",
    "Invitation",
    "Meeting",
    "MeetingChange",
    "Mode",
    "Observation",
    "Panel",
    "Paragraph",
    "Postponement",
    "Progress",
    "Referral",
    "Seat",
]
