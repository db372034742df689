"""How the API describes itself, to people who are signed in."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.permissions import AllowAny

from agencies.access import AuthedRequest, Perm, guarded


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """What the schema says of our bearer tokens."""

    target_class = "agencies.api.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class SchemaView(SpectacularJSONAPIView):
    """The OpenAPI document. Only `schema` below calls it, and that asks who is there."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


@guarded(Perm.SIGNED_IN)
@require_safe
def schema(request: AuthedRequest) -> HttpResponse:
    """The API's own description, as OpenAPI 3 in JSON."""
    response: HttpResponse = SchemaView.as_view()(request)
    response.render()  # type: ignore[attr-defined]
    return response


@guarded(Perm.SIGNED_IN)
@require_safe
def description(request: AuthedRequest) -> HttpResponse:
    """The API's description for people: what can be asked and sent, from the same source as the schema."""
    found = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    rows = [
        {"method": method.upper(), "path": path, "about": operation.get("description", "")}
        for path, methods in found["paths"].items()
        for method, operation in methods.items()
    ]
    return render(request, "agencies/api.html", {"rows": rows})
