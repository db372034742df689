"""Whose board somebody reads, and how: with the numbers as they are, or as they are published for lay readers.

Members, the coordinator and chairs read any period, small numbers too. Lay advisers and information officers read what
reviews/quarters.py published. What stands on the page is for reviews/dashboard/.
"""

from django.core.exceptions import PermissionDenied

from agencies.access import GRANTS, Perm, memberships
from agencies.models import Area, Role, User
from reviews.readers import areas_read

R = Role.Code


def areas_of(user: User) -> list[Area]:
    """The areas whose board pages the user may open, by name."""
    held = [m for m in memberships(user) if R(m.role_id) in GRANTS[Perm.VIEW_BOARD]]
    return sorted({m.agency.area for m in held}, key=lambda area: area.name)


def area_asked_for(user: User, slug: str) -> Area:
    """The area named, or the first of the user's. Raises PermissionDenied for one that is not his."""
    areas = areas_of(user)
    found = [area for area in areas if area.slug == slug] if slug else areas
    if not found:
        raise PermissionDenied(Perm.VIEW_BOARD)
    return found[0]


def reads_all(user: User, area: Area) -> bool:
    """Does one of the user's roles in this area read small numbers too?"""
    return area.pk in areas_read(user)
