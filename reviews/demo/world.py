"""The whole demo: two areas in full, and as many cases more as are asked for, spread over the others."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from time import monotonic

from agencies.models import Area, User
from agencies.models.user import system_user
from offenders.models import Offender
from panels.actions.approval import digest
from panels.models import Meeting
from reviews.demo import access, audits, emergencies, life, minutes
from reviews.demo.actions import Doing
from reviews.demo.agencies import Founder, Place
from reviews.demo.boards import Boards
from reviews.demo.bulk import Load
from reviews.demo.calendar import ACTIVE, ENHANCED, HISTORY, ROUND, course
from reviews.demo.cases import Case, Cases, Plan
from reviews.demo.categories import Categories
from reviews.demo.colleagues import write_colleagues
from reviews.demo.disclosures import Disclosures
from reviews.demo.documents import Files
from reviews.demo.drift import Prompts
from reviews.demo.figures import count_figures
from reviews.demo.groups import Groups
from reviews.demo.identity import Identities
from reviews.demo.meetings import Meetings
from reviews.demo.notification import Notifying
from reviews.demo.orders import Orders
from reviews.demo.plans import Plans
from reviews.demo.referrals import Referrals
from reviews.demo.remarks import Remarks
from reviews.demo.reports import add_reports
from reviews.demo.requests import Requests
from reviews.demo.scheme import Applications
from reviews.demo.sentences import Stays
from reviews.demo.transfers import Transfers
from reviews.demo.victims import Victims

Category = Offender.Category
SEED = 325327  # the sections of the Criminal Justice Act 2003
BATCH = 5000


@dataclass(frozen=True)
class Size:
    """How many cases an area has by category, and how many of them at levels 2 and 3.

    Category 3 is at level 2 or 3 always, and counted among those.
    """

    sexual: int
    violent: int
    dangerous: int
    terrorist: int
    active: int
    enhanced: int

    @property
    def cases(self) -> int:
        return self.sexual + self.violent + self.dangerous + self.terrorist


# 816 in all and 568 registered sexual offenders are published (31 March 2023); the rest of the split is invented.
BEDFORDSHIRE = Size(sexual=568, violent=240, dangerous=3, terrorist=5, active=12, enhanced=3)
# 1,262 in all is published (31 March 2023); the split is invented after that of England and Wales.
NORTH_WALES = Size(sexual=947, violent=305, dangerous=4, terrorist=6, active=18, enhanced=4)
FULL = (("bedfordshire", "", BEDFORDSHIRE), ("north-wales", "nw-", NORTH_WALES))
IN_FULL = BEDFORDSHIRE.cases + NORTH_WALES.cases
LONDON_SHARE = 0.1
CASES_OF_AN_OFFICER = 60  # of two kinds, so that each leads about thirty

# The caseload that is played: when its reviews are due, in days from today.
CASELOAD = (-9, -3, -1, 0, 1, 3, 4, 6, 9, 12, 16, 20, 24, 29, 33, 38, 45, 52, 60, 71, 83, 95)
FORMER = 8  # people who were at level 2 and are at level 1 again

Say = Callable[[str], None]


def build(*, cases: int, seed: int, on: date, say: Say) -> None:
    """Make the demo's world. The same seed and day give the same world."""
    rng = Random(seed)  # noqa: S311  invented people, not secrets
    began, load = monotonic(), Load()
    writer = Cases(load, rng, on)
    founder = Founder(rng, on)
    meetings = Meetings(writer)
    stays = Stays(writer)
    categories = Categories(writer)
    identities = Identities(writer)
    groups = Groups(writer)
    notifying = Notifying(writer, stays)
    orders = Orders(writer)
    disclosing = Disclosures(writer)
    managing = Plans(writer)
    remarks, victims, transfers = Remarks(writer), Victims(writer), Transfers(writer)
    files, requests, applications = Files(writer), Requests(writer), Applications(writer)
    referring = Referrals(writer)
    prompts, in_full, boards = Prompts(on), [], Boards(on)
    for slug, prefix, size in FULL:
        place = founder.found(slug, prefix)
        in_full.append(place)
        boards.write(place)
        write_colleagues(place, on)
        written = [writer.write(place, plan) for plan in plans(rng, place, size, on)]
        meetings.write(place, written)
        meetings.refer_others(place, written)
        remarks.write(place, written)
        stays.write(place, written)
        categories.write(place, written)
        identities.write(place, written)
        groups.write(place, written)
        notifying.write(place, written)
        orders.write(place, written)
        disclosing.write(place, written)
        managing.write(place, written)
        victims.write(place, written)
        transfers.write(place, written)
        files.write(place, written)
        requests.write(place, written)
        referring.write(place, written)
        applications.write(place, written)
        if not prefix:
            founder.add_integration(place)
        load.write()
        writer.learn()
    seal(meetings.approved)
    notifying.begin()
    categories.propose()
    requests.begin()
    referring.begin()
    applications.begin()
    doing = Doing()
    for place in in_full:
        prompts.begin(place)
        doing.begin(place)
        minutes.begin(place)
        audits.begin(place, on)
        access.begin(place, on)
        add_reports(place, on)
    emergencies.begin(in_full[0], in_full[-1])
    life.begin(in_full[0], on)
    for number, case in enumerate(spread(rng, founder, writer, cases - IN_FULL), start=1):
        if number % BATCH == 0:
            load.write()
            writer.learn()
            say(f"{case.number + 1:,} cases, {(case.number + 1) / (monotonic() - began):,.0f} a second")
    load.write()
    writer.learn()
    count_figures(in_full, on)
    say(f"{writer.number:,} cases in {monotonic() - began:.1f} s")


