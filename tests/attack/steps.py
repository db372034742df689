"""Random people do what the service lets them, beside the small model of the policy; then the two are compared.

Each step is four numbers: what is done, by whom, to which case, and to whom or until when. Whether it is allowed is asked
of the service by doing it; the model says whether it may have been.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import time_machine
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import connection, transaction
from django.http import Http404
from django.test import Client

from agencies.access import Perm, require
from agencies.models import Agency, Area, Membership, User
from agencies.models.user import system_user
from mappa import dates, eyes
from offenders import actions, notes
from offenders.actions import transfer as transfers
from offenders.models import Document, DocumentAgency, HandoverItem, Note, Offender, Transfer, Victim
from offenders.visibility import one_scope, who_sees
from panels.actions import invitations
from panels.models import AgendaItem, Invitation
from tests.attack import policy
from tests.factories import (
    AgencyFactory,
    AgendaItemFactory,
    AreaFactory,
    GroupGrantFactory,
    MeetingFactory,
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

    def likely(self, step: Step) -> Step:
        """The next step from this one that the model allows, of the same verb or else of another; every sixth stays as drawn."""
        if sum(step) % 6 == 0:
            return step
        return next((near for verb in range(len(VERBS)) if (near := self._allowed(step, verb))), step)

    def _allowed(self, step: Step, further: int) -> Step | None:
        what, by, which, to = step
        may = ALLOWED.get(VERBS[(what + further) % len(VERBS)], lambda *_all: True)
        once = len(self.users) * len(self.cases)
        for more in range(once * 6):
            near = what + further, by + more, which + more // len(self.users), to + more // once
            if may(self.model, pick(self.users, near[1]), pick(self.cases, near[2]), self._to(near)):
                return near
        return None

    def _to(self, step: Step) -> tuple[str, str, int]:
        """Whom, which agency and what number the last of a step's numbers is."""
        return pick(self.users, step[3]), pick(self.agencies, step[3]), step[3]

    def take(self, step: Step) -> bool:
        """One person does one thing; what he was let do, the model does too. Whether he was let."""
        what, by, which, to = step
        verb = VERBS[what % len(VERBS)]
        person, case = pick(self.users, by), pick(self.cases, which)
        try:
            with transaction.atomic(), one_scope():
                effect = verb(self, person, case, to)
            self.done += 1
        except (PermissionDenied, ValidationError, Http404, ObjectDoesNotExist):
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

    def compare(self, whom: Iterable[str] | None = None) -> None:
        """Who sees each case, as the policy has it, and what everybody then sees of the tables.

        The first is one query a case for all people. The second is several for each: `whom` are those of whom it is asked.
        """
        for name in self.users if whom is None else sorted(set(whom)):
            with one_scope():
                self._compare_one(name, user_of(self, name))
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
        papers = Document.objects.visible_to(user).count()
        for_him = sum(self.model.reads_document(name, c, d) for c, k in self.model.cases.items() for d in k.documents)
        self._same(f"documents for {name}", papers, for_him)

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
    until = None if to // len(world.users) % 2 == 0 else world.model.today + timedelta(days=1 + to % 3)
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


def invite(world: Attack, person: str, case: str, to: int) -> Effect:
    """One more agency, or one less."""
    agency, by = pick(world.agencies, to), user_of(world, person)
    item = AgendaItem.objects.visible_to(by).get(offender=world.cases[case].pk)
    wanted = set(world.model.cases[case].invited) ^ {agency}
    invitations.invite(item=item, agencies=[world.agencies[name] for name in sorted(wanted)], by=by)
    world.must(world.model.may_invite(person, case), f"{person} invites to the meeting of {case}")
    invited = world.model.cases[case].invited
    return lambda: (invited.pop(agency, None) if agency not in wanted else invited.setdefault(agency, True), None)[1]


