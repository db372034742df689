"""Who may see a case: the only implementation of the policy's first part (docs/access.md, "Seeing a case").

`scope_of(user)` reads, in one query, the areas, agencies and case ids that the rules give a user; `who_sees(case)`
reads the same query from the other side. `Scope.rule()` is
the one filter made from it; ids are values and never a sub-select in an OR, which the planner cannot see into.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, Protocol, Self, TypeVar

from django.apps import apps
from django.contrib.auth.backends import BaseBackend
from django.db import connection, models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from agencies.models import Membership, User
from audit.models import Act
from audit.record import record
from mappa import dates, eyes
from mappa.guard import GuardedQuerySet, unguarded

M = TypeVar("M", bound=models.Model)
T = TypeVar("T")


class Case(Protocol):
    """What the rules ask of a case."""

    pk: Any
    area_id: int
    restricted: bool
    merged_into_id: int | None


@dataclass(frozen=True)
class Scope:
    """What one user may see, by ids."""

    areas: frozenset[int] = frozenset()  # areas of his Responsible Authority agencies: rule 1
    agencies: frozenset[int] = frozenset()  # every agency he works for
    granted: frozenset[int] = frozenset()  # unrestricted cases led by or granted to his agencies: rules 2 and 3
    named: frozenset[int] = frozenset()  # cases that name him, restricted ones too: rule 4
    emergency: frozenset[int] = frozenset()  # cases that nothing gives him but an emergency, to read: rule 5
    excluded: frozenset[int] = frozenset()  # cases he must not see, whatever gives them: rule 6
    everything: bool = field(default=False)  # the system itself

    def rule(self, prefix: str = "") -> Q:
        """The filter on cases; `prefix` reaches the case from another table ('offender__')."""
        if self.everything:
            # Everybody else cannot see a merged record: it is restricted and names nobody.
            return Q(**{f"{prefix}pk__isnull": False, f"{prefix}merged_into__isnull": True})
        rule = Q(**{f"{prefix}pk__in": sorted(self.granted | self.named | self.emergency)})
        if self.areas:
            rule |= Q(**{f"{prefix}area__in": sorted(self.areas), f"{prefix}restricted": False})
        if self.excluded:
            rule &= ~Q(**{f"{prefix}pk__in": sorted(self.excluded)})
        return rule

    @cached_property
    def eyes(self) -> str:
        """`rule`, as the wall in Postgres reads it (offenders/wall.py): areas, cases and those excluded."""
        if self.everything:
            return "all"
        parts = (self.areas, self.granted | self.named | self.emergency, self.excluded)
        return ";".join(["some", *(f"{{{','.join(map(str, sorted(part)))}}}" for part in parts)])

    def sees(self, case: "Case") -> bool:
        """`rule`, asked of one case at hand; tests/offenders/test_visibility.py holds the two against each other."""
        if self.everything:
            return case.merged_into_id is None
        by_area = case.area_id in self.areas and not case.restricted
        given = self.granted | self.named | self.emergency
        return (by_area or case.pk in given) and case.pk not in self.excluded

    def lasting(self) -> Self:
        """The same without emergencies: what compartments, minutes and whatever is for some only are seen by."""
        return replace(self, emergency=frozenset()) if self.emergency else self

    def shut(self, prefix: str = "offender__") -> Q:
        """The filter that leaves out what of a case is for some only, where an emergency alone gives the case."""
        return ~Q(**{f"{prefix}pk__in": sorted(self.emergency)}) if self.emergency else Q()


# Every reason by which somebody sees a case: one query, tagged rows. Asked about one user, of all cases, it gives his
# scope; asked about one case, of all users, it gives who can see it. So the two can never come apart.
# Memberships count only in date, in an active agency, for a vetted and active user. psycopg2 writes the values into
# the text, so that the planner folds away the side which is not asked about.
REASONS = """
WITH held AS (
    SELECT m.user_id, m.agency_id, m.role, a.area_id, a.group_id, k.duty
    FROM agencies_membership m
    JOIN agencies_agency a ON a.id = m.agency_id AND a.is_active
    JOIN agencies_agencykind k ON k.id = a.kind_id
    JOIN agencies_user u ON u.id = m.user_id AND u.is_active
        AND (u.vetting_expires_on IS NULL OR u.vetting_expires_on >= %(on)s)
    WHERE (%(user)s IS NULL OR m.user_id = %(user)s) AND m.role = ANY(%(roles)s)
        AND m.from_on <= %(on)s AND (m.until IS NULL OR m.until >= %(on)s) AND m.stopped_at IS NULL
)
SELECT 'area', area_id, user_id, agency_id, '', NULL::date FROM held
    WHERE duty = 'responsible_authority' AND (%(area)s IS NULL OR area_id = %(area)s)
