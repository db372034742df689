"""Whoever comes to what opens by a key and not by signing in, and has none that fits: on record, and not without end (while Redis
is away, each one)."""

from contextlib import suppress

from django.http import HttpRequest

from audit.record import record_sign_in
from mappa.throttle import UncountedError, is_too_often, who_asks

# Of one who is not signed in, by the address of the network from which he comes.
MOST_A_MINUTE = 60


def record_wrong_key(request: HttpRequest, event: str) -> None:
    """Write it down without the key."""
    with suppress(UncountedError):
        if is_too_often("wrong-key", who_asks(request), MOST_A_MINUTE):
            return
    record_sign_in(event, actor_id=request.user.pk)
