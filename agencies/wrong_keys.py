"""Whoever comes with a key that does not fit, or tries a password or a code once too often: on record, and not without end (while
Redis is away, each one)."""

from typing import Any

from allauth.core import ratelimit
from django.http import HttpRequest

from audit.record import record_sign_in
from mappa.throttle import is_flood, who_asks

# Of whoever is signed in; and of all who come from one address and are not, whatever they try.
MOST_A_MINUTE = 60


def record_wrong_key(request: HttpRequest, event: str, *, actor_id: int | None = None, **detail: Any) -> None:
    """Write it down without the key; `actor_id` is whose key it would be, where that is known."""
    if not is_flood("wrong-key", who_asks(request), MOST_A_MINUTE):
        record_sign_in(event, actor_id=actor_id or request.user.pk, **detail)


def may_prove_again(request: HttpRequest) -> bool:
    """May the signed-in person try once more to prove who he is? It is on record when he may not."""
    if ratelimit.consume(request, action="reauthenticate", user=request.user):
        return True
    record_wrong_key(request, "reauthentication.refused", why="limit")
    return False