UNION ALL
SELECT 'agency', agency_id, user_id, agency_id, '', NULL FROM held WHERE %(case)s IS NULL
UNION ALL
SELECT 'granted', g.content_object_id, held.user_id, held.agency_id, g.basis, g.until
    FROM offenders_offendergroupobjectpermission g
    JOIN held ON held.group_id = g.group_id
    JOIN offenders_offender o ON o.id = g.content_object_id AND NOT o.restricted
    WHERE (%(case)s IS NULL OR g.content_object_id = %(case)s)
        AND g.from_on <= %(on)s AND (g.until IS NULL OR g.until >= %(on)s)
UNION ALL
SELECT 'named', p.content_object_id, p.user_id, held.agency_id, p.basis, p.until
    FROM offenders_offenderuserobjectpermission p
    JOIN held ON held.user_id = p.user_id
    WHERE (%(case)s IS NULL OR p.content_object_id = %(case)s)
        AND p.from_on <= %(on)s AND (p.until IS NULL OR p.until >= %(on)s)
UNION ALL
SELECT 'emergency', e.offender_id, e.user_id, e.agency_id, e.reference, NULL
    FROM offenders_emergencyaccess e
    JOIN offenders_offender o ON o.id = e.offender_id AND o.merged_into_id IS NULL
    WHERE (%(user)s IS NULL OR e.user_id = %(user)s) AND (%(case)s IS NULL OR e.offender_id = %(case)s)
        AND e.ended_at IS NULL AND e.expires_at > %(now)s
        AND EXISTS (
            SELECT FROM held WHERE held.user_id = e.user_id AND held.agency_id = e.agency_id
                AND CASE WHEN o.restricted
                    THEN held.role = ANY(%(run_areas)s) AND held.area_id = o.area_id
                    ELSE held.role = ANY(%(practise)s) AND held.duty = 'responsible_authority'
                END
        )
        AND (o.restricted OR NOT EXISTS (
            SELECT FROM held WHERE held.user_id = e.user_id AND held.area_id = o.area_id
                AND held.duty = 'responsible_authority'
        ))
UNION ALL
SELECT 'excluded', offender_id, user_id, NULL, '', NULL FROM offenders_exclusion
    WHERE (%(user)s IS NULL OR user_id = %(user)s) AND (%(case)s IS NULL OR offender_id = %(case)s)
        AND (ended_on IS NULL OR ended_on > %(on)s)
