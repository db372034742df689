"""A password of one's own: changed by its owner, or set anew by a link in a mail. Neither stands in for the second factor."""

from functools import partial

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from agencies import own_sessions
from agencies.access import AuthedRequest, Perm, guarded
from agencies.account import links
from agencies.account.forms import ChangePasswordForm, ForgottenForm, NewPasswordForm
from agencies.account.notices import tell
from agencies.models import User
from agencies.reauthentication import again
from agencies.tasks import send_password_link
from agencies.wrong_keys import may_prove_again, record_wrong_key
from audit.record import record_sign_in
from mappa import encryption
from mappa.errors import too_many
from mappa.forms import ANSWERS, sent

PLACE = "session.reset"


@guarded(Perm.SIGNED_IN)
@ANSWERS
@again
def change_password(request: AuthedRequest) -> HttpResponse:
    """Set another password; every other session of the person ends."""
    # A password that is guessed here is counted as where one is asked who he is.
    form = ChangePasswordForm(sent(request), user=request.user, may_try=partial(may_prove_again, request))
    if request.method == "POST" and form.is_valid():
        _set(request.user, form.cleaned_data["password"], "password.changed", but=request.session.session_key)
        own_sessions.renew(request, partial(update_session_auth_hash, request, request.user))
        messages.success(request, _("Your password is changed. Your other sessions are ended."))
        return redirect("own_account")
    context = {"form": form, "title": _("Change your password"), "button": _("Change it")}
    return render(request, "account/ask.html", context)


@transaction.atomic
def _set(user: User, password: str, event: str, *, but: str | None = None) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    own_sessions.end_all(user, why="changed", but=but)
    record_sign_in(event, actor_id=user.pk)
    tell(user, _("Your password was changed"), _("Somebody changed the password of your account."))


@ANSWERS
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link; the answer is the same whoever asks for whom."""
    form = ForgottenForm(sent(request))
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].lower()
        if not ratelimit.consume(request, action="reset_password", key=email):
            return too_many(request)
        # Nothing here looks for the address, or the time that it takes would tell whose is known.
        send_password_link.delay(links.keep(email))
        return render(request, "account/link_sent.html", {"email": email})
    return render(request, "account/forgotten.html", {"form": form})


@ANSWERS
def reset_password(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail: out of the address into the session, so that it stands in no history and no referrer."""
    request.session["reset"] = encryption.encrypt(token, place=PLACE)
    return redirect("new_password")


@ANSWERS
def new_password(request: HttpRequest) -> HttpResponse:
    """Set the password. Then one signs in with it, and with the second factor."""
    user = _whose_link_was_opened(request)
    if user is None:
        if request.session.pop("reset", ""):
            record_wrong_key(request, "password.link_refused")
        return render(request, "account/link_spent.html", status=410)
    form = NewPasswordForm(sent(request), user=user)
    if request.method == "POST" and form.is_valid():
        _set(user, form.cleaned_data["password"], "password.reset")
        request.session.pop("reset", None)
        messages.success(request, _("Your password is set. Sign in with it."))
        return redirect("account_login")
    return render(request, "account/new_password.html", {"form": form})


def _whose_link_was_opened(request: HttpRequest) -> User | None:
    try:
        return links.whose(encryption.decrypt(request.session.get("reset", ""), place=PLACE))
    except encryption.CannotDecryptError:
        return None


forgotten.login_required = reset_password.login_required = new_password.login_required = False  # type: ignore[attr-defined]
