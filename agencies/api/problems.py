"""What went wrong, as problem details (RFC 9457), with the fields of a form by name."""

from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import IntegrityError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from mappa.requests import current_request_id

CONTENT_TYPE = "application/problem+json"
TITLES = {
    400: "The request makes no sense",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Not allowed here",
    409: "Already done otherwise",
    415: "Not in a form that is read here",
    429: "Too many requests",
    503: "Not to be had now",
}


class ConflictError(exceptions.APIException):
    """The same key was used for something else, or the same was written by somebody else at the same time."""

    status_code = 409


class DamagedError(exceptions.APIException):
    """A kept file is not what was kept."""

    status_code = 503


def problem(exc: Exception, context: dict[str, Any]) -> Response | None:
    """A refusal as problem details; a fault of ours is left to the page of faults."""
    response = exception_handler(_as_refusal(exc), context)
    if response is None:
        return None
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(response.status_code, "Refused"),
        "status": response.status_code,
        "instance": f"urn:request:{current_request_id()}",
    }
    detail = response.data
    if isinstance(detail, dict) and set(detail) == {"detail"}:
        told["detail"] = str(detail["detail"])
    else:
        told["errors"] = detail if isinstance(detail, dict) else {"body": detail}
    response.data = told
    response.content_type = CONTENT_TYPE
    return response


def _as_refusal(exc: Exception) -> Exception:
    """What the verbs raise, in the words of the framework."""
    if isinstance(exc, DjangoValidationError):
        if getattr(exc, "code", "") == "stale":
            words = _("Somebody else saved this since the version that you sent. Read it again, then send your change.")
            return ConflictError(words)
        if hasattr(exc, "error_dict"):
            fields = {name if name != "__all__" else "body": errors for name, errors in exc.message_dict.items()}
            return exceptions.ValidationError(fields)
        return exceptions.ValidationError({"body": exc.messages})
    if isinstance(exc, IntegrityError):
        return ConflictError(_("This was saved already, perhaps by another sender at the same time. Read it first."))
    if isinstance(exc, DjangoPermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(exc, Http404):
        return exceptions.NotFound()
    return exc
