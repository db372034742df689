"""What falls due of requests that a person makes about his record."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import User
from assurance.models import AccessRequest
from offenders.models import Dispute
from reviews.deadlines.kind import Kind, to
from reviews.deadlines.parts import Managers, coordination


def _requests(user: User) -> QuerySet[Any]:
    return AccessRequest.objects.visible_to(user).open().select_related("offender")


def _disputes(user: User) -> QuerySet[Any]:
    return Dispute.objects.visible_to(user).open().select_related("offender")


_WHOSE = (Managers("offender__lead_agency_id"), coordination("offender__area_id"))

ASKED: tuple[Kind, ...] = (
    Kind(
        slug="access-request",
        title=gettext_lazy("Requests to see the record"),
        words=lambda asked: _("A person’s request about the record to answer"),
        open=_requests,
        due="due_on",
        standard=gettext_lazy("The day it was received, and so many months; longer only where it was extended"),
        figures=("subject_access_months", "subject_access_extension_months"),
        done=gettext_lazy("The pack is handed over, or the request is refused"),
        area="offender__area_id",
        whose=_WHOSE,
        next_step=gettext_lazy("Go on with the answer"),
        url=to("assurance:access_request"),
        stages=(-10, -5, 0, 1, 5),
    ),
    Kind(
        slug="dispute",
        title=gettext_lazy("Facts that a person disputes"),
        words=lambda dispute: _("A fact that the person disputes to decide"),
        open=_disputes,
        due="due_on",
        standard=gettext_lazy("The day it was received, and so many months"),
        figures=("rectification_months",),
        done=gettext_lazy("It is decided with reasons: corrected, right, or marked as disputed"),
        area="offender__area_id",
        whose=_WHOSE,
        next_step=gettext_lazy("Decide it, and correct the record where it is wrong"),
        url=to("assurance:decide_dispute"),
        stages=(-10, -5, 0, 1, 5),
    ),
)
