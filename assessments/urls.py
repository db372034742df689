"""Addresses of the room."""

from django.urls import path

from assessments import views

app_name = "assessments"
urlpatterns = [
    path("<str:reference>/risk/", views.risk, name="risk"),
    path("<str:reference>/risk/assess/", views.assess, name="assess"),
    path("<str:reference>/risk/tools/", views.tools, name="tools"),
    path("<str:reference>/risk/tools/record/", views.record_result, name="record_result"),
    path("tool-results/<str:reference>/withdraw/", views.withdraw_result, name="withdraw_result"),
    path("prompts/<str:reference>/", views.prompt, name="prompt"),
    path("prompts/<str:reference>/dismiss/", views.dismiss_prompt, name="dismiss_prompt"),
    path("assessments/<str:reference>/", views.assessment, name="assessment"),
    path("assessments/<str:reference>/assessment.pdf", views.assessment_pdf, name="assessment_pdf"),
    path("assessments/<str:reference>/assessment.docx", views.assessment_word, name="assessment_word"),
    path("assessments/<str:reference>/countersign/", views.countersign, name="countersign"),
    path("assessments/<str:reference>/send-back/", views.send_back, name="send_back"),
    path("<str:reference>/plan/", views.plan, name="plan"),
    path("<str:reference>/plan/begin/", views.begin_plan, name="begin_plan"),
    path("<str:reference>/plan/propose/", views.propose_measure, name="propose_measure"),
    path("plans/<str:reference>/", views.plan_version, name="plan_version"),
    path("plans/<str:reference>/plan.pdf", views.plan_pdf, name="plan_pdf"),
    path("plans/<str:reference>/plan.docx", views.plan_word, name="plan_word"),
    path("plans/<str:reference>/write/", views.write_plan, name="write_plan"),
    path("plans/<str:reference>/section/", views.save_section, name="save_section"),
    path("plans/<str:reference>/terms/", views.settle_terms, name="settle_terms"),
    path("plans/<str:reference>/measure/", views.add_measure, name="add_measure"),
    path("plans/<str:reference>/send/", views.send_plan, name="send_plan"),
    path("plans/<str:reference>/countersign/", views.countersign_plan, name="countersign_plan"),
    path("plans/<str:reference>/return/", views.return_plan, name="return_plan"),
    path("plans/<str:reference>/share/", views.share_plan, name="share_plan"),
    path("plans/shares/<str:reference>/acknowledge/", views.acknowledge_plan, name="acknowledge_plan"),
    path("plans/measures/<str:reference>/change/", views.change_measure, name="change_measure"),
    path("plans/measures/<str:reference>/draft/", views.draft_measure, name="draft_measure"),
    path("plans/measures/<str:reference>/remove/", views.remove_measure, name="remove_measure"),
    path("plans/measures/<str:reference>/report/", views.report_measure, name="report_measure"),
]
