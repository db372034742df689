"""Browsers in which somebody signed in before; of a new one its owner is told by mail."""

import hashlib
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.account.notices import tell
from agencies.models import KnownDevice, User
from agencies.own_sessions import family
from audit.record import record_sign_in

COOKIE = "mappa_device" if settings.INSECURE_HTTP else "__Host-mappa_device"
LASTS_SECONDS = 365 * 24 * 60 * 60


def know_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Know the browser again by a random cookie; tell its owner of one that was not there before.

    The mail says when and which browser, and no address: it would say where people work.
    """
    token = request.COOKIES.get(COOKIE) or secrets.token_urlsafe(32)
    digest, now = hashlib.sha256(token.encode()).hexdigest(), timezone.now()
    kind = family(request.META.get("HTTP_USER_AGENT", ""))
    had_one = KnownDevice.objects.filter(user=user).exists()
    _row, is_new = KnownDevice.objects.update_or_create(
        user=user, digest=digest, defaults={"family": kind, "last_at": now}
    )
    response.set_cookie(
        COOKIE, token, max_age=LASTS_SECONDS, secure=not settings.INSECURE_HTTP, httponly=True, samesite="Lax"
    )
    if is_new and had_one:
        record_sign_in("sign_in.new_device", actor_id=user.pk, family=kind)
        words = _("Somebody signed in to your account on a device that we do not know: %s.") % kind
        tell(user, _("Your account was used on a new device"), words)
