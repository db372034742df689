"""Addresses of the API of disclosure."""

from django.urls import path

from agencies.api.addresses import for_systems
from disclosures.api.disclosures import AuthorisationView, DeliveryView, DisclosuresView, DisclosureView, ReviewView
from disclosures.api.drafts import DraftRecordingView, DraftsView, DraftView
from disclosures.api.requests import (
    AnswerView,
    ChaseView,
    InformationRequestsView,
    InformationRequestView,
    RequestsToUsView,
    RequestToUsView,
    RequestWithdrawalView,
)

app_name = "disclosures_api"

CASE = "cases/<str:reference>"
DISCLOSURE, DRAFT = f"{CASE}/disclosures/<str:row>", f"{CASE}/disclosure-drafts/<str:row>"
REQUEST = f"{CASE}/information-requests/<str:row>"

urlpatterns = for_systems(
    path(f"{CASE}/disclosures/", DisclosuresView.as_view(), name="disclosures"),
    path(f"{DISCLOSURE}/", DisclosureView.as_view(), name="disclosure"),
    path(f"{DISCLOSURE}/authorise/", AuthorisationView.as_view(), name="authorise"),
    path(f"{DISCLOSURE}/deliver/", DeliveryView.as_view(), name="deliver"),
    path(f"{DISCLOSURE}/review/", ReviewView.as_view(), name="review"),
    path(f"{CASE}/disclosure-drafts/", DraftsView.as_view(), name="drafts"),
    path(f"{DRAFT}/", DraftView.as_view(), name="draft"),
    path(f"{DRAFT}/record/", DraftRecordingView.as_view(), name="record_draft"),
    path(f"{CASE}/information-requests/", InformationRequestsView.as_view(), name="information_requests"),
    path(f"{REQUEST}/", InformationRequestView.as_view(), name="information_request"),
    path(f"{REQUEST}/chase/", ChaseView.as_view(), name="chase"),
    path(f"{REQUEST}/withdraw/", RequestWithdrawalView.as_view(), name="withdraw"),
    path("information-requests/", RequestsToUsView.as_view(), name="requests_to_us"),
    path("information-requests/<str:row>/", RequestToUsView.as_view(), name="request_to_us"),
    path("information-requests/<str:row>/answer/", AnswerView.as_view(), name="answer"),
)
