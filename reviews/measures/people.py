"""Measures of the people: how many, where they came from and went, and whether each has a plan and a review in time."""

from datetime import date

from django.db.models import Case, DateField, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext_lazy as _

from assessments.models import Plan
from offenders.models import LevelPeriod, Review, Transfer
from panels.models import AgendaItem, Meeting
from reviews.measures.measure import Flow, Measure, Rows, Stock
from reviews.measures.on_a_day import area_on, category_on, level_on, managed_on
from reviews.period import end_of

LEVEL_AND_CATEGORY = {"level": "level", "category": "had_category"}
# What was put right on the day on which it began held at the end of no day.
LASTED = Q(until__isnull=True) | Q(until__gt=F("from_on"))
GUIDANCE_KPI = _("MAPPA Guidance chapter 31 (key performance indicators)")


def managed(rows: Rows, day: date) -> Rows:
    """People at a level at the end of a day, with the area and category that they had then."""
    return rows.filter(managed_on(day)).annotate(had_area=area_on(day), had_category=category_on(day))


def with_plan(rows: Rows, day: date) -> Rows:
    """The same, with the review date of the plan that was in force: the last one shared by then."""
    shared = Plan.objects.annotate(held_from=Coalesce("shared_at", "signed_at"))
    then = shared.filter(offender=OuterRef("offender_id"), state__in=Plan.SHARED, held_from__lt=end_of(day))
    newest = then.order_by("-held_from", "-pk").values("review_on")[:1]
    return managed(rows, day).annotate(plan_review_on=Subquery(newest))


def begun(rows: Rows, _today: date) -> Rows:
    """Levels with which a person began to be managed: the first, and the first again after management had ended."""
    before = LevelPeriod.objects.filter(LASTED, offender=OuterRef("offender_id")).filter(
        Q(from_on__lt=OuterRef("from_on")) | Q(from_on=OuterRef("from_on"), pk__lt=OuterRef("pk"))
    )
    went_on = before.filter(Q(until__isnull=True) | Q(until__gte=OuterRef("from_on")))
    return _of_people(rows.filter(LASTED), "from_on").filter(~Exists(went_on))


def changed_levels(rows: Rows, _today: date) -> Rows:
    """Levels that followed another at once, with whether they are higher."""
    before = LevelPeriod.objects.filter(offender=OuterRef("offender_id"), from_on__lt=OuterRef("from_on"))
    before = before.filter(Q(until__isnull=True) | Q(until__gte=OuterRef("from_on")))
    was = Subquery(before.order_by("-from_on", "-pk").values("level")[:1])
    rows = (
        _of_people(rows.filter(LASTED), "from_on").annotate(was=was).filter(was__isnull=False).exclude(was=F("level"))
    )
    return rows.annotate(way=Case(When(was__lt=F("level"), then=Value("up")), default=Value("down")))


def ended(rows: Rows, _today: date) -> Rows:
    """Levels with which management ended, on their last day. A case that was entered again later ended all the same."""
    rows = rows.annotate(left_on=Least("until", "offender__ended_on")).filter(from_on__lt=F("left_on"))
    other = LevelPeriod.objects.filter(LASTED, offender=OuterRef("offender_id"), from_on__lte=OuterRef("left_on"))
    others = other.annotate(their_end=Least("until", OuterRef("offender__ended_on"), output_field=DateField()))
    later = Q(from_on__gt=OuterRef("from_on")) | Q(from_on=OuterRef("from_on"), pk__gt=OuterRef("pk"))
    goes_on = Q(their_end__isnull=True) | Q(their_end__gt=OuterRef("left_on"))
    goes_on |= Q(their_end=OuterRef("left_on")) & later
    return _of_people(rows, "left_on").filter(~Exists(others.filter(goes_on)))


def _of_people(rows: Rows, on: str) -> Rows:
    rows = rows.filter(offender__merged_into__isnull=True).annotate(fell_on=F(on))
    return rows.annotate(had_area=area_on(OuterRef(on)), had_category=category_on(OuterRef(on)))


def handed_over(rows: Rows, _today: date) -> Rows:
    """Cases that one area handed to another, on the day on which it took effect."""
    rows = rows.filter(state=Transfer.State.ACCEPTED, offender__merged_into__isnull=True)
    rows = rows.exclude(from_area=F("to_area")).annotate(fell_on=F("answered_on"))
    on = OuterRef("answered_on")
    return rows.annotate(had_level=level_on(on), had_category=category_on(on))


