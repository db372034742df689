"""The pages of refusals and faults, and for systems the same as problem details: clear words, never a stack trace."""

from collections.abc import Callable
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from redis.exceptions import RedisError

from mappa.requests import current_request_id


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is stale or missing: nothing was saved; what to do."""
    return render(request, "400.html", {"request_id": current_request_id(), "stale_form": True}, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if told := _problem(request, 400, "The request makes no sense"):
        return told
    return render(request, "400.html", {"request_id": current_request_id()}, status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _problem(request, 403, "Not allowed") or render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same words whether a thing is not there or not for this person."""
    return _problem(request, 404, "Not found") or render(request, "404.html", status=404)


def fault(request: HttpRequest) -> HttpResponse:
    """A fault of ours. Rendered without the request, which may be what failed."""
    if told := _problem(request, 500, "A fault of ours"):
        return told
    return HttpResponse(render_to_string("500.html", {"request_id": current_request_id()}), status=500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """A part we need is down: nothing was shown or saved."""
    if told := _problem(request, 503, "Not to be had now"):
        return told
    return HttpResponse(render_to_string("503.html", {"request_id": current_request_id()}), status=503)


def too_long(request: HttpRequest) -> HttpResponse:
    """More was sent than anything here takes."""
    if told := _problem(request, 413, "Too much at once"):
        return told
    return HttpResponse(render_to_string("413.html", {"most": settings.UPLOAD_MAX_BYTES // 2**20}), status=413)


def too_often(request: HttpRequest) -> HttpResponse:
    """More was asked within a minute than one person reads."""
    answer = _problem(request, 429, "Too many requests") or render(request, "429.html", status=429)
    answer["Retry-After"] = "60"
    return answer


def _problem(request: HttpRequest, status: int, title: str) -> HttpResponse | None:
    """To a system, problem details (RFC 9457) in place of a page."""
    if not request.path.startswith("/api/"):
        return None
    told = {"type": "about:blank", "title": title, "status": status, "instance": f"urn:request:{current_request_id()}"}
    return JsonResponse(told, status=status, content_type="application/problem+json")


# What is asked for with a token that no page holds.
FOR_SYSTEMS = ("/api/", "/metrics", "/calendar/")


def systems_by_https(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a system that asks by plain http is refused and not led on (ASVS 5.0, 4.1.2): it would go on sending its token so."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SECURE_SSL_REDIRECT and request.path.startswith(FOR_SYSTEMS) and not request.is_secure():
            return forbidden(request)
        return get_response(request)

    return middleware


def not_too_long(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: refuse by its announced length what nothing here takes, before any of it is read.

    gunicorn hands over no more than was announced; whatever comes in pieces of no announced length is read as empty.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal():
            return bad_request(request)
        return too_long(request) if int(length) > settings.REQUEST_MAX_BYTES else get_response(request)

    return middleware


PAGE_METHODS = ("GET", "HEAD", "POST")


def known_methods(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a page is asked for or sent to, and nothing else: Django's own admin would take TRACE for GET.

    Views of the API name their methods, and answer others by 405 themselves.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method in PAGE_METHODS or request.path.startswith("/api/"):
            return get_response(request)
        return HttpResponseNotAllowed(PAGE_METHODS)

    return middleware


def without_nul(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: refuse an address or a cookie with a NUL, which PostgreSQL cannot even look for. Forms refuse theirs."""

    def middleware(request: HttpRequest) -> HttpResponse:
        sent = (request.path, unquote(request.META.get("QUERY_STRING", "")), *request.COOKIES.values())
        return bad_request(request) if any("\x00" in text for text in sent) else get_response(request)

    return middleware


def without_redis(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: where tries cannot be counted nobody is let try, and the page says so."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return unavailable(request) if isinstance(exception, RedisError) else None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def too_many(request: HttpRequest) -> HttpResponse:
    """Too many tries in a short time: wait, and try again."""
    return _problem(request, 429, "Too many tries") or render(request, "account/too_many.html", status=429)
