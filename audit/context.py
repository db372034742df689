"""Where a request came from, for the record; and no answer where nothing can be recorded."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from mappa.errors import unavailable


class AuditUnavailableError(Exception):
    """The act could not be recorded, so it does not happen (access.md, Recording)."""


@dataclass(frozen=True)
class Origin:
    """What the audit says of a request besides who and what."""

    ip: str | None = None
    session: str = ""


@dataclass
class Refusal:
    """Whether it is on record already that this request was refused."""

    is_told: bool = False


NOWHERE = Origin()
_origin: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)
_request: ContextVar[HttpRequest | None] = ContextVar("audited_request", default=None)
_refusal: ContextVar[Refusal | None] = ContextVar("refusal", default=None)


def refusal_is_told() -> None:
    """Whatever refuses this request, it is on record, or need not be: `audit.refusals` adds nothing."""
    if refusal := _refusal.get():
        refusal.is_told = True


@contextmanager
def from_address(address: str | None) -> Iterator[Refusal]:
    """What is recorded before the session is known has its address; and whether a refusal was told."""
    origin, refusal = _origin.set(Origin(ip=address)), _refusal.set(told := Refusal())
    try:
        yield told
    finally:
        _refusal.reset(refusal)
        _origin.reset(origin)


def current_origin() -> Origin:
    """The request being answered; empty in a task or a command."""
    return _origin.get()


def current_request() -> HttpRequest | None:
    """The request being answered; None outside one."""
    return _request.get()


def session_of(request: HttpRequest) -> str:
    """By what the record knows a session again: not its key, which would open it."""
    key = request.session.session_key or ""
    return hashlib.sha256(key.encode()).hexdigest()[:16] if key else ""


def audit_context(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: remember where the request came from; answer 503 when it cannot be recorded."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = _origin.set(Origin(ip=request.META.get("REMOTE_ADDR") or None, session=session_of(request)))
        request_token = _request.set(request)
        try:
            return get_response(request)
        finally:
            _request.reset(request_token)
            _origin.reset(token)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return unavailable(request) if _is_the_audits(exception) else None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def _is_the_audits(exception: Exception) -> bool:
    """An event that could not be written, or a change whose history could not: Postgres names the function that failed."""
    is_of_history = isinstance(exception, DatabaseError) and "audit_write_change" in str(exception)
    return is_of_history or isinstance(exception, AuditUnavailableError)
