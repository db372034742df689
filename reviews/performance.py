"""How an area is doing, in numbers that the database counts: no function here returns a row, a name or a reference.

The board sees the figures of every case of its area, restricted ones too, and sees no case. Reading is therefore
past visibility, in this file alone, and whoever calls must hold VIEW_BOARD in the area (reviews/board.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import wraps
from statistics import median_low
from typing import ParamSpec, TypeVar

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import TruncDate
from django.utils import timezone

from agencies import working_days
from agencies.models import Area
from assessments.models import DriftPrompt
from mappa import dates
from mappa.guard import unguarded
from offenders.models import LevelPeriod, Offender, Review
from panels.models import Action, AgendaItem, Invitation, Meeting, Referral
from reviews.period import Period as Period
from reviews.period import Share as Share

P = ParamSpec("P")
T = TypeVar("T")
NONE = Share(0, 0)
ACTIVE = (Offender.Level.ACTIVE, Offender.Level.ENHANCED)


def numbers_only(count: Callable[P, T]) -> Callable[P, T]:
    """Let a function count cases that nobody looks at."""

    @wraps(count)
    def counting(*args: P.args, **kwargs: P.kwargs) -> T:
        with unguarded("the board counts every case of its area and sees none"):
            return count(*args, **kwargs)

    return counting


def _managed_on(day: date) -> Q:
    """Level periods that held at the end of a day, of cases that had not ended."""
    holds = Q(from_on__lte=day) & (Q(until__isnull=True) | Q(until__gt=day))
    return holds & (Q(offender__ended_on__isnull=True) | Q(offender__ended_on__gt=day))


@numbers_only
def people(area: Area, on: date) -> dict[tuple[int, int], int]:
    """People managed at the end of a day, by category and level. Category 0 is not yet known."""
    rows = LevelPeriod.objects.filter(_managed_on(on), offender__area=area).order_by()
    found = rows.values_list("offender__category", "level").annotate(Count("pk"))
    return {(category or 0, level): count for category, level, count in found}


@numbers_only
def people_at_active_levels(area: Area, days: list[date]) -> list[int]:
    """People at level 2 or 3 at the end of each day: one query for them all."""
    rows = LevelPeriod.objects.filter(offender__area=area, level__in=ACTIVE).order_by()
    counts = {f"on_{number}": Count("pk", filter=_managed_on(day)) for number, day in enumerate(days)}
    found = rows.aggregate(**counts)
    return [found[name] for name in counts]


@numbers_only
def reviews_on_time(area: Area, period: Period, today: date) -> dict[int, Share]:
    """Reviews due in the period, by level: held by their day, of those held or past it.

    One that was superseded by its day was no longer due, and does not count; after its day it was late.
    """
    rows = Review.objects.filter(area=area, due_on__range=(period.first, period.last)).order_by()
    rows = rows.filter(Q(held_on__isnull=False) | Q(due_on__lt=today))
    rows = rows.exclude(superseded_on__lte=F("due_on"))
    on_time = Count("pk", filter=Q(held_on__lte=F("due_on")))
    found = rows.values_list("level").annotate(on_time=on_time, due=Count("pk"))
    return {level: Share(part, whole) for level, part, whole in found}


@dataclass(frozen=True)
class KindAttendance:
    """How often the agencies of one kind came when they were invited."""

    name: str
    is_authority: bool
    share: Share


@numbers_only
def attendance(area: Area, period: Period) -> list[KindAttendance]:
    """Invitations to meetings of the period with attendance taken: present, by deputy or for a part, by kind of agency.

    Who left for a conflict of interest did what is right, and is counted neither way.
    """
    began, ended = period.instants()
    here = Invitation.objects.filter(
        item__meeting__area=area, item__meeting__starts_at__gte=began, item__meeting__starts_at__lt=ended
    )
    rows = here.exclude(attendance__in=["", Invitation.Attendance.CONFLICT]).order_by(
        "agency__kind__position", "agency__kind__name"
    )
    found = rows.values_list("agency__kind__name", "agency__kind__duty", "agency__kind__position").annotate(
        came=Count("pk", filter=Q(attendance__in=Invitation.CAME)), asked=Count("pk")
    )
    return [
        KindAttendance(name, duty == "responsible_authority", Share(part, whole))
        for name, duty, _position, part, whole in found
    ]


@numbers_only
def actions_overdue(area: Area, on: date) -> list[tuple[str, int]]:
    """Actions that were past their date and not done at the end of a day, by agency, most first.

    Done is what its owner said to be done by then, confirmed or not: whoever confirms late makes nobody else late.
    """
    rows = Action.objects.filter(area=area, due_on__lt=on, made_at__lt=_end_of(on)).order_by()
    rows = rows.filter(Q(done_on__isnull=True) | Q(done_on__gt=on))
    rows = rows.filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=_end_of(on)))
    return list(rows.values_list("agency__name").annotate(overdue=Count("pk")).order_by("-overdue", "agency__name"))


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + dates.ONE_DAY, time.min))


@numbers_only
def minutes_on_time(area: Area, period: Period, today: date) -> Share:
    """Minutes due in the period: approved by their day, of those approved or past it."""
    rows = Meeting.objects.filter(area=area, minutes_due_on__range=(period.first, period.last)).order_by()
    rows = rows.standing().filter(Q(approved_at__isnull=False) | Q(minutes_due_on__lt=today))
    found = rows.annotate(approved_on=TruncDate("approved_at")).aggregate(
        part=Count("pk", filter=Q(approved_on__lte=F("minutes_due_on"))), whole=Count("pk")
    )
    return Share(found["part"], found["whole"])


@numbers_only
def referrals(area: Area, period: Period) -> dict[str, int]:
    """Referrals made in the period, by outcome; "" is not yet decided."""
    began, ended = period.instants()
    rows = Referral.objects.filter(area=area, made_at__gte=began, made_at__lt=ended).order_by()
    return dict(rows.values_list("outcome").annotate(Count("pk")))


@dataclass(frozen=True)
class Waits:
    """Working days that referrals waited, shortest first: from being sent to the decision, and to the first meeting held."""

    decided: Sequence[int] = ()
    met: Sequence[int] = ()
    decided_on_time: Share = NONE
    met_on_time: Share = NONE

    @staticmethod
    def usual(days: Sequence[int]) -> int | None:
        """Half of them waited no longer."""
        return median_low(days) if days else None


@numbers_only
def referral_waits(area: Area, period: Period, today: date) -> Waits:
    """How long the referrals sent in the period waited, from when each was first sent.

    Questions that went back and forth are part of the wait. On time is by the day that was due, of those answered, or
    discussed, or past it. One that was withdrawn waited for nothing.
    """
    began, ended = period.instants()
    rows = Referral.objects.filter(area=area, made_at__gte=began, made_at__lt=ended)
    rows = rows.exclude(outcome=Referral.Outcome.WITHDRAWN).order_by()
    held = AgendaItem.objects.filter(
        offender=OuterRef("offender"),
        meeting__starts_at__gt=OuterRef("decided_at"),
        meeting__state__in=[Meeting.State.HELD, Meeting.State.APPROVED],
    ).order_by("meeting__starts_at")
    known = rows.annotate(
        made_on=TruncDate("made_at"),
        decided_on=TruncDate("decided_at"),
        met_on=TruncDate(Subquery(held.values("meeting__starts_at")[:1])),
    )
    found: list[tuple[str, date, date | None, date | None, date | None, date | None]] = list(
        known.values_list("outcome", "made_on", "due_on", "decided_on", "meet_by", "met_on")
    )
    closed = working_days.closed_days(area, period.first, max(period.last, today))
    over = [row for row in found if row[0] not in {"", Referral.Outcome.RETURNED}]
    answered = [(row[3], row[2]) for row in found]
    accepted = [row for row in found if row[0] == Referral.Outcome.ACCEPTED]
    return Waits(
        decided=sorted(working_days.between(row[1], row[3], closed) for row in over if row[3]),
        met=sorted(working_days.between(row[1], row[5], closed) for row in accepted if row[5]),
        decided_on_time=_on_time(answered, today),
        met_on_time=_on_time([(row[5], row[4]) for row in accepted], today),
    )


def _on_time(days: Sequence[tuple[date | None, date | None]], today: date) -> Share:
    """Of what was done, or is past the day on which it was due: what was done by then."""
    due = [(done, by) for done, by in days if by is not None and (done is not None or by < today)]
    return Share(sum(done is not None and done <= by for done, by in due), len(due))


@numbers_only
def drift_prompts(area: Area, period: Period) -> dict[str, int]:
    """Prompts to refer or reassess made in the period, by what became of them; "" is not yet answered.

    Of all rules together: by rule, a number could tell that somebody of the area lives near a victim.
    """
    began, ended = period.instants()
    rows = DriftPrompt.objects.filter(area=area, made_at__gte=began, made_at__lt=ended).order_by()
    return dict(rows.values_list("outcome").annotate(Count("pk")))
