"""Who reads a board's numbers as they are, small ones too. Everybody else reads them with small ones hidden."""

from agencies.access import memberships
from agencies.models import Role, User

R = Role.Code
READS_ALL = frozenset({R.COORDINATOR, R.CHAIR, R.BOARD_MEMBER})


def reads_everywhere(user: User) -> bool:
    """Holders of the national role, and the system itself."""
    return user.is_system or any(m.role_id == R.NATIONAL for m in memberships(user))


def areas_read(user: User) -> list[int]:
    """The areas of which the user reads every number, by key."""
    return sorted({m.agency.area_id for m in memberships(user) if R(m.role_id) in READS_ALL})
