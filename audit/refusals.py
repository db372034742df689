"""What is refused before any page looks at it, on record too: by whom, from where and with which status, and nothing that was sent."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from audit.acting import known
from audit.context import AuditUnavailableError, from_address
from audit.models import Act
from audit.record import record
from mappa.errors import unavailable
from mappa.logs import method_of
from mappa.throttle import is_flood, network_of

Answer = Callable[[HttpRequest], HttpResponse]
# No request at all, a form that is not ours, another method, too long, too often. Of addresses that are not there logs tell.
REFUSED = frozenset({400, 403, 405, 413, 429})
# From one address: a flood does not fill the audit. While Redis is away, each one.
MOST_A_MINUTE = 60


def refusals(get_response: Answer) -> Answer:
    """Middleware: record a refusal that nothing further in has recorded. It stands where the sender's address is known."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with from_address(request.META.get("REMOTE_ADDR") or None) as refusal:
            response = get_response(request)
            if response.status_code not in REFUSED or refusal.is_told:
                return response
            try:
                _record(request, response.status_code)
            except AuditUnavailableError:
                return unavailable(request)
            return response

    return middleware


def _record(request: HttpRequest, status: int) -> None:
    if is_flood("refused", network_of(request), MOST_A_MINUTE):
        return
    act, method = Act.VIEW if request.method in {"GET", "HEAD"} else Act.SEND, method_of(request)
    record("request.refused", by=known(request), denied=True, act=act, status=status, method=method)
