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
]
