"""Who works beside whom, and who manages whom: within one agency, by memberships that count today."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from agencies.access import Parts, Perm, allowed, memberships
from agencies.models import Agency, Membership, Role, User


def managed_by(user: User) -> list[Agency]:
    """The agencies whose team the user manages, by name."""
    mine = {membership.agency for membership in memberships(user)}
    found = (a for a in mine if allowed(user, Perm.TEAM_WORK, on=Parts(area=a.area_id, owner=a.pk)))
    return sorted(found, key=lambda agency: agency.name)


def people_of(agencies: Iterable[Agency | int], on: date) -> QuerySet[User]:
    """Everybody who works in one of the agencies on a day, by name. Systems are not people."""
    held = Membership.objects.in_force(on).filter(agency__in=agencies).exclude(role=Role.Code.INTEGRATION)
    return User.objects.filter(pk__in=held.values("user")).order_by("name", "pk")


def colleagues_of(person: User, on: date) -> QuerySet[User]:
    """Everybody else in the agencies of a person."""
    mine = {membership.agency_id for membership in memberships(person)}
    return people_of(mine, on).exclude(pk=person.pk)


def is_manager_of(user: User, person: User, on: date) -> bool:
    """Does the user manage a team of which the person is one?"""
    return user.pk != person.pk and people_of(managed_by(user), on).filter(pk=person.pk).exists()
