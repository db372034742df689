"""How often a system may ask: per token, so that one busy system does not shut out another."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from agencies.models import IntegrationToken


class PerToken(SimpleRateThrottle):
    """So many requests a minute by each token; a fairness between systems, not a defence (security.md 4.5).

    The counter in Redis carries the token's row number and times, nothing of a case.
    """

    scope = "token"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        token = request.auth
        return f"throttle_token_{token.pk}" if isinstance(token, IntegrationToken) else None
