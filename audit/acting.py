"""Who acts, for the history of changes: each statement that writes says it to Postgres (mappa/carried.py).

In a request the signed-in person, and the route; in a task the system, and the task; in a command whoever runs it. It is what the
application claims: the database adds its own session user and process, so that a forged claim shows.
"""

import getpass
import json
import re
import sys
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celery.signals import task_postrun, task_prerun
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from audit.context import current_origin, current_request
from mappa.carried import carry
from mappa.requests import current_request_id

# The audit's own rows say who in columns, and sessions have no history. A disposal removes by a function (docs/adr/0030).
WRITES = re.compile(
    r'\s*(?:INSERT INTO(?! "(?:audit_|django_session))|UPDATE|DELETE|MERGE|WITH|SELECT dispose_of_case)\b',
    re.IGNORECASE,
)

_agency_of: Callable[[Any, Any], int | None] = lambda by, about: None  # noqa: E731  until agencies tells
_system: Callable[[], Any] = lambda: None  # noqa: E731


@dataclass
class Work:
    """What runs outside requests: a task or a command."""

    name: str = ""
    is_the_systems: bool = False
    actor: int | None = None


_work: ContextVar[Work] = ContextVar("work", default=Work())  # noqa: B039  never changed: it is not the system's


def begin() -> None:
    """From now on statements say who acts. Called when the application is ready."""
    carry("mappa.acting", acting)
    task_prerun.connect(_task_begins, weak=False)
    task_postrun.connect(_task_ended, weak=False)
    if Path(sys.argv[0]).name == "manage.py" and len(sys.argv) > 1:
        _work.set(Work(f"command {sys.argv[1]} by {_operator()}"))


def ask(*, agency_of: Callable[[Any, Any], int | None], system: Callable[[], Any]) -> None:
    """How to learn for which agency somebody acts, and who the system is. Told by the app that knows."""
    global _agency_of, _system
    _agency_of, _system = agency_of, system


def agency_of(by: Any, about: Any = None) -> int | None:
    """The agency for which somebody acts, who may be given by his number."""
    return _agency_of(by, about) if by and getattr(by, "pk", by) else None


def acting(statement: str) -> str | None:
    """The setting for one statement; nothing for one that only reads."""
    if not WRITES.match(statement):
        return None
    request = current_request()
    return json.dumps(_of_request(request) if request else _of_work())


def _of_request(request: HttpRequest) -> dict[str, Any]:
    origin, who, match = current_origin(), known(request), request.resolver_match
    return {
        "actor": who.pk if who else None,
        "agency": agency_of(who),
        "request": current_request_id(),
        "session": origin.session,
        "ip": origin.ip,
        "origin": f"{request.method} {match.view_name}" if match else "",
        "purpose": getattr(request, "purpose", ""),
    }


def known(request: HttpRequest) -> Any:
    """The signed-in person, once anybody has asked who it is: a statement that writes is no place for a question."""
    who = request.__dict__.get("user")
    is_asked = not isinstance(who, SimpleLazyObject) or "_cached_user" in request.__dict__
    return who if is_asked and getattr(who, "pk", None) else None


def _of_work() -> dict[str, Any]:
    work = _work.get()
    if work.is_the_systems and work.actor is None:
        work.actor = _system()
    return {"actor": work.actor, "request": current_request_id(), "origin": work.name}


def _task_begins(task_id: str, task: Any, **_kwargs: Any) -> None:
    task.request.audit_token = _work.set(Work(f"task {task.name}", is_the_systems=True))


def _task_ended(task: Any, **_kwargs: Any) -> None:
    token = getattr(task.request, "audit_token", None)
    if token is not None:
        _work.reset(token)


def _operator() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number that has no name
        return "an unnamed user"