"""

# Roles that see cases at all ("view case" in docs/access.md, and an integration within its scopes).
SEES_CASES = ["practitioner", "contact-point", "victim-liaison", "coordinator", "chair", "integration"]

# Who may open a case in an emergency: a restricted one, those who run its area; any other, whoever practises in a
# Responsible Authority agency of another area. The row of "use break-glass" in docs/access.md.
RUN_AREAS = ["coordinator", "chair"]
PRACTISE = ["practitioner", "contact-point"]

# Who is told that an identifier is taken ("to practitioners"; a contact point is one who also runs an agency's list).
TOLD_OF_DUPLICATES = ["practitioner", "contact-point"]

# Whether pages are answered. What is given to another system is no page: an emergency gives it nothing.
_for_pages: ContextVar[bool] = ContextVar("for_pages", default=True)
# By user and name: the scope itself, and what follows from it (`beside_scope`).
_kept: ContextVar[dict[tuple[int, str], Any] | None] = ContextVar("scopes", default=None)


def scope_of(user: User) -> Scope:
    """What the user may see today. Kept for the request that asks, and never longer."""
    if user.is_system:
        return Scope(everything=True)
    if not user.pk:
        return Scope()
    return beside_scope(user, "scope", lambda: _read_scope(user))


def in_emergency_alone(case: int, user: User) -> bool:
    """Whether an emergency is all that gives a case to a user: then he reads it, and does nothing else."""
    return case in scope_of(user).emergency


def beside_scope(user: User, name: str, read: Callable[[], T]) -> T:
    """An answer that follows from what the user may see: read once a request, and forgotten when a grant changes."""
    kept = _kept.get()
    if kept is None:
        return read()
    if (user.pk, name) not in kept:
        kept[user.pk, name] = read()
    answer: T = kept[user.pk, name]
    return answer


def forget_scopes() -> None:
    """After a grant changes: the rest of the request sees by the new rules."""
    kept = _kept.get()
    if kept is not None:
        kept.clear()


class Reason(NamedTuple):
    """One line of REASONS: a rule gives `row` to a user, through an agency, on a basis, until a day."""

    rule: str
    row: int
    user: int
    agency: int | None
    basis: str
    until: date | None


def _reasons(*, user: int | None = None, case: Case | None = None) -> list[Reason]:
    asked: dict[str, Any] = {"user": user, "on": dates.today(), "roles": SEES_CASES, "case": None, "area": None}
    asked |= {"now": timezone.now(), "run_areas": RUN_AREAS, "practise": PRACTISE}
    if case is not None:
        asked |= {"case": case.pk, "area": case.area_id}
    # The wall is made of the answer.
    with eyes.through(eyes.EVERYTHING), connection.cursor() as cursor:
        cursor.execute(REASONS, asked)
        return [Reason(*row) for row in cursor.fetchall()]


def _scope_from(reasons: Iterable[Reason]) -> Scope:
    found: defaultdict[str, set[int]] = defaultdict(set)
    for reason in reasons:
        found[reason.rule].add(reason.row)
    return Scope(
        areas=frozenset(found["area"]),
        agencies=frozenset(found["agency"]),
        granted=frozenset(found["granted"]),
        named=frozenset(found["named"]),
        emergency=frozenset(found["emergency"] - found["granted"] - found["named"]),
        excluded=frozenset(found["excluded"]),
    )


def _read_scope(user: User) -> Scope:
    scope = _scope_from(_reasons(user=user.pk))
    return scope if _for_pages.get() else scope.lasting()


@dataclass(frozen=True)
class Sight:
    """Through one agency, by one rule and basis, until a day: these people see a case."""

    agency: int
    rule: str  # "area", "granted", "named" or "emergency"
    basis: str  # of an emergency, its reference
    until: date | None
    people: frozenset[int]


def who_sees(case: Case) -> tuple[list[Sight], int]:
    """Everyone who sees a case, by what gives it, and how many are excluded who would see it otherwise.

    Made of the same rows and the same `Scope` as `scope_of`. Integrations count as people; the system does not.
    """
    theirs: dict[int, list[Reason]] = {}
    for reason in _reasons(case=case):
        theirs.setdefault(reason.user, []).append(reason)
    scopes = {user: _scope_from(reasons) for user, reasons in theirs.items()}
    seers = {user for user, scope in scopes.items() if scope.sees(case)}
    kept_out = sum(1 for scope in scopes.values() if scope.excluded and replace(scope, excluded=frozenset()).sees(case))
    by_gift: dict[tuple[int, str, str, date | None], set[int]] = {}
    for reason in (reason for user in seers for reason in theirs[user]):
        if reason.agency is not None and not (reason.rule == "area" and case.restricted):
            by_gift.setdefault((reason.agency, reason.rule, reason.basis, reason.until), set()).add(reason.user)
    return [Sight(*gift, frozenset(people)) for gift, people in by_gift.items()], kept_out


def to_open_in_emergency(identifiers: list[str], *, by: User, visor: str = "", reference: str = "") -> Any | None:
    """The case with exactly one of these identifiers, or this reference, for somebody who is about to open it unseen.

    Whoever is excluded from it finds none. Whether he may open it the deciding query says, once the opening is written.
    """
    named = Q(identifiers__value__in=identifiers, identifiers__withdrawn_at__isnull=True)
    if visor:
        named |= Q(identifiers__kind="visor", identifiers__value=visor, identifiers__withdrawn_at__isnull=True)
    if reference:
        named |= Q(reference=reference)
    cases = apps.get_model("offenders", "Offender")
    with unguarded("somebody opens a case in an emergency that he does not see"):
        found = cases.objects.filter(named, merged_into__isnull=True).exclude(pk__in=scope_of(by).excluded)
        return found.select_related("area", "lead_officer").order_by("restricted", "pk").first()


def known_elsewhere(identifiers: list[str], *, to: User, registering: bool = False, visor: str = "") -> str | None:
    """The area that holds a case with exactly one of these identifiers, when `to` cannot see it; None without one.

    A ViSOR reference has no form by which it could be told from a number of another kind: it is looked for as that alone.

    The one exception to "what is not visible does not exist" (access.md): it keeps practitioners from making a
    duplicate. Whoever is excluded from the case learns nothing. That somebody was told is recorded. Whoever is
    registering the number learns from the database's own refusal that it is taken, and is told where to ask whatever his role.
    """
    held = Membership.objects.filter(user=to).in_force(dates.today())
    if not (identifiers or visor) or not (registering or held.filter(role__in=TOLD_OF_DUPLICATES).exists()):
        return None
    scope = scope_of(to)
    cases = apps.get_model("offenders", "Offender")
    with unguarded("a practitioner is told that a record exists elsewhere, and where to ask"):
        named = Q(identifiers__value__in=identifiers) | Q(identifiers__kind="visor", identifiers__value=visor)
        found = cases.objects.filter(named, identifiers__withdrawn_at__isnull=True).exclude(scope.rule())
        case = found.exclude(pk__in=scope.excluded).select_related("area").first()
    if case is None:
        return None
    record("case.existence_told", act=Act.REVEAL, by=to, about=case)
    return str(case.area.name)


def one_scope_per_request(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: read each user's scope once while a request is answered."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with one_scope(for_pages=not request.path.startswith("/api/")):
            return get_response(request)

    return middleware


@contextmanager
def one_scope(*, for_pages: bool = True) -> Iterator[None]:
    """Read each user's scope once while something short is done: a request is answered, some rows are loaded."""
    kept, pages = _kept.set({}), _for_pages.set(for_pages)
    try:
        yield
    finally:
        _kept.reset(kept)
        _for_pages.reset(pages)


class GrantQuerySet(GuardedQuerySet[M]):
    """Grants are seen by whoever sees the case."""

    def visible_to(self, user: User) -> Self:
        return self.scoped(scope_of(user).rule("content_object__"))

    def about(self, offender: models.Model) -> Self:
        """The grants of one case that the caller already holds: what the deciding function reads."""
        return self.scoped(Q(content_object=offender))

    def naming(self, person: User) -> Self:
        """Whatever names a person, on whichever case: only to end it when he leaves (offenders/grants.py)."""
        return self.scoped(Q(user=person.pk))


class CaseBackend(BaseBackend):
    """`user.has_perm("offenders.view_offender", case)` answers by the same rule as every page."""

    def has_perm(self, user_obj: Any, perm: str, obj: models.Model | None = None) -> bool:
        if perm != "offenders.view_offender" or obj is None or not isinstance(user_obj, User):
            return False
        visible = type(obj)._default_manager.visible_to(user_obj)  # type: ignore[attr-defined]
        return bool(visible.filter(pk=obj.pk).exists())
