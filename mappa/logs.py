"""What is written down of each request and each fault: numbers, routes and places in the code, and nothing of anybody.

Libraries say more: the address that was asked for, the words of an error (PostgreSQL's quote the row), what a task was given.
The filter takes that out of what they say, whatever the format (docs/security.md, What the logs hold).
"""

import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from traceback import format_tb
from types import TracebackType
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from mappa.requests import REQUEST_ID, Answer, current_request_id

requests = logging.getLogger("mappa.request")
Excuse = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]
# What only a proxy says of a request. Where none is ours somebody invented it; where one is, whatever it does not set itself.
PROXY_HEADERS = {
    "HTTP_X_FORWARDED_FOR": "x-forwarded-for",
    "HTTP_X_FORWARDED_PROTO": "x-forwarded-proto",
    "HTTP_X_FORWARDED_HOST": "x-forwarded-host",
    "HTTP_X_FORWARDED_PORT": "x-forwarded-port",
    "HTTP_X_REAL_IP": "x-real-ip",
    "HTTP_FORWARDED": "forwarded",
    "HTTP_X_REQUEST_ID": "x-request-id",
    "HTTP_X_ORIGINAL_URL": "x-original-url",
    "HTTP_X_REWRITE_URL": "x-rewrite-url",
}


# What docker/nginx.conf sets, whatever was sent.
SET_BY_OURS = frozenset({"HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REQUEST_ID"})


def each_request(get_response: Answer) -> Answer:
    """Middleware: one line for each request: by which method which route was asked, how it was answered, how long it took.

    The route and not the address, which may name a person. Static files are left out.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        # Read now: a proxy of ours is believed further in (mappa.requests.client_address).
        believed = SET_BY_OURS if settings.BEHIND_PROXY else frozenset()
        invented = [said for name, said in PROXY_HEADERS.items() if name in request.META and name not in believed]
        response = get_response(request)
        if not request.path.startswith(settings.STATIC_URL):
            told: dict[str, Any] = {
                "method": method_of(request),
                "route": route_of(request),
                "status": response.status_code,
                "ms": round((time.monotonic() - began) * 1000),
                "user": who_asked(request),
            }
            if invented:
                told["invented"] = invented
            requests.info("%(method)s %(route)s %(status)s %(ms)s ms", told, extra={"told": told})
        return response

    return middleware


def method_of(request: HttpRequest) -> str:
    """The method, where it is one there is."""
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}
    return request.method if request.method in known else "another"


def route_of(request: HttpRequest) -> str:
    """The route as urls.py has it."""
    match = request.resolver_match
    return f"/{match.route}" if match else "an address that is not ours"


def who_asked(request: HttpRequest) -> int | None:
    """The number of who is signed in, where it was found out already: a line of the log is no reason to ask."""
    told = vars(request).get("user")
    known = getattr(request, "_cached_user", None) if isinstance(told, SimpleLazyObject) else told
    return getattr(known, "pk", None)


class NothingOfAnybody(logging.Filter):
    """Give each line the id of its request, and take out of it what a library put in about a person."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        known = request.META.get(REQUEST_ID) if isinstance(request, HttpRequest) else None
        record.request_id = known or current_request_id()
        if record.name.startswith("django.security"):
            record.msg, record.args = "A request was refused as suspicious (%s)", (record.name.rpartition(".")[2],)
        elif isinstance(record.msg, BaseException):
            record.msg, record.args = type(record.msg).__name__, ()
        elif str(record.msg).startswith("Invalid request from"):  # gunicorn: the line that was sent stands in the words
            record.msg, record.args = "What was sent is no request", ()
        elif isinstance(record.args, tuple):
            record.args = tuple(_harmless(record, part) for part in record.args)
        elif isinstance(record.args, dict) and "told" not in vars(record):
            # Celery: the repr of what a task was given, of what it answered and of its error
            record.args = {name: "-" if name in WORDS_OF_TASKS else part for name, part in record.args.items()}
        return True


WORDS_OF_TASKS = {"args", "kwargs", "exc", "return_value", "traceback"}


def _harmless(record: logging.LogRecord, part: Any) -> Any:
    if part is not None and not isinstance(part, str | int | float):
        return type(part).__name__  # errors, and what holds one: their words
    if isinstance(part, str) and part.startswith(("/", "http://", "https://")):
        request = getattr(record, "request", None)
        return route_of(request) if isinstance(request, HttpRequest) else "an address"
    return part


def places(fault: Excuse) -> str:
    """Where in the code it happened, and what kinds of errors; none of their words, which may be about a person."""
    told, error = [], fault[1]
    while error is not None:
        told.append(f"{type(error).__name__}\n{''.join(format_tb(error.__traceback__))}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nbecause of ".join(told).rstrip()


class Line(logging.Formatter):
    """A line for people, in UTC, with the places of a fault below it."""

    converter = time.gmtime  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s [%(request_id)s] %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # what another handler made of it may hold the words
        return super().format(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802  logging's name
        return places(ei)


class Json(logging.Formatter):
    """A line for machines: one JSON object, whatever it tells."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request_id": getattr(record, "request_id", "-"),
            "message": record.getMessage(),
        }
        line |= getattr(record, "told", {})
        if record.exc_info and record.exc_info[1]:
            line["fault"] = places(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


FORMATS: dict[str, Callable[[], logging.Formatter]] = {"line": Line, "json": Json}
