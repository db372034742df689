"""What a view of the API refuses is on record: to which token, and with which status."""

from http import HTTPStatus
from typing import Any, ClassVar

from django.http import HttpRequest
from rest_framework.exceptions import APIException, NotAuthenticated, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api.authentication import asker, token_of
from agencies.api.negotiation import OneForm
from agencies.models import IntegrationToken, User
from agencies.wrong_keys import record_wrong_key
from audit.context import refusal_is_told
from audit.models import Act
from audit.record import record
from mappa.reference_numbers import reference_in
from mappa.throttle import is_flood

# To whom a thing is closed is a matter of the person; every other refusal is of what his system sent.
OF_THE_PERSON = frozenset({403, 404})
# Of requests over the limit: they may be very many.
MOST_A_MINUTE = 60


class PersonRefusedError(APIException):
    """A refusal that is a matter of the person for whom the system acts, whatever its status."""


class RecordedAPIView(GenericAPIView[Any]):
    """A view whose refusals are recorded, under the name by which its reads are."""

    content_negotiation_class = OneForm
    event: ClassVar[str]
    act: ClassVar[Act] = Act.VIEW

    def told(self) -> dict[str, Any]:
        """What else is said of a refusal."""
        return {}

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        if isinstance(exc, NotAuthenticated):
            record_wrong_key(_asked(self.request), "api.refused", why="no token")
        elif 400 <= response.status_code < 500 or isinstance(exc, PersonRefusedError):
            self._record(exc, response.status_code)
        return response

    def _record(self, exc: Exception, status: int) -> None:
        if not self.request.auth:
            # Somebody who is signed in mistypes a question on a page, as in any form; a refused token is recorded where it is read.
            if isinstance(exc, ValidationError):
                refusal_is_told()
            return
        is_his = status in OF_THE_PERSON or isinstance(exc, PersonRefusedError)
        by = asker(self.request) if is_his else token_of(self.request).user
        if status == HTTPStatus.TOO_MANY_REQUESTS and is_flood("api refused", by.pk, MOST_A_MINUTE):
            refusal_is_told()
        else:
            self._record_of(token_of(self.request), by, status)

    def _record_of(self, token: IntegrationToken, by: User, status: int) -> None:
        reference = reference_in(str(self.kwargs.get("reference") or self.kwargs.get("row", "")))
        told = {"token": token.pk, "status": status, **self.told()}
        record(self.event, by=by, denied=True, reference=reference, act=self.act, **told)


def _asked(request: Request) -> HttpRequest:
    asked: HttpRequest = request._request
    return asked
