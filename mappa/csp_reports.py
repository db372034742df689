"""What browsers say of a page that tried what our policy forbids (CSP, 5.3): which rule it broke, and nothing of the page.

Anybody on the internet can send here. So it is short, counted, and of what is sent only words of our own reach the log.
"""

import json
import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mappa.throttle import UncountedError, is_too_often, network_of

LONGEST = 8192
A_MINUTE = 20
log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Take a report, as `report-uri` sends it. The answer is the same whatever became of it."""
    answer = HttpResponse(status=204)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST:
        return answer
    try:
        if is_too_often("csp report", network_of(request), A_MINUTE):
            return answer
        directive = broken_rule(request.read(LONGEST))
    except (UncountedError, OSError):
        return answer
    if directive:
        log.warning("A page broke the rule %s of our policy", directive)
    return answer


csp_report.login_required = False  # type: ignore[attr-defined]


def broken_rule(sent: bytes) -> str:
    """The rule that a report names, where it is one of ours; "" for anything else."""
    try:
        told: Any = json.loads(sent)
        named = told["csp-report"]["effective-directive"]
    except (ValueError, RecursionError, TypeError, KeyError, IndexError):
        return ""
    # Browsers tell style-src as style-src-attr or style-src-elem.
    ours = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return next((rule for rule in ours if isinstance(named, str) and named.startswith(rule)), "")
