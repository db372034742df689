"""Random people do what the service lets them, beside the small model of the policy; then the two are compared.

Each step is four numbers: what is done, by whom, to which case, and to whom or until when. Whether it is allowed is asked
of the service by doing it; the model says whether it may have been.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.http import Http404
from django.test import Client

from agencies.models import Agency, Membership, User
from mappa import dates, eyes
from offenders import actions, notes
from offenders.models import Note, Offender, Victim
from offenders.visibility import one_scope, who_sees
from tests.attack import policy
from tests.factories import (
    AgencyFactory,
    AreaFactory,
    GroupGrantFactory,
    MembershipFactory,
    OffenderFactory,
    RankFactory,
    UserFactory,
    VictimFactory,
)

Step = tuple[int, int, int, int]
# A Wednesday at noon, so that no zone makes another day of it.
BEGINS = datetime(2026, 6, 3, 12, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")

AGENCIES = {
    "police": ("bedfordshire", "police"),
    "probation": ("bedfordshire", "probation"),
    "housing": ("bedfordshire", "housing"),
    "health": ("bedfordshire", "nhs-trust"),
    "police elsewhere": ("north-wales", "police"),
    "probation elsewhere": ("north-wales", "probation"),
}
AUTHORITIES = {"police", "probation"}
PEOPLE = {
    "alice": [("police", "coordinator", 0)],
    "bob": [("probation", "practitioner", 0)],
    "maya": [("probation", "practitioner", 20)],
    "olive": [("police", "practitioner", 0)],
    "chris": [("police", "chair", 30)],
    "harriet": [("housing", "contact-point", 20)],
    "hal": [("health", "practitioner", 0)],
    "vera": [("probation", "victim-liaison", 0)],
    "charlie": [("police elsewhere", "coordinator", 0)],
    "wyn": [("probation elsewhere", "practitioner", 20), ("housing", "practitioner", 0)],
    "ingrid": [("police", "information-officer", 0)],
    "bea": [("police", "board-member", 0)],
}
CASES = {
    "ashdown": ("bedfordshire", "probation"),
    "birch": ("bedfordshire", "police"),
    "elsewhere": ("north-wales", "probation"),
}


class Surprise(AssertionError):  # noqa: N818 (it says what it is)
    """The service and the policy disagree."""


@dataclass
class Attack:
    """The same world twice: in the database and in the model."""

    model: policy.World
    users: dict[str, User]
    agencies: dict[str, Agency]
    cases: dict[str, Offender]
    clock: Any
    browser: Client = field(default_factory=Client)
    done: int = 0
    refused: int = 0

    def take(self, step: Step) -> bool:
        """One person does one thing; what he was let do, the model does too. Whether he was let."""
        what, by, which, to = step
        verb = VERBS[what % len(VERBS)]
        person, case = pick(self.users, by), pick(self.cases, which)
        try:
            with transaction.atomic(), one_scope():
                effect = verb(self, person, case, to)
            self.done += 1
        except (PermissionDenied, ValidationError, Http404, Offender.DoesNotExist):
            self.refused += 1
            return False
        if effect is not None:
            effect()
        return True

    def ask(self, step: Step) -> None:
        """Somebody opens a case by its address, through everything that stands before a page."""
        person, case = pick(self.users, sum(step)), pick(self.cases, step[2])
        self.browser.force_login(user_of(self, person), backend="allauth.account.auth_backends.AuthenticationBackend")
        answer = self.browser.get(f"/people/{self.cases[case].reference}/").status_code
        self._same(f"{person} is shown {case}", answer in {200, 302}, self.model.sees(person, case))

    def compare(self) -> None:
        """What everybody sees, and who is said to see it, as the policy has it."""
        for name, user in self.users.items():
            with one_scope():
                self._compare_one(name, User.objects.get(pk=user.pk))
        for name, case in self.cases.items():
            told = {person for sight in who_sees(Offender._base_manager.get(pk=case.pk))[0] for person in sight.people}
            self._same(f"who sees {name}", told, {self.users[p].pk for p in self.users if self.model.sees(p, name)})

    def _compare_one(self, name: str, user: User) -> None:
        seen = set(Offender.objects.visible_to(user).values_list("pk", flat=True))
        wanted = {self.cases[c].pk for c in self.cases if self.model.sees(name, c)}
        self._same(f"cases of {name}", seen, wanted)
        self._same(f"behind the wall for {name}", behind_the_wall(user), wanted)
        victims = set(Victim.objects.visible_to(user).values_list("offender", flat=True))
        open_to = {
            self.cases[c].pk for c, k in self.model.cases.items() if k.victims and self.model.reads_victims(name, c)
        }
        self._same(f"victims for {name}", victims, open_to)
        read = Note.objects.visible_to(user).count()
        readable = sum(self.model.reads_note(name, c, note) for c, k in self.model.cases.items() for note in k.notes)
        self._same(f"notes for {name}", read, readable)

    def _same(self, about: str, found: object, wanted: object) -> None:
        if found != wanted:
            raise Surprise(f"{about}: found {found}, the policy says {wanted}")

    def must(self, allowed: bool, what: str) -> None:  # noqa: FBT001
        """Whoever was let do something may do it."""
        if not allowed:
            raise Surprise(f"{what}: done, and the policy forbids it")


def behind_the_wall(user: User) -> set[int]:
    """What Postgres shows of the cases to a statement that forgets to ask, through somebody's eyes."""
    with eyes.through(user), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM offenders_offender")
        return {row[0] for row in cursor.fetchall()}


