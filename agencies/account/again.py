"""The page that asks again who sits there, and goes on to where he was going."""

from typing import Any

from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from agencies.access import AuthedRequest, Perm, guarded
from agencies.account.forms import CodeAgainForm, PasswordAgainForm
from agencies.models import User
from agencies.reauthentication import prove
from audit.record import record_sign_in
from mappa.forms import ANSWERS, Form, sent

TYPED = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


@guarded(Perm.SIGNED_IN)
@ANSWERS
def again(request: AuthedRequest) -> HttpResponse:
    """Ask for the second factor, or for the password of somebody who has none."""
    by_code = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP).exists()
    form = (CodeAgainForm if by_code else PasswordAgainForm)(sent(request))
    if request.method == "POST" and form.is_valid() and _is_right(request, form):
        prove(request)
        record_sign_in("reauthentication.succeeded", actor_id=request.user.pk)
        return redirect(wanted(request))
    return render(request, "account/again.html", {"form": form})


def _is_right(request: AuthedRequest, form: Form) -> bool:
    if not ratelimit.consume(request, action="reauthenticate", user=request.user):
        form.add_error(None, _("Too many tries. Wait a minute, then try again."))
        return False
    (name, typed), *_rest = form.cleaned_data.items()
    if _matches(request.user, name, typed):
        return True
    record_sign_in("reauthentication.failed", actor_id=request.user.pk)
    form.add_error(name, WRONG[name]())
    return False


WRONG = {
    "password": lambda: _("This is not your password. Check it and enter it again."),
    "code": lambda: _("This code is wrong or was used. Wait for the next one and enter it."),
}


def _matches(user: User, name: str, typed: str) -> bool:
    if name == "password":
        return user.check_password(typed)
    factors: Any = Authenticator.objects.filter(user=user, type__in=TYPED)
    return any(factor.wrap().validate_code(typed) for factor in factors)


def wanted(request: AuthedRequest) -> str:
    """A path of this site to go on to. Never an address elsewhere, nor the question itself."""
    path = request.GET.get("next", "")
    ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if ours and not path.startswith(request.path) else "/"
