"""Measures of who opens what he does not see: emergency access and its review."""

from datetime import date

from django.db.models import F, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from offenders.models import EmergencyAccess
from reviews.measures.measure import Flow, Measure, Rows


def opened(rows: Rows, _today: date) -> Rows:
    return rows.annotate(fell_on=TruncDate("opened_at"), reviewed_on=TruncDate("reviewed_at"))


def to_review(rows: Rows, today: date) -> Rows:
    """Those that were reviewed, or are past the day by which they should have been."""
    return opened(rows, today).filter(Q(reviewed_at__isnull=False) | Q(review_due_on__lt=today))


NOTHING = _("Nothing: who opened what is for information officers")

MEASURES = [
    Measure(
        "emergency-openings",
        _("Emergency openings"),
        _("Records that somebody opened in an emergency in the month, by what the review found"),
        _("In the area that manages the case. What was found is as it is today."),
        Flow(EmergencyAccess, opened, area="offender__area", by={"detail": "finding"}, case=""),
        opens=NOTHING,
        labels=[*EmergencyAccess.Finding.choices, ("", _("Not yet reviewed"))],
    ),
    Measure(
        "emergency-reviews-on-time",
        _("Emergency openings reviewed in time"),
        _("Those reviewed by the day on which the review was due"),
        _("By the month in which they were opened. What is looked into at once is due the same day."),
        Flow(
            EmergencyAccess,
            to_review,
            area="offender__area",
            part=Q(reviewed_on__lte=F("review_due_on")),
            case="",
        ),
        denominator=_("Emergency openings of the month that were reviewed or are past the day"),
        unit=_("per cent"),
        better="more",
        opens=NOTHING,
    ),
]
