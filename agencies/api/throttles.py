"""How often a system may ask: per token, so that one busy system does not shut out another."""

from typing import Any

from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from agencies.models import IntegrationToken


class Counted(SimpleRateThrottle):
    """Counted in Redis for a minute. While Redis is down nobody is counted, and everybody is answered."""

    def allow_request(self, request: Request, view: Any) -> bool:
        try:
            return bool(super().allow_request(request, view))
        except RedisError:
            return True


class PerToken(Counted):
    """So many requests a minute by each token; a fairness between systems, not a defence (security.md 4.5).

    The counter in Redis carries the token's row number and times, nothing of a case.
    """

    scope = "token"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        token = request.auth
        return f"throttle_token_{token.pk}" if isinstance(token, IntegrationToken) else None


class RefusedFrom(Counted):
    """So many refused tokens a minute from one address of the network, each of them recorded; then none is looked at."""

    scope = "refused"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        return f"throttle_refused_{request.META.get('REMOTE_ADDR', '')}"
