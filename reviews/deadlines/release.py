"""What falls due before a release, where the record shows that it is not done: reviews/release/steps.py."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import User
from mappa import dates
from reviews.deadlines.kind import Kind, to
from reviews.deadlines.parts import LEADS, leads
from reviews.deadlines.victims import liaison
from reviews.release import steps


def _not_done(step: steps.Step) -> Callable[[User], QuerySet[Any]]:
    return lambda user: steps.not_done(step, user, dates.today())


def _contacts(user: User) -> QuerySet[Any]:
    return steps.not_told(user, dates.today())


def _passed(user: User) -> QuerySet[Any]:
    return steps.passed(user, dates.today())


def _plan_url(key_date: Any) -> str:
    return reverse("reviews:release", args=[key_date.offender.reference])


RELEASE: tuple[Kind, ...] = (
    Kind(
        slug="release-level",
        title=gettext_lazy("Levels to set before release"),
        words=lambda key_date: _("Level to set before release"),
        open=_not_done(steps.LEVEL),
        due="falls_on",
        standard=gettext_lazy("The first day of release to come, and so many months before"),
        figures=(steps.LEVEL_MONTHS, steps.WINDOW_MONTHS),
        done=gettext_lazy("A review is held, a referral answered or another level begun for this release"),
        area="offender__area_id",
        whose=LEADS,
        next_step=gettext_lazy("See the plan for release"),
        url=_plan_url,
        stages=(-20, -5, 0, 1, 5),
        reference="offender__reference",
    ),
    Kind(
        slug="release-premises",
        title=gettext_lazy("Approved premises before release"),
        words=lambda key_date: _("Approved premises to propose, or not needed"),
        open=_not_done(steps.PREMISES),
        due="falls_on",
        standard=gettext_lazy("The first day of release to come, and so many weeks before"),
        figures=(steps.PREMISES.figure,),
        done=gettext_lazy("They are proposed, or recorded as not needed"),
        area="offender__area_id",
        whose=LEADS,
        next_step=gettext_lazy("See the plan for release"),
        url=_plan_url,
        stages=(-10, 0, 5),
        reference="offender__reference",
    ),
    Kind(
        slug="release-contact",
        title=gettext_lazy("Contacts by liaison before a date"),
        # Before what, of whom and of which case, a mail does not say.
        words=lambda scheme: _("Contact by liaison before a date"),
        open=_contacts,
        due="falls_on",
        standard=gettext_lazy("The first day of release to come, and so many weeks before"),
        figures=(steps.VICTIM_WEEKS,),
        done=gettext_lazy("A contact is recorded for this release"),
        area="offender__area_id",
        whose=liaison("officer_id", _contacts),
        next_step=gettext_lazy("Record the contact"),
        url=lambda scheme: reverse("offenders:victims", args=[scheme.offender.reference]),
        stages=(-10, -2, 0, 1, 5),
        closed=True,
    ),
    Kind(
        slug="release-licence",
        title=gettext_lazy("Licence conditions before release"),
        words=lambda key_date: _("Licence conditions to propose, or not needed"),
        open=_not_done(steps.LICENCE),
        due="falls_on",
        standard=gettext_lazy("The first day of release to come, and so many weeks before"),
        figures=(steps.LICENCE.figure,),
        done=gettext_lazy(
            "A condition beyond the standard ones is recorded, or they are recorded as proposed or not needed"
        ),
        area="offender__area_id",
        whose=LEADS,
        next_step=gettext_lazy("See the plan for release"),
        url=_plan_url,
        stages=(-10, 0, 1, 5),
        reference="offender__reference",
    ),
    Kind(
        slug="release-disclosure",
        title=gettext_lazy("Disclosure to consider before release"),
        words=lambda key_date: _("Disclosure to consider before release"),
        open=_not_done(steps.DISCLOSURE),
        due="falls_on",
        standard=gettext_lazy("The first day of release to come, and so many weeks before"),
        figures=(steps.DISCLOSURE.figure,),
        done=gettext_lazy("A decision about disclosure is recorded, either way"),
        area="offender__area_id",
        whose=LEADS,
        next_step=gettext_lazy("See the plan for release"),
        url=_plan_url,
        stages=(-10, 0, 1, 5),
        reference="offender__reference",
    ),
    Kind(
        slug="release-dwp",
        title=gettext_lazy("Jobcentre Plus (DWP) before release"),
        words=lambda key_date: _("Jobcentre Plus (DWP) to notify, or not needed"),
        open=_not_done(steps.DWP),
        due="falls_on",
        standard=gettext_lazy("The first day of release to come, and so many weeks before"),
        figures=(steps.DWP.figure,),
        done=gettext_lazy("It is recorded that it was sent, or is not needed"),
        area="offender__area_id",
        whose=LEADS,
        next_step=gettext_lazy("See the plan for release"),
        url=_plan_url,
        stages=(-10, 0, 1, 5),
        reference="offender__reference",
    ),
    Kind(
        slug="release-passed",
        title=gettext_lazy("Days of release that have passed"),
        words=lambda offender: _("The day of release has passed, and no new one is recorded"),
        open=_passed,
        due="falls_on",
        standard=gettext_lazy("The last day of release that the sentence gave, or the return to custody after it"),
        done=gettext_lazy("The release is recorded, or a new day of release"),
        area="area_id",
        whose=leads(""),
        next_step=gettext_lazy("Record the release, or the new day"),
        url=to("offenders:sentences"),
        stages=(0, 1, 5),
        case="",
    ),
)
