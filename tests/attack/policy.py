"""access.md in plain sets: who sees what, as somebody would work it out with the page in hand.

It imports nothing of the application. What it says is what every queryset must answer (tests/attack/test_attack.py).
"""

from dataclasses import dataclass, field
from datetime import date, datetime

# A system sees what its agency sees.
WORKS_CASES = {"practitioner", "contact-point", "victim-liaison", "coordinator", "chair", "integration"}
FOR_AN_AREA = {"coordinator", "chair"}
PRACTISE = {"practitioner", "contact-point"}
MANAGER = 20


@dataclass
class Agency:
    area: str
    is_authority: bool  # police, probation, prison
    is_active: bool = True
    is_health: bool = False  # of the NHS


@dataclass
class Membership:
    agency: str
    role: str
    rank: int = 0
    until: date | None = None


@dataclass
class Person:
    memberships: list[Membership]
    vetted_until: date | None = None
    is_active: bool = True


@dataclass
class Note:
    by: str
    for_authority: bool


@dataclass
class Document:
    by: str
    audience: str  # "everyone", "authority" or "agencies"
    agency: str = ""  # the one that is named


@dataclass
class Transfer:
    """Proposed, and not answered yet."""

    by: str
    area: str
    lead: str
    receivers: set[str]  # agencies that see the case to answer


@dataclass
class Item:
    """A case on the agenda of a meeting."""

    area: str  # of the meeting
    invited: set[str]  # that did not decline
    sent_to: set[str]  # the agencies to which its approved minutes went
    is_approved: bool = False


@dataclass(frozen=True)
class Emergency:
    agency: str  # for which it was opened
    until: datetime


@dataclass
class Case:
    area: str
    lead: str
    is_restricted: bool = False
    shared: dict[str, date | None] = field(default_factory=dict)  # by agency, until
    named: dict[str, date | None] = field(default_factory=dict)  # by person, until
    excluded: set[str] = field(default_factory=set)
    emergencies: dict[str, Emergency] = field(default_factory=dict)  # by person: the last
    notes: list[Note] = field(default_factory=list)
    victims: int = 0
    documents: list[Document] = field(default_factory=list)
    meeting: str = ""  # the area of the meeting on whose agenda it is
    invited: dict[str, bool] = field(default_factory=dict)  # by agency: did it not decline?
    transfer: Transfer | None = None
    led: set[str] = field(default_factory=set)  # that handed it over, and see it some weeks longer
    officer: str = ""


