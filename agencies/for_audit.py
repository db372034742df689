"""What the audit asks: for which agency somebody acts, and who the system is."""

from typing import Any

from agencies.access import memberships
from agencies.models import User


def agency_of(by: Any, about: Any) -> int | None:
    """The agency for which somebody acts: of several, one in the area of what it is about."""
    if isinstance(by, int):
        by = User.objects.filter(pk=by).first()
    if not isinstance(by, User) or by.is_system:
        return None
    held = [membership.agency for membership in memberships(by)]
    area = getattr(about, "area_id", None)
    return next((agency.pk for agency in held if agency.area_id == area), held[0].pk if held else None)


def system() -> int | None:
    """The id of whoever acts when nobody does (agencies.models.user.system_user); none before he first did."""
    return User.objects.filter(is_system=True, email="system@mappa.invalid").values_list("pk", flat=True).first()
