"""What a view of the API refuses is on record: to which token, and with which status."""

from contextlib import suppress
from http import HTTPStatus
from typing import Any, ClassVar

from django.http import HttpRequest
from rest_framework.exceptions import NotAuthenticated, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api.authentication import asker, token_of
from agencies.models import IntegrationToken
from agencies.wrong_keys import record_wrong_key
from audit.context import refusal_is_told
from audit.models import Act
from audit.record import record
from mappa.reference_numbers import reference_in
from mappa.throttle import UncountedError, is_too_often

# To whom a thing is closed is a matter of the person; every other refusal is of what his system sent.
OF_THE_PERSON = frozenset({403, 404})
# Of requests over the limit: they may be very many.
MOST_A_MINUTE = 60


class RecordedAPIView(GenericAPIView[Any]):
    """A view whose refusals are recorded, under the name by which its reads are."""

    event: ClassVar[str]
    act: ClassVar[Act] = Act.VIEW

    def told(self) -> dict[str, Any]:
        """What else is said of a refusal."""
        return {}

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        if isinstance(exc, NotAuthenticated):
            record_wrong_key(_asked(self.request), "api.refused", why="no token")
        elif 400 <= response.status_code < 500:
            self._record(exc, response.status_code)
        return response

    def _record(self, exc: Exception, status: int) -> None:
        if not self.request.auth:
            # Somebody who is signed in mistypes a question on a page, as in any form; a refused token is recorded where it is read.
            if isinstance(exc, ValidationError):
                refusal_is_told()
        elif status == HTTPStatus.TOO_MANY_REQUESTS and _is_flood(token_of(self.request).pk):
            refusal_is_told()
        else:
            self._record_of(token_of(self.request), status)

    def _record_of(self, token: IntegrationToken, status: int) -> None:
        by = asker(self.request) if status in OF_THE_PERSON else token.user
        reference = reference_in(str(self.kwargs.get("reference") or self.kwargs.get("row", "")))
        told = {"token": token.pk, "status": status, **self.told()}
        record(self.event, by=by, denied=True, reference=reference, act=self.act, **told)


def _asked(request: Request) -> HttpRequest:
    asked: HttpRequest = request._request
    return asked


def _is_flood(token: int) -> bool:
    with suppress(UncountedError):
        return is_too_often("api refused", token, MOST_A_MINUTE)
    return False
