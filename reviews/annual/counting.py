"""The numbers of an annual report, counted in the database: no row, no name and no reference leaves this file.

A report counts every case of its area, restricted ones too, and whoever asks sees none of them. Reading is therefore
past visibility, and the caller has checked that he may prepare the area's report (reviews/annual/actions.py).

The stock is that of the end of 31 March; everything else is of the whole year (docs/boards/annual-report.md). An event
belongs to the area that managed the case on its day, wherever the case is managed now.
"""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, ExtractQuarter

from agencies.models import Area
from mappa.guard import unguarded
from offenders.models import (
    Breach,
    CategoryPeriod,
    Conviction,
    LevelPeriod,
    NotificationBreach,
    NotificationRequirement,
    Offender,
    Order,
    OrderTerm,
    Recall,
    RequirementReview,
    Transfer,
    WhereaboutsPeriod,
)
from reviews.models import SeriousCase
from reviews.models.annual import Population, first_day, last_day

ACTIVE = (Offender.Level.ACTIVE, Offender.Level.ENHANCED)
# The quarters of the calendar, in the order of a reporting year.
QUARTERS = (2, 3, 4, 1)
NOTIFYING_BREACH = r"Sexual Offences Act 2003 s\.91([^0-9]|$)"
TOGETHER = 0  # of all categories, where they are not told apart
Counts = dict[str, int]
Content = dict[str, Any]
Rows = Any  # a queryset, with what is annotated to its rows


def count(area: Area, year: int) -> Content:
    """Every number of the report of a year, by table: cells by "category-level", or the four quarters of one number."""
    first, last = first_day(year), last_day(year)
    with unguarded("the annual report counts every case of its area and sees none"):
        return {
            "eligible": _eligible(area, last),
            "managed": _managed(area, first, last),
            "notification-breaches": _quarters(_breached(area, first, last)),
            "lifetime-revoked": _quarters(_revoked(area, first, last)),
            "shpo": _quarters(_orders(area, first, last, "shpo")),
            "shpo-travel": _quarters(_orders(area, first, last, "shpo", travel=True)),
            "notification-orders": _quarters(_orders(area, first, last, "notification-order")),
            "sro-breaches": _quarters(_subject_to(area, first, last)),
            "returned-licence": _by_category_and_level(_recalled(area, first, last)),
            "returned-order": _by_category_and_level(_in_breach_of_order(area, first, last)),
            "serious": _charged(area, first, last),
            "population": _population(area, last),
        }


# Where, at which level and in which category a case was on a day.


def _area_on(day: Any, case: str = "offender__") -> Coalesce:
    """The area that managed a case at the end of a day: the one that it left by its first move after that day."""
    moves = Transfer.objects.filter(
        offender=OuterRef(f"{case}pk"), state=Transfer.State.ACCEPTED, answered_on__gt=day
    ).exclude(from_area=F("to_area"))
    first = Subquery(moves.order_by("answered_on", "pk").values("from_area")[:1])
    return Coalesce(first, F(f"{case}area"), output_field=BigIntegerField())


def _ever_here(area: Area, case: str = "offender__") -> Q:
    """Cases that are in the area, or left it once: no other can have been there on any day."""
    left = Transfer.objects.filter(from_area=area, state=Transfer.State.ACCEPTED).exclude(to_area=area)
    return Q(**{f"{case}area": area}) | Q(
        **{f"{case}in" if case.endswith("__") else f"{case}pk__in": left.values("offender")}
    )


def _holds(day: Any) -> Q:
    """Periods that hold at the end of a day: one that ends on it does so no more."""
    return Q(from_on__lte=day) & (Q(until__isnull=True) | Q(until__gt=day))


def _category_on(day: Any, case: str = "offender__") -> Coalesce:
    """The category recorded at the end of a day; where none is recorded for it, the last one known; 0 is undetermined."""
    rows = CategoryPeriod.objects.filter(_holds(day), offender=OuterRef(f"{case}pk")).order_by("-from_on", "-pk")
    latest = Subquery(rows.values("category")[:1])
    return Coalesce(latest, F(f"{case}category"), Value(0), output_field=IntegerField())


