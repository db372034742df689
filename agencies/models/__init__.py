from agencies.models.agency import Agency, AgencyKind, Area
from agencies.models.membership import Membership, Rank, Role
from agencies.models.outbox import OutboxMessage
from agencies.models.standard import ClosedDay, Standard
from agencies.models.token import IntegrationToken, SentOnce
from agencies.models.user import User

__all__ = [
    "Agency",
    "AgencyKind",
    "Area",
    "ClosedDay",
    "IntegrationToken",
    "Membership",
    "OutboxMessage",
    "Rank",
    "Role",
    "SentOnce",
    "Standard",
    "User",
]