def plans(rng: Random, place: Place, size: Size, on: date) -> Iterator[Plan]:
    """What the cases of an area in full are to be: those at levels 2 and 3 first."""
    managed = list(managed_plans(rng, size, on))
    counts = {
        Category.SEXUAL: size.sexual,
        Category.VIOLENT: size.violent,
        Category.TERRORIST: size.terrorist,
        Category.DANGEROUS: size.dangerous,
    }
    for plan in managed:
        counts[Category(plan.category)] -= 1
    rest = [Plan(category, history=HISTORY) for category, number in counts.items() for _each in range(number)]
    rng.shuffle(rest)
    for number in range(FORMER):
        old = course(rng, ACTIVE, number % ROUND[ACTIVE], on, rounds=rng.randint(2, 3), ended=True)
        rest[number] = replace(rest[number], course=old)
    rest[FORMER] = replace(rest[FORMER], restricted=True)
    yield from give_to(place.people["probation"], managed[:2])
    yield from managed[2:]
    yield from rest[: FORMER + 1]
    played, others = rest[FORMER + 1 : FORMER + 1 + len(CASELOAD)], rest[FORMER + 1 + len(CASELOAD) :]
    for plan, due_in in zip(played, CASELOAD, strict=True):
        yield from give_to(place.people["probation"], [replace(plan, due_in=due_in)])
    yield from others


def give_to(officer: User, chosen: list[Plan]) -> Iterator[Plan]:
    """The same plans, led by probation and by this officer."""
    for plan in chosen:
        yield replace(plan, led_by="probation", officer=officer)


def managed_plans(rng: Random, size: Size, on: date) -> Iterator[Plan]:
    """Cases at level 2 and 3, spread over the meetings: new ones and those with a year of them."""
    for level, number in ((ACTIVE, size.active), (ENHANCED, size.enhanced)):
        dangerous = size.dangerous - 1 if level == ACTIVE else 1
        for each in range(number):
            slot = each % ROUND[Offender.Level(level)]
            rounds = 0 if each == 0 else 1 + (each * 2) % 6
            if each >= number - dangerous:
                category = Category.DANGEROUS
            else:
                category = Category.VIOLENT if each % 3 < 2 else Category.SEXUAL
            yield Plan(category, level=level, course=course(rng, level, slot, on, rounds=rounds), led_by="probation")


def seal(approved: list[int]) -> None:
    """Give approved minutes the seal that approval gives them."""
    system = system_user()
    for meeting in Meeting.objects.visible_to(system).filter(pk__in=approved):
        meeting.digest = digest(meeting)
        meeting.save(update_fields=["digest"])


def spread(rng: Random, founder: Founder, writer: Cases, cases: int) -> Iterator[Case]:
    """Cases beyond the areas in full, over the other 40: a tenth in London."""
    if cases <= 0:
        return
    others = Area.objects.exclude(slug__in=[slug for slug, _prefix, _size in FULL]).order_by("slug")
    small = (1 - LONDON_SHARE) / (len(others) - 1)
    weights = [LONDON_SHARE if area.slug == "london" else small for area in others]
    places = [
        founder.found_small(area, officers=2 + int(cases * weight) // CASES_OF_AN_OFFICER)
        for area, weight in zip(others, weights, strict=True)
    ]
    for _each in range(cases):
        place = rng.choices(places, weights)[0]
        lot = rng.random()
        if lot < 0.003:
            plan = Plan(Category.DANGEROUS, level=ACTIVE if lot < 0.0024 else ENHANCED, led_by="probation")
        else:
            category = Category.SEXUAL if lot < 0.755 else Category.VIOLENT if lot < 0.997 else Category.TERRORIST
            plan = Plan(category, level=rng.choices((1, 2, 3), (984, 13, 3))[0])
        yield writer.write(place, plan)