def _level_before(day: Any) -> Subquery:
    """The level at which a day began: what happens on it may change the level the same day."""
    rows = LevelPeriod.objects.filter(
        Q(until__isnull=True) | Q(until__gte=day), offender=OuterRef("offender"), from_on__lte=day
    )
    return Subquery(rows.order_by("from_on", "pk").values("level")[:1], output_field=IntegerField())


def _in(field: str, first: date, last: date) -> Q:
    return Q(**{f"{field}__range": (first, last)})


def _here(rows: Rows, area: Area, day: str) -> Rows:
    """Of rows about cases, those whose case the area managed on the row's day."""
    return rows.filter(_ever_here(area)).annotate(then=_area_on(OuterRef(day))).filter(then=area.pk).order_by()


# T1 and T2: the people


def _eligible(area: Area, last: date) -> Counts:
    """T1: who was managed at the end of 31 March, by the category and level of that day."""
    at = LevelPeriod.objects.filter(_holds(last), offender=OuterRef("pk")).order_by("-level")
    rows: Rows = Offender.objects.filter(_ever_here(area, case=""), merged_into__isnull=True)
    rows = rows.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=last)).annotate(
        then=_area_on(last, case=""), at=Subquery(at.values("level")[:1]), kind=_category_on(last, case="")
    )
    rows = rows.filter(then=area.pk, at__isnull=False).order_by()
    return _cells(rows.values_list("kind", "at").annotate(people=Count("pk")))


def _managed(area: Area, first: date, last: date) -> Counts:
    """T2: who was at level 2 or 3 at the end of any day of the year, once, at the highest level that he was at.

    Where and in which category he was on the last of those days.
    """
    held = LevelPeriod.objects.filter(
        Q(until__isnull=True) | (Q(until__gt=first) & Q(until__gt=F("from_on"))),
        _ever_here(area),
        level__in=ACTIVE,
        from_on__lte=last,
        offender__merged_into__isnull=True,
    )
    day_before = Cast(F("until") - timedelta(days=1), DateField())
    whole = Case(When(Q(until__isnull=True) | Q(until__gt=last), then=Value(last)), default=day_before)
    highest = held.annotate(day=Cast(whole, DateField())).order_by("offender_id", "-level", "-day", "-pk")
    rows: Rows = LevelPeriod.objects.filter(pk__in=highest.distinct("offender_id").values("pk"))
    rows = rows.annotate(day=Cast(whole, DateField()))
    rows = rows.annotate(then=_area_on(OuterRef("day")), kind=_category_on(OuterRef("day")))
    rows = rows.filter(then=area.pk).order_by()
    return _cells(rows.values_list("kind", "level").annotate(people=Count("offender")))


# T3 to T6: what happened, each with the day on which it counts


def _breached(area: Area, first: date, last: date) -> list[date]:
    """T3: people cautioned or convicted for breach of notification, on the first day in the year."""
    cautions = NotificationBreach.objects.filter(
        _in("action_on", first, last), action=NotificationBreach.Action.CAUTIONED
    )
    found = _first_days(_here(cautions, area, "action_on"), "action_on")
    convictions = Conviction.objects.filter(
        _in("dealt_with_on", first, last),
        offence__statute__regex=NOTIFYING_BREACH,
        outcome__in=[Conviction.Outcome.CONVICTED, Conviction.Outcome.CAUTIONED],
    ).in_force()
    for case, day in _first_days(_here(convictions, area, "dealt_with_on"), "dealt_with_on").items():
        found[case] = min(day, found.get(case, day))
    return list(found.values())


def _first_days(rows: Rows, day: str) -> dict[int, date]:
    """The first day in the year of each person."""
    return dict(rows.values_list("offender").annotate(first=Min(day)))


def _revoked(area: Area, first: date, last: date) -> Rows:
    """T4: applications by which notification for life ended."""
    rows = RequirementReview.objects.filter(_in("determined_on", first, last), outcome=RequirementReview.Outcome.ENDS)
    return _by_quarter(_here(rows, area, "determined_on"), "determined_on")


