"""Measures of the work: referrals and how long they wait, actions, and prompts about levels."""

from datetime import date
from typing import Any

from django.db.models import Case, DateField, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from assessments.models import DriftPrompt
from mappa import dates
from panels.models import Action, AgendaItem, Postponement, Progress, Referral
from reviews.measures.measure import Flow, Measure, Rows, Stock, Wait
from reviews.measures.meetings import TOOK_PLACE
from reviews.measures.on_a_day import NUMBER, area_on
from reviews.period import end_of

Outcome = Referral.Outcome
# By these many days past its day an action is in the first, or the second, of three ages.
FIRST_AGE, SECOND_AGE = 28, 84


def sent_referrals(rows: Rows, _today: date) -> Rows:
    return rows.sent().annotate(fell_on=TruncDate("made_at"))


def waiting(rows: Rows, today: date) -> Rows:
    """Referrals that waited for an answer, from when each was first sent. One that was withdrawn waited for nothing."""
    held = AgendaItem.objects.filter(
        offender=OuterRef("offender"), meeting__starts_at__gt=OuterRef("decided_at"), meeting__state__in=TOOK_PLACE
    ).order_by("meeting__starts_at")
    return (
        sent_referrals(rows, today)
        .exclude(outcome=Outcome.WITHDRAWN)
        .annotate(decided_on=TruncDate("decided_at"), met_on=TruncDate(Subquery(held.values("meeting__starts_at")[:1])))
    )


def decided(rows: Rows, today: date) -> Rows:
    """Those that were decided. Questions that went back and forth are part of the wait."""
    rows = waiting(rows, today).exclude(outcome__in=["", Outcome.RETURNED])
    return rows.annotate(began=F("fell_on"), ended=F("decided_on"))


def discussed_first(rows: Rows, today: date) -> Rows:
    """Accepted ones that a meeting has discussed since."""
    rows = waiting(rows, today).filter(outcome=Outcome.ACCEPTED, met_on__isnull=False)
    return rows.annotate(began=F("fell_on"), ended=F("met_on"))


def to_decide(rows: Rows, today: date) -> Rows:
    """Those answered, or past the day on which an answer was due."""
    return waiting(rows, today).filter(Q(decided_on__isnull=False) | Q(due_on__lt=today))


def to_discuss(rows: Rows, today: date) -> Rows:
    """Accepted ones that a meeting has discussed, or that are past the day by which one should have."""
    rows = waiting(rows, today).filter(outcome=Outcome.ACCEPTED, meet_by__isnull=False)
    return rows.filter(Q(met_on__isnull=False) | Q(meet_by__lt=today))


def agency_on(day: Any) -> Case:
    """The agency that had an action at the end of a day: the one that first gave it away after that, else its owner."""
    given = Progress.objects.filter(from_agency__isnull=False).order_by()
    later = given.filter(action=OuterRef("pk"), at__date__gt=day).order_by("at", "pk")
    had = Coalesce(Subquery(later.values("from_agency")[:1]), F("agency"), output_field=NUMBER)
    return Case(When(pk__in=given.values("action"), then=had), default=F("agency"), output_field=NUMBER)


def due_actions(rows: Rows, today: date) -> Rows:
    """Actions that were done, or whose day has passed, without those that were withdrawn.

    Done is what its owner said to be done by then, confirmed or not: whoever confirms late makes nobody else late.
    """
    rows = rows.exclude(state=Action.State.WITHDRAWN).annotate(fell_on=F("due_on"))
    rows = rows.annotate(had_agency=agency_on(OuterRef("due_on")))
    return rows.filter(Q(done_on__isnull=False) | Q(due_on__lt=today))


def overdue(rows: Rows, day: date) -> Rows:
    """Actions that were past their date and not done at the end of a day, with how long.

    By the date, the agency and the area that each had then: what was postponed or handed on since was overdue all the same.
    """
    later = Postponement.objects.filter(action=OuterRef("pk"), at__gte=end_of(day)).order_by("at", "pk")
    then = Coalesce(Subquery(later.values("from_due_on")[:1]), F("due_on"))
    postponed = When(pk__in=Postponement.objects.order_by().values("action"), then=then)
    rows = rows.annotate(was_due_on=Case(postponed, default=F("due_on"), output_field=DateField()))
    rows = rows.annotate(had_agency=agency_on(day), had_area=area_on(day))
    rows = rows.filter(was_due_on__lt=day, made_at__lt=end_of(day))
    rows = rows.filter(Q(done_on__isnull=True) | Q(done_on__gt=day))
    rows = rows.filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=end_of(day)))
    first, second = (day - days * dates.ONE_DAY for days in (FIRST_AGE, SECOND_AGE))
    to_28 = When(was_due_on__gte=first, then=Value("to-28"))
    to_84 = When(was_due_on__gte=second, then=Value("to-84"))
    return rows.annotate(age=Case(to_28, to_84, default=Value("over-84")))