def due_reviews(rows: Rows, today: date) -> Rows:
    """Reviews that were held or whose day has passed.

    One that was superseded by its day was no longer due, and does not count; after its day it was late. One that a meeting
    held by its day is held when the minutes are approved: while these are being written in time, it is not late.
    """
    met = AgendaItem.objects.filter(
        offender=OuterRef("offender_id"),
        meeting__state=Meeting.State.HELD,
        meeting__minutes_due_on__gte=today,
        meeting__starts_at__date__lte=OuterRef("due_on"),
    )
    rows = rows.filter(Q(held_on__isnull=False) | Q(due_on__lt=today)).annotate(fell_on=F("due_on"))
    rows = rows.exclude(superseded_on__lte=F("due_on"))
    return rows.exclude(Q(held_on__isnull=True, superseded_on__isnull=True) & Q(Exists(met)))


HANDED = {"level": "had_level", "category": "had_category"}

MEASURES = [
    Measure(
        "people",
        _("People managed"),
        _("People with a level at the end of the month, in the area, level and category that they had then"),
        _(
            "Level periods that hold at the end of the last day and whose case has not ended; restricted cases too. On the "
            "day of a change the new level counts; on the day on which a case ends it counts no more."
        ),
        Stock(LevelPeriod, managed, area="had_area", by=LEVEL_AND_CATEGORY),
        source=_("CJA 2003 s.326(5); annual report table 1 (stock on 31 March)"),
    ),
    Measure(
        "plans-current",
        _("Risk management plans current and complete"),
        _("Of them, those whose last countersigned and shared plan has a review date that has not passed"),
        _("A plan is complete when it was countersigned, and current until its review date."),
        Stock(
            LevelPeriod,
            with_plan,
            area="had_area",
            by=LEVEL_AND_CATEGORY,
            part=lambda day: Q(plan_review_on__gte=day),
        ),
        denominator=_("People managed at the end of the month"),
        unit=_("per cent"),
        source=_("MAPPA Guidance chapter 12 (risk management plans)"),
        better="more",
    ),
    Measure(
        "entries",
        _("People who began to be managed"),
        _("People whose first level began in the month, or the first after their case had ended"),
        _("By the level and category at the beginning. Cases taken over from another area are counted by themselves."),
        Flow(LevelPeriod, begun, area="had_area", by=LEVEL_AND_CATEGORY),
    ),
    Measure(
        "exits",
        _("People who stopped being managed"),
        _("People whose case ended in the month, whether it was entered again later or not"),
        _("By the level and category at the end. Cases handed to another area are counted by themselves."),
        Flow(LevelPeriod, ended, area="had_area", by=LEVEL_AND_CATEGORY),
    ),
    Measure(
        "moves-in",
        _("Cases taken over from another area"),
        _("Hand-overs to the area that took effect in the month"),
        _("By the level and category on that day."),
        Flow(Transfer, handed_over, area="to_area", by=HANDED),
        source=_("MAPPA Guidance chapter 17 (transfers)"),
    ),
    Measure(
        "moves-out",
        _("Cases handed to another area"),
        _("Hand-overs from the area that took effect in the month"),
        _("By the level and category on that day."),
        Flow(Transfer, handed_over, area="from_area", by=HANDED),
        source=_("MAPPA Guidance chapter 17 (transfers)"),
    ),
    Measure(
        "level-changes",
        _("Changes of level"),
        _("Levels that began in the month after another level, up or down"),
        _("By the new level. A level that was put right on its own day is none; nor is one after the case had ended."),
        Flow(LevelPeriod, changed_levels, area="had_area", by={**LEVEL_AND_CATEGORY, "detail": "way"}),
        source=_("MAPPA Guidance chapter 7 (levels)"),
        labels=[("up", _("To a higher level")), ("down", _("To a lower level"))],
    ),
    Measure(
        "reviews-on-time",
        _("Reviews held on time"),
        _("Those held by the day on which they were due"),
        _(
            "By the level for which they were due. A review superseded by its day is not counted; one superseded after it was "
            "late. One that a meeting held, whose minutes are being written in time, is not counted yet."
        ),
        Flow(Review, due_reviews, by={"level": "level"}, part=Q(held_on__lte=F("due_on"))),
        denominator=_("Reviews due in the month that were held or are past their day"),
        unit=_("per cent"),
        standards=("kpi_level_1_reviews_percent", "kpi_level_2_reviews_percent", "kpi_level_3_reviews_percent"),
        source=GUIDANCE_KPI,
        better="more",
    ),
]
