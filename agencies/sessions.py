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
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from agencies.forms import SignInForm
from agencies.own_sessions import why_ended
from agencies.wrong_keys import record_wrong_key
from audit.context import AuditUnavailableError
from mappa import encryption
from mappa.errors import unavailable

Answer = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponse]
SALT = PLACE = "agencies.sessions.typed"
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


class Sessions(SessionMiddleware):
    """Django's, where a session was ended while a request of it went on: the answer is to sign in, and is no fault."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        try:
            return super().process_response(request, response)
        except SessionInterrupted:
            # The cookie stays until the next page has said by it why the session ended.
            if getattr(request, "htmx", False):
                return HttpResponse(headers={"HX-Redirect": reverse("account_login")})
            return redirect("account_login")


def begin(request: HttpRequest) -> None:
    """From now on the session's time runs: called when somebody has signed in."""
    request.session["began"] = request.session["used"] = timezone.now().timestamp()


def session_limits(get_response: Answer) -> Answer:
    """Middleware: end a session that was idle, or open, for too long."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            try:
                _say_why_ended(request)
            except AuditUnavailableError:
                return unavailable(request)
        else:
            now = timezone.now().timestamp()
            # A session that does not say when it began was not begun by us.
            began, used = request.session.get("began", 0), request.session.get("used", 0)
            too_old = now - began > settings.SESSION_COOKIE_AGE
            if too_old or now - used > settings.SESSION_IDLE_SECONDS + TOUCH_EVERY_SECONDS:
                request.signed_out = request.user.pk  # type: ignore[attr-defined]
                logout(request)
            elif now - used > TOUCH_EVERY_SECONDS:
                request.session["used"] = now
                UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=timezone.now())
        return get_response(request)

    return middleware


def _say_why_ended(request: HttpRequest) -> None:
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    # Whose key is there no more: whoever signs in just now has a session too.
    if not key or request.session.session_key is not None:
        return
    found = why_ended(key)
    # Its owner comes back with it, or somebody who took it.
    record_wrong_key(request, "session.refused", actor_id=found[1] if found else None)
    if found is not None:
        why, request.signed_out = found  # type: ignore[attr-defined]
        messages.info(request, WHY_ENDED.get(why, WHY_ENDED[""]))


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
    """What was typed and where it was going, or goes now, signed and encrypted, for its owner only.

    It stands in the table of sessions, or in a page that lies open after its session has ended, and may name anybody.
    """
    typed = {key: request.POST.getlist(key) for key in request.POST if key not in SKIPPED and "password" not in key}
    signed = signing.dumps({"path": path or request.path, "typed": typed, "owner": owner}, salt=SALT, compress=True)
    return encryption.encrypt(signed, place=PLACE)


def ask_first(request: HttpRequest, question: str) -> HttpResponse:
    """To a question that comes before the page, and back to it; what was typed is shown again after it, for sending."""
    if request.method == "POST":
        request.session["carried"] = carry(request, request.user.pk)
    wanted = request.get_full_path() if request.method in {"GET", "HEAD"} else reverse("send_again")
    return redirect(f"{question}?{urlencode({'next': wanted})}")


def read_typed(carried: str) -> dict[str, Any] | None:
    """What was typed, if this server signed it within the hour."""
    try:
        signed = encryption.decrypt(carried, place=PLACE)
        return cast("dict[str, Any]", signing.loads(signed, salt=SALT, max_age=TYPED_LASTS_SECONDS))
    except (encryption.CannotDecryptError, signing.BadSignature):
        return None
