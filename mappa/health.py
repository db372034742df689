"""Is the service up? Asked by the supervisor and by load balancers; says nothing else."""

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 with the parts that answer; 503 when the database or Redis does not."""
    parts = {"database": _database(), "redis": _redis()}
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


health.login_required = False  # type: ignore[attr-defined]


def _database() -> bool:
    try:
        connection.ensure_connection()
    except Exception:  # noqa: BLE001  whatever is wrong, it does not answer
        return False
    return True


def _redis() -> bool:
    try:
        cache.get("health")
    except Exception:  # noqa: BLE001  whatever is wrong, it does not answer
        return False
    return True
