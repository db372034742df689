"""What may be between a person and a case, and who sees it then: by the small model of the policy, not by the service."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone

from agencies.models import Agency, Membership, User
from mappa import dates
from offenders.models import (
    EmergencyAccess,
    Exclusion,
    Offender,
    OffenderGroupObjectPermission,
    OffenderUserObjectPermission,
)
from offenders.visibility import forget_scopes
from tests.attack import policy
from tests.factories import (
    AgencyFactory,
    AreaFactory,
    EmergencyAccessFactory,
    ExclusionFactory,
    GroupGrantFactory,
    PersonalGrantFactory,
)

People = dict[str, Any]
CASE = "the case"


def own(_offender: Offender, _people: People) -> None:
    """Of the area, and for housing on the agenda of a meeting."""


def shared(offender: Offender, people: People) -> None:
    """With the agency of each of them, by hand."""
    for agency in {agency for user in people.values() for agency in _agencies(user)}:
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
    _manage(offender, _agencies(people["outsider"])[0])


def emergency(offender: Offender, people: People) -> None:
    """A third area manages and leads it, nothing was shared, and each of them has opened it in an emergency."""
    third = AgencyFactory(kind__code="probation", area=AreaFactory(slug="gwent", name="Gwent", nation="wales"))
    _manage(offender, third)
    opened = set(
        EmergencyAccess._base_manager.filter(offender=offender, ended_at=None).values_list("user_id", flat=True)
    )
    for user in people.values():
        if user.pk not in opened:
            EmergencyAccessFactory(offender=offender, user=user, agency=_agencies(user)[0])


def vetting_ended(_offender: Offender, people: People) -> None:
    """Of each of them, yesterday."""
    for user in people.values():
        user.vetting_expires_on = dates.today() - dates.ONE_DAY
        user.save(update_fields=["vetting_expires_on"])


def _manage(offender: Offender, agency: Agency) -> None:
    Offender._base_manager.filter(pk=offender.pk).update(area=agency.area, lead_agency=agency)
    OffenderGroupObjectPermission._base_manager.filter(content_object=offender).delete()


def _agencies(user: User) -> list[Agency]:
    return [held.agency for held in Membership.objects.filter(user=user).order_by("pk")]


Situation = Callable[[Offender, People], None]
SITUATIONS: list[Situation] = [
    own,
    shared,
    restricted,
    restricted_and_named,
    excluded,
    another_area,
    emergency,
    vetting_ended,
]


def put(offender: Offender, people: People, situation: Situation) -> policy.World:
    """Bring it about, and read the tables into the model."""
    situation(offender, people)
    offender.refresh_from_db()
    forget_scopes()
    return modelled(offender, people)


def modelled(offender: Offender, people: People) -> policy.World:
    """The rows as they are, without a question to any rule of the service."""
    agencies = {
        str(row.pk): policy.Agency(
            str(row.area_id),
            row.kind.duty == "responsible_authority",
            row.is_active,
            is_health=row.kind.code in {"nhs-trust", "health-commissioner"},
        )
        for row in Agency.objects.select_related("kind")
    }
    cases = {name_of(row): row for row in Offender._base_manager.all()}
    cases[CASE] = offender
    return policy.World(
        agencies=agencies,
        people={name: _person(user) for name, user in people.items()},
        cases={name: _case(row, people) for name, row in cases.items()},
        now=_now(),
    )


def name_of(offender: Offender) -> str:
    """Of another case, in the model."""
    return offender.reference


def _case(offender: Offender, people: People) -> policy.Case:
    by_group = {row.group_id: str(row.pk) for row in Agency.objects.all()}
    of_case = {"content_object": offender}
    grants = OffenderGroupObjectPermission._base_manager.filter(**of_case)
    names = OffenderUserObjectPermission._base_manager.filter(**of_case)
    known = {user.pk: name for name, user in people.items()}
    return policy.Case(
        area=str(offender.area_id),
        lead=str(offender.lead_agency_id),
        is_restricted=offender.restricted,
        shared={by_group[row.group_id]: row.until for row in grants},
        named={known[row.user_id]: row.until for row in names if row.user_id in known},
        excluded={known[row.user_id] for row in Exclusion._base_manager.filter(offender=offender)},
        emergencies={
            known[row.user_id]: policy.Emergency(str(row.agency_id), row.expires_at)
            for row in EmergencyAccess._base_manager.filter(offender=offender, ended_at=None)
            if row.user_id in known
        },
        victims=1,
    )


def _person(user: Any) -> policy.Person:
    held = Membership.objects.filter(user=user).select_related("rank")
    rows = [policy.Membership(str(m.agency_id), m.role_id, m.rank_order, m.until) for m in held]
    return policy.Person(rows, user.vetting_expires_on, user.is_active)


def _now() -> datetime:
    return timezone.localtime()
