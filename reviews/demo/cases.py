"""Invented cases with their convictions, bases, levels, reviews, assessments and timelines."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.contrib.auth.models import Permission
from django.utils import timezone

from agencies.models import Agency, User
from disclosures.models import DisclosureDecision
from offenders import names
from offenders.law import eligibility
from offenders.models import (
    Alias,
    CategoryBasis,
    CategoryDecision,
    CategoryPeriod,
    Disposal,
    Identifier,
    LevelPeriod,
    NameWord,
    Offender,
    OffenderGroupObjectPermission,
    OffenderUserObjectPermission,
    Review,
    Term,
    TimelineEntry,
)
from offenders.models import Conviction as ConvictionRow
from offenders.models.grant import Basis
from offenders.models.offender import search_key
from reviews.demo import people
from reviews.demo.agencies import Place
from reviews.demo.assessments import Assessments
from reviews.demo.bulk import Load
from reviews.demo.calendar import Course, Held, Period, ordinary_reviews
from reviews.demo.convictions import Conviction, Courts

Topic = TimelineEntry.Topic
SHORT_HISTORY = timedelta(days=200)
LED_BY_PLAYED_POLICE = 30
ALIAS_EVERY = 12  # cases of which one is known by another name
ROSH_OF_ORDINARY = ((1, 8), (2, 55), (3, 35), (4, 2))
ROSH_OF_MANAGED = ((3, 75), (4, 25))
MAIN_GROUPS = {
    1: ("children", "public", "known_adult"),
    2: ("known_adult", "public", "staff"),
    3: ("known_adult",),
    4: ("public",),
}
GROUPS = ("children", "public", "known_adult", "staff", "prisoners")
NATURE = {
    1: (
        "Sexual harm to a child known to the person, after contact was built up over weeks.",
        "Contact with children online, leading to a meeting.",
        "Sexual harm to an adult, more likely after drinking.",
    ),
    2: (
        "Violence to a present or former partner when a relationship ends.",
        "Serious violence to strangers at night, after drinking or using cocaine.",
        "Robbery with a weapon to pay debts.",
    ),
    3: ("Stalking of a former partner, with threats that have grown.",),
    4: ("Preparing an attack, alone, encouraged by material found online.",),
}


@dataclass
class Plan:
    """What a case is to be, before anything is drawn."""

    category: int
    course: Course | None = None
    level: int = 1
    led_by: str = ""  # a kind of agency; what the conviction suggests where empty
    officer: User | None = None
    due_in: int | None = None  # days until its review
    restricted: bool = False
    history: timedelta = SHORT_HISTORY


@dataclass
class Case:
    """A case that was written, as far as meetings and referrals need it."""

    id: int
    number: int
    reference: str
    place: Place
    category: int
    level: int
    rosh: int
    lead: Agency
    officer: User | None
    whereabouts: str
    registered_on: date
    licence_ends_on: date | None = None
    course: Course | None = None
    conviction_id: int = 0
    conviction: Conviction | None = None


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """A time of day in London."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def weighted(rng: Random, choices: tuple[tuple[int, int], ...]) -> int:
    return rng.choices([value for value, _weight in choices], [weight for _value, weight in choices])[0]


