"""What falls due of how the record is used: unusual access to be looked at, and to be explained."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import User
from assurance.models import UnusualAccess
from assurance.unusual import BY_CODE
from reviews.deadlines.kind import Kind, to
from reviews.deadlines.parts import Holders, Person, R


def _to_look_at(user: User) -> QuerySet[Any]:
    # Nobody decides on what he explained himself; his own nobody sees.
    return UnusualAccess.objects.visible_to(user).undecided().exclude(manager=user.pk)


def _to_explain(user: User) -> QuerySet[Any]:
    return UnusualAccess.objects.visible_to(user).filter(state=UnusualAccess.State.ASKED)


def _rule(unusual: Any) -> str:
    return str(BY_CODE[unusual.rule].title)


# It climbs to nobody: a manager or a co-ordinator may be the one whom it is about.
USE: tuple[Kind, ...] = (
    Kind(
        slug="unusual-access",
        title=gettext_lazy("Unusual access to the record"),
        words=lambda unusual: _("An unusual access to look at"),
        open=_to_look_at,
        due="due_on",
        standard=gettext_lazy("The day on which it was found, and so many working days"),
        figures=("unusual_review_working_days",),
        done=gettext_lazy("An information officer decides: explained, not explained or referred"),
        area="area_id",
        whose=(Holders("area_id", (R.INFORMATION_OFFICER,), of="agency__area"),),
        next_step=gettext_lazy("Look at it, and decide"),
        url=to("assurance:unusual"),
        case="",
        subject=_rule,
        stages=(-2, 0, 1, 5),
        climbs=False,
        needs_somebody=False,
    ),
    Kind(
        slug="unusual-access-to-explain",
        title=gettext_lazy("Access of colleagues to explain"),
        words=lambda unusual: _("An access of your team to explain"),
        open=_to_explain,
        due="explain_by",
        standard=gettext_lazy("The day on which the manager was asked, and so many working days"),
        figures=("unusual_explain_working_days",),
        done=gettext_lazy("The manager says what it was for, or it is decided without"),
        area="area_id",
        whose=(Person("manager_id"),),
        next_step=gettext_lazy("Say what it was for"),
        url=to("assurance:explain"),
        case="",
        subject=_rule,
        stages=(-2, 0, 1),
        climbs=False,
        needs_somebody=False,
    ),
)
