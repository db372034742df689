"""Through whose eyes a statement looks at cases: what Postgres is told for the second wall (docs/adr/0025).

In a request they are those of whoever is signed in, in person or by a system that acts for him. A queryset that went
through `visible_to(user)` looks with that user's; one that another verb opened, which says itself what it lets out, and
`unguarded(reason)` look past all walls. Tasks and commands are the system's. Nothing said is nothing seen.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]
EVERYTHING = "everything"
NOBODY = None

# The tables around which Postgres keeps a wall (offenders/wall.py).
walled: set[str] = set()

_asked: ContextVar[Callable[[], Any] | None] = ContextVar("eyes", default=None)
# Of the whole process, so that its threads have them too.
_outside: dict[str, Any] = {"requests": NOBODY}


def whose() -> Any:
    """A user, EVERYTHING, or NOBODY."""
    asked = _asked.get()
    return _outside["requests"] if asked is None else asked()


@contextmanager
def through(eyes: Any) -> Iterator[None]:
    """Look through somebody's eyes for a while."""
    token = _asked.set(lambda: eyes)
    try:
        yield
    finally:
        _asked.reset(token)


@contextmanager
def within(eyes: Any) -> Iterator[None]:
    """Look through somebody's eyes while a request is answered; a task or a command looks with the system's all the time."""
    if _asked.get() is None:
        yield
    else:
        with through(eyes):
            yield


@contextmanager
def past_sight(reason: str) -> Iterator[None]:
    """Write what the one who writes does not see, before or after, and say why. tests/test_wall.py lists every use."""
    with within(EVERYTHING):
        yield


def outside_requests(eyes: Any) -> None:
    """Whose eyes this process has where it answers no request: a command, a worker and a test are the system's."""
    _outside["requests"] = eyes


def of_whoever_is_signed_in(get_response: Answer) -> Answer:
    """Middleware: the request looks through the eyes of its user, whoever that is when it looks."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = _asked.set(lambda: request.user)
        try:
            return get_response(request)
        finally:
            _asked.reset(token)

    return middleware