def decline(world: Attack, person: str, case: str, to: int) -> Effect:
    agency, by = pick(world.agencies, to), user_of(world, person)
    rows = Invitation.objects.visible_to(by).filter(item__offender=world.cases[case].pk)
    if (row := rows.filter(agency=world.agencies[agency]).first()) is None:
        raise Http404
    invitations.answer_invitation(
        invitation=row,
        people=[row.reference],
        response="declined",
        representative=None,
        deputy_for=None,
        reason="Nobody is free on that day",
        by=by,
    )
    world.must(world.model.may_decline(person, case, agency), f"{person} declines for {agency} on {case}")
    return lambda: world.model.cases[case].invited.update({agency: False})


def propose(world: Attack, person: str, case: str, to: int) -> Effect:
    """To the other area, to another lead agency, or both."""
    area, lead = destination(world.model.cases[case], pick(world.agencies, to), to)
    transfers.propose_transfer(
        offender=seen_case(world, person, case),
        to_area=Area.objects.get(slug=area),
        to_agency=world.agencies[lead],
        reason="For the attack",
        by=user_of(world, person),
    )
    HandoverItem.objects.visible_to(system_user()).filter(offender=world.cases[case].pk, ticked_on=None).update(
        ticked_on=dates.today(), ticked_by=world.users[person]
    )
    world.must(world.model.may_share(person, case), f"{person} proposes a transfer of {case}")
    proposed = policy.Transfer(person, area, lead, world.model.receivers(case, area, lead))
    return lambda: setattr(world.model.cases[case], "transfer", proposed)


def destination(case: policy.Case, agency: str, to: int) -> tuple[str, str]:
    areas = sorted({area for area, _kind in AGENCIES.values()})
    to //= len(AGENCIES)
    return areas[to % len(areas)], agency if to // len(areas) % 3 else case.lead


def accept(world: Attack, person: str, case: str, to: int) -> Effect:
    by = user_of(world, person)
    row = Transfer.objects.visible_to(by).waiting().filter(offender=world.cases[case].pk).first()
    if row is None:
        raise Http404
    officer = pick(world.users, to)
    transfers.accept_transfer(
        transfer=row, officer=user_of(world, officer), answer="For the attack", is_confirmed=True, by=by
    )
    world.must(world.model.may_answer_transfer(person, case), f"{person} accepts the transfer of {case}")
    return lambda: world.model.hand_over(case, officer)


def name_lead_officer(world: Attack, person: str, case: str, to: int) -> Effect:
    officer, row = pick(world.users, to), seen_case(world, person, case)
    transfers.name_lead_officer(offender=row, officer=user_of(world, officer), by=user_of(world, person))
    world.must(world.model.may_share(person, case), f"{person} names the lead officer of {case}")
    lead = world.model.cases[case].lead
    world.must(world.model.may_lead(officer, case, lead), f"{officer} leads {case}")
    return lambda: setattr(world.model.cases[case], "officer", officer)


def bring_document(world: Attack, person: str, case: str, to: int) -> Effect:
    """A row without a file: for whom it is, is what is asked."""
    require(user_of(world, person), Perm.ADD_NOTES, on=seen_case(world, person, case))
    world.must(world.model.may_note(person, case), f"{person} brings a document to {case}")
    document = policy.Document(
        person, ("everyone", "authority", "agencies")[to // len(AGENCIES) % 3], pick(world.agencies, to)
    )
    row = Document.objects.create(
        offender=world.cases[case],
        by=world.users[person],
        title="Seen",
        kind=Document.Kind.OTHER,
        dated_on=dates.today(),
        audience=document.audience,
        file_kind="pdf",
        file_name="seen.pdf",
        stored_as=uuid4().hex,
        size=1,
        sha256="0" * 64,
        scan="not-scanned",
    )
    if document.audience == "agencies":
        DocumentAgency.objects.create(offender=row.offender, document=row, agency=world.agencies[document.agency])
    return lambda: world.model.cases[case].documents.append(document)


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
    invite, invite, decline, propose, propose, accept, accept, name_lead_officer, bring_document, bring_document,
]  # fmt: skip