@dataclass
class World:
    agencies: dict[str, Agency]
    people: dict[str, Person]
    cases: dict[str, Case]
    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()

    def held(self, person: str) -> list[Membership]:
        """Memberships that count: in date, in an active agency, of somebody vetted and active."""
        who = self.people[person]
        if not who.is_active or not self._lasts(who.vetted_until):
            return []
        return [m for m in self._in_date(person) if self.agencies[m.agency].is_active]

    def _in_date(self, person: str) -> list[Membership]:
        return [m for m in self.people[person].memberships if self._lasts(m.until)]

    def sees(self, person: str, name: str) -> bool:
        """Rules 1 to 6."""
        case, working = self.cases[name], self._working(person)
        if person in case.excluded or not working:
            return False
        return self._sees_beyond_emergency(person, case, working) or self._in_emergency(person, case)

    def _sees_beyond_emergency(self, person: str, case: Case, working: list[Membership]) -> bool:
        if person in case.named and self._lasts(case.named[person]):
            return True
        if case.is_restricted:
            return False
        return any(self._of_the_authority(m, case) or m.agency in self._involved(case) for m in working)

    def reads_only(self, person: str, name: str) -> bool:
        """Sight that rests on an emergency alone: the case, and nothing in a compartment, and nothing to be done."""
        case = self.cases[name]
        working = self._working(person)
        return self.sees(person, name) and not self._sees_beyond_emergency(person, case, working)

    def may_share(self, person: str, name: str) -> bool:
        """ "share or restrict a case": the lead agency at manager rank; a coordinator and a chair in their area."""
        case = self.cases[name]
        if not self.sees(person, name) or self.reads_only(person, name):
            return False
        return any(
            self._in_area(m, case)
            if m.role in FOR_AN_AREA
            else m.role in {"practitioner", "contact-point"} and m.agency == case.lead and m.rank >= MANAGER
            for m in self.held(person)
        )

    def may_note(self, person: str, name: str) -> bool:
        """ "add notes, documents": whoever works the case; coordinators and chairs in their area."""
        case = self.cases[name]
        if not self.sees(person, name) or self.reads_only(person, name):
            return False
        return any(
            self._in_area(m, case) if m.role in FOR_AN_AREA else self._has_a_part(person, m, case)
            for m in self._working(person)
        )

    def may_invite(self, person: str, name: str) -> bool:
        """ "schedule, invite": coordinators and chairs of the meeting's area, where they see the item."""
        case = self.cases[name]
        return self._sees_agenda(person, name) and self.holds(person, FOR_AN_AREA, case.meeting)

    def may_decline(self, person: str, name: str, agency: str) -> bool:
        """ "send agency information": the invited agency itself, and who coordinates or chairs in the meeting's area."""
        case = self.cases[name]
        if agency not in case.invited or not self._sees_agenda(person, name):
            return False
        own = any(
            m.agency == agency and m.role in PRACTISE | {"victim-liaison", "integration"} for m in self.held(person)
        )
        return own or self.holds(person, FOR_AN_AREA, case.meeting)

    def _sees_agenda(self, person: str, name: str) -> bool:
        case = self.cases[name]
        coming = {agency for agency, comes in case.invited.items() if comes}
        return self.sees_item(person, name, Item(case.meeting, coming, set()))

    def receivers(self, name: str, area: str, lead: str) -> set[str]:
        """Who must see a case to answer a transfer: the new lead agency, and the co-ordination of the new area."""
        case = self.cases[name]
        agencies = {m.agency for person in self.people for m in self._in_date(person) if m.role == "coordinator"}
        there = {agency for agency in agencies if self.agencies[agency].area == area} if area != case.area else set()
        return there | ({lead} if lead != case.lead else set())

    def may_answer_transfer(self, person: str, name: str) -> bool:
        """ "share a case", on the receiving side; nobody his own."""
        case = self.cases[name]
        waiting = case.transfer
        if waiting is None or waiting.by == person or not self.sees_beyond_emergency(person, name):
            return False
        manages = any(
            m.role in PRACTISE and m.agency == waiting.lead != case.lead and m.rank >= MANAGER
            for m in self.held(person)
        )
        return manages or self.holds(person, FOR_AN_AREA, waiting.area)

    def hand_over(self, name: str, officer: str) -> None:
        """What an accepted transfer changes: who led sees it some weeks longer; invitations stay."""
        case = self.cases[name]
        assert case.transfer
        if case.transfer.lead != case.lead:
            case.led.add(case.lead)
        case.area, case.lead, case.officer, case.transfer = case.transfer.area, case.transfer.lead, officer, None

    def may_lead(self, person: str, name: str, agency: str) -> bool:
        """A lead officer: a practitioner of the agency who sees the case."""
        works = any(m.agency == agency and m.role in PRACTISE for m in self.held(person))
        return works and self.sees(person, name)

    def reads_document(self, person: str, name: str, document: Document) -> bool:
        """As a note; for named agencies, which no emergency opens."""
        if document.audience != "agencies":
            return self.reads_note(person, name, Note(document.by, document.audience == "authority"))
        named = document.agency in self.agencies_of(person) and self.sees_beyond_emergency(person, name)
        return named or (self.sees(person, name) and document.by == person)

    def reads_note(self, person: str, name: str, note: Note) -> bool:
        case = self.cases[name]
        if not self.sees(person, name):
            return False
        if self.reads_only(person, name) and note.for_authority:
            return False
        leading = self.agencies[case.lead].is_authority
        authority = any(
            self._of_the_authority(m, case) or (leading and m.agency == case.lead) for m in self._working(person)
        )
        return not note.for_authority or authority or note.by == person

    def reads_victims(self, person: str, name: str) -> bool:
        """Victim liaison officers whose agency has a part in the case; coordinators and chairs of its area look."""
        case = self.cases[name]
        if not self.sees(person, name) or self.reads_only(person, name):
            return False
        return any(
            (m.role == "victim-liaison" or (m.role in FOR_AN_AREA and self._in_area(m, case)))
            and self._has_a_part(person, m, case)
            for m in self.held(person)
        )

    # Audiences that are stored with a row, and what they are made of (tests/matrix/audiences.py).

    def agencies_of(self, person: str) -> set[str]:
        """The agencies for which he works cases."""
        return {m.agency for m in self._working(person)}

    def holds(self, person: str, roles: set[str], area: str) -> bool:
        """One of these roles, in an agency of the area."""
        return any(m.role in roles and self.agencies[m.agency].area == area for m in self.held(person))

    def is_of_the_authority(self, person: str, area: str) -> bool:
        """Works cases for the Responsible Authority of an area."""
        return any(
            self.agencies[m.agency].is_authority and self.agencies[m.agency].area == area for m in self._working(person)
        )

    def is_named(self, person: str, name: str) -> bool:
        case = self.cases[name]
        return person in case.named and self._lasts(case.named[person])

    def is_kept_from(self, person: str, name: str) -> bool:
        return person in self.cases[name].excluded

    def sees_beyond_emergency(self, person: str, name: str) -> bool:
        return self.sees(person, name) and not self.reads_only(person, name)

    def manages(self, person: str, name: str) -> bool:
        """ "RA and lead agency": sees the case, and works for the Responsible Authority of its area or for the lead agency."""
        case = self.cases[name]
        if not self.sees_beyond_emergency(person, name):
            return False
        return self.is_of_the_authority(person, case.area) or case.lead in self.agencies_of(person)

    def treats(self, person: str, name: str) -> bool:
        """Works for the NHS, whose agency is on the case or who is named on it himself."""
        case = self.cases[name]
        health = {agency for agency in self.agencies_of(person) if self.agencies[agency].is_health}
        is_on_it = self.is_named(person, name) or bool(health & self._involved(case))
        return bool(health) and is_on_it and self.sees_beyond_emergency(person, name)

    def sees_item(self, person: str, name: str, item: Item) -> bool:
        """Seeing a case opens no meeting at which one's agency was not: the area's authority, the named and the invited."""
        if not self.sees_beyond_emergency(person, name):
            return False
        of_the_area = self.is_of_the_authority(person, self.cases[name].area)
        return of_the_area or self.is_named(person, name) or bool(item.invited & self.agencies_of(person))

    def keeps_minutes(self, person: str, name: str, item: Item) -> bool:
        """Coordinators and chairs of the area of the case; until they are approved, those of the meeting's."""
        areas = {self.cases[name].area} | (set() if item.is_approved else {item.area})
        return self.sees_item(person, name, item) and any(self.holds(person, FOR_AN_AREA, area) for area in areas)

    def minutes_as_authority(self, person: str, name: str, item: Item) -> bool:
        """Reads what is not approved yet, and what is for the Responsible Authority."""
        if not self.sees_item(person, name, item):
            return False
        return self.is_of_the_authority(person, self.cases[name].area) or self.keeps_minutes(person, name, item)

    def was_sent_minutes(self, person: str, name: str, item: Item) -> bool:
        """Approved, and sent to one of his agencies, or of a case on which he is named."""
        sent = self.is_named(person, name) or bool(item.sent_to & self.agencies_of(person))
        return item.is_approved and sent and self.sees_item(person, name, item)

    def reads_said(self, person: str, name: str, item: Item, audience: str, named: set[str]) -> bool:
        """A paragraph: of everyone invited ("everyone"), of the Responsible Authority ("authority"), of named agencies."""
        if self.keeps_minutes(person, name, item):
            return True
        sent, authority = self.was_sent_minutes(person, name, item), self.minutes_as_authority(person, name, item)
        if audience == "everyone":
            return sent or authority
        if audience == "authority":
            return authority
        return (sent or authority) and bool(named & self.agencies_of(person))

    def has_keeper(self, name: str) -> bool:
        """A restricted case keeps a coordinator of its area, named without an end."""
        case = self.cases[name]
        return any(
            until is None and person not in case.excluded and self._coordinates(person, case)
            for person, until in case.named.items()
        )

    def _coordinates(self, person: str, case: Case) -> bool:
        return any(m.role == "coordinator" and self._in_area(m, case) for m in self.held(person))

    def _working(self, person: str) -> list[Membership]:
        return [m for m in self.held(person) if m.role in WORKS_CASES]

    def may_open_in_emergency(self, person: str, name: str) -> bool:
        """A restricted case: who runs its area; any other: who practises in the Responsible Authority. Unseen, and not excluded."""
        case = self.cases[name]
        able = any(self._opens(m, case) for m in self._working(person))
        return able and person not in case.excluded and not self.sees(person, name)

    def _in_emergency(self, person: str, case: Case) -> bool:
        emergency = case.emergencies.get(person)
        if emergency is None or self.now >= emergency.until:
            return False
        return any(m.agency == emergency.agency and self._opens(m, case) for m in self._working(person))

    def _opens(self, membership: Membership, case: Case) -> bool:
        if case.is_restricted:
            return membership.role in FOR_AN_AREA and self._in_area(membership, case)
        return membership.role in {"practitioner", "contact-point"} and self.agencies[membership.agency].is_authority

    def _has_a_part(self, person: str, membership: Membership, case: Case) -> bool:
        named = person in case.named and self._lasts(case.named[person])
        return named or self._of_the_authority(membership, case) or membership.agency in self._involved(case)

    def _involved(self, case: Case) -> set[str]:
        """Rules 2 and 3, by whatever basis."""
        coming = {agency for agency, comes in case.invited.items() if comes}
        receiving = case.transfer.receivers if case.transfer else set()
        shared = {agency for agency, until in case.shared.items() if self._lasts(until)}
        return {case.lead} | shared | coming | receiving | case.led

    def _in_area(self, membership: Membership, case: Case) -> bool:
        return self.agencies[membership.agency].area == case.area

    def _of_the_authority(self, membership: Membership, case: Case) -> bool:
        return self._in_area(membership, case) and self.agencies[membership.agency].is_authority

    def _lasts(self, until: date | None) -> bool:
        return until is None or until >= self.today