def _orders(area: Area, first: date, last: date, kind: str, *, travel: bool = False) -> Rows:
    """T5: orders of a kind that courts made, no interim ones, and none recorded in error."""
    rows = Order.objects.filter(_in("made_on", first, last), kind__code=kind, interim=False)
    rows = rows.exclude(ending=Order.Ending.ERROR)
    if travel:
        rows = rows.filter(Exists(OrderTerm.objects.filter(order=OuterRef("pk"), kind=OrderTerm.Kind.TRAVEL)))
    return _by_quarter(_here(rows, area, "made_on"), "made_on")


def _subject_to(area: Area, first: date, last: date) -> Rows:
    """T6: who became subject to notification for breach of a sexual risk order."""
    rows = NotificationRequirement.objects.filter(
        _in("relevant_on", first, last), basis=NotificationRequirement.Basis.SRO_BREACH
    ).exclude(end_reason=NotificationRequirement.EndReason.ERROR)
    return _by_quarter(_here(rows, area, "relevant_on"), "relevant_on")


def _by_quarter(rows: Rows, day: str) -> Rows:
    return rows.annotate(quarter=ExtractQuarter(day)).values_list("quarter").annotate(times=Count("pk"))


def _quarters(found: Any) -> list[int]:
    """Counted by quarter, from April on; the year is their sum."""
    if isinstance(found, list):
        quarters = [(day.month + 2) // 3 for day in found]
        return [quarters.count(quarter) for quarter in QUARTERS]
    counts = dict(found)
    return [counts.get(quarter, 0) for quarter in QUARTERS]


# T7 and T8: returns to custody of people at level 2 or 3, each person once, by his last return


def _recalled(area: Area, first: date, last: date) -> Rows:
    """T7: back in custody by a recall, at the level and in the category of the day on which that was decided."""
    rows: Rows = Recall.objects.filter(_in("returned_on", first, last), withdrawn_at__isnull=True)
    rows = _here(rows, area, "returned_on")
    rows = rows.annotate(level=_level_before(OuterRef("decided_on")), category=_category_on(OuterRef("decided_on")))
    return rows.filter(level__in=ACTIVE).order_by("offender_id", "-returned_on", "-pk").distinct("offender_id")


def _in_breach_of_order(area: Area, first: date, last: date) -> Rows:
    """T8: received into custody for the breach of an SHPO or SOPO of which he was convicted."""
    breaches = Breach.objects.filter(
        offender=OuterRef("offender"),
        order__kind__code__in=["shpo", "sopo"],
        outcome=Breach.Outcome.CONVICTED,
        happened_on__lte=OuterRef("from_on"),
        settled_on__gte=OuterRef("from_on"),
    )
    rows: Rows = WhereaboutsPeriod.objects.filter(
        Exists(breaches),
        _in("from_on", first, last),
        kind=Offender.Whereabouts.CUSTODY,
        move=WhereaboutsPeriod.Move.RECEPTION,
        withdrawn_at__isnull=True,
    )
    rows = _here(rows, area, "from_on")
    rows = rows.annotate(level=_level_before(OuterRef("from_on")), category=_category_on(OuterRef("from_on")))
    return rows.filter(level__in=ACTIVE).order_by("offender_id", "-from_on", "-pk").distinct("offender_id")


def _by_category_and_level(rows: Rows) -> Counts:
    found: Counts = {}
    for category, level in rows.values_list("category", "level"):
        found[f"{category}-{level}"] = found.get(f"{category}-{level}", 0) + 1
    return found


def _cells(rows: Any) -> Counts:
    return {f"{category}-{level}": people for category, level, people in rows}


# T10: charges with serious further offences, and T9: the people who live there


def _charged(area: Area, first: date, last: date) -> Counts:
    """T10: people charged in the year, at the highest level that they were at then or shortly before; managed ones alone."""
    rows = SeriousCase.objects.charged_between(first, last).filter(area=area, level__isnull=False).order_by()
    found = rows.values_list("offender").annotate(highest=Max("level")).values_list("highest", flat=True)
    return {f"{TOGETHER}-{level}": number for level, number in Counter(found).items()}


def _population(area: Area, last: date) -> Content:
    """The latest estimate of the middle of a year before 31 March; nothing where none is entered."""
    found = Population.objects.filter(area=area, year__lt=last.year).order_by("-year").first()
    return {"people": found.people, "year": found.year, "source": found.source} if found else {}
