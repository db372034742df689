"""Whose board somebody reads, and how: with the numbers as they are, or as they are published for lay readers.

Members, the coordinator and chairs read any period, small numbers too. Lay advisers and information officers read what
reviews/quarters.py published. What stands on the page is for reviews/dashboard/.
"""

from django.core.exceptions import PermissionDenied

from agencies.access import Perm, areas_granting, memberships
from agencies.models import Area, User
from reviews.readers import areas_read


def areas_of(user: User, perm: Perm = Perm.VIEW_BOARD) -> list[Area]:
    """The areas whose board pages the user may open, or for whose board he holds another permission, by name."""
    granted = areas_granting(user, perm)
    areas = {m.agency.area for m in memberships(user) if m.agency.area_id in granted}
    return sorted(areas, key=lambda area: area.name)


def area_asked_for(user: User, slug: str, perm: Perm = Perm.VIEW_BOARD) -> Area:
    """The area named, or the first of the user's. Raises PermissionDenied for one for which he does not hold `perm`."""
    areas = areas_of(user, perm)
    found = [area for area in areas if area.slug == slug] if slug else areas
    if not found:
        raise PermissionDenied(perm)
    return found[0]


def reads_all(user: User, area: Area) -> bool:
    """Does one of the user's roles in this area read small numbers too?"""
    return area.pk in areas_read(user)
