"""When a figure of the Guidance is missing: say which, and who can add it, instead of a fault."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agencies.models.standard import UnknownStandardError

Answer = Callable[[HttpRequest], HttpResponse]


def missing_standard(get_response: Answer) -> Answer:
    """Middleware: a page that cannot be made without a standard names it. Nothing was saved."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, UnknownStandardError):
            return None
        return render(request, "missing_standard.html", {"why": exception.messages[0]}, status=503)

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware
