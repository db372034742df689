"""What every request carries: an id of its own, and an answer that no cache keeps."""

import ipaddress
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]

NAMED = re.compile("[0-9a-f]{32}")  # as nginx's $request_id
# Where a request keeps its own id: Django still speaks of it when it has been answered.
REQUEST_ID = "mappa.request_id"
_request_id: ContextVar[str] = ContextVar("request_id", default="-")


def current_request_id() -> str:
    """The id of the request being answered, or '-' outside one."""
    return _request_id.get()


def request_id(get_response: Answer) -> Answer:
    """Middleware: name the request, so that logs, audit and error pages can be matched.

    A proxy of ours has named it already, in its own log; what anybody else calls a request is not believed.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        named = request.META.get("HTTP_X_REQUEST_ID", "") if settings.BEHIND_PROXY else ""
        token = _request_id.set(named if NAMED.fullmatch(named) else uuid.uuid4().hex)
        request.META[REQUEST_ID] = _request_id.get()
        try:
            response = get_response(request)
            response["X-Request-ID"] = _request_id.get()
            return response
        finally:
            _request_id.reset(token)

    return middleware


def client_address(get_response: Answer) -> Answer:
    """Middleware: behind a proxy of ours, the browser's address instead of the proxy's.

    Only the last address counts: it is the one our proxy saw itself, and what stands before it anybody can invent.
    Sign-in limits and the audit go by it; without it one guesser would lock everybody out.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        seen = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if settings.BEHIND_PROXY and is_address(seen):
            request.META["REMOTE_ADDR"] = seen
        return get_response(request)

    return middleware


def is_address(text: str) -> bool:
    """Is this an IP address?"""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def never_stored(get_response: Answer) -> Answer:
    """Middleware: case data stays out of browser and proxy caches."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware
