"""What falls due of emergency access: its review, what the person is asked, and its end."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import Perm, areas_granting
from agencies.models import User
from mappa.templatetags.mappa import clock
from offenders.models import EmergencyAccess
from reviews.deadlines.kind import Kind, to
from reviews.deadlines.parts import Holders, Person, R


def _to_review(user: User) -> QuerySet[Any]:
    # Nobody reviews what he opened himself; and what was asked waits for the answer.
    rows = EmergencyAccess.objects.visible_to(user).unreviewed().filter(answer_due_on__isnull=True)
    if not user.is_system:
        rows = rows.filter(offender__area__in=areas_granting(user, Perm.REVIEW_EMERGENCY)).exclude(user=user.pk)
    return rows.select_related("offender", "agency")


def _to_answer(user: User) -> QuerySet[Any]:
    return EmergencyAccess.objects.visible_to(user).unreviewed().filter(answer_due_on__isnull=False)


def _running(user: User) -> QuerySet[Any]:
    rows = EmergencyAccess.objects.visible_to(user).running().annotate(ends_on=TruncDate("expires_at"))
    found: QuerySet[Any] = rows.select_related("offender")
    return found


def _review_words(access: Any) -> str:
    if access.is_urgent:
        return _("Emergency access to look into at once")
    return _("Emergency access to review")


EMERGENCY: tuple[Kind, ...] = (
    Kind(
        slug="emergency-review",
        title=gettext_lazy("Emergency access to review"),
        words=_review_words,
        open=_to_review,
        due="review_due_on",
        standard=gettext_lazy(
            "The opening, and so many working days; the same day where the case was restricted or it was not the person’s first that day"
        ),
        figures=("break_glass_review_working_days", "break_glass_urgent_from"),
        done=gettext_lazy("An information officer finds it justified or not"),
        area="offender__area_id",
        whose=(Holders("offender__area_id", (R.INFORMATION_OFFICER,), of="agency__area"),),
        next_step=gettext_lazy("Review it"),
        url=to("assurance:emergency"),
        stages=(-1, 0, 1, 5),
        # Whoever reviews it does not see the case.
        case="",
        subject=lambda access: str(access.agency.name),
        urgent=True,
    ),
    Kind(
        slug="emergency-answer",
        title=gettext_lazy("Emergency access to explain"),
        words=lambda access: _("Say more about your emergency access"),
        open=_to_answer,
        due="answer_due_on",
        standard=gettext_lazy("The question, and so many working days"),
        figures=("break_glass_answer_working_days",),
        done=gettext_lazy("The person answers, or the review is recorded without"),
        area="offender__area_id",
        whose=(Person("user_id"),),
        next_step=gettext_lazy("Answer"),
        url=to("assurance:answer_emergency"),
        stages=(0, 1, 5),
        case="",
        subject=lambda access: str(access.reference),
        needs_somebody=False,
    ),
    Kind(
        slug="emergency-end",
        title=gettext_lazy("Emergency access that ends"),
        words=lambda access: _("Emergency access ends at %s") % clock(access.expires_at),
        open=_running,
        due="ends_on",
        standard=gettext_lazy("The opening, and so many minutes: it ends by itself"),
        figures=("break_glass_minutes",),
        done=gettext_lazy("It ends by itself, or somebody ends it"),
        area="offender__area_id",
        whose=(Person("user_id"),),
        next_step=gettext_lazy("End it when you need it no longer"),
        url=to("assurance:answer_emergency"),
        # The page says until when: nobody is mailed.
        stages=(),
        case="",
        subject=lambda access: str(access.offender.reference),
        climbs=False,
        needs_somebody=False,
    ),
)
