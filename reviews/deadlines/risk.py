"""What falls due of assessments of risk, prompts, plans and their measures."""

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import User
from assessments.models import Assessment, DriftPrompt, Measure, Plan, PlanShare
from reviews.deadlines.kind import Kind, to
from reviews.deadlines.parts import LEADS, OFFICERS, Holders, InPlaceOf, Managers, Person, R, coordination


def _assessments(user: User) -> QuerySet[Any]:
    rows = Assessment.objects.visible_to(user).open().filter(review_on__isnull=False, offender__ended_on__isnull=True)
    return rows.select_related("offender")


def _unsigned(user: User) -> QuerySet[Any]:
    # Nobody countersigns his own.
    rows = Assessment.objects.visible_to(user).unsigned().exclude(assessed_by=user)
    return rows.filter(offender__ended_on__isnull=True).select_related("offender")


def _sent_back(user: User) -> QuerySet[Any]:
    rows = Assessment.objects.visible_to(user).returned().filter(offender__ended_on__isnull=True)
    found: QuerySet[Any] = rows.annotate(falls_on=TruncDate("returned_at")).select_related("offender")
    return found


def _prompts(user: User) -> QuerySet[Any]:
    rows = DriftPrompt.objects.visible_to(user).of_everybody().open()
    return rows.filter(offender__ended_on__isnull=True).select_related("offender")


def _prompts_apart(user: User) -> QuerySet[Any]:
    rows = DriftPrompt.objects.visible_to(user).of_the_compartment().open()
    return rows.filter(offender__ended_on__isnull=True).select_related("offender")


def _assess_url(assessment: Any) -> str:
    return reverse("assessments:assess", args=[assessment.offender.reference])


def _plans(state: str) -> Callable[[User], QuerySet[Any]]:
    def open_rows(user: User) -> QuerySet[Any]:
        rows = Plan.objects.visible_to(user).filter(state=state, offender__ended_on__isnull=True)
        return rows.select_related("offender")

    return open_rows


def _plans_to_sign(user: User) -> QuerySet[Any]:
    # Nobody countersigns what he sent or wrote.
    mine = Q(sent_by=user.pk) | Q(written_by__contains=[user.pk])
    return _plans(Plan.State.SENT)(user).exclude(mine)


def _plans_to_review(user: User) -> QuerySet[Any]:
    # Once the next version was sent, that is what is done; a draft may lie for ever, and falls due nowhere else.
    steps = [Plan.State.SENT, Plan.State.SIGNED]
    next_one = Plan.objects.visible_to(user).filter(offender=OuterRef("offender"), state__in=steps)
    rows = _plans(Plan.State.CURRENT)(user).filter(review_on__isnull=False)
    return rows.filter(~Exists(next_one))


def _acknowledgements(user: User) -> QuerySet[Any]:
    rows = PlanShare.objects.visible_to(user).unacknowledged()
    rows = rows.filter(plan__state=Plan.State.CURRENT, offender__ended_on__isnull=True)
    return rows.select_related("offender")


def _measures(user: User) -> QuerySet[Any]:
    return _all_measures(user).filter(agency=F("offender__lead_agency"))


def _partner_measures(user: User) -> QuerySet[Any]:
    return _all_measures(user).exclude(agency=F("offender__lead_agency"))


def _all_measures(user: User) -> QuerySet[Any]:
    rows = Measure.objects.visible_to(user).to_do().filter(offender__ended_on__isnull=True)
    return rows.select_related("offender")


