"""Addresses of the API."""

from django.urls import path

from agencies.api.schema import schema
from offenders.api.rules.serializers import QUESTIONS
from offenders.api.rules.views import RuleView
from offenders.api.views import CasesView, CaseView

app_name = "api"

views = [
    path("cases/", CasesView.as_view(), name="cases"),
    path("cases/<str:reference>/", CaseView.as_view(), name="case"),
    *(
        path(f"rules/{name}/", RuleView.as_view(serializer_class=question), name=f"rule_{name}")
        for name, question in QUESTIONS.items()
    ),
]
for view in views:
    # The bearer token is asked for by the view itself: an API answers 401, never a sign-in page.
    view.callback.login_required = False  # type: ignore[attr-defined]

urlpatterns = [*views, path("schema/", schema, name="schema")]
