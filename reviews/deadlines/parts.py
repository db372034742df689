"""Who must act on what falls due: rules that one person can be asked by, and many rows at once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import memberships
from agencies.models import Membership, Rank, Role, User
from mappa import dates
from offenders.models import Offender
from offenders.victims import liaison_officers
from offenders.visibility import beside_scope

R = Role.Code
OFFICERS = (R.PRACTITIONER, R.CONTACT_POINT)


class Part(Protocol):
    """Who must act. `mine` decides; `candidates` only proposes whom to ask about, for many rows at once.

    `words` says why, to a user of whom `mine` has decided that the row is his.
    """

    def mine(self, user: User, on: date) -> Q: ...

    def candidates(self, rows: Sequence[Any], on: date) -> Iterable[tuple[int, int]]: ...

    def words(self, user: User, row: Any) -> str: ...


def at(row: Any, path: str) -> Any:
    """What a row holds at the end of a path such as "item__offender__area_id"."""
    for name in path.split("__"):
        row = getattr(row, name)
    return row


# Why something is somebody's, by the field that names him.
NAMED_AS: dict[str, str | Promise] = {
    "lead_officer_id": gettext_lazy("You are the lead officer."),
    "chair_id": gettext_lazy("You chair the meeting."),
    "officer_id": gettext_lazy("You are the officer named for it."),
    "officer": gettext_lazy("You are the officer named for it."),
    "made_by_id": gettext_lazy("You wrote it."),
    "user_id": gettext_lazy("It is yours."),
    "assessed_by_id": gettext_lazy("You wrote the assessment."),
    "asked_id": gettext_lazy("You were asked to agree."),
    "manager_id": gettext_lazy("You manage the person whom it names."),
    "asked_by_id": gettext_lazy("You asked for it."),
    "auditor_id": gettext_lazy("You are the auditor."),
    "owner_id": gettext_lazy("It was given to you."),
    "person_id": gettext_lazy("You are the person whom it names."),
}


@dataclass(frozen=True)
class Person:
    """The one person named at `path`, such as a lead officer or a chair."""

    path: str

    def mine(self, user: User, on: date) -> Q:
        return Q(**{self.path: user.pk})

    def candidates(self, rows: Sequence[Any], on: date) -> Iterable[tuple[int, int]]:
        return [(row.pk, at(row, self.path)) for row in rows if at(row, self.path)]

    def words(self, user: User, row: Any) -> str:
        return str(NAMED_AS.get(self.path.rpartition("__")[2], _("You are named on it.")))


@dataclass(frozen=True)
class Holders:
    """Whoever holds one of `roles` in the agency at `path`, or in the area there when `of` says so.

    With `unless`, only where the person at that path is missing or holds no membership any more: a case whose
    officer has left falls to the colleagues, and not to nobody. With `kind`, only in agencies of that kind.
    """

    path: str
    roles: tuple[Role.Code, ...]
    of: str = "agency"
    unless: str = ""
    kind: str = ""

    def mine(self, user: User, on: date) -> Q:
        held = {m.agency_id if self.of == "agency" else m.agency.area_id for m in self._memberships(user)}
        rule = Q(**{f"{self.path}__in": sorted(held)})
        if not self.unless:
            return rule
        there = Membership.objects.in_force(on).filter(user=OuterRef(self.unless))
        return rule & (Q(**{f"{self.unless}__isnull": True}) | ~Q(Exists(there)))

    def candidates(self, rows: Sequence[Any], on: date) -> Iterable[tuple[int, int]]:
        rows = self._without_their_person(rows, on)
        places = {at(row, self.path) for row in rows}
        holders: dict[int, list[int]] = {}
        found = self.held(on, self.roles).filter(**{f"{self.of}__in": places})
        for place, user in found.values_list(self.of, "user"):
            holders.setdefault(place, []).append(user)
        return [(row.pk, user) for row in rows for user in holders.get(at(row, self.path), [])]

    def words(self, user: User, row: Any) -> str:
        place = at(row, self.path)
        here = [m for m in self._memberships(user) if place in {m.agency_id, m.agency.area_id}]
        said = [as_what(m, in_area=self.of != "agency") for m in here[:1]] or [_("It is your agency’s.")]
        if self.unless and at(row, self.unless):
            said.append(_("Whoever was named for it works here no more."))
        elif self.unless:
            said.append(_("Nobody is named for it."))
        return " ".join(said)

    def held(self, on: date, roles: Sequence[Role.Code]) -> QuerySet[Membership]:
        """Memberships that count on a day, in agencies of the kind."""
        rows = Membership.objects.in_force(on).filter(role__in=roles)
        return rows.filter(agency__kind__code=self.kind) if self.kind else rows

    def _memberships(self, user: User) -> list[Membership]:
        mine = [m for m in memberships(user) if R(m.role_id) in self.roles]
        return [m for m in mine if not self.kind or m.agency.kind.code == self.kind]

    def _without_their_person(self, rows: Sequence[Any], on: date) -> Sequence[Any]:
        if not self.unless:
            return rows
        named = {at(row, self.unless) for row in rows} - {None}
        there = set(Membership.objects.in_force(on).filter(user__in=named).values_list("user", flat=True))
        return [row for row in rows if at(row, self.unless) not in there]


def as_what(membership: Membership, *, in_area: bool) -> str:
    """What somebody is, in his agency or its area: "You are a contact point of Housing, Bedfordshire."."""
    where = membership.agency.area.name if in_area else membership.agency.name
    return _("You are a %(role)s of %(where)s.") % {"role": membership.role.name.lower(), "where": where}


def coordination(path: str) -> Holders:
    """Whoever coordinates the area at `path`."""
    return Holders(path, (R.COORDINATOR,), of="agency__area")


@dataclass(frozen=True)
class Successors(Holders):
    """`Holders` with `unless`, of the agency that leads a case, where `unless` is its lead officer.

    Who has left is read first and once: asked of each case, it reads all cases of a large agency for the few that
    were left behind.
    """

    def mine(self, user: User, on: date) -> Q:
        agencies = sorted({m.agency_id for m in self._memberships(user)})
        name = f"officers gone from {agencies} on {on}"
        gone = beside_scope(user, name, lambda: Offender.objects.officers_gone(agencies, on))
        here = Q(**{f"{self.path}__in": agencies})
        return (here & Q(**{f"{self.unless}__isnull": True})) | (here & Q(**{f"{self.unless}__in": sorted(gone)}))


@dataclass(frozen=True)
class InPlaceOf:
    """Whoever `holders` are, where nobody holds `role` in the agency: what has no contact point is not forgotten."""

    role: Role.Code
    holders: Holders

    def mine(self, user: User, on: date) -> Q:
        there = self.holders.held(on, [self.role]).filter(**{self.holders.of: OuterRef(self.holders.path)})
        return self.holders.mine(user, on) & ~Q(Exists(there))

    def candidates(self, rows: Sequence[Any], on: date) -> Iterable[tuple[int, int]]:
        places = {at(row, self.holders.path) for row in rows}
        there = self.holders.held(on, [self.role]).filter(**{f"{self.holders.of}__in": places})
        served = set(there.values_list(self.holders.of, flat=True))
        return self.holders.candidates([row for row in rows if at(row, self.holders.path) not in served], on)

    def words(self, user: User, row: Any) -> str:
        none = _("Your agency has no %s.") % Role.Code(self.role).label.lower()
        return f"{self.holders.words(user, row)} {none}"


@dataclass(frozen=True)
class Colleagues:
    """Whoever liaises in the area of the case, for rows whose officer at `path` does not, or sees them no more.

    An officer who was moved, excluded or given another role still holds a membership: that alone keeps nothing here.
    `open` gives the rows that somebody sees.
    """

    path: str
    open: Callable[[User], QuerySet[Any]]

    def mine(self, user: User, on: date) -> Q:
        areas = {m.agency.area_id for m in memberships(user) if m.role_id == R.VICTIM_LIAISON}
        if not areas:
            return Q(pk__in=[])
        rule = Q(offender__area__in=sorted(areas))
        named = self.open(user).filter(rule).order_by().values(self.path)
        for officer in self._liaising(named, on):
            rule &= ~Q(**{self.path: officer.pk}, pk__in=self.open(officer).order_by().values("pk"))
        return rule

    def candidates(self, rows: Sequence[Any], on: date) -> Iterable[tuple[int, int]]:
        kept: set[int] = set()
        for officer in self._liaising({at(row, self.path) for row in rows} - {None}, on):
            theirs = [row.pk for row in rows if at(row, self.path) == officer.pk]
            kept |= set(self.open(officer).filter(pk__in=theirs).values_list("pk", flat=True))
        left = [row for row in rows if row.pk not in kept]
        return Holders("offender__area_id", (R.VICTIM_LIAISON,), of="agency__area").candidates(left, on)

    def words(self, user: User, row: Any) -> str:
        return _("You liaise with victims in the area, and nobody named for it can do it.")

    def _liaising(self, named: Any, on: date) -> QuerySet[User]:
        held = Membership.objects.in_force(on).filter(role=R.VICTIM_LIAISON, user__in=named)
        return User.objects.filter(pk__in=held.values("user"))


@dataclass(frozen=True)
class LeftBehind:
    """Whoever one of `parts` says, for rows that the person at `path` sees no more: he left, was moved or was excluded.

    `open` gives the rows that somebody sees.
    """

    parts: tuple[Part, ...]
    path: str
    open: Callable[[User], QuerySet[Any]]

    def mine(self, user: User, on: date) -> Q:
        rule = Q(pk__in=[])
        for part in self.parts:
            rule |= part.mine(user, on)
        rule &= ~Q(**{self.path: user.pk})
        for person in self._people(self.open(user).filter(rule).order_by().values(self.path)):
            rule &= ~Q(**{self.path: person.pk}, pk__in=self.open(person).order_by().values("pk"))
        return rule

    def candidates(self, rows: Sequence[Any], on: date) -> Iterable[tuple[int, int]]:
        kept: set[int] = set()
        for person in self._people({at(row, self.path) for row in rows}):
            theirs = [row.pk for row in rows if at(row, self.path) == person.pk]
            kept |= set(self.open(person).filter(pk__in=theirs).values_list("pk", flat=True))
        left = [row for row in rows if row.pk not in kept]
        return {pair for part in self.parts for pair in part.candidates(left, on)}

    def words(self, user: User, row: Any) -> str:
        said = [part.words(user, row) for part in self.parts if self._is_his(part, user, row)]
        return " ".join([*said[:1], _("Whoever had it sees it no more.")])

    def _is_his(self, part: Part, user: User, row: Any) -> bool:
        return self.open(user).filter(part.mine(user, dates.today()), pk=row.pk).exists()

    def _people(self, named: Any) -> QuerySet[User]:
        return User.objects.filter(pk__in=named)


@dataclass(frozen=True)
class Keepers:
    """The co-ordination of the area, for rows of a case that no liaison officer sees: it can name one on the case."""

    open: Callable[[User], QuerySet[Any]]

    def mine(self, user: User, on: date) -> Q:
        areas = {m.agency.area_id for m in memberships(user) if m.role_id == R.COORDINATOR}
        if not areas:
            return Q(pk__in=[])
        there = self._held(on).filter(agency__area=OuterRef("offender__area"))
        rows = self.open(user).filter(Q(offender__restricted=True) | ~Exists(there), offender__area__in=areas)
        return Q(pk__in=[row.pk for row in rows if not liaison_officers(row.offender)])

    def candidates(self, rows: Sequence[Any], on: date) -> Iterable[tuple[int, int]]:
        served = set(self._held(on).values_list("agency__area", flat=True))
        doubtful = [row for row in rows if row.offender.restricted or row.offender.area_id not in served]
        left = [row for row in doubtful if not liaison_officers(row.offender)]
        return coordination("offender__area_id").candidates(left, on)

    def words(self, user: User, row: Any) -> str:
        return _("You co-ordinate the area, and nobody who liaises with victims sees it. Name somebody on the case.")

    def _held(self, on: date) -> QuerySet[Membership]:
        return Membership.objects.in_force(on).filter(role=R.VICTIM_LIAISON)


@dataclass(frozen=True)
class Where:
    """Whoever `part` says, but only for rows whose value at `path` is `value`, or is not."""

    part: Part
    path: str
    value: str | int
    is_not: bool = False

    def mine(self, user: User, on: date) -> Q:
        rule = Q(**{self.path: self.value})
        return self.part.mine(user, on) & (~rule if self.is_not else rule)

    def candidates(self, rows: Sequence[Any], on: date) -> Iterable[tuple[int, int]]:
        return self.part.candidates([row for row in rows if (at(row, self.path) == self.value) != self.is_not], on)

    def words(self, user: User, row: Any) -> str:
        return self.part.words(user, row)


@dataclass(frozen=True)
class Managers:
    """Whoever works cases at manager rank in the agency at `path`; nobody where none is named there."""

    path: str

    def mine(self, user: User, on: date) -> Q:
        held = [m for m in memberships(user) if R(m.role_id) in OFFICERS and m.rank_order >= Rank.MANAGER]
        return Q(**{f"{self.path}__in": sorted({m.agency_id for m in held})})

    def candidates(self, rows: Sequence[Any], on: date) -> Iterable[tuple[int, int]]:
        places = {at(row, self.path) for row in rows} - {None}
        found = Membership.objects.in_force(on).filter(role__in=OFFICERS, rank__order__gte=Rank.MANAGER)
        held = list(found.filter(agency__in=places).values_list("agency", "user"))
        return [(row.pk, user) for row in rows for agency, user in held if agency == at(row, self.path)]

    def words(self, user: User, row: Any) -> str:
        place = at(row, self.path)
        names = [m.agency.name for m in memberships(user) if m.agency_id == place]
        return _("You are a manager of %s.") % names[0] if names else _("You are a manager of its agency.")


LED_BY = "offender__lead_agency__kind__code"


def leads(case: str) -> tuple[Part, ...]:
    """Whoever leads the case at a path such as "offender__": its officer, or the colleagues when it has none."""
    officer = f"{case}lead_officer_id"
    return Person(officer), Successors(f"{case}lead_agency_id", OFFICERS, unless=officer)


LEADS = leads("offender__")