def pick(among: dict[str, Any], number: int) -> str:
    return sorted(among)[number % len(among)]


def user_of(world: Attack, person: str) -> User:
    """As a request has him: read anew."""
    return User.objects.get(pk=world.users[person].pk)


def seen_case(world: Attack, person: str, case: str) -> Offender:
    """As a page is handed it."""
    found: Offender = Offender.objects.visible_to(user_of(world, person)).get(pk=world.cases[case].pk)
    return found


Effect = Callable[[], None] | None
Verb = Callable[[Attack, str, str, int], Effect]


def share(world: Attack, person: str, case: str, to: int) -> Effect:
    agency, until = pick(world.agencies, to), world.model.today + timedelta(days=1 + to % 3)
    row = seen_case(world, person, case)
    actions.share_with(
        offender=row, agency=world.agencies[agency], reason="For the attack", until=until, by=user_of(world, person)
    )
    world.must(world.model.may_share(person, case), f"{person} shares {case}")
    return lambda: world.model.cases[case].shared.__setitem__(agency, until)


def end_share(world: Attack, person: str, case: str, to: int) -> Effect:
    agency = pick(world.agencies, to)
    actions.end_share(offender=seen_case(world, person, case), agency=world.agencies[agency], by=user_of(world, person))
    world.must(world.model.may_share(person, case), f"{person} ends a share of {case}")
    return lambda: (world.model.cases[case].shared.pop(agency), None)[1]


def name(world: Attack, person: str, case: str, to: int) -> Effect:
    other = pick(world.users, to)
    until = None if to % 2 else world.model.today + timedelta(days=1 + to % 3)
    row = seen_case(world, person, case)
    actions.name_person(
        offender=row, person=user_of(world, other), reason="For the attack", until=until, by=user_of(world, person)
    )
    world.must(world.model.may_share(person, case), f"{person} names on {case}")
    return lambda: world.model.cases[case].named.__setitem__(other, until)


def end_naming(world: Attack, person: str, case: str, to: int) -> Effect:
    other = pick(world.users, to)
    actions.end_naming(offender=seen_case(world, person, case), person=user_of(world, other), by=user_of(world, person))
    world.must(world.model.may_share(person, case), f"{person} ends a naming on {case}")
    return lambda: (world.model.cases[case].named.pop(other, None), None)[1]


def restrict(world: Attack, person: str, case: str, _to: int) -> Effect:
    actions.restrict(offender=seen_case(world, person, case), reason="For the attack", by=user_of(world, person))
    world.must(world.model.may_share(person, case), f"{person} restricts {case}")
    world.must(world.model.has_keeper(case), f"{case} is restricted without a keeper")
    return lambda: setattr(world.model.cases[case], "is_restricted", True)


def lift(world: Attack, person: str, case: str, _to: int) -> Effect:
    actions.lift_restriction(offender=seen_case(world, person, case), by=user_of(world, person))
    world.must(world.model.may_share(person, case), f"{person} lifts the restriction of {case}")
    return lambda: setattr(world.model.cases[case], "is_restricted", False)


def exclude(world: Attack, person: str, case: str, to: int) -> Effect:
    other = pick(world.users, to)
    row = seen_case(world, person, case)
    actions.exclude(offender=row, person=user_of(world, other), reason="For the attack", by=user_of(world, person))
    world.must(world.model.may_share(person, case), f"{person} excludes from {case}")
    world.must(person != other, f"{person} excludes himself")
    return lambda: world.model.cases[case].excluded.add(other)


def end_exclusion(world: Attack, person: str, case: str, to: int) -> Effect:
    other = pick(world.users, to)
    row = seen_case(world, person, case)
    actions.end_exclusion(offender=row, person=user_of(world, other), by=user_of(world, person))
    world.must(world.model.may_share(person, case), f"{person} ends an exclusion from {case}")
    return lambda: world.model.cases[case].excluded.discard(other)


def write_note(world: Attack, person: str, case: str, to: int) -> Effect:
    audience = Note.Audience.AUTHORITY if to % 2 else Note.Audience.EVERYONE
    row, by = seen_case(world, person, case), user_of(world, person)
    notes.add_note(offender=row, kind=Note.Kind.OTHER, happened_on=dates.today(), text="Seen", audience=audience, by=by)
    world.must(world.model.may_note(person, case), f"{person} writes a note on {case}")
    return lambda: world.model.cases[case].notes.append(policy.Note(person, bool(to % 2)))


