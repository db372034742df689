"""The one table of everything that falls due: what, when, whose it is, the next step, and when to remind.

"My work", the reminders and the tests are readings of `KINDS`. Adding a kind of deadline is adding one entry.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import working_days
from agencies.access import memberships
from agencies.models import Membership, Role, User
from offenders.models import Flag, Offender, Review
from panels.models import Action, Invitation, Meeting, Referral

R = Role.Code
Words = str | Promise
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
    officer has left falls to the colleagues, and not to nobody.
    """

    path: str
    roles: tuple[Role.Code, ...]
    of: str = "agency"
    unless: str = ""

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
        found = Membership.objects.in_force(on).filter(role__in=self.roles, **{f"{self.of}__in": places})
        for place, user in found.values_list(self.of, "user"):
            holders.setdefault(place, []).append(user)
        return [(row.pk, user) for row in rows for user in holders.get(at(row, self.path), [])]

    def _memberships(self, user: User) -> list[Membership]:
        return [m for m in memberships(user) if R(m.role_id) in self.roles]

    def _without_their_person(self, rows: Sequence[Any], on: date) -> Sequence[Any]:
        if not self.unless:
            return rows
        named = {at(row, self.unless) for row in rows} - {None}
        there = set(Membership.objects.in_force(on).filter(user__in=named).values_list("user", flat=True))
        return [row for row in rows if at(row, self.unless) not in there]


@dataclass(frozen=True)
class InPlaceOf:
    """Whoever `holders` are, where nobody holds `role` in the agency: what has no contact point is not forgotten."""

    role: Role.Code
    holders: Holders

    def mine(self, user: User, on: date) -> Q:
        there = Membership.objects.in_force(on).filter(role=self.role, agency=OuterRef(self.holders.path))
        return self.holders.mine(user, on) & ~Q(Exists(there))

    def candidates(self, rows: Sequence[Any], on: date) -> Iterable[tuple[int, int]]:
        places = {at(row, self.holders.path) for row in rows}
        there = Membership.objects.in_force(on).filter(role=self.role, agency__in=places)
        served = set(there.values_list("agency", flat=True))
        return self.holders.candidates([row for row in rows if at(row, self.holders.path) not in served], on)


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
    # Working days from the due date: -5 is five before, 0 the day itself, 1 the day after.
    stages: tuple[int, ...]
    # Where the case is found from the row; empty where it is about no single case.
    case: str = "offender"
    reference: str = "reference"

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
        case: Offender | None = at(row, self.case) if self.case else None
        return case

    def candidates(self, rows: Sequence[Any], on: date) -> set[tuple[int, int]]:
        """Pairs of row and user that may have to act, to be decided by `mine` for each user."""
        return {pair for part in self.whose for pair in part.candidates(rows, on)}


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


def _agendas(user: User) -> QuerySet[Any]:
    rows = _meetings(user).filter(state=Meeting.State.PLANNED, starts_at__gte=timezone.now())
    found: QuerySet[Any] = rows.annotate(falls_on=TruncDate("starts_at"))
    return found


def _minutes(user: User) -> QuerySet[Any]:
    rows = _meetings(user).exclude(state=Meeting.State.APPROVED)
    return rows.filter(starts_at__lte=timezone.now(), minutes_due_on__isnull=False)


def _actions(user: User) -> QuerySet[Any]:
    return Action.objects.visible_to(user).open().select_related("offender")


def _review_url(review: Any) -> str:
    """Level 1 is reviewed by its lead agency, levels 2 and 3 by their meeting."""
    route = "offenders:review" if review.level == Offender.Level.ORDINARY else "panels:case_meetings"
    return reverse(route, args=[review.offender.reference])


def _to(route: str) -> Callable[[Any], str]:
    return lambda row: reverse(route, args=[row.reference])


_OFFICERS = (R.PRACTITIONER, R.CONTACT_POINT)

KINDS: tuple[Kind, ...] = (
    Kind(
        slug="case-review",
        words=lambda review: _("Level %(level)s review") % {"level": review.level},
        open=_reviews,
        due="due_on",
        area="area_id",
        whose=(
            Person("offender__lead_officer_id"),
            Holders("offender__lead_agency_id", _OFFICERS, unless="offender__lead_officer_id"),
        ),
        next_step=gettext_lazy("Review the case"),
        url=_review_url,
        stages=(-20, -5, 0, 1, 5),
        reference="offender__reference",
    ),
    Kind(
        slug="flag-review",
        # Which flag is read after signing in: a reminder says the same words in a mail.
        words=lambda flag: _("Review of a flag"),
        open=_flags,
        due="review_on",
        area="offender__area_id",
        whose=(
            Person("offender__lead_officer_id"),
            Holders("offender__lead_agency_id", _OFFICERS, unless="offender__lead_officer_id"),
        ),
        next_step=gettext_lazy("Review the flag"),
        url=_to("offenders:review_flag"),
        stages=(-5, 0, 1, 5),
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
