from panels.models.action import Action, Postponement
from panels.models.meeting import AgendaItem, Invitation, Meeting
from panels.models.minutes import Decision, InformationReturn, Paragraph
from panels.models.referral import Referral

__all__ = [
    "Action",
    "AgendaItem",
    "Decision",
    "InformationReturn",
    "Invitation",
    "Meeting",
    "Paragraph",
    "Postponement",
    "Referral",
]
