"""The one table of everything that falls due: what, when, whose it is, the next step, and when to remind.

"My work", the reminders and the tests are readings of `KINDS`. Adding a kind of deadline is adding one entry.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from django.db.models import Case, DateField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import working_days
from agencies.access import memberships
from agencies.models import Membership, Rank, Role, User
from assessments.models import Assessment, DriftPrompt, Measure, Plan, PlanShare
from disclosures.models import (
    Disclosure,
    DisclosureDecision,
    DisclosureDraft,
    InformationRequest,
    SchemeApplication,
)
from disclosures.models.request import ANSWERING
from disclosures.models.scheme import POLICE
from disclosures.scheme_cards import next_step
from mappa import dates
from offenders.groups import turning_adult
from offenders.models import (
    CaseWarning,
    CategoryProposal,
    ContactScheme,
    Exclusion,
    Flag,
    ForeignTravel,
    Licence,
    NotificationDue,
    NotificationRequirement,
    Offender,
    Order,
    OrderTerm,
    Patient,
    PatientStep,
    PremisesPlace,
    Review,
    Transfer,
    VictimRequest,
)
from offenders.victims import liaison_officers
from offenders.visibility import beside_scope
from panels.models import Action, Invitation, Meeting, Referral

R = Role.Code
Words = str | Promise
_OFFICERS = (R.PRACTITIONER, R.CONTACT_POINT)
# A reminder that could not be made on its day is still made in the days after it, and then no more.
CATCH_UP = timedelta(days=4)
# No stage lies further from its due date than this: what is outside needs no look at all.
REACH = timedelta(days=45)


class Part(Protocol):
    """Who must act. `mine` decides; `candidates` only proposes whom to ask about, for many rows at once."""

    def mine(self, user: User, on: date) -> Q: ...

    def candidates(self, rows: Sequence[Any], on: date) -> Iterable[tuple[int, int]]: ...


def at(row: Any, path: str) -> Any:
    """What a row holds at the end of a path such as "item__offender__area_id"."""
    for name in path.split("__"):
        row = getattr(row, name)
    return row


@dataclass(frozen=True)
class Person:
    """The one person named at `path`, such as a lead officer or a chair."""

    path: str

    def mine(self, user: User, on: date) -> Q:
        return Q(**{self.path: user.pk})

    def candidates(self, rows: Sequence[Any], on: date) -> Iterable[tuple[int, int]]:
        return [(row.pk, at(row, self.path)) for row in rows if at(row, self.path)]


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
        return Holders("offender__area_id", (R.COORDINATOR,), of="agency__area").candidates(left, on)

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


@dataclass(frozen=True)
class Managers:
    """Whoever works cases at manager rank in the agency at `path`; nobody where none is named there."""

    path: str

    def mine(self, user: User, on: date) -> Q:
        held = [m for m in memberships(user) if R(m.role_id) in _OFFICERS and m.rank_order >= Rank.MANAGER]
        return Q(**{f"{self.path}__in": sorted({m.agency_id for m in held})})

    def candidates(self, rows: Sequence[Any], on: date) -> Iterable[tuple[int, int]]:
        places = {at(row, self.path) for row in rows} - {None}
        found = Membership.objects.in_force(on).filter(role__in=_OFFICERS, rank__order__gte=Rank.MANAGER)
        held = list(found.filter(agency__in=places).values_list("agency", "user"))
        return [(row.pk, user) for row in rows for agency, user in held if agency == at(row, self.path)]


@dataclass(frozen=True)
class Kind:
    """One kind of deadline. Paths are those of the rows that `open` gives."""

    slug: str
    words: Callable[[Any], str]
    # The rows still to be done, as far as this user sees them.
    open: Callable[[User], QuerySet[Any]]
    due: str
    area: str
    whose: tuple[Part, ...]
    next_step: Words
    url: Callable[[Any], str]
    # Working days from the due date: -5 is five before, 0 the day itself, 1 the day after. Without any, no mail is sent.
    stages: tuple[int, ...]
    # Of a compartment: a mail is read by more than those who may open it, so it names no case and leads to My work.
    closed: bool = False
    # Where the case is found from the row; empty where it is about no single case.
    case: str = "offender"
    reference: str = "reference"
    # What My work calls a row that is about no case which the reader sees; without it, as a meeting is called.
    subject: Callable[[Any], str] | None = None
    # Who is mailed, where that is fewer than those who find it in My work.
    mailed: tuple[Part, ...] = ()

    def mine(self, user: User, on: date) -> QuerySet[Any]:
        """The open rows on which this user must act: sees them, and the part is his."""
        rule = Q(pk__in=[])
        for part in self.whose:
            rule |= part.mine(user, on)
        return self.open(user).filter(rule)

    def due_on(self, row: Any) -> date:
        due: date = at(row, self.due)
        return due

    def case_of(self, row: Any) -> Offender | None:
        if isinstance(row, Offender):
            return row
        case: Offender | None = at(row, self.case) if self.case else None
        return case

    def candidates(self, rows: Sequence[Any], on: date) -> set[tuple[int, int]]:
        """Pairs of row and user that may have to act, to be decided by `mine` for each user."""
        return {pair for part in self.mailed or self.whose for pair in part.candidates(rows, on)}


def stage_name(days: int) -> str:
    """How a stage is stored: "5-before", "on-the-day", "1-after"."""
    return f"{abs(days)}-{'before' if days < 0 else 'after'}" if days else "on-the-day"


def stage_on(stages: Sequence[int], due: date, on: date, closed: working_days.Closed) -> str:
    """The stage a deadline has reached on a day, or nothing.

    The latest stage whose day has come counts, so that a catching-up run says once what holds now, and not what
    held on each day that it missed.
    """
    if abs(due - on) > REACH:
        return ""
    reached = [(days, working_days.step(due, days, closed)) for days in sorted(stages)]
    come = [(days, day) for days, day in reached if day <= on]
    if not come or on > come[-1][1] + CATCH_UP:
        return ""
    return stage_name(come[-1][0])


def _reviews(user: User) -> QuerySet[Any]:
    rows = Review.objects.visible_to(user).open().filter(offender__ended_on__isnull=True)
    return rows.select_related("offender")


def _flags(user: User) -> QuerySet[Any]:
    return Flag.objects.visible_to(user).open().filter(offender__ended_on__isnull=True).select_related("offender")


def _category_proposals(user: User) -> QuerySet[Any]:
    return CategoryProposal.objects.visible_to(user).open().select_related("offender")


def _notifications(user: User) -> QuerySet[Any]:
    # Requirements go on when management under MAPPA has ended: so does what is due under them.
    # From its day on an application for review is possible for years: that is nobody's task, and is said on the page.
    rows = NotificationDue.objects.visible_to(user).open()
    rows = rows.exclude(what=NotificationDue.What.REVIEW, due_on__lt=dates.today())
    return rows.select_related("offender__lead_agency__kind", "requirement")


def _notification_words(due: Any) -> str:
    if due.what == NotificationDue.What.REVIEW:
        return _("Indefinite notification: review possible")
    return _("Notification requirement")


def _over(user: User) -> QuerySet[Any]:
    # What a person is asked to check has its own deadline.
    rows = NotificationRequirement.objects.visible_to(user).standing().filter(last_day__isnull=False, doubt="")
    return rows.select_related("offender__lead_agency__kind")


def _unnotified_orders(user: User) -> QuerySet[Any]:
    rows = Order.objects.visible_to(user).unnotified(user).filter(starts_on__lte=dates.today())
    last_of_three = ExpressionWrapper(F("starts_on") + Value(2), output_field=DateField())
    found: QuerySet[Any] = rows.annotate(notified_by=last_of_three).select_related("offender__lead_agency__kind")
    return found


def _journeys(user: User) -> QuerySet[Any]:
    rows = ForeignTravel.objects.visible_to(user).standing().filter(returned_on__isnull=True, returns_on__isnull=False)
    return rows.select_related("offender__lead_agency__kind")


def _orders(user: User) -> QuerySet[Any]:
    rows = Order.objects.visible_to(user).standing().filter(ends_on__isnull=False, offender__ended_on__isnull=True)
    return rows.select_related("offender")


def _order_terms(user: User) -> QuerySet[Any]:
    # A term ends by itself, and needs nobody to close it. It stays for a week, so that it is seen after a weekend too.
    rows = OrderTerm.objects.visible_to(user).standing().filter(ends_on__gte=dates.today() - timedelta(days=7))
    rows = rows.filter(order__ended_on__isnull=True, offender__ended_on__isnull=True)
    return rows.select_related("offender", "order")


def _licences(user: User) -> QuerySet[Any]:
    rows = Licence.objects.visible_to(user).standing().filter(ends_on__isnull=False, offender__ended_on__isnull=True)
    return rows.select_related("offender")


def _places(user: User) -> QuerySet[Any]:
    return PremisesPlace.objects.visible_to(user).standing().select_related("offender")


def _first_contacts(user: User) -> QuerySet[Any]:
    rows = ContactScheme.objects.visible_to(user).running().filter(first_contact_on__isnull=True)
    return rows.filter(offender__ended_on__isnull=True).select_related("offender")


def _next_contacts(user: User) -> QuerySet[Any]:
    # Until there was a first one, that is what is due.
    rows = ContactScheme.objects.visible_to(user).running().filter(first_contact_on__isnull=False)
    return rows.filter(offender__ended_on__isnull=True).select_related("offender")


def _answers(user: User) -> QuerySet[Any]:
    # Also of people whose own record has ended: what was asked for still waits.
    rows = VictimRequest.objects.visible_to(user).filter(answer="", answer_due_on__isnull=False)
    rows = rows.filter(offender__ended_on__isnull=True).select_related("offender")
    found: QuerySet[Any] = rows.annotate(officer=Coalesce("victim__scheme__officer", "made_by"))
    return found


def _warnings(user: User) -> QuerySet[Any]:
    # Whoever reads a warning without anybody to ask is helped today, and not on a day of its own.
    rows = CaseWarning.objects.visible_to(user).standing().filter(offender__ended_on__isnull=True)
    return rows.select_related("offender").annotate(falls_on=Value(dates.today(), DateField()))


def _patients(user: User) -> QuerySet[Any]:
    return Patient.objects.visible_to(user).owed().filter(offender__ended_on__isnull=True).select_related("offender")


def _patient_steps(user: User) -> QuerySet[Any]:
    rows = PatientStep.objects.visible_to(user).owed().filter(offender__ended_on__isnull=True)
    return rows.select_related("offender")


def _transitions(user: User) -> QuerySet[Any]:
    return turning_adult(Offender.objects.visible_to(user).current(), dates.today())


def _transfers(user: User) -> QuerySet[Any]:
    # Nobody answers his own proposal.
    return Transfer.objects.visible_to(user).waiting().exclude(proposed_by=user.pk).select_related("offender")


def _referrals(user: User) -> QuerySet[Any]:
    return Referral.objects.visible_to(user).awaiting_decision().select_related("offender")


def _information(user: User) -> QuerySet[Any]:
    # What a meeting that was held did not get, it no longer needs.
    rows = Invitation.objects.visible_to(user).filter(
        information__isnull=True,
        item__meeting__state=Meeting.State.PLANNED,
        item__meeting__starts_at__gte=timezone.now(),
    )
    return rows.select_related("item__offender", "item__meeting")


def _meetings(user: User) -> QuerySet[Any]:
    return Meeting.objects.visible_to(user)


def _requests(user: User) -> QuerySet[Any]:
    return InformationRequest.objects.visible_to(user).open().select_related("agency")


def _unanswered(user: User) -> QuerySet[Any]:
    # Only of cases that the user sees: My work names the case.
    rows = InformationRequest.objects.visible_to(user).on_cases_of(user).open().filter(due_on__lt=dates.today())
    return rows.select_related("offender", "asking_agency")


def _agendas(user: User) -> QuerySet[Any]:
    rows = _meetings(user).filter(state=Meeting.State.PLANNED, starts_at__gte=timezone.now())
    found: QuerySet[Any] = rows.annotate(falls_on=TruncDate("starts_at"))
    return found


def _minutes(user: User) -> QuerySet[Any]:
    rows = _meetings(user).exclude(state=Meeting.State.APPROVED)
    return rows.filter(starts_at__lte=timezone.now(), minutes_due_on__isnull=False)


def _actions(user: User) -> QuerySet[Any]:
    return Action.objects.visible_to(user).open().select_related("offender")


def _disclosures_waiting(user: User) -> QuerySet[Any]:
    # Nobody authorises what he wrote, nor a correction of it.
    rows = Disclosure.objects.visible_to(user).awaiting_authorisation()
    rows = rows.exclude(author=user.pk).exclude(corrects__author=user.pk)
    return rows.select_related("offender")


def _disclosures_to_record(user: User) -> QuerySet[Any]:
    rows = DisclosureDecision.objects.visible_to(user).to_carry_out().select_related("offender")
    found: QuerySet[Any] = rows.annotate(falls_on=TruncDate("considered_at"))
    return found


def _disclosures_to_deliver(user: User) -> QuerySet[Any]:
    return Disclosure.objects.visible_to(user).awaiting_delivery().select_related("offender")


def _disclosures_to_review(user: User) -> QuerySet[Any]:
    rows = Disclosure.objects.visible_to(user).to_review().filter(offender__ended_on__isnull=True)
    return rows.select_related("offender")


def _disclosure_drafts(user: User) -> QuerySet[Any]:
    return DisclosureDraft.objects.visible_to(user).select_related("offender")


_DECISION = SchemeApplication.Stage.DECISION
# Who deals with applications, in the police.
_DEALING = (*_OFFICERS, R.COORDINATOR, R.CHAIR)


def _applications(user: User) -> QuerySet[Any]:
    # Where its officer may not see it, or deals with applications of the agency no more, whoever does is asked.
    on, rows = dates.today(), SchemeApplication.objects.visible_to(user).open()
    there = Membership.objects.in_force(on).filter(user=OuterRef("officer"), agency=OuterRef("agency"))
    # Whoever is asked may not see the case; of its exclusions he learns none.
    shut_out = Exclusion.objects.filter(offender=OuterRef("offender"), user=OuterRef("officer"))
    left = [
        When(offender__restricted=True, then=Value(1)),
        When(Exists(shut_out.exclude(ended_on__lte=on)), then=Value(1)),
        When(~Exists(there.filter(role__in=_DEALING)), then=Value(1)),
    ]
    found: QuerySet[Any] = rows.annotate(is_left=Case(*left, default=Value(0))).select_related("agency")
    return found


def _applications_to_deal_with(user: User) -> QuerySet[Any]:
    return _applications(user).filter(~Q(stage=_DECISION) | Q(immediate_at__isnull=False, protected_at__isnull=True))


def _applications_to_decide(user: User) -> QuerySet[Any]:
    # Nobody decides on a risk that he assessed; and first comes what is done for a child at immediate risk.
    rows = _applications(user).filter(Q(immediate_at__isnull=True) | Q(protected_at__isnull=False), stage=_DECISION)
    return rows.exclude(assessed_by=user.pk)


def _application_words(application: Any) -> str:
    """Under which scheme, and what comes next: about whom is read after signing in."""
    if application.is_urgent:
        return _("Disclosure scheme: act at once")
    return _("Disclosure scheme: %s") % str(application.get_stage_display()).lower()


def _application_url(application: Any) -> str:
    step = next_step(application)
    return step.url if step else str(application.get_absolute_url())


def _assessments(user: User) -> QuerySet[Any]:
    rows = Assessment.objects.visible_to(user).open().filter(review_on__isnull=False, offender__ended_on__isnull=True)
    return rows.select_related("offender")


def _unsigned(user: User) -> QuerySet[Any]:
    # Nobody countersigns his own.
    rows = Assessment.objects.visible_to(user).unsigned().exclude(assessed_by=user)
    return rows.filter(offender__ended_on__isnull=True).select_related("offender")


def _sent_back(user: User) -> QuerySet[Any]:
    rows = Assessment.objects.visible_to(user).returned().filter(offender__ended_on__isnull=True)
    found: QuerySet[Any] = rows.annotate(falls_on=TruncDate("returned_at")).select_related("offender")
    return found


def _prompts(user: User) -> QuerySet[Any]:
    rows = DriftPrompt.objects.visible_to(user).of_everybody().open()
    return rows.filter(offender__ended_on__isnull=True).select_related("offender")


def _prompts_apart(user: User) -> QuerySet[Any]:
    rows = DriftPrompt.objects.visible_to(user).of_the_compartment().open()
    return rows.filter(offender__ended_on__isnull=True).select_related("offender")


def _assess_url(assessment: Any) -> str:
    return reverse("assessments:assess", args=[assessment.offender.reference])


def _plans(state: str) -> Callable[[User], QuerySet[Any]]:
    def open_rows(user: User) -> QuerySet[Any]:
        rows = Plan.objects.visible_to(user).filter(state=state, offender__ended_on__isnull=True)
        return rows.select_related("offender")

    return open_rows


def _plans_to_sign(user: User) -> QuerySet[Any]:
    # Nobody countersigns what he sent or wrote.
    mine = Q(sent_by=user.pk) | Q(written_by__contains=[user.pk])
    return _plans(Plan.State.SENT)(user).exclude(mine)


def _plans_to_review(user: User) -> QuerySet[Any]:
    # Once the next version was sent, that is what is done; a draft may lie for ever, and falls due nowhere else.
    steps = [Plan.State.SENT, Plan.State.SIGNED]
    next_one = Plan.objects.visible_to(user).filter(offender=OuterRef("offender"), state__in=steps)
    rows = _plans(Plan.State.CURRENT)(user).filter(review_on__isnull=False)
    return rows.filter(~Exists(next_one))


def _acknowledgements(user: User) -> QuerySet[Any]:
    rows = PlanShare.objects.visible_to(user).unacknowledged()
    rows = rows.filter(plan__state=Plan.State.CURRENT, offender__ended_on__isnull=True)
    return rows.select_related("offender")


def _measures(user: User) -> QuerySet[Any]:
    return _all_measures(user).filter(agency=F("offender__lead_agency"))


def _partner_measures(user: User) -> QuerySet[Any]:
    return _all_measures(user).exclude(agency=F("offender__lead_agency"))


def _all_measures(user: User) -> QuerySet[Any]:
    rows = Measure.objects.visible_to(user).to_do().filter(offender__ended_on__isnull=True)
    return rows.select_related("offender")


def _review_url(review: Any) -> str:
    """Level 1 is reviewed by its lead agency, levels 2 and 3 by their meeting."""
    route = "offenders:review" if review.level == Offender.Level.ORDINARY else "panels:case_meetings"
    return reverse(route, args=[review.offender.reference])


def _notification_url(row: Any) -> str:
    return reverse("offenders:notification", args=[row.offender.reference])


def _to(route: str) -> Callable[[Any], str]:
    return lambda row: reverse(route, args=[row.reference])


_LED_BY = "offender__lead_agency__kind__code"
# Whoever leads the case: its officer, or the colleagues when it has none.
_LEADS = (
    Person("offender__lead_officer_id"),
    Successors("offender__lead_agency_id", _OFFICERS, unless="offender__lead_officer_id"),
)


def _liaison(path: str, open_rows: Callable[[User], QuerySet[Any]]) -> tuple[Part, ...]:
    """The officer who liaises; where he cannot any more, whoever liaises in the area, and else its co-ordination."""
    return Person(path), Colleagues(path, open_rows), Keepers(open_rows)


# The police register: their own lead officer, or else the police of the area, by their contact points. A restricted case
# is seen by those named on it alone, so whoever leads it is asked too.
_REGISTER: tuple[Part, ...] = (
    Where(_LEADS[0], _LED_BY, "police"),
    Where(_LEADS[1], _LED_BY, "police"),
    Where(
        Holders("offender__area_id", (R.CONTACT_POINT,), of="agency__area", kind="police"),
        _LED_BY,
        "police",
        is_not=True,
    ),
    Where(
        InPlaceOf(R.CONTACT_POINT, Holders("offender__area_id", (R.PRACTITIONER,), of="agency__area", kind="police")),
        _LED_BY,
        "police",
        is_not=True,
    ),
    *(Where(part, "offender__restricted", value=True) for part in _LEADS),
)

KINDS: tuple[Kind, ...] = (
    Kind(
        slug="case-review",
        words=lambda review: _("Level %(level)s review") % {"level": review.level},
        open=_reviews,
        due="due_on",
        area="area_id",
        whose=_LEADS,
        next_step=gettext_lazy("Review the case"),
        url=_review_url,
        stages=(-20, -5, 0, 1, 5),
        reference="offender__reference",
    ),
    Kind(
        slug="assessment-review",
        words=lambda assessment: _("Review of the assessment of risk"),
        open=_assessments,
        due="review_on",
        area="offender__area_id",
        whose=_LEADS,
        next_step=gettext_lazy("Review the assessment"),
        url=_assess_url,
        stages=(-20, -5, 0, 1, 5),
    ),
    Kind(
        slug="assessment-countersignature",
        words=lambda assessment: _("Assessment of risk to countersign"),
        open=_unsigned,
        due="countersign_due_on",
        area="offender__area_id",
        whose=(Managers("offender__lead_agency_id"),),
        next_step=gettext_lazy("Countersign or send back"),
        url=_to("assessments:assessment"),
        stages=(-1, 0, 1, 5),
    ),
    Kind(
        slug="assessment-sent-back",
        words=lambda assessment: _("Assessment of risk sent back"),
        open=_sent_back,
        due="falls_on",
        area="offender__area_id",
        whose=(
            Person("assessed_by_id"),
            Holders("offender__lead_agency_id", _OFFICERS, unless="assessed_by_id"),
        ),
        next_step=gettext_lazy("Read why, and review it"),
        url=_to("assessments:assessment"),
        stages=(0, 1, 5),
    ),
    Kind(
        slug="prompt",
        # Which rule, and what it found, is read after signing in.
        words=lambda prompt: _("Prompt to refer or reassess"),
        open=_prompts,
        due="due_on",
        area="offender__area_id",
        whose=_LEADS,
        next_step=gettext_lazy("Refer, reassess or dismiss"),
        url=_to("assessments:prompt"),
        stages=(-5, 0, 1, 5),
    ),
    Kind(
        slug="prompt-apart",
        # Of the compartment: co-ordination alone both sees it and may refer, assess and dismiss.
        words=lambda prompt: _("Prompt to refer or reassess"),
        open=_prompts_apart,
        due="due_on",
        area="offender__area_id",
        whose=(Holders("offender__area_id", (R.COORDINATOR,), of="agency__area"),),
        next_step=gettext_lazy("Refer, reassess or dismiss"),
        url=_to("assessments:prompt"),
        stages=(-5, 0, 1, 5),
        closed=True,
    ),
    Kind(
        slug="plan-countersignature",
        words=lambda plan: _("Risk management plan to countersign"),
        open=_plans_to_sign,
        due="sign_due_on",
        area="offender__area_id",
        whose=(Managers("offender__lead_agency_id"),),
        next_step=gettext_lazy("Read it, and countersign or return it"),
        url=_to("assessments:plan_version"),
        stages=(-1, 0, 1, 5),
    ),
    Kind(
        slug="plan-share",
        words=lambda plan: _("Risk management plan to share"),
        open=_plans(Plan.State.SIGNED),
        due="share_due_on",
        area="offender__area_id",
        whose=_LEADS,
        next_step=gettext_lazy("Share the plan"),
        url=_to("assessments:share_plan"),
        stages=(-1, 0, 1, 5),
    ),
    Kind(
        slug="plan-review",
        words=lambda plan: _("Review of the risk management plan"),
        open=_plans_to_review,
        due="review_on",
        area="offender__area_id",
        whose=_LEADS,
        next_step=gettext_lazy("Write the next version"),
        url=lambda plan: reverse("assessments:plan", args=[plan.offender.reference]),
        stages=(-20, -5, 0, 1, 5),
    ),
    Kind(
        slug="plan-acknowledgement",
        words=lambda share: _("Risk management plan to acknowledge"),
        open=_acknowledgements,
        due="due_on",
        area="offender__area_id",
        whose=(
            Holders("agency_id", (R.CONTACT_POINT,)),
            InPlaceOf(R.CONTACT_POINT, Holders("agency_id", (R.PRACTITIONER,))),
        ),
        next_step=gettext_lazy("Read and acknowledge the plan"),
        url=lambda share: reverse("assessments:plan", args=[share.offender.reference]),
        stages=(-5, -1, 0, 1, 5),
    ),
    # Two kinds, because each is found by an index of its own: the cases that somebody leads, and his agency's measures.
    Kind(
        slug="measure",
        # Under which heading, and in which words, is read after signing in.
        words=lambda measure: _("Measure of your agency"),
        open=_measures,
        due="due_on",
        area="offender__area_id",
        whose=_LEADS,
        next_step=gettext_lazy("Report on the measure"),
        url=_to("assessments:report_measure"),
        stages=(-5, 0, 1, 5),
    ),
    Kind(
        slug="partner-measure",
        words=lambda measure: _("Measure of your agency"),
        open=_partner_measures,
        due="due_on",
        area="offender__area_id",
        whose=(Holders("agency_id", _OFFICERS),),
        next_step=gettext_lazy("Report on the measure"),
        url=_to("assessments:report_measure"),
        stages=(-5, 0, 1, 5),
    ),
    Kind(
        slug="flag-review",
        # Which flag is read after signing in: a reminder says the same words in a mail.
        words=lambda flag: _("Review of a flag"),
        open=_flags,
        due="review_on",
        area="offender__area_id",
        whose=_LEADS,
        next_step=gettext_lazy("Review the flag"),
        url=_to("offenders:review_flag"),
        stages=(-5, 0, 1, 5),
    ),
    Kind(
        slug="category-proposal",
        words=lambda proposal: _("Category: a proposal to answer"),
        open=_category_proposals,
        due="due_on",
        area="offender__area_id",
        whose=(Holders("offender__area_id", (R.COORDINATOR,), of="agency__area"),),
        next_step=gettext_lazy("Answer the proposal"),
        url=_to("offenders:proposal"),
        stages=(-2, 0, 1, 5),
    ),
    Kind(
        slug="notification",
        # What is to be notified is read after signing in.
        words=_notification_words,
        open=_notifications,
        due="due_on",
        area="offender__area_id",
        whose=_REGISTER,
        next_step=gettext_lazy("See what is due"),
        url=_notification_url,
        stages=(-5, 0, 1, 5),
    ),
    Kind(
        slug="notification-end",
        words=lambda requirement: _("Notification requirements end"),
        open=_over,
        due="last_day",
        area="offender__area_id",
        whose=_REGISTER,
        next_step=gettext_lazy("Record the end"),
        url=_notification_url,
        stages=(-5, 0, 1, 5),
    ),
    Kind(
        slug="order-notification",
        words=lambda order: _("Notification requirements of an order"),
        open=_unnotified_orders,
        due="notified_by",
        area="offender__area_id",
        whose=_REGISTER,
        next_step=gettext_lazy("Record the requirements"),
        url=lambda order: reverse("offenders:orders", args=[order.offender.reference]),
        stages=(0, 1, 5),
    ),
    Kind(
        slug="travel-return",
        words=lambda journey: _("A return to record"),
        open=_journeys,
        due="returns_on",
        area="offender__area_id",
        whose=_REGISTER,
        next_step=gettext_lazy("Record the return"),
        url=_notification_url,
        stages=(0, 1, 5),
    ),
    Kind(
        slug="order-end",
        words=lambda order: _("An order ends"),
        open=_orders,
        due="ends_on",
        area="offender__area_id",
        whose=_LEADS,
        next_step=gettext_lazy("Record its end"),
        url=_to("offenders:end_order"),
        stages=(-20, -5, 0, 1, 5),
    ),
    Kind(
        slug="order-term-end",
        words=lambda term: _("A term of an order ends"),
        open=_order_terms,
        due="ends_on",
        area="offender__area_id",
        whose=_LEADS,
        next_step=gettext_lazy("Open the orders"),
        url=lambda term: reverse("offenders:orders", args=[term.offender.reference]),
        stages=(-20, -5, 0),
    ),
    Kind(
        slug="licence-end",
        words=lambda licence: _("The licence ends"),
        open=_licences,
        due="ends_on",
        area="offender__area_id",
        whose=_LEADS,
        next_step=gettext_lazy("Record its end"),
        url=_to("offenders:end_licence"),
        stages=(-20, -5, 0, 1, 5),
    ),
    Kind(
        slug="premises-end",
        words=lambda place: _("Expected departure from approved premises"),
        open=_places,
        due="until_on",
        area="offender__area_id",
        whose=_LEADS,
        next_step=gettext_lazy("Extend, or record the departure"),
        url=lambda place: reverse("offenders:premises", args=[place.offender.reference]),
        stages=(-10, -2, 0, 1, 5),
    ),
    Kind(
        slug="first-contact",
        # Of what kind the contact is, and of which case, a mail does not say.
        words=lambda scheme: _("First contact by liaison"),
        open=_first_contacts,
        due="contact_due_on",
        area="offender__area_id",
        whose=_liaison("officer_id", _first_contacts),
        next_step=gettext_lazy("Record the contact"),
        url=lambda scheme: reverse("offenders:victims", args=[scheme.offender.reference]),
        closed=True,
        stages=(-10, -5, 0, 1, 5),
    ),
    Kind(
        slug="next-contact",
        words=lambda scheme: _("Next contact by liaison"),
        open=_next_contacts,
        due="next_contact_on",
        area="offender__area_id",
        whose=_liaison("officer_id", _next_contacts),
        next_step=gettext_lazy("Record the contact"),
        url=lambda scheme: reverse("offenders:victims", args=[scheme.offender.reference]),
        closed=True,
        stages=(-5, 0, 1, 5),
    ),
    Kind(
        slug="answer",
        # To what, of whom and by whom, a mail does not say.
        words=lambda request: _("Answer to be asked for"),
        open=_answers,
        due="answer_due_on",
        area="offender__area_id",
        whose=_liaison("officer", _answers),
        next_step=gettext_lazy("Record the answer"),
        url=_to("offenders:answer_request"),
        stages=(-5, 0, 1, 5),
        closed=True,
    ),
    Kind(
        slug="warning",
        words=lambda warning: _("A warning names nobody who can be asked"),
        open=_warnings,
        due="falls_on",
        area="offender__area_id",
        whose=(Colleagues("officer_id", _warnings),),
        next_step=gettext_lazy("Change whom to ask"),
        url=lambda warning: reverse("offenders:change_warning", args=[warning.offender.reference]),
        # It is due every day until it is mended: My work says so, and no mail does.
        stages=(),
        reference="offender__reference",
    ),
    Kind(
        slug="patient-notice",
        # That it is about a patient is read after signing in.
        words=lambda patient: _("Notification to co-ordination"),
        open=_patients,
        due="notice_due_on",
        area="offender__area_id",
        whose=_LEADS,
        next_step=gettext_lazy("Record that it was sent"),
        url=_to("offenders:notify_of_patient"),
        stages=(-1, 0, 1, 5),
    ),
    Kind(
        slug="patient-step-notice",
        words=lambda step: _("Notification to co-ordination"),
        open=_patient_steps,
        due="notice_due_on",
        area="offender__area_id",
        whose=_LEADS,
        next_step=gettext_lazy("Record that it was sent"),
        url=_to("offenders:notify_of_step"),
        stages=(-20, -5, 0, 1, 5),
    ),
    Kind(
        slug="transition",
        # That somebody is a child is read after signing in.
        words=lambda offender: _("Plan to agree"),
        open=_transitions,
        due="transition_due",
        area="area_id",
        whose=(Person("lead_officer_id"), Successors("lead_agency_id", _OFFICERS, unless="lead_officer_id")),
        next_step=gettext_lazy("Record the plan"),
        url=_to("offenders:record_transition"),
        stages=(-20, -5, 0, 1, 5),
        case="",
    ),
    Kind(
        slug="transfer",
        words=lambda transfer: _("Transfer to accept"),
        open=_transfers,
        due="due_on",
        area="to_area_id",
        whose=(Holders("to_area_id", (R.COORDINATOR,), of="agency__area"), Managers("answering_agency_id")),
        next_step=gettext_lazy("Accept or refuse"),
        url=lambda transfer: reverse("offenders:transfer", args=[transfer.offender.reference]),
        stages=(-5, -1, 0, 1, 5),
    ),
    Kind(
        slug="disclosure-to-record",
        words=lambda entry: _("A meeting decided to disclose, and no record carries it out"),
        open=_disclosures_to_record,
        # From the day on which the minutes were approved.
        due="falls_on",
        area="offender__area_id",
        whose=_LEADS,
        next_step=gettext_lazy("Write the record"),
        url=lambda entry: reverse("disclosures:record_disclosure", args=[entry.offender.reference]),
        stages=(0, 1, 5),
        reference="offender__reference",
    ),
    Kind(
        slug="disclosure-to-authorise",
        # Who is to be told of what is read after signing in.
        words=lambda disclosure: _("A decision about disclosure to authorise"),
        open=_disclosures_waiting,
        due="authorise_by",
        area="offender__area_id",
        whose=(
            Managers("offender__lead_agency_id"),
            Where(
                Holders("offender__area_id", (R.CHAIR,), of="agency__area"),
                "offender__level",
                Offender.Level.ORDINARY,
                is_not=True,
            ),
        ),
        next_step=gettext_lazy("Authorise or refuse"),
        url=_to("disclosures:disclosure"),
        stages=(-1, 0, 1, 5),
    ),
    Kind(
        slug="disclosure-to-deliver",
        words=lambda disclosure: _("A disclosure to make"),
        open=_disclosures_to_deliver,
        due="tell_by",
        area="offender__area_id",
        whose=_LEADS,
        next_step=gettext_lazy("Record that they were told"),
        url=_to("disclosures:deliver"),
        stages=(-2, 0, 1, 5),
    ),
    Kind(
        slug="disclosure-review",
        words=lambda disclosure: _("Review of a decision about disclosure"),
        open=_disclosures_to_review,
        due="review_on",
        area="offender__area_id",
        whose=_LEADS,
        next_step=gettext_lazy("Record the review"),
        url=_to("disclosures:review_disclosure"),
        stages=(-5, 0, 1, 5),
    ),
    Kind(
        slug="disclosure-draft",
        words=lambda draft: _("A record that you began is deleted soon"),
        open=_disclosure_drafts,
        due="kept_until",
        area="offender__area_id",
        whose=(Person("user_id"),),
        next_step=gettext_lazy("Go on with it"),
        url=_to("disclosures:draft_check"),
        stages=(-5, 0),
    ),
    Kind(
        slug="scheme-application",
        words=_application_words,
        open=_applications_to_deal_with,
        due="due_on",
        area="agency__area_id",
        whose=(
            Person("officer_id"),
            Where(Holders("agency_id", _DEALING, kind=POLICE), "is_left", 1),
        ),
        next_step=gettext_lazy("Go on with it"),
        url=_application_url,
        stages=(-2, 0, 1, 5),
        # It is the police's, not a case's: what is matched is not said here either.
        case="",
        subject=lambda application: str(application.subject_name),
    ),
    Kind(
        slug="scheme-decision",
        words=_application_words,
        open=_applications_to_decide,
        due="due_on",
        area="agency__area_id",
        whose=(Managers("agency_id"), Holders("agency_id", (R.CHAIR,), kind=POLICE)),
        next_step=gettext_lazy("Read it, and decide"),
        url=_application_url,
        stages=(-5, -1, 0, 1, 5),
        case="",
        subject=lambda application: str(application.subject_name),
    ),
    Kind(
        slug="referral",
        words=lambda referral: _("Referral to screen"),
        open=_referrals,
        due="due_on",
        area="area_id",
        whose=(Holders("area_id", (R.COORDINATOR,), of="agency__area"),),
        next_step=gettext_lazy("Screen referral"),
        url=_to("panels:referral"),
        stages=(-2, 0, 1),
    ),
    Kind(
        slug="information",
        words=lambda invitation: (
            _("Information for a level %(level)s meeting") % {"level": invitation.item.meeting.level}
        ),
        open=_information,
        due="information_due_on",
        area="item__meeting__area_id",
        whose=(
            Holders("agency_id", (R.CONTACT_POINT,)),
            InPlaceOf(R.CONTACT_POINT, Holders("agency_id", (R.PRACTITIONER,))),
        ),
        next_step=gettext_lazy("Send information"),
        url=_to("panels:send_information"),
        stages=(-5, -1, 0, 1),
        case="item__offender",
    ),
    Kind(
        slug="information-asked",
        words=lambda request: _("Request for information"),
        open=_requests,
        due="due_on",
        area="agency__area_id",
        whose=(Holders("agency_id", ANSWERING),),
        mailed=(
            Holders("agency_id", (R.CONTACT_POINT,)),
            InPlaceOf(R.CONTACT_POINT, Holders("agency_id", (R.PRACTITIONER,))),
        ),
        next_step=gettext_lazy("Answer"),
        url=_to("disclosures:answer_information"),
        stages=(-5, -1, 0, 1, 5),
        # The asked agency does not see the case: only what it was given.
        case="",
        subject=lambda request: str(request.name),
    ),
    Kind(
        slug="information-unanswered",
        words=lambda request: _("An agency has not answered"),
        open=_unanswered,
        due="chase_on",
        area="asking_agency__area_id",
        # Of the colleagues who see the case, and of whoever leads it, where whoever asked does not see it any more.
        whose=(
            Person("asked_by_id"),
            LeftBehind((Holders("asking_agency_id", _OFFICERS), *_LEADS), "asked_by_id", _unanswered),
        ),
        next_step=gettext_lazy("Remind the agency"),
        url=_to("disclosures:chase_request"),
        stages=(0, 1, 5),
    ),
    Kind(
        slug="agenda",
        words=lambda meeting: _("Agenda to agree"),
        open=_agendas,
        due="falls_on",
        area="area_id",
        whose=(Person("chair_id"),),
        next_step=gettext_lazy("Open the agenda"),
        url=_to("panels:meeting"),
        stages=(-5, 0),
        case="",
    ),
    Kind(
        slug="minutes",
        words=lambda meeting: _("Minutes to approve"),
        open=_minutes,
        due="minutes_due_on",
        area="area_id",
        whose=(Person("chair_id"),),
        next_step=gettext_lazy("Approve minutes"),
        url=_to("panels:approve"),
        stages=(-2, 0, 1, 5),
        case="",
    ),
    Kind(
        slug="minutes-to-finish",
        words=lambda meeting: _("Minutes to finish"),
        open=_minutes,
        due="minutes_due_on",
        area="area_id",
        whose=(Holders("area_id", (R.COORDINATOR,), of="agency__area"),),
        next_step=gettext_lazy("Open the minutes"),
        url=_to("panels:meeting"),
        stages=(-2, 1),
        case="",
    ),
    Kind(
        slug="action",
        words=lambda action: _("Action of your agency"),
        open=_actions,
        due="due_on",
        area="area_id",
        whose=(Person("officer_id"), Holders("agency_id", _OFFICERS, unless="officer_id")),
        next_step=gettext_lazy("Update action"),
        url=_to("panels:update_action"),
        stages=(-5, 0, 1, 5),
    ),
)

BY_SLUG: Mapping[str, Kind] = {kind.slug: kind for kind in KINDS}
