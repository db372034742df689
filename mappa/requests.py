"""What every request carries: an id of its own, and an answer that no cache keeps."""

import logging
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]

_request_id: ContextVar[str] = ContextVar("request_id", default="-")


def current_request_id() -> str:
    """The id of the request being answered, or '-' outside one."""
    return _request_id.get()


def request_id(get_response: Answer) -> Answer:
    """Middleware: name the request, so that logs, audit and error pages can be matched."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = _request_id.set(uuid.uuid4().hex)
        try:
            response = get_response(request)
            response["X-Request-ID"] = _request_id.get()
            return response
        finally:
            _request_id.reset(token)

    return middleware


def never_stored(get_response: Answer) -> Answer:
    """Middleware: case data stays out of browser and proxy caches."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


class RequestIdFilter(logging.Filter):
    """Give each log line the id of its request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id()
        return True
