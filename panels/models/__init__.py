from panels.models.action import Action, Evidence, Postponement, Progress
from panels.models.amendment import Amendment
from panels.models.audience import Audience
from panels.models.change import MeetingChange
from panels.models.commitment import Commitment, CommitmentReview
from panels.models.distribution import Distribution, MinutesCopy, OnwardRequest
from panels.models.information import InformationDraft, InformationPart, InformationReturn
from panels.models.meeting import AgendaItem, Invitation, Meeting
from panels.models.minutes import Decision, Dissent, Paragraph, Proposal
from panels.models.observation import Observation
from panels.models.panel import Mode, Panel, Seat
from panels.models.referral import Referral, ReferralEvent
from panels.models.slot import Slot
from panels.models.statement import Agreement, Statement
from panels.models.summary import ExecutiveSummary

__all__ = [
    "Action",
    "AgendaItem",
    "Agreement",
    "Amendment",
    "Audience",
    "Commitment",
    "CommitmentReview",
    "Decision",
    "Dissent",
    "Distribution",
    "Evidence",
    "ExecutiveSummary",
    "InformationDraft",
    "InformationPart",
    "InformationReturn",
    "Invitation",
    "Meeting",
    "MeetingChange",
    "MinutesCopy",
    "Mode",
    "Observation",
    "OnwardRequest",
    "Panel",
    "Paragraph",
    "Postponement",
    "Progress",
    "Proposal",
    "Referral",
    "ReferralEvent",
    "Seat",
    "Slot",
    "Statement",
]
