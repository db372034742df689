from agencies.models.agency import Agency, AgencyKind, Area
from agencies.models.calendar_feed import CalendarFeed
from agencies.models.delegation import Delegation
from agencies.models.invitation import Invitation
from agencies.models.membership import Membership, Rank, Role
from agencies.models.message_choice import MessageChoice
from agencies.models.outbox import OutboxMessage
from agencies.models.pulse import Pulse
from agencies.models.recertification import Recertification, RecertificationLine
from agencies.models.sign_in import IdentityLink, IdentityProvider, KnownDevice, LostFactor
from agencies.models.standard import ClosedDay, Standard
from agencies.models.suspension import Suspension
from agencies.models.token import IntegrationToken, SentOnce
from agencies.models.user import User, Vetting

__all__ = [
    "Agency",
    "AgencyKind",
    "Area",
    "CalendarFeed",
    "ClosedDay",
    "Delegation",
    "IdentityLink",
    "IdentityProvider",
    "IntegrationToken",
    "Invitation",
    "KnownDevice",
    "LostFactor",
    "Membership",
    "MessageChoice",
    "OutboxMessage",
    "Pulse",
    "Rank",
    "Recertification",
    "RecertificationLine",
    "Role",
    "SentOnce",
    "Standard",
    "Suspension",
    "User",
    "Vetting",
]