# When the model lets somebody do what a verb does: by the model, his name, the case, and whom, which agency, what number.
ALLOWED: dict[Verb, Callable[[policy.World, str, str, tuple[str, str, int]], bool]] = {
    share: lambda m, by, case, to: (
        m.may_share(by, case) and not m.cases[case].is_restricted and not m.agencies[to[1]].is_authority
    ),
    end_share: lambda m, by, case, to: m.may_share(by, case) and to[1] in m.cases[case].shared,
    name: lambda m, by, case, to: m.may_share(by, case) and bool(m.agencies_of(to[0])),
    end_naming: lambda m, by, case, to: m.may_share(by, case) and to[0] in m.cases[case].named,
    restrict: lambda m, by, case, to: m.may_share(by, case) and m.has_keeper(case) and m.is_named(by, case),
    lift: lambda m, by, case, to: m.may_share(by, case) and m.cases[case].is_restricted,
    exclude: lambda m, by, case, to: m.may_share(by, case) and by != to[0],
    end_exclusion: lambda m, by, case, to: m.may_share(by, case) and to[0] in m.cases[case].excluded,
    write_note: lambda m, by, case, to: m.may_note(by, case),
    bring_document: lambda m, by, case, to: m.may_note(by, case),
    open_in_emergency: lambda m, by, case, to: m.may_open_in_emergency(by, case),
    invite: lambda m, by, case, to: (
        m.may_invite(by, case) and m.agencies[to[1]].area == m.cases[case].meeting and m.agencies[to[1]].is_active
    ),
    decline: lambda m, by, case, to: m.may_decline(by, case, to[1]),
    propose: lambda m, by, case, to: (
        m.may_share(by, case)
        and m.cases[case].transfer is None
        and destination(m.cases[case], to[1], to[2]) != (m.cases[case].area, m.cases[case].lead)
    ),
    accept: lambda m, by, case, to: (
        m.may_answer_transfer(by, case)
        and (there := m.cases[case].transfer) is not None
        and any(held.agency == there.lead and held.role in policy.PRACTISE for held in m.held(to[0]))
    ),
    name_lead_officer: lambda m, by, case, to: m.may_share(by, case) and m.may_lead(to[0], case, m.cases[case].lead),
}


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
        held = MeetingFactory(
            area=areas[area], chair=users["chris"], starts_at=BEGINS + timedelta(days=60, hours=len(cases))
        )
        AgendaItemFactory(offender=row, meeting=held)
        cases[case] = row
    return Attack(_modelled(), users, agencies, cases, clock)


def _modelled() -> policy.World:
    return policy.World(
        agencies={name: policy.Agency(area, kind in AUTHORITIES) for name, (area, kind) in AGENCIES.items()},
        people={p: policy.Person([policy.Membership(*held) for held in rows]) for p, rows in PEOPLE.items()},
        cases={name: policy.Case(area, lead, victims=1, meeting=area) for name, (area, lead) in CASES.items()},
        now=BEGINS.astimezone(LONDON),
    )


@contextmanager
def as_new(world: Attack) -> Iterator[Attack]:
    """The same world as it was made, again: many sequences need not make it each time."""
    agencies = {name: copy(agency) for name, agency in world.agencies.items()}
    with transaction.atomic():
        try:
            yield Attack(_modelled(), world.users, agencies, world.cases, world.clock)
        finally:
            transaction.set_rollback(True)
            world.clock.move_to(BEGINS)


def attack(world: Attack, steps: list[Step], *, each: bool = True, likely: bool = False) -> Attack:
    """Take every step and compare at the end; with `each`, after each that changed something as well: who sees each case, and
    the tables of whoever did it, of whom it was about, and of one more.

    With `likely` a step that the model forbids is mostly replaced by the next that it allows.
    Raises Surprise where service and policy part.
    """
    for drawn in steps:
        step = world.likely(drawn) if likely else drawn
        if world.take(step) and each:
            world.compare([pick(world.users, number) for number in (step[1], step[3], sum(step))])
            world.ask(step)
    world.compare()
    world.ask(steps[-1])
    return world


def run(steps: list[Step], *, each: bool = True, likely: bool = False) -> Attack:
    """One sequence, in a world of its own."""
    with a_world() as world:
        return attack(world, steps, each=each, likely=likely)
