"""Addresses of the room."""

from django.urls import path

from disclosures import views
from disclosures.forms import STEPS

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
]
