"""Measures of the board itself."""

from datetime import date

from django.db.models import Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from reviews.measures.measure import Flow, Measure, Rows
from reviews.measures.people import GUIDANCE_KPI
from reviews.models import BoardAttendance

CAME = (BoardAttendance.State.CAME, BoardAttendance.State.DEPUTY)


def of_members(rows: Rows, _today: date) -> Rows:
    """What was taken of members, at meetings that were not cancelled. Lay advisers come for no agency."""
    rows = rows.filter(member__isnull=False, meeting__cancelled_at__isnull=True)
    return rows.annotate(fell_on=TruncDate("meeting__starts_at"))


MEASURES = [
    Measure(
        "board-attendance",
        _("Attendance of the board’s members"),
        _("Those where the agency’s member, or a deputy, came"),
        _("By agency. A meeting whose attendance was not taken is not counted, nor are lay advisers."),
        Flow(
            BoardAttendance,
            of_members,
            area="meeting__board__area",
            by={"agency": "member__agency", "detail": "state"},
            part=Q(state__in=CAME),
            case="",
        ),
        denominator=_("Members of the board whose attendance was taken, at its meetings of the month"),
        unit=_("per cent"),
        standards=("kpi_smb_attendance_percent",),
        source=GUIDANCE_KPI,
        better="more",
        opens=_("No case: the meetings of the board"),
        labels=BoardAttendance.State.choices,
    ),
]
