"""What falls due of the annual report."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import User
from reviews.deadlines.kind import Kind
from reviews.deadlines.parts import coordination
from reviews.models import AnnualReport


def _unfinished(user: User) -> QuerySet[Any]:
    return AnnualReport.objects.visible_to(user).unfinished().select_related("area")


REPORT: tuple[Kind, ...] = (
    Kind(
        slug="annual-report",
        title=gettext_lazy("Annual reports"),
        words=lambda report: _("Annual report %s to publish") % report.years,
        open=_unfinished,
        due="due_on",
        standard=gettext_lazy("The end of the year, and so many months"),
        figures=("annual_report_due_months",),
        done=gettext_lazy("The report is published"),
        area="area_id",
        whose=(coordination("area_id"),),
        next_step=gettext_lazy("Open the report"),
        url=lambda report: str(report.get_absolute_url()),
        stages=(-20, -5, 0, 1, 5),
        case="",
        subject=lambda report: str(report.area),
    ),
)
