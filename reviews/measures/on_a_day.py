"""What held of a case on a day, which its row alone does not say: it says what holds now.

`day` is a date, or OuterRef to the column that holds one.
"""

from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from offenders.models import CategoryPeriod, LevelPeriod, Merge, Transfer

NUMBER = BigIntegerField()


def managed_on(day: date) -> Q:
    """Level periods that held at the end of a day, of cases that had not ended. A merged record stands for nobody.

    The record that it was merged into has the levels of both: of two that held at once the higher counts, once.
    """
    holds = Q(from_on__lte=day) & (Q(until__isnull=True) | Q(until__gt=day))
    had_not_ended = Q(offender__ended_on__isnull=True) | Q(offender__ended_on__gt=day)
    higher = Q(level__gt=OuterRef("level")) | Q(level=OuterRef("level"), pk__gt=OuterRef("pk"))
    beside = Exists(LevelPeriod.objects.filter(holds, higher, offender=OuterRef("offender_id")))
    twice = Q(offender__in=Merge.objects.order_by().values("offender")) & Q(beside)
    return holds & had_not_ended & Q(offender__merged_into__isnull=True) & ~twice


def area_on(day: Any) -> Case:
    """The area that had the case: where one was handed over later, the area that handed it over first after that day.

    Only of cases that were ever handed over the rows are asked, so that a million others cost nothing.
    """
    moved = Transfer.objects.filter(state=Transfer.State.ACCEPTED).exclude(from_area=F("to_area")).order_by()
    later = moved.filter(offender=OuterRef("offender_id"), answered_on__gt=day).order_by("answered_on", "pk")
    had = Coalesce(Subquery(later.values("from_area")[:1]), F("offender__area"), output_field=NUMBER)
    return Case(When(offender__in=moved.values("offender"), then=had), default=F("offender__area"), output_field=NUMBER)


def category_on(day: Any) -> Case:
    """The category that was recorded, 0 for none; before the first that the history holds, the one of today."""
    ended = CategoryPeriod.objects.filter(until__isnull=False).order_by()
    then = ended.filter(offender=OuterRef("offender_id"), from_on__lte=day, until__gt=day).order_by("-from_on", "-pk")
    had = Coalesce(Subquery(then.values("category")[:1]), F("offender__category"), 0, output_field=NUMBER)
    changed = When(offender__in=ended.values("offender"), then=had)
    return Case(changed, default=Coalesce(F("offender__category"), 0), output_field=NUMBER)


def level_on(day: Any) -> Coalesce:
    """The level at which the case was managed, 0 for none; of two records that were merged the higher."""
    then = LevelPeriod.objects.filter(offender=OuterRef("offender_id"), from_on__lte=day)
    then = then.filter(Q(until__isnull=True) | Q(until__gt=day)).order_by("-level", "-pk")
    return Coalesce(Subquery(then.values("level")[:1]), 0, output_field=NUMBER)
