"""The pages of refusals and faults: clear words and a reference, never a stack trace."""

from collections.abc import Callable
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from mappa.requests import current_request_id


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is stale or missing: nothing was saved; what to do."""
    return render(request, "400.html", {"request_id": current_request_id(), "stale_form": True}, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", {"request_id": current_request_id()}, status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same words whether a thing is not there or not for this person."""
    return render(request, "404.html", status=404)


def fault(request: HttpRequest) -> HttpResponse:
    """A fault of ours. Rendered without the request, which may be what failed."""
    return HttpResponse(render_to_string("500.html", {"request_id": current_request_id()}), status=500)


def unavailable(_request: HttpRequest) -> HttpResponse:
    """A part we need is down: nothing was shown or saved."""
    return HttpResponse(render_to_string("503.html", {"request_id": current_request_id()}), status=503)


def without_nul(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: refuse an address or a cookie with a NUL, which PostgreSQL cannot even look for. Forms refuse theirs."""

    def middleware(request: HttpRequest) -> HttpResponse:
        sent = (request.path, unquote(request.META.get("QUERY_STRING", "")), *request.COOKIES.values())
        return bad_request(request) if any("\x00" in text for text in sent) else get_response(request)

    return middleware