def prompts(rows: Rows, _today: date) -> Rows:
    """Prompts of all rules together: by rule, a number could tell that somebody of the area lives near a victim."""
    return rows.annotate(fell_on=TruncDate("made_at"))


BY_LEVEL_ASKED = {"level": "level"}
REFERRALS = _("Guidance chapter 7 and the area's standards for referrals")

MEASURES = [
    Measure(
        "referrals",
        _("Referrals and what became of them"),
        _("Referrals first sent in the month, by outcome"),
        _("By the level asked for. The outcome is the one of today: a month's figures move as answers come."),
        Flow(Referral, sent_referrals, by={**BY_LEVEL_ASKED, "detail": "outcome"}),
        source=REFERRALS,
        labels=[*Outcome.choices, ("", _("Not yet decided"))],
    ),
    Measure(
        "referral-decisions-on-time",
        _("Referrals decided on time"),
        _("Those decided by the day on which an answer was due"),
        _("By the month in which they were sent. Withdrawn ones are not counted."),
        Flow(Referral, to_decide, by=BY_LEVEL_ASKED, part=Q(decided_on__lte=F("due_on"))),
        denominator=_("Referrals sent in the month that were answered or are past the day"),
        unit=_("per cent"),
        source=REFERRALS,
        better="more",
    ),
    Measure(
        "referral-meetings-on-time",
        _("Accepted referrals discussed on time"),
        _("Those that a meeting discussed by the day that was set"),
        _("By the month in which they were sent."),
        Flow(Referral, to_discuss, by=BY_LEVEL_ASKED, part=Q(met_on__lte=F("meet_by"))),
        denominator=_("Accepted referrals sent in the month that were discussed or are past the day"),
        unit=_("per cent"),
        source=REFERRALS,
        better="more",
    ),
    Measure(
        "referral-decision-days",
        _("Working days from referral to decision"),
        _("How many referrals of the month waited how many working days"),
        _(
            "From when each was first sent to its decision; questions that went back and forth are part of it. The middle "
            "(median) of any period is exact: the number of each wait is kept."
        ),
        Wait(Referral, decided, by=BY_LEVEL_ASKED),
        unit=_("working days"),
        source=REFERRALS,
        better="fewer",
    ),
    Measure(
        "referral-meeting-days",
        _("Working days from referral to the first meeting"),
        _("How many accepted referrals of the month waited how many working days"),
        _("From when each was first sent to the first meeting that took place after its decision."),
        Wait(Referral, discussed_first, by=BY_LEVEL_ASKED),
        unit=_("working days"),
        source=REFERRALS,
        better="fewer",
    ),
    Measure(
        "actions-on-time",
        _("Actions done on time"),
        _("Those done by their day, as their owner says"),
        _("By the agency that had them on their day. Withdrawn actions are not counted."),
        Flow(Action, due_actions, by={"agency": "had_agency"}, part=Q(done_on__lte=F("due_on"))),
        denominator=_("Actions due in the month that were done or are past their day"),
        unit=_("per cent"),
        standards=("kpi_actions_percent",),
        better="more",
    ),
    Measure(
        "actions-overdue",
        _("Actions overdue"),
        _("Actions past their day and not done at the end of the month, by agency and age"),
        _(
            "Confirmed or not: done is what its owner said to be done by then. By the date and the agency that each had then, "
            "whatever it was given since."
        ),
        Stock(Action, overdue, area="had_area", by={"agency": "had_agency", "detail": "age"}),
        better="fewer",
        labels=[
            ("to-28", _("Up to 28 days")),
            ("to-84", _("29 to 84 days")),
            ("over-84", _("More than 84 days")),
        ],
    ),
    Measure(
        "drift-prompts",
        _("Level-drift prompts and what became of them"),
        _("Prompts to refer or assess again made in the month, by what became of them"),
        _("All rules together: by rule, a number could tell that somebody lives near a victim."),
        Flow(DriftPrompt, prompts, by={"detail": "outcome"}, case=""),
        opens=_("Nothing: a prompt may rest on a victim"),
        labels=[*DriftPrompt.Outcome.choices, ("", _("Not yet answered"))],
    ),
]
