"""How long a session lasts, and what becomes of a form typed into one that has ended.

Idle and absolute limits are enforced here, whatever the cookie says. A form sent after the end is not lost: what
was typed comes back, signed, behind the sign-in form, and is shown again to the same person for sending.
"""

from collections.abc import Callable
from typing import Any, cast

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from agencies.forms import SignInForm

Answer = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponse]
SALT = "agencies.sessions.typed"
TYPED_LASTS_SECONDS = 60 * 60
# The time of last use is written at most this often, so that not every read becomes a write; nobody is signed out
# earlier for it.
TOUCH_EVERY_SECONDS = 30
# Why a session was ended from elsewhere (agencies/own_sessions.py), told at the next click.
WHY_ENDED = {
    "elsewhere": _("You were signed out here because you signed in elsewhere. Sign in again if this is you."),
    "": _("You were signed out because your account was changed, or you ended this session. Sign in again."),
}
# What proves somebody is kept nowhere, besides every field with a password in its name.
SKIPPED = {"csrfmiddlewaretoken", "current", "again", "credential", "client_secret"}


def session_limits(get_response: Answer) -> Answer:
    """Middleware: end a session that was idle, or open, for too long."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "ended" in request.session:
            why = WHY_ENDED.get(request.session["ended"], WHY_ENDED[""])
            logout(request)
            messages.info(request, why)
        elif request.user.is_authenticated:
            now = timezone.now().timestamp()
            began = request.session.setdefault("began", now)
            used = request.session.setdefault("used", now)
            too_old = now - began > settings.SESSION_COOKIE_AGE
            if too_old or now - used > settings.SESSION_IDLE_SECONDS + TOUCH_EVERY_SECONDS:
                request.signed_out = request.user.pk  # type: ignore[attr-defined]
                logout(request)
            elif now - used > TOUCH_EVERY_SECONDS:
                request.session["used"] = now
                UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=timezone.now())
        return get_response(request)

    return middleware


def sign_in_required(get_response: Answer) -> Answer:
    """Middleware: every page needs a signed-in person, unless its view says `login_required = False`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        if request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        return _ask_to_sign_in(request)

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    if getattr(request, "htmx", False):
        return render(request, "account/_signed_out.html", status=401)
    if request.method == "POST":
        return signed_out_while_typing(request)
    return redirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")


def signed_out_while_typing(request: HttpRequest) -> HttpResponse:
    """The page that keeps what was typed behind a sign-in form. The request has passed the CSRF check."""
    context = {
        "carried": carry(request, getattr(request, "signed_out", None)),
        "form": SignInForm(),
        "next": reverse("send_again"),
    }
    return render(request, "account/signed_out_while_typing.html", context, status=401)


def carry(request: HttpRequest, owner: int | None, *, path: str = "") -> str:
    """What was typed and where it was going, or goes now, signed, for its owner only."""
    typed = {key: request.POST.getlist(key) for key in request.POST if key not in SKIPPED and "password" not in key}
    return signing.dumps({"path": path or request.path, "typed": typed, "owner": owner}, salt=SALT, compress=True)


def ask_first(request: HttpRequest, question: str) -> HttpResponse:
    """To a question that comes before the page, and back to it; what was typed is shown again after it, for sending."""
    if request.method == "POST":
        request.session["carried"] = carry(request, request.user.pk)
    wanted = request.get_full_path() if request.method in {"GET", "HEAD"} else reverse("send_again")
    return redirect(f"{question}?{urlencode({'next': wanted})}")


def read_typed(carried: str) -> dict[str, Any] | None:
    """What was typed, if this server signed it within the hour."""
    try:
        return cast("dict[str, Any]", signing.loads(carried, salt=SALT, max_age=TYPED_LASTS_SECONDS))
    except signing.BadSignature:
        return None
