"""Whose use of the record somebody may read: of his area, of his team, and his own."""

from django.db.models import Q, QuerySet

from agencies.access import Perm, areas_granting, memberships
from agencies.models import Agency, Membership, Rank, Role, User
from agencies.teams import managed_by, people_of
from mappa import dates

# So many people are offered when a name was looked for.
FOUND = 25


def agencies_answered_for(user: User) -> QuerySet[Agency]:
    """The agencies of the areas whose use of the record the user answers for."""
    return Agency.objects.filter(area__in=areas_granting(user, Perm.REVIEW_ACCESS)).order_by("name")


def agencies_counted_for(user: User) -> QuerySet[Agency]:
    """The agencies of which the user may know how much they use the record: his own, or those of his area."""
    areas = areas_granting(user, Perm.ACCESS_NUMBERS)
    kept = [m.agency_id for m in memberships(user) if m.role_id == Role.Code.CONTACT_POINT]
    return Agency.objects.filter(Q(area__in=areas) | Q(pk__in=kept)).order_by("name")


def people_answered_for(user: User) -> QuerySet[User]:
    """Everybody who works or has worked there: what somebody opened is asked after he has left, too."""
    held = Membership.objects.filter(agency__area__in=areas_granting(user, Perm.REVIEW_ACCESS))
    return User.objects.filter(pk__in=held.values("user"), is_system=False)


def people_called(user: User, words: str) -> list[User]:
    """Of them those whose name or e-mail holds these words."""
    wanted = Q()
    for word in words.split():
        wanted &= Q(name__icontains=word) | Q(email__icontains=word)
    return list(people_answered_for(user).filter(wanted).order_by("name", "pk")[:FOUND]) if wanted else []


def team_of(user: User) -> QuerySet[User]:
    """Everybody else in the teams that the user manages."""
    return people_of(managed_by(user), dates.today()).exclude(pk=user.pk)


def keys_within_reach(user: User) -> set[int]:
    """The people of whom the user may read what they opened: never by more than a key."""
    found = set(people_answered_for(user).values_list("pk", flat=True)) if answers_for_an_area(user) else set()
    if managed_by(user):
        found |= set(team_of(user).order_by().values_list("pk", flat=True))
    return found - {user.pk}


def answers_for_an_area(user: User) -> bool:
    return bool(areas_granting(user, Perm.REVIEW_ACCESS))


def information_officers(area: int) -> QuerySet[User]:
    """Who answers for how the record of an area is used, today."""
    held = Membership.objects.in_force(dates.today()).filter(role=Role.Code.INFORMATION_OFFICER, agency__area=area)
    return User.objects.filter(pk__in=held.values("user")).order_by("pk")


def managers_of(person: User) -> QuerySet[User]:
    """Who manages a team of which the person is one."""
    on = dates.today()
    agencies = Membership.objects.in_force(on).filter(user=person).values("agency")
    held = Membership.objects.in_force(on).filter(agency__in=agencies, rank__order__gte=Rank.MANAGER)
    ranked = held.exclude(user=person).select_related("user")
    managing = {m.user_id for m in ranked if any(agency.pk == m.agency_id for agency in managed_by(m.user))}
    return User.objects.filter(pk__in=managing).order_by("name", "pk")
