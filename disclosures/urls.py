"""Addresses of the room."""

from django.urls import path

from disclosures import views
from disclosures.forms import STEPS
from disclosures.views import scheme

app_name = "disclosures"
urlpatterns = [
    path("<str:reference>/disclosures/", views.log, name="log"),
    path("<str:reference>/disclosures/record/", views.begin, name="record_disclosure"),
    path("disclosures/<str:reference>/", views.disclosure, name="disclosure"),
    path("disclosures/<str:reference>/authorise/", views.authorise, name="authorise"),
    path("disclosures/<str:reference>/deliver/", views.deliver, name="deliver"),
    path("disclosures/<str:reference>/review/", views.review, name="review_disclosure"),
    path("disclosures/<str:reference>/correct/", views.correct, name="correct"),
    path("disclosures/<str:reference>/letter.pdf", views.letter_pdf, name="letter_pdf"),
    path("disclosures/<str:reference>/letter.docx", views.letter_word, name="letter_word"),
    *(
        path(f"disclosures/drafts/<str:reference>/{step}/", views.step, {"step": step}, name=f"draft_{step}")
        for step in STEPS
    ),
    path("disclosures/drafts/<str:reference>/check/", views.check, name="draft_check"),
    path("disclosures/drafts/<str:reference>/discard/", views.discard, name="discard_draft"),
    path("information-requests/to-us/", views.requests_to_us, name="requests_to_us"),
    path("information-requests/<str:reference>/", views.answer_information, name="answer_information"),
    path("information-requests/<str:reference>/remind/", views.chase_request, name="chase_request"),
    path("information-requests/<str:reference>/withdraw/", views.withdraw_request, name="withdraw_request"),
    path("<str:reference>/information-requests/", views.requests, name="requests"),
    path("<str:reference>/information-requests/ask/", views.request_information, name="request_information"),
    path("disclosure-scheme/applications/", scheme.applications, name="applications"),
    path("disclosure-scheme/take/", scheme.take_application, name="take_application"),
    path("disclosure-scheme/applications/<str:reference>/", scheme.application, name="application"),
    path(
        "disclosure-scheme/applications/<str:reference>/immediate-risk/",
        scheme.report_immediate_risk,
        name="report_immediate_risk",
    ),
    path(
        "disclosure-scheme/applications/<str:reference>/protection/",
        scheme.record_protection,
        name="record_protection",
    ),
    path(
        "disclosure-scheme/applications/<str:reference>/checks/",
        scheme.application_checks,
        name="application_checks",
    ),
    path(
        "disclosure-scheme/applications/<str:reference>/meeting/",
        scheme.application_meeting,
        name="application_meeting",
    ),
    path(
        "disclosure-scheme/applications/<str:reference>/assessment/",
        scheme.application_assessment,
        name="application_assessment",
    ),
    path(
        "disclosure-scheme/applications/<str:reference>/decide/",
        scheme.decide_application,
        name="decide_application",
    ),
    path("disclosure-scheme/applications/<str:reference>/end/", scheme.end_application, name="end_application"),
    path("disclosure-scheme/applications/<str:reference>/close/", scheme.close_application, name="close_application"),
    path("disclosure-scheme/applications/<str:reference>/match/", scheme.match_application, name="match_application"),
    path(
        "disclosure-scheme/applications/<str:reference>/unmatch/",
        scheme.unmatch_application,
        name="unmatch_application",
    ),
    path(
        "disclosure-scheme/applications/<str:reference>/put-off/",
        scheme.put_off_application,
        name="put_off_application",
    ),
    path(
        "disclosure-scheme/applications/<str:reference>/hand-over/",
        scheme.hand_over_application,
        name="hand_over_application",
    ),
    path("disclosure-scheme/applications/<str:reference>/note/", scheme.note_application, name="note_application"),
    path(
        "disclosure-scheme/applications/<str:reference>/disclose/",
        scheme.disclose_application,
        name="disclose_application",
    ),
]
