"""What may be between a person and a case, and who sees it then: by the small model of the policy, not by the service."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone

from agencies.models import Agency, Membership
from mappa import dates
from offenders.models import (
    Exclusion,
    Offender,
    OffenderGroupObjectPermission,
    OffenderUserObjectPermission,
)
from offenders.visibility import forget_scopes
from tests.attack import policy
from tests.factories import ExclusionFactory, GroupGrantFactory, PersonalGrantFactory

People = dict[str, Any]
CASE = "the case"


def own(_offender: Offender, _people: People) -> None:
    """Of the area, and for housing on the agenda of a meeting."""


def shared(offender: Offender, people: People) -> None:
    """With the agency of each of them, by hand."""
    for agency in {m.agency for user in people.values() for m in Membership.objects.filter(user=user)}:
        GroupGrantFactory(content_object=offender, group=agency.group, basis="hand", source="matrix")


def restricted(offender: Offender, _people: People) -> None:
    """To people of whom none of these is one."""
    Offender._base_manager.filter(pk=offender.pk).update(restricted=True)


def restricted_and_named(offender: Offender, people: People) -> None:
    """To each of them."""
    restricted(offender, people)
    for user in people.values():
        PersonalGrantFactory(content_object=offender, user=user, source="matrix")


def excluded(offender: Offender, people: People) -> None:
    """Each of them from it, whatever gives it."""
    shared(offender, people)
    for user in people.values():
        ExclusionFactory(offender=offender, user=user)


def another_area(offender: Offender, people: People) -> None:
    """Manages it, and leads it; nothing was shared."""
    there = Membership.objects.filter(user=people["outsider"]).first().agency
    Offender._base_manager.filter(pk=offender.pk).update(area=there.area, lead_agency=there)
    OffenderGroupObjectPermission._base_manager.filter(content_object=offender).delete()


def vetting_ended(_offender: Offender, people: People) -> None:
    """Of each of them, yesterday."""
    for user in people.values():
        user.vetting_expires_on = dates.today() - dates.ONE_DAY
        user.save(update_fields=["vetting_expires_on"])


Situation = Callable[[Offender, People], None]
SITUATIONS: list[Situation] = [own, shared, restricted, restricted_and_named, excluded, another_area, vetting_ended]


def put(offender: Offender, people: People, situation: Situation) -> policy.World:
    """Bring it about, and read the tables into the model."""
    situation(offender, people)
    offender.refresh_from_db()
    forget_scopes()
    return modelled(offender, people)


def modelled(offender: Offender, people: People) -> policy.World:
    """The rows as they are, without a question to any rule of the service."""
    agencies = {
        str(row.pk): policy.Agency(str(row.area_id), row.kind.duty == "responsible_authority", row.is_active)
        for row in Agency.objects.select_related("kind")
    }
    by_group = {row.group_id: str(row.pk) for row in Agency.objects.all()}
    of_case = {"content_object": offender}
    grants = OffenderGroupObjectPermission._base_manager.filter(**of_case)
    names = OffenderUserObjectPermission._base_manager.filter(**of_case)
    known = {user.pk: name for name, user in people.items()}
    case = policy.Case(
        area=str(offender.area_id),
        lead=str(offender.lead_agency_id),
        is_restricted=offender.restricted,
        shared={by_group[row.group_id]: row.until for row in grants},
        named={known[row.user_id]: row.until for row in names if row.user_id in known},
        excluded={known[row.user_id] for row in Exclusion._base_manager.filter(offender=offender)},
        victims=1,
    )
    return policy.World(agencies, {n: _person(u) for n, u in people.items()}, {CASE: case}, _now())


def _person(user: Any) -> policy.Person:
    held = Membership.objects.filter(user=user).select_related("rank")
    rows = [policy.Membership(str(m.agency_id), m.role_id, m.rank_order, m.until) for m in held]
    return policy.Person(rows, user.vetting_expires_on, user.is_active)


def _now() -> datetime:
    return timezone.localtime()
