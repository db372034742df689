"""Addresses of the API."""

from django.urls import path

from offenders.api.views import CasesView, CaseView

app_name = "api"

urlpatterns = [
    path("cases/", CasesView.as_view(), name="cases"),
    path("cases/<str:reference>/", CaseView.as_view(), name="case"),
]
for pattern in urlpatterns:
    # The bearer token is asked for by the view itself: an API answers 401, never a sign-in page.
    pattern.callback.login_required = False  # type: ignore[attr-defined]