class Cases:
    """Writes cases into a load, one after the other, numbered from 0."""

    def __init__(self, load: Load, rng: Random, on: date) -> None:
        self.load = load
        self.rng = rng
        self.on = on
        self.courts = Courts(rng, on)
        self.assessments = Assessments(load, on)
        self.view = Permission.objects.get(codename="view_offender", content_type__app_label="offenders").pk
        self.number = self.facts = 0
        self.words: set[str] = set()  # of names met since the last write
        self.learnt: set[str] = set()
        self.led: Counter[int] = Counter()
        # What a plan of each case answers: "condition", "order" or "flag", its key, and its code.
        self.to_answer: defaultdict[int, list[tuple[str, int, str]]] = defaultdict(list)

    def write(self, place: Place, plan: Plan) -> Case:
        """One case in full."""
        conviction = self.courts.convict(plan.category)
        registered_on = self._registered_on(conviction, plan)
        lead = place.agencies[self._lead_kind(conviction, plan, place)]
        level = plan.course.level if plan.course else plan.level
        managed = level > 1
        case = Case(
            id=self.load.id_for(Offender),
            number=self.number,
            reference=people.reference("MA", self.number),
            place=place,
            category=plan.category,
            level=level,
            rosh=weighted(self.rng, ROSH_OF_MANAGED if managed else ROSH_OF_ORDINARY),
            lead=lead,
            officer=self._officer(place, lead, plan),
            whereabouts=self._whereabouts(conviction),
            registered_on=registered_on,
            licence_ends_on=conviction.licence_ends_on,
            course=plan.course,
        )
        periods = self._periods(case, plan)
        reviews = self._reviews(case, plan, periods[-1].from_on)
        self._write_person(case, conviction, reviews, restricted=plan.restricted)
        case.conviction_id, case.conviction = self._write_conviction(case, conviction), conviction
        self._write_history(case, periods, reviews)
        self._write_assessment(case)
        self._write_grants(case, restricted=plan.restricted)
        self.number += 1
        return case

    def _registered_on(self, conviction: Conviction, plan: Plan) -> date:
        registered = max(conviction.dealt_with_on, self.on - timedelta(days=self.rng.randint(600, 1800)))
        registered = min(registered + timedelta(days=self.rng.randint(5, 40)), self.on - timedelta(days=3))
        if plan.course and plan.course.referred_on:
            registered = min(registered, plan.course.referred_on - timedelta(days=14))
        return registered

    def _lead_kind(self, conviction: Conviction, plan: Plan, place: Place) -> str:
        if plan.led_by:
            return plan.led_by
        if "hospital" in conviction.disposal and "nhs-trust" in place.agencies:
            return "nhs-trust"
        on_licence = conviction.licence_ends_on is not None and conviction.licence_ends_on >= self.on
        supervised = on_licence or conviction.disposal in {"community_order", "life"}
        return "probation" if supervised or plan.category != Offender.Category.SEXUAL else "police"

    def _officer(self, place: Place, lead: Agency, plan: Plan) -> User | None:
        officers = place.officers.get(lead.kind.code)
        if plan.officer or not officers:
            return plan.officer
        played, drawn = place.people["police"], self.rng.choice(officers)
        if lead.kind.code == "police" and self.led[played.pk] < LED_BY_PLAYED_POLICE:
            drawn = played
        self.led[drawn.pk] += 1
        return drawn

    def _whereabouts(self, conviction: Conviction) -> str:
        if "hospital" in conviction.disposal:
            return Offender.Whereabouts.HOSPITAL
        if conviction.disposal == "life":
            return Offender.Whereabouts.CUSTODY
        if conviction.disposal != "imprisonment":
            return Offender.Whereabouts.COMMUNITY
        months = conviction.term.years * 12 + conviction.term.months
        released_on = conviction.dealt_with_on + timedelta(days=months * 15)  # half of the sentence
        return Offender.Whereabouts.CUSTODY if released_on > self.on else Offender.Whereabouts.COMMUNITY

    def _periods(self, case: Case, plan: Plan) -> list[Period]:
        if plan.course is None:
            return [Period(case.level, case.registered_on, None, "Registered")]
        first = plan.course.periods[0]
        # Category 3 is never at level 1: such a case begins where it was accepted.
        before = [Period(1, case.registered_on, first.from_on, "Registered")]
        return (before if case.category != Offender.Category.DANGEROUS else []) + plan.course.periods

    def _reviews(self, case: Case, plan: Plan, began: date) -> list[Held]:
        if plan.course and plan.course.level > 1:
            return plan.course.reviews
        span = 7 * (8 if case.level == Offender.Level.ENHANCED else 16)
        due_in = self._due_in(span) if plan.due_in is None else plan.due_in
        due_on = self.on + timedelta(days=due_in)
        if due_on <= began:
            due_on = began + timedelta(days=span)
        due_on = min(due_on, max(began, self.on) + timedelta(days=span))
        earlier = plan.course.reviews if plan.course else []
        return ordinary_reviews(self.rng, case.level, began, due_on, self.on, plan.history) + earlier

    def _due_in(self, span: int) -> int:
        """Six in a hundred are overdue by up to five weeks, some of them by a few days only."""
        if self.rng.random() < 0.06:
            return -self.rng.choice((1, 2, 3, 4, 6, 8, 11, 15, 20, 27, 35))
        return self.rng.randint(0, span - 14)

    def _write_person(self, case: Case, conviction: Conviction, reviews: list[Held], *, restricted: bool) -> None:
        surname, forenames = people.offender_name(self.rng)
        words = names.words_of(surname, forenames)
        other = people.other_name(case.number, surname) if case.number % ALIAS_EVERY == 5 else None
        other_words = names.words_of(*other) if other else ()
        self.words.update(names.single_words(surname, forenames, *(other or ())))
        self.load.add(
            Offender,
            id=case.id,
            reference=case.reference,
            surname=surname,
            forenames=forenames,
            search_name=search_key(f"{surname} {forenames}"),
            name_words=words,
            alias_words=other_words,
            born_on=conviction.born_on,
            area=case.place.area.pk,
            lead_agency=case.lead.pk,
            lead_officer=case.officer.pk if case.officer else None,
            whereabouts=str(case.whereabouts),
            category=case.category,
            level=int(case.level),
            rosh=case.rosh,
            next_review_on=next(review.due_on for review in reviews if review.held_on is None),
            restricted=restricted,
            registered_at=at(case.registered_on),
            registered_by=case.place.people["coordinator"].pk,
            is_demo=True,
        )
        if other:
            self._write_alias(case, *other)
        year = min(conviction.born_on.year + self.rng.randint(17, 40), conviction.dealt_with_on.year)
        numbers = {"pnc": people.pnc(case.number, year), "crn": people.crn(case.number)}
        if case.whereabouts == Offender.Whereabouts.CUSTODY:
            numbers["noms"] = people.noms(case.number)
        for kind, value in numbers.items():
            self.load.add(
                Identifier,
                offender=case.id,
                reference=self._fact_reference(),
                kind=kind,
                value=value,
                typed=value,
                added_at=at(case.registered_on),
                added_by=case.place.people["coordinator"].pk,
            )

    def _fact_reference(self) -> str:
        """The next reference of a name or number."""
        self.facts += 1
        return people.reference("ID", self.facts)

    def _write_alias(self, case: Case, surname: str, forenames: str) -> None:
        self.load.add(
            Alias,
            offender=case.id,
            reference=self._fact_reference(),
            surname=surname,
            forenames=forenames,
            kind=str(Alias.Kind.ALSO_KNOWN_AS),
            from_on=None,
            added_by=case.place.people["coordinator"].pk,
            added_at=at(case.registered_on),
        )

    def learn(self) -> None:
        """Tell the dictionary of searches which words occur in names."""
        NameWord.learn(self.words - self.learnt)
        self.learnt |= self.words
        self.words.clear()

    def _write_conviction(self, case: Case, conviction: Conviction) -> int:
        row, coordinator = self.load.id_for(ConvictionRow), case.place.people["coordinator"].pk
        self.load.add(
            ConvictionRow,
            id=row,
            reference=people.reference("CV", case.number),
            offender=case.id,
            offence=self.courts.offences[conviction.offence].pk,
            outcome=conviction.outcome,
            dealt_with_on=conviction.dealt_with_on,
            court=conviction.court,
            schedule_3_met=True if self.courts.offences[conviction.offence].schedule_3_condition else None,
            is_index=True,
            added_at=at(case.registered_on),
            added_by=coordinator,
        )
        disposal = self.load.id_for(Disposal)
        self.load.add(
            Disposal,
            id=disposal,
            reference=people.reference("DI", case.number),
            offender=case.id,
            conviction=row,
            kind=conviction.disposal,
            imposed_on=conviction.dealt_with_on,
            ends_on=conviction.licence_ends_on,
            added_at=at(case.registered_on),
            added_by=coordinator,
        )
        if conviction.term:
            self.load.add(
                Term,
                offender=case.id,
                disposal=disposal,
                position=1,
                years=conviction.term.years,
                months=conviction.term.months,
            )
        for basis in conviction.bases:
            self.write_basis(case, basis, conviction=row)
        decision = self._decide(case) if case.category == Offender.Category.DANGEROUS else None
        if decision:
            limb = eligibility.DECISIONS["dangerous"]
            authority = f"{eligibility.CJA} {limb[1]}"
            given = eligibility.Basis(*limb[:2], authority, limb[2], case.registered_on, None, automatic=False)
            self.write_basis(case, given, decision=decision)
        first = next((basis for basis in conviction.bases if basis.category == case.category), None)
        why = f"{first.explanation} ({first.authority})" if first else eligibility.DECISIONS["dangerous"][2]
        self.load.add(
            CategoryPeriod,
            offender=case.id,
            category=int(case.category),
            from_on=case.registered_on,
            explanation=why,
            decision=decision,
            decided_by=case.place.people["coordinator"].pk,
        )
        return row

    def _decide(self, case: Case) -> int:
        """The Responsible Authority's decision for category 3."""
        row = self.load.id_for(CategoryDecision)
        self.load.add(
            CategoryDecision,
            id=row,
            reference=people.reference("CD", case.number),
            offender=case.id,
            kind=str(CategoryDecision.Kind.DANGEROUS),
            reasons="Threats that have grown, to a person known to the offender; the lead agency cannot manage this alone.",
            decided_on=case.registered_on,
            recorded_at=at(case.registered_on),
            recorded_by=case.place.people["coordinator"].pk,
        )
        return row

    def write_basis(
        self, case: Case, basis: eligibility.Basis, *, conviction: int | None = None, decision: int | None = None
    ) -> None:
        """One limb of a case, and where it comes from."""
        self.load.add(
            CategoryBasis,
            offender=case.id,
            category=int(basis.category),
            limb=basis.limb,
            authority=basis.authority,
            explanation=basis.explanation,
            starts_on=basis.starts_on,
            ends_on=basis.ends_on,
            conviction=conviction,
            decision=decision,
            recorded_at=at(case.registered_on),
        )

    def _write_history(self, case: Case, periods: list[Period], reviews: list[Held]) -> None:
        coordinator = case.place.people["coordinator"]
        reviewer = case.officer or coordinator
        for period in periods:
            self.load.add(
                LevelPeriod,
                offender=case.id,
                level=int(period.level),
                from_on=period.from_on,
                until=period.until,
                reason=period.reason,
                decided_by=coordinator.pk,
            )
        self.tell(
            case, at(case.registered_on), coordinator, f"Registered at level {periods[0].level}", topic=Topic.PERSON
        )
        for review in sorted(reviews, key=lambda review: review.due_on):
            self.load.add(
                Review,
                offender=case.id,
                area=case.place.area.pk,
                level=int(review.level),
                due_on=review.due_on,
                held_on=review.held_on,
                held_by=reviewer.pk if review.held_on else None,
            )
            if review.held_on and review.level == Offender.Level.ORDINARY:
                self.tell(case, at(review.held_on, 15), reviewer, "Level 1 review held", topic=Topic.LAW)

    def tell(
        self, case: Case, when: datetime, by: User, title: str, text: str = "", topic: Topic = Topic.MEETINGS
    ) -> None:
        """An entry of the timeline."""
        self.load.add(TimelineEntry, offender=case.id, topic=topic, at=when, by=by.pk, title=title, text=text)

    def _write_assessment(self, case: Case) -> None:
        main = self.rng.choice(MAIN_GROUPS[case.category])
        levels = {group: min(case.rosh, self.rng.choice((1, 1, 2, 2, 3))) for group in GROUPS}
        levels[main] = case.rosh
        nature = self.rng.choice(NATURE[case.category])
        self.assessments.write(case, levels, nature, self.rng.randint(2, 300))
        if self.rng.random() < 0.02:
            self.load.add(
                DisclosureDecision,
                id=self.load.id_for(DisclosureDecision),
                offender=case.id,
                decision="no",
                to_whom="",
                reasons="No particular child or adult is at risk from not knowing. To be looked at again on a new address.",
                considered_at=at(self.on - timedelta(days=self.rng.randint(1, 200)), 14),
                recorded_by=case.place.people["coordinator"].pk,
                meeting_reference="",
                **DisclosureDecision.NOT_ASKED,
            )

    def _write_grants(self, case: Case, *, restricted: bool) -> None:
        if not case.lead.is_responsible_authority:
            self.grant(case, case.lead, Basis.LEAD, "", "Leads the case", case.registered_on, None)
        elif case.level > 1 and "nhs-trust" not in case.place.agencies:
            housing = case.place.agencies["housing"]
            self.grant(case, housing, Basis.HAND, "", "Looks for a place to live", case.registered_on, None)
        if restricted:
            for name in ("coordinator", "probation"):
                self._name_on(case, case.place.people[name])

    def grant(
        self, case: Case, agency: Agency, basis: Basis, source: str, reason: str, from_on: date, until: date | None
    ) -> None:
        """A case shared with an agency that does not see it by area."""
        self.load.add(
            OffenderGroupObjectPermission,
            content_object=case.id,
            group=agency.group_id,
            permission=self.view,
            basis=str(basis),
            source=source,
            reason=reason,
            given_by=case.place.people["coordinator"].pk,
            given_at=at(from_on, 9),
            from_on=from_on,
            until=until,
        )

    def _name_on(self, case: Case, user: User) -> None:
        self.load.add(
            OffenderUserObjectPermission,
            content_object=case.id,
            user=user.pk,
            permission=self.view,
            basis=str(Basis.HAND),
            source="",
            reason="Restricted: a member of staff is related",
            given_by=case.place.people["coordinator"].pk,
            given_at=at(case.registered_on, 9),
            from_on=case.registered_on,
            until=None,
        )
