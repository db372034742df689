"""`POST /api/v1/rules/<name>/`: one question of law, answered with its authority; nothing is stored."""

from typing import cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.access import Perm
from agencies.api.authentication import BearerAuthentication
from agencies.api.permissions import SignedIn
from agencies.api.recording import RecordedAPIView
from offenders.api.rules.parsing import dotted
from offenders.api.rules.serializers import Question


class RuleView(RecordedAPIView):
    """One rule: whoever is signed in, or any system with a token, may ask it. It reads no case and writes nothing."""

    event = "api.rule_asked"
    permission = Perm.SIGNED_IN
    # The first one says how to ask: nobody gets 401. A page's session comes with its CSRF token.
    authentication_classes = (BearerAuthentication, SessionAuthentication)
    permission_classes = (SignedIn,)
    serializer_class = Question

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        question = cast(Question, self.get_serializer(data=request.data))
        return Response(question.answer(question.run_validation(request.data)))

    def handle_exception(self, exc: Exception) -> Response:
        """Mistakes are told by the path of the field: {"disposal.terms.0.months": ["…"]}."""
        response = super().handle_exception(exc)
        if isinstance(exc, ValidationError):
            return Response(dotted(exc.detail), status=exc.status_code)
        return response
