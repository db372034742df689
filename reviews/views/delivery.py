"""Whether the clock ticks and mail arrives: a page for administrators, and the same numbers for a monitoring system."""

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.audit_watch import is_short_of_parts
from agencies.second_factor import to_do
from agencies.wrong_keys import record_wrong_key
from reviews import delivery as late
from reviews.my_work import Tile


@guarded(Perm.REFERENCE_DATA)
@require_safe
def delivery(request: AuthedRequest) -> HttpResponse:
    """How late each task of the clock is, what waits, and what went wrong."""
    now = timezone.now()
    beats, mail = late.beats(now), late.mail(now)
    findings, is_short = late.findings_of(beats), is_short_of_parts()
    context = {
        "findings": findings,
        "is_short_of_parts": is_short,
        "lines": [{"beat": beat, "age": late.age(beat.ended_at, now)} for beat in beats],
        "is_late": any(beat.is_late for beat in beats) or mail.waits_long(now) or bool(mail.untold_late),
        "tiles": _tiles(mail, late.age(mail.oldest, now), waits_long=mail.waits_long(now)),
        "outbox": reverse("admin:agencies_outboxmessage_changelist"),
    }
    return render(request, "reviews/delivery.html", context)


def _tiles(mail: late.Mail, oldest: str, *, waits_long: bool) -> list[Tile]:
    outbox, people = (reverse(f"admin:agencies_{name}_changelist") for name in ("outboxmessage", "user"))
    waiting = _("waiting to be sent, the oldest %s") % oldest if mail.waiting else _("waiting to be sent")
    return [
        _tile(mail.waiting, waiting, f"{outbox}?state=waiting", "over" if waits_long else ""),
        _tile(mail.failed, _("failed in 7 days"), f"{outbox}?state=failed", "over" if mail.failed else ""),
        _tile(mail.returned, _("came back in 7 days"), f"{outbox}?state=returned", "soon" if mail.returned else ""),
        _tile(
            mail.people,
            _("people whose mail comes back"),
            f"{people}?mail_returned_at__isempty=0",
            "soon" if mail.people else "",
        ),
        _tile(mail.untold_late, _("reminders untold for a working day"), "", "over" if mail.untold_late else ""),
    ]


def _tile(number: int, text: str, url: str, tone: str) -> Tile:
    return Tile(number=f"{number:,}", text=text, url=url, tone=tone)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers for a monitoring system, which brings a token, or for an administrator who looks."""
    if not (_has_token(request) or _is_administrator(request)):
        record_wrong_key(request, "metrics.refused")
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(late.metrics(timezone.now()), content_type="text/plain; version=0.0.4; charset=utf-8")


metrics.login_required = False  # type: ignore[attr-defined]


def _is_administrator(request: HttpRequest) -> bool:
    """One who has proved himself as his role asks, here too, where the middleware asks nobody to sign in."""
    user = request.user
    return user.is_authenticated and allowed(user, Perm.REFERENCE_DATA) and not to_do(request)


def _has_token(request: HttpRequest) -> bool:
    """Without a token in the settings there is none that opens it."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
