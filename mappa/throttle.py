"""How often something may be done in a minute, counted in Redis by number or address: nothing of a case.

Two kinds of limit (docs/security.md). What lets somebody guess or draw off what is held is not done while nobody can
count it: 503. A page as such is served then too: the limit on all pages only keeps one program from taking everybody's turns.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from ipaddress import ip_network
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from redis.exceptions import RedisError

from mappa.errors import too_often, unavailable

SECONDS = 60
SEARCH = "search"
Answer = Callable[[HttpRequest], HttpResponse]


class UncountedError(Exception):
    """Redis does not answer."""


def is_too_often(what: str, who: str | int, most: int) -> bool:
    """Count one more of something by somebody within the minute; whether that is more than he may."""
    key = f"throttle:{what}:{who}".replace(" ", "_")
    try:
        if cache.add(key, 1, SECONDS):
            return most < 1
        count = int(cache.incr(key))
        if count == 1:
            # The minute ended while it was counted, and Redis made the key anew: one without an end.
            cache.touch(key, SECONDS)
    except ValueError:
        return False  # the minute ended between the two
    except RedisError as error:
        raise UncountedError(what) from error
    return count > most


def is_flood(what: str, who: str | int, most: int) -> bool:
    """The same of what is only written down: while nobody can count it, nothing is a flood."""
    with suppress(UncountedError):
        return is_too_often(what, who, most)
    return False


def who_asks(request: HttpRequest) -> str:
    """The person's number, and for whoever is not signed in the address he comes from."""
    user = request.user
    return f"user:{user.pk}" if user.is_authenticated else f"from:{network_of(request)}"


def network_of(request: HttpRequest) -> str:
    """The address somebody comes from; of IPv6 the network, for one machine has as many addresses as it likes."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    return str(ip_network(f"{address}/64", strict=False)) if ":" in address else address


def at_most(
    what: str, setting: str, *, uncounted_too: bool = False
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Decorator of a view, under @guarded: so many forms sent a minute by one person, as `setting` says; with `uncounted_too`
    any number while nobody can count them."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                if request.method == "POST" and is_too_often(what, who_asks(request), getattr(settings, setting)):
                    return too_often(request)
            except UncountedError:
                if not uncounted_too:
                    return unavailable(request)
            return view(request, *args, **kwargs)

        return limited

    return decorate


# Of every view that looks somebody up, or whose refusal tells that a number is taken (docs/access.md, the one exception).
counted_as_search = at_most(SEARCH, "SEARCHES_A_MINUTE")
# An emergency does not wait for Redis: each is recorded, told at once and reviewed, whoever counts.
counted_in_emergency = at_most(SEARCH, "SEARCHES_A_MINUTE", uncounted_too=True)


def is_search_too_often(person: Any) -> bool:
    """The same for a person on whose behalf a system asks: counted with his own."""
    return is_too_often(SEARCH, f"user:{person.pk}", settings.SEARCHES_A_MINUTE)


def page_limits(get_response: Answer) -> Answer:
    """Middleware: so many pages a minute by one person, or from one address of those who are not signed in.

    Systems are counted by their tokens (agencies/api/throttles.py), the health page by nobody.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(("/api/", "/health/")):
            return get_response(request)
        try:
            if is_too_often("page", who_asks(request), settings.PAGES_A_MINUTE):
                return too_often(request)
        except UncountedError:
            pass
        return get_response(request)

    return middleware
