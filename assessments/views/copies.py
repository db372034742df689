"""A plan or an assessment to take away, as PDF and as Word: whoever may read it may, and each copy is recorded."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, guarded
from assessments.copies import copy_of_assessment, copy_of_plan
from assessments.models import Assessment, Plan
from audit.models import Act
from offenders.views.paper import Sheet, hand_out_pdf, hand_out_word


@guarded(Perm.VIEW_CASE, Plan, act=Act.DOWNLOAD)
@require_safe
def plan_pdf(request: AuthedRequest, plan: Plan) -> HttpResponse:
    """The reader's copy of a version of the plan."""
    as_page = (plan.get_absolute_url(), _("Read or print the plan as a page"))
    return hand_out_pdf(request, _plan(request, plan), otherwise=as_page)


@guarded(Perm.VIEW_CASE, Plan, act=Act.DOWNLOAD)
@require_safe
def plan_word(request: AuthedRequest, plan: Plan) -> HttpResponse:
    """The same as a Word file."""
    return hand_out_word(request, _plan(request, plan))


def _plan(request: AuthedRequest, plan: Plan) -> Sheet:
    rows = Plan.objects.visible_to(request.user).select_related("offender", "previous", "signed_by", "shared_by")
    return Sheet(copy_of_plan(rows.get(pk=plan.pk), request.user), plan, "plan.downloaded", "plan")


@guarded(Perm.VIEW_CASE, Assessment, act=Act.DOWNLOAD)
@require_safe
def assessment_pdf(request: AuthedRequest, assessment: Assessment) -> HttpResponse:
    """The reader's copy of an assessment."""
    as_page = (assessment.get_absolute_url(), _("Read or print the assessment as a page"))
    return hand_out_pdf(request, _assessment(request, assessment), otherwise=as_page)


@guarded(Perm.VIEW_CASE, Assessment, act=Act.DOWNLOAD)
@require_safe
def assessment_word(request: AuthedRequest, assessment: Assessment) -> HttpResponse:
    """The same as a Word file."""
    return hand_out_word(request, _assessment(request, assessment))


def _assessment(request: AuthedRequest, assessment: Assessment) -> Sheet:
    people = ("assessed_by", "countersigned_by", "returned_by")
    rows = Assessment.objects.visible_to(request.user).select_related("offender", *people)
    copy = copy_of_assessment(rows.get(pk=assessment.pk), request.user)
    return Sheet(copy, assessment, "assessment.downloaded", "assessment")
