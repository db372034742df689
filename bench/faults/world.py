"""Cases, the people who lead them and what falls due, and who must hear of it when: counted without asking mappa."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from agencies import working_days
from agencies.models import Agency, AgencyKind, Area, Delegation, Membership, Rank, Role, User
from agencies.models.user import system_user
from assessments.models import DriftPrompt
from offenders.models import Flag, FlagKind, Offender, Review

FLAGS = 2  # a case
A_CASE = 1 + FLAGS + 1  # deadlines: its review, its flags and a prompt
PEOPLE_OF_AN_AREA = 12
# Working days from the due date at which each kind is reminded of, as docs/deadlines.md says.
STAGES = {"case-review": (-20, -5, 0, 1, 5), "flag-review": (-5, 0, 1, 5), "prompt": (-5, 0, 1, 5)}
# After so many working days it is passed up (the standards late_to_…_working_days).
CLIMBS = {"manager": 5, "coordinator": 10, "board": 20}
SOONEST, LATEST = -40, 30  # days from the first one, over which the due dates lie
AWAY = 10  # of so many officers one is away, until after Easter

# Of a reminder: kind, reference, due date, stage, and to whom.
Reminded = tuple[str, str, date, str, int]


@dataclass(frozen=True)
class Person:
    """An officer of an area, who stands in while he is away, and who is above him there."""

    user: User
    agency: Agency
    above: dict[str, int]
    stand_in: int | None
    until: date

    def reminded(self, on: date) -> set[int]:
        """Who hears of what is his."""
        return {self.user.pk} | ({self.stand_in} if self.stand_in and on <= self.until else set())


@dataclass(frozen=True)
class Deadline:
    kind: str
    reference: str
    due_on: date
    person: Person

    def reminders(self, on: date) -> Iterator[Reminded]:
        """What must have been made of it when a day has been walked, and was not before."""
        come = [days for days in STAGES[self.kind] if self.day(days) <= on]
        if come:
            yield from (
                (self.kind, self.reference, self.due_on, stage(come[-1]), to) for to in self.person.reminded(on)
            )
        for rung, days in CLIMBS.items():
            if self.day(days) <= on:
                yield (self.kind, self.reference, self.due_on, f"late-{rung}", self.person.above[rung])

    def day(self, days: int) -> date:
        return working_days.step(self.due_on, days, set())


def stage(days: int) -> str:
    """How a stage is stored: the latest whose day has come counts."""
    return f"{abs(days)}-{'before' if days < 0 else 'after'}" if days else "on-the-day"


def make(deadlines: int, people: int, first: date, until: date, rng: Random) -> list[Deadline]:
    """A world of so many deadlines for so many people, in areas of a dozen."""
    officers = make_people(people, first, until)
    flag_kinds = list(FlagKind.objects.filter(is_active=True).order_by("code")[:FLAGS])
    made: list[Deadline] = []
    for begin in range(0, deadlines // A_CASE, 1000):
        count = min(1000, deadlines // A_CASE - begin)
        made += add_cases([officers[(begin + n) % people] for n in range(count)], begin, flag_kinds, first, rng)
    return made


def make_people(number: int, first: date, until: date, areas_of: int = PEOPLE_OF_AN_AREA) -> list[Person]:
    """Officers of a probation agency in each area, some of whom a colleague stands in for."""
    manager, _is_new = Rank.objects.get_or_create(name="Senior probation officer", defaults={"order": 20})
    areas = [make_area(n, manager) for n in range(max(2, number // areas_of))]
    users = [User(email=f"officer{n}@faults.invalid", name=f"Officer {n}", password="!") for n in range(number)]
    User.objects.bulk_create(users)
    found = []
    for n, user in enumerate(users):
        agency, above = areas[n % len(areas)]
        colleague = users[n + len(areas)] if n % AWAY == 0 and n + len(areas) < number else None
        found.append(Person(user, agency, above, colleague.pk if colleague else None, until))
    Membership.objects.bulk_create(
        Membership(user=p.user, agency=p.agency, role_id=Role.Code.PRACTITIONER, from_on=date(2020, 1, 1))
        for p in found
    )
    Delegation.objects.bulk_create(
        Delegation(person=p.user, to_id=p.stand_in, from_on=first, until=until, made_by=p.user)
        for p in found
        if p.stand_in
    )
    return found


def make_area(number: int, manager: Rank) -> tuple[Agency, dict[str, int]]:
    """An area: its probation agency, and by rung a manager there, a co-ordinator and a member of the board."""
    area = Area.objects.create(slug=f"area-{number}", name=f"Area {number}", nation=Area.Nation.ENGLAND)
    authority = AgencyKind.Duty.RESPONSIBLE_AUTHORITY
    agencies, above = {}, {}
    for rung, code, role, rank in (
        ("manager", "probation", Role.Code.PRACTITIONER, manager),
        ("coordinator", "police", Role.Code.COORDINATOR, None),
        ("board", "board", Role.Code.BOARD_MEMBER, None),
    ):
        kind, _is_new = AgencyKind.objects.get_or_create(code=code, defaults={"name": code.title(), "duty": authority})
        agencies[code] = Agency.objects.create(name=f"{code.title()} {number}", kind=kind, area=area)
        user = User.objects.create(email=f"{rung}{number}@faults.invalid", name=f"{rung} {number}", password="!")
        Membership.objects.create(user=user, agency=agencies[code], role_id=role, rank=rank, from_on=date(2020, 1, 1))
        above[rung] = user.pk
    return agencies["probation"], above


def add_cases(
    officers: list[Person], begin: int, flag_kinds: list[FlagKind], first: date, rng: Random
) -> Iterator[Deadline]:
    """A case for each of these officers, with what falls due on it."""

    def some_day() -> date:
        return first + timedelta(days=rng.randint(SOONEST, LATEST))

    cases = Offender.objects.bulk_create(
        Offender(
            surname=f"Example{begin + n}", forenames="Sam", search_name=f"example{begin + n} sam", born_on=date(1981, 5, 14),
            area_id=p.agency.area_id, lead_agency=p.agency, lead_officer=p.user, registered_by=p.user,
            category=Offender.Category.VIOLENT, next_review_on=some_day(),
        )
        for n, p in enumerate(officers)
    )  # fmt: skip
    whose = {case.pk: person for case, person in zip(cases, officers, strict=True)}
    reviews = Review.objects.bulk_create(
        Review(offender=case, area_id=case.area_id, level=case.level, due_on=case.next_review_on) for case in cases
    )
    flags = Flag.objects.bulk_create(
        Flag(offender=case, kind=kind, notes="Do not visit alone", review_on=some_day(), added_by=case.lead_officer)
        for case in cases
        for kind in flag_kinds
    )
    prompts = DriftPrompt.objects.bulk_create(
        DriftPrompt(
            offender=case, area_id=case.area_id, rule=DriftPrompt.Rule.BREACH, fact=f"fact {case.pk}",
            fact_on=first - timedelta(days=30), words="A breach on a day", due_on=some_day(),
        )
        for case in cases
    )  # fmt: skip
    yield from (Deadline("case-review", r.offender.reference, r.due_on, whose[r.offender_id]) for r in reviews)
    yield from (Deadline("flag-review", f.reference, f.review_on, whose[f.offender_id]) for f in flags)
    yield from (Deadline("prompt", p.reference, p.due_on, whose[p.offender_id]) for p in prompts)


def do_some(deadlines: Iterable[Deadline], done: set[str], share: float, on: date, rng: Random) -> None:
    """Somebody looks at some flags: nothing more is due there, and what was not told yet must not be."""
    found = {d.reference for d in deadlines if d.kind == "flag-review" and rng.random() < share} - done
    rows = Flag.objects.visible_to(system_user()).filter(reference__in=found)
    rows.update(removed_on=on, removed_by=system_user(), removal_reason="Not so any more")
    done |= found


def due(deadlines: Iterable[Deadline], done: set[str], on: date) -> set[Reminded]:
    """Every reminder that must be there when a day has been walked."""
    return {reminder for each in deadlines if each.reference not in done for reminder in each.reminders(on)}
