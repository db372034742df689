"""Where somebody who found a weakness tells us of it (RFC 9116)."""

from datetime import UTC, datetime, time

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

EXPIRES = "Expires"


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell, and until when this is known to be so. Not there where a deployment names nobody."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = datetime.combine(settings.SECURITY_CONTACT_UNTIL, time(), UTC)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"{EXPIRES}: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en, cy",
        f"Canonical: {settings.BASE_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


security_txt.login_required = False  # type: ignore[attr-defined]
