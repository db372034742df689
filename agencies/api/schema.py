"""How the API describes itself, to people who are signed in."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe
from drf_spectacular.extensions import OpenApiAuthenticationExtension
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
