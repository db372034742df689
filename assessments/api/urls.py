"""Addresses of the API of risk and plans."""

from django.urls import path

from agencies.api.addresses import for_systems
from assessments.api.assessments import (
    AssessmentReturnView,
    AssessmentsView,
    AssessmentView,
    CountersignatureView,
    ToolResultsView,
    ToolResultView,
    ToolResultWithdrawalView,
)
from assessments.api.measures import (
    MeasureChangeView,
    MeasureRemovalView,
    MeasureReportView,
    MeasuresView,
    MeasureView,
    MeasureWordingView,
)
from assessments.api.plans import (
    AcknowledgementView,
    PlanCountersignatureView,
    PlanMeasuresView,
    PlanReturnView,
    PlanSendingView,
    PlanSharingView,
    PlansView,
    PlanTermsView,
    PlanView,
    SectionsView,
)

app_name = "assessments_api"

CASE = "cases/<str:reference>"
ASSESSMENT, RESULT = f"{CASE}/assessments/<str:row>", f"{CASE}/tool-results/<str:row>"
PLAN, MEASURE = f"{CASE}/plans/<str:row>", f"{CASE}/measures/<str:row>"

urlpatterns = for_systems(
    path(f"{CASE}/assessments/", AssessmentsView.as_view(), name="assessments"),
    path(f"{ASSESSMENT}/", AssessmentView.as_view(), name="assessment"),
    path(f"{ASSESSMENT}/countersign/", CountersignatureView.as_view(), name="countersign"),
    path(f"{ASSESSMENT}/send-back/", AssessmentReturnView.as_view(), name="send_back"),
    path(f"{CASE}/tool-results/", ToolResultsView.as_view(), name="tool_results"),
    path(f"{RESULT}/", ToolResultView.as_view(), name="tool_result"),
    path(f"{RESULT}/withdraw/", ToolResultWithdrawalView.as_view(), name="withdraw_tool_result"),
    path(f"{CASE}/plans/", PlansView.as_view(), name="plans"),
    path(f"{PLAN}/", PlanView.as_view(), name="plan"),
    path(f"{PLAN}/sections/", SectionsView.as_view(), name="sections"),
    path(f"{PLAN}/terms/", PlanTermsView.as_view(), name="terms"),
    path(f"{PLAN}/measures/", PlanMeasuresView.as_view(), name="plan_measures"),
    path(f"{PLAN}/send/", PlanSendingView.as_view(), name="send_plan"),
    path(f"{PLAN}/countersign/", PlanCountersignatureView.as_view(), name="countersign_plan"),
    path(f"{PLAN}/return/", PlanReturnView.as_view(), name="return_plan"),
    path(f"{PLAN}/share/", PlanSharingView.as_view(), name="share_plan"),
    path(f"{CASE}/plan-shares/<str:row>/acknowledge/", AcknowledgementView.as_view(), name="acknowledge_plan"),
    path(f"{CASE}/measures/", MeasuresView.as_view(), name="measures"),
    path(f"{MEASURE}/", MeasureView.as_view(), name="measure"),
    path(f"{MEASURE}/change/", MeasureChangeView.as_view(), name="change_measure"),
    path(f"{MEASURE}/word/", MeasureWordingView.as_view(), name="word_measure"),
    path(f"{MEASURE}/remove/", MeasureRemovalView.as_view(), name="remove_measure"),
    path(f"{MEASURE}/report/", MeasureReportView.as_view(), name="report_measure"),
)
