"""Who may see a case: the only implementation of the policy's first part (docs/access.md, "Seeing a case").

`scope_of(user)` reads, in one query, the areas, agencies and case ids that the rules give a user. `Scope.rule()` is
the one filter made from it; ids are values and never a sub-select in an OR, which the planner cannot see into.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

from django.contrib.auth.backends import BaseBackend
from django.db import connection, models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from agencies.models import User
from mappa import dates
from mappa.guard import GuardedQuerySet

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Scope:
    """What one user may see, by ids."""

    areas: frozenset[int] = frozenset()  # areas of his Responsible Authority agencies: rule 1
    agencies: frozenset[int] = frozenset()  # every agency he works for
    granted: frozenset[int] = frozenset()  # unrestricted cases led by or granted to his agencies: rules 2 and 3
    named: frozenset[int] = frozenset()  # cases that name him, restricted ones too: rule 4
    excluded: frozenset[int] = frozenset()  # cases he must not see, whatever gives them: rule 6
    everything: bool = field(default=False)  # the system itself

    def rule(self, prefix: str = "") -> Q:
        """The filter on cases; `prefix` reaches the case from another table ('offender__')."""
        if self.everything:
            return Q(**{f"{prefix}pk__isnull": False})
        rule = Q(**{f"{prefix}pk__in": sorted(self.granted | self.named)})
        if self.areas:
            rule |= Q(**{f"{prefix}area__in": sorted(self.areas), f"{prefix}restricted": False})
        if self.excluded:
            rule &= ~Q(**{f"{prefix}pk__in": sorted(self.excluded)})
        return rule


# One query, tagged rows. Memberships count only in date, in an active agency, for a vetted and active user.
SCOPE = """
WITH held AS (
    SELECT m.agency_id, a.area_id, a.group_id, k.duty
    FROM agencies_membership m
    JOIN agencies_agency a ON a.id = m.agency_id AND a.is_active
    JOIN agencies_agencykind k ON k.id = a.kind_id
    JOIN agencies_user u ON u.id = m.user_id AND u.is_active
        AND (u.vetting_expires_on IS NULL OR u.vetting_expires_on >= %(on)s)
    WHERE m.user_id = %(user)s AND m.role = ANY(%(roles)s)
        AND m.from_on <= %(on)s AND (m.until IS NULL OR m.until >= %(on)s)
)
SELECT 'area', area_id FROM held WHERE duty = 'responsible_authority'
UNION ALL SELECT 'agency', agency_id FROM held
UNION ALL
SELECT 'granted', g.content_object_id FROM offenders_offendergroupobjectpermission g
    JOIN held ON held.group_id = g.group_id
    JOIN offenders_offender o ON o.id = g.content_object_id AND NOT o.restricted
    WHERE g.from_on <= %(on)s AND (g.until IS NULL OR g.until >= %(on)s)
UNION ALL
SELECT 'named', p.content_object_id FROM offenders_offenderuserobjectpermission p
    WHERE p.user_id = %(user)s AND EXISTS (SELECT 1 FROM held)
        AND p.from_on <= %(on)s AND (p.until IS NULL OR p.until >= %(on)s)
UNION ALL SELECT 'excluded', offender_id FROM offenders_exclusion WHERE user_id = %(user)s
"""

# Roles that see cases at all ("view case" in docs/access.md, and an integration within its scopes).
SEES_CASES = ["practitioner", "contact-point", "victim-liaison", "coordinator", "chair", "integration"]

_kept: ContextVar[dict[int, Scope] | None] = ContextVar("scopes", default=None)


def scope_of(user: User) -> Scope:
    """What the user may see today. Kept for the request that asks, and never longer."""
    if user.is_system:
        return Scope(everything=True)
    if not user.pk:
        return Scope()
    kept = _kept.get()
    if kept is None:
        return _read_scope(user)
    if user.pk not in kept:
        kept[user.pk] = _read_scope(user)
    return kept[user.pk]


def forget_scopes() -> None:
    """After a grant changes: the rest of the request sees by the new rules."""
    kept = _kept.get()
    if kept is not None:
        kept.clear()


def _read_scope(user: User) -> Scope:
    found: dict[str, set[int]] = {"area": set(), "agency": set(), "granted": set(), "named": set(), "excluded": set()}
    with connection.cursor() as cursor:
        cursor.execute(SCOPE, {"user": user.pk, "on": dates.today(), "roles": SEES_CASES})
        for what, row_id in cursor.fetchall():
            found[what].add(row_id)
    return Scope(
        areas=frozenset(found["area"]),
        agencies=frozenset(found["agency"]),
        granted=frozenset(found["granted"]),
        named=frozenset(found["named"]),
        excluded=frozenset(found["excluded"]),
    )


def one_scope_per_request(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: read each user's scope once while a request is answered."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = _kept.set({})
        try:
            return get_response(request)
        finally:
            _kept.reset(token)

    return middleware


class GrantQuerySet(GuardedQuerySet[M]):
    """Grants are seen by whoever sees the case."""

    def visible_to(self, user: User) -> Self:
        return self.scoped(scope_of(user).rule("content_object__"))

    def about(self, offender: models.Model) -> Self:
        """The grants of one case that the caller already holds: what the deciding function reads."""
        return self.scoped(Q(content_object=offender))


class CaseBackend(BaseBackend):
    """`user.has_perm("offenders.view_offender", case)` answers by the same rule as every page."""

    def has_perm(self, user_obj: Any, perm: str, obj: models.Model | None = None) -> bool:
        if perm != "offenders.view_offender" or obj is None or not isinstance(user_obj, User):
            return False
        visible = type(obj)._default_manager.visible_to(user_obj)  # type: ignore[attr-defined]
        return bool(visible.filter(pk=obj.pk).exists())