def open_in_emergency(world: Attack, person: str, case: str, _to: int) -> Effect:
    """By the reference, unseen."""
    for_agency = world.model.may_open_in_emergency(person, case)
    row = actions.open_in_emergency(
        number=world.cases[case].reference,
        category="life",
        words="Somebody is in danger at this very moment",
        by=user_of(world, person),
    )
    world.must(for_agency, f"{person} opens {case} in an emergency")
    agency = next(name for name, agency in world.agencies.items() if agency.pk == row.agency_id)
    emergency = policy.Emergency(agency, row.expires_at.astimezone(LONDON))
    return lambda: world.model.cases[case].emergencies.__setitem__(person, emergency)


def half_an_hour_passes(world: Attack, _person: str, _case: str, _to: int) -> Effect:
    later = world.model.now + timedelta(minutes=31)
    world.clock.move_to(later)
    return lambda: setattr(world.model, "now", later)


# What the administration does, and time.


def end_membership(world: Attack, person: str, _case: str, to: int) -> Effect:
    held = world.model.people[person].memberships
    membership = held[to % len(held)]
    until = None if to % 3 else world.model.today - timedelta(days=1)
    rows = Membership.objects.filter(
        user=world.users[person], agency=world.agencies[membership.agency], role=membership.role
    )
    rows.update(until=until)
    return lambda: setattr(membership, "until", until)


def end_vetting(world: Attack, person: str, _case: str, to: int) -> Effect:
    until = None if to % 3 else world.model.today - timedelta(days=1)
    User.objects.filter(pk=world.users[person].pk).update(vetting_expires_on=until)
    return lambda: setattr(world.model.people[person], "vetted_until", until)


def close_agency(world: Attack, _person: str, _case: str, to: int) -> Effect:
    agency, is_active = pick(world.agencies, to), bool(to % 3)
    Agency.objects.filter(pk=world.agencies[agency].pk).update(is_active=is_active)
    world.agencies[agency].is_active = is_active
    return lambda: setattr(world.model.agencies[agency], "is_active", is_active)


def a_day_passes(world: Attack, _person: str, _case: str, _to: int) -> Effect:
    later = world.model.now + timedelta(days=1)
    world.clock.move_to(later)
    return lambda: setattr(world.model, "now", later)


VERBS: list[Verb] = [
    share, share, end_share, name, name, end_naming, restrict, lift, exclude, end_exclusion, write_note,
    end_membership, end_vetting, close_agency, a_day_passes,
    open_in_emergency, open_in_emergency, half_an_hour_passes,
]  # fmt: skip


@contextmanager
def a_world() -> Iterator[Attack]:
    """Everybody and every case, in a transaction that is taken back at the end."""
    with time_machine.travel(BEGINS, tick=False) as clock, transaction.atomic():
        try:
            yield _made(clock)
        finally:
            transaction.set_rollback(True)


def _made(clock: Any) -> Attack:
    areas = {slug: AreaFactory(slug=slug, name=slug) for slug in {area for area, _kind in AGENCIES.values()}}
    agencies = {
        name: AgencyFactory(name=name, kind__code=kind, area=areas[area]) for name, (area, kind) in AGENCIES.items()
    }
    ranks = {order: RankFactory(name=f"Rank {order}", order=order) for order in (20, 30)}
    users = {person: UserFactory(email=f"{person}@attack.invalid", name=person.title()) for person in PEOPLE}
    for person, held in PEOPLE.items():
        for agency, role, rank in held:
            MembershipFactory(user=users[person], agency=agencies[agency], role_id=role, rank=ranks.get(rank))
    cases = {}
    for case, (area, lead) in CASES.items():
        row = OffenderFactory(
            surname=case.title(), area=areas[area], lead_agency=agencies[lead], registered_by=users["alice"]
        )
        if AGENCIES[lead][0] != area:
            GroupGrantFactory(content_object=row, group=agencies[lead].group, basis="lead", until=None)
        VictimFactory(offender=row)
        cases[case] = row
    return Attack(_modelled(), users, agencies, cases, clock)


def _modelled() -> policy.World:
    return policy.World(
        agencies={name: policy.Agency(area, kind in AUTHORITIES) for name, (area, kind) in AGENCIES.items()},
        people={p: policy.Person([policy.Membership(*held) for held in rows]) for p, rows in PEOPLE.items()},
        cases={name: policy.Case(area, lead, victims=1) for name, (area, lead) in CASES.items()},
        now=BEGINS.astimezone(LONDON),
    )


def run(steps: list[Step], *, each: bool = True) -> Attack:
    """Take every step and compare at the end; with `each`, after each that changed something as well.

    Raises Surprise where service and policy part.
    """
    with a_world() as world:
        for step in steps:
            if world.take(step) and each:
                world.compare()
                world.ask(step)
        world.compare()
        world.ask(steps[-1])
        return world
