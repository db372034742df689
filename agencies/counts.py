"""The number beside "My work": filled by whoever counts, and read by every page without a query.

It lies in Redis, a number and nothing else, under a key and a day. Without Redis there is no number, and the page is there.
"""

from datetime import date

from django.core.cache import cache
from redis.exceptions import RedisError

from agencies.models import User

# A session lasts no longer.
KEPT_SECONDS = 12 * 60 * 60


def keep(user: User, number: int, on: date) -> None:
    """Note how much is to be done today."""
    try:
        cache.set(_key(user, on), number, KEPT_SECONDS)
    except (RedisError, OSError):
        # The next page that counts tries again.
        return


def kept(user: User, on: date) -> int:
    """What was counted last on this day; 0 when nothing was."""
    try:
        return int(cache.get(_key(user, on)) or 0)
    except (RedisError, OSError):
        return 0


def _key(user: User, on: date) -> str:
    return f"to-do:{user.pk}:{on}"