RISK: tuple[Kind, ...] = (
    Kind(
        slug="assessment-review",
        title=gettext_lazy("Reviews of assessments"),
        words=lambda assessment: _("Review of the assessment of risk"),
        open=_assessments,
        due="review_on",
        standard=gettext_lazy("The last assessment, and no more weeks than its level allows"),
        figures=(
            "assessment_review_weeks_low",
            "assessment_review_weeks_medium",
            "assessment_review_weeks_high",
            "assessment_review_weeks_very_high",
            "assessment_review_weeks_unknown",
        ),
        done=gettext_lazy("The next assessment is recorded"),
        area="offender__area_id",
        whose=LEADS,
        next_step=gettext_lazy("Review the assessment"),
        url=_assess_url,
        stages=(-20, -5, 0, 1, 5),
    ),
    Kind(
        slug="assessment-countersignature",
        title=gettext_lazy("Assessments to countersign"),
        words=lambda assessment: _("Assessment of risk to countersign"),
        open=_unsigned,
        due="countersign_due_on",
        standard=gettext_lazy("The assessment, and so many working days"),
        figures=("assessment_countersign_working_days",),
        done=gettext_lazy("A manager countersigns it or sends it back"),
        area="offender__area_id",
        whose=(Managers("offender__lead_agency_id"),),
        next_step=gettext_lazy("Countersign or send back"),
        url=to("assessments:assessment"),
        stages=(-1, 0, 1, 5),
    ),
    Kind(
        slug="assessment-sent-back",
        title=gettext_lazy("Assessments sent back"),
        words=lambda assessment: _("Assessment of risk sent back"),
        open=_sent_back,
        due="falls_on",
        standard=gettext_lazy("The day on which it was sent back"),
        done=gettext_lazy("The assessment is written again"),
        area="offender__area_id",
        whose=(
            Person("assessed_by_id"),
            Holders("offender__lead_agency_id", OFFICERS, unless="assessed_by_id"),
        ),
        next_step=gettext_lazy("Read why, and review it"),
        url=to("assessments:assessment"),
        stages=(0, 1, 5),
    ),
    Kind(
        slug="prompt",
        title=gettext_lazy("Prompts to refer or reassess"),
        # Which rule, and what it found, is read after signing in.
        words=lambda prompt: _("Prompt to refer or reassess"),
        open=_prompts,
        due="due_on",
        standard=gettext_lazy("The night of the prompt, and so many working days"),
        figures=("drift_answer_working_days",),
        done=gettext_lazy("A referral or an assessment answers it, or it is dismissed with a reason"),
        area="offender__area_id",
        whose=LEADS,
        next_step=gettext_lazy("Refer, reassess or dismiss"),
        url=to("assessments:prompt"),
        stages=(-5, 0, 1, 5),
        # The news itself, and so from the day on which it is found.
        urgent=True,
        urgent_from=-5,
    ),
    Kind(
        slug="prompt-apart",
        title=gettext_lazy("Prompts for co-ordination"),
        # Of the compartment: co-ordination alone both sees it and may refer, assess and dismiss.
        words=lambda prompt: _("Prompt to refer or reassess"),
        open=_prompts_apart,
        due="due_on",
        standard=gettext_lazy("The night of the prompt, and so many working days"),
        figures=("drift_answer_working_days",),
        done=gettext_lazy("A referral or an assessment answers it, or it is dismissed with a reason"),
        area="offender__area_id",
        whose=(coordination("offender__area_id"),),
        next_step=gettext_lazy("Refer, reassess or dismiss"),
        url=to("assessments:prompt"),
        stages=(-5, 0, 1, 5),
        closed=True,
        urgent=True,
        urgent_from=-5,
    ),
    Kind(
        slug="plan-countersignature",
        title=gettext_lazy("Plans to countersign"),
        words=lambda plan: _("Risk management plan to countersign"),
        open=_plans_to_sign,
        due="sign_due_on",
        standard=gettext_lazy("The day on which the plan was sent, and so many working days"),
        figures=("plan_countersign_working_days",),
        done=gettext_lazy("A manager countersigns the plan or returns it"),
        area="offender__area_id",
        whose=(Managers("offender__lead_agency_id"),),
        next_step=gettext_lazy("Read it, and countersign or return it"),
        url=to("assessments:plan_version"),
        stages=(-1, 0, 1, 5),
    ),
    Kind(
        slug="plan-share",
        title=gettext_lazy("Plans to share"),
        words=lambda plan: _("Risk management plan to share"),
        open=_plans(Plan.State.SIGNED),
        due="share_due_on",
        standard=gettext_lazy("The countersignature, and so many working days"),
        figures=("plan_share_working_days",),
        done=gettext_lazy("The plan is shared"),
        area="offender__area_id",
        whose=LEADS,
        next_step=gettext_lazy("Share the plan"),
        url=to("assessments:share_plan"),
        stages=(-1, 0, 1, 5),
    ),
    Kind(
        slug="plan-review",
        title=gettext_lazy("Reviews of plans"),
        words=lambda plan: _("Review of the risk management plan"),
        open=_plans_to_review,
        due="review_on",
        standard=gettext_lazy("The day that the plan says"),
        done=gettext_lazy("The next version is sent to be countersigned"),
        area="offender__area_id",
        whose=LEADS,
        next_step=gettext_lazy("Write the next version"),
        url=lambda plan: reverse("assessments:plan", args=[plan.offender.reference]),
        stages=(-20, -5, 0, 1, 5),
    ),
    Kind(
        slug="plan-acknowledgement",
        title=gettext_lazy("Plans to acknowledge"),
        words=lambda share: _("Risk management plan to acknowledge"),
        open=_acknowledgements,
        due="due_on",
        standard=gettext_lazy("The day on which the plan was shared, and so many working days"),
        figures=("plan_acknowledge_working_days",),
        done=gettext_lazy("Somebody of the agency acknowledges the plan, or it is replaced"),
        area="offender__area_id",
        whose=(
            Holders("agency_id", (R.CONTACT_POINT,)),
            InPlaceOf(R.CONTACT_POINT, Holders("agency_id", (R.PRACTITIONER,))),
        ),
        next_step=gettext_lazy("Read and acknowledge the plan"),
        url=lambda share: reverse("assessments:plan", args=[share.offender.reference]),
        stages=(-5, -1, 0, 1, 5),
    ),
    # Two kinds, because each is found by an index of its own: the cases that somebody leads, and his agency's measures.
    Kind(
        slug="measure",
        title=gettext_lazy("Measures of the lead agency"),
        # Under which heading, and in which words, is read after signing in.
        words=lambda measure: _("Measure of your agency"),
        open=_measures,
        due="due_on",
        standard=gettext_lazy("The day that the plan gives the measure"),
        done=gettext_lazy("What became of the measure is reported, or the plan replaced"),
        area="offender__area_id",
        whose=LEADS,
        next_step=gettext_lazy("Report on the measure"),
        url=to("assessments:report_measure"),
        stages=(-5, 0, 1, 5),
    ),
    Kind(
        slug="partner-measure",
        title=gettext_lazy("Measures of partner agencies"),
        words=lambda measure: _("Measure of your agency"),
        open=_partner_measures,
        due="due_on",
        standard=gettext_lazy("The day that the plan gives the measure"),
        done=gettext_lazy("What became of the measure is reported, or the plan replaced"),
        area="offender__area_id",
        whose=(Holders("agency_id", OFFICERS),),
        next_step=gettext_lazy("Report on the measure"),
        url=to("assessments:report_measure"),
        stages=(-5, 0, 1, 5),
    ),
)
