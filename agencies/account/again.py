"""The page that asks again who sits there, and goes on to where he was going."""

import json
from collections.abc import Callable
from typing import Any

from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from agencies import own_sessions
from agencies.access import AuthedRequest, Perm, guarded
from agencies.account.agency import link_to_prove_by, wanted
from agencies.account.forms import CodeAgainForm, CredentialForm, PasswordAgainForm
from agencies.models import User
from agencies.reauthentication import prove
from agencies.second_factor import Kind, before_factor, factors_of, needs_passkey
from agencies.wrong_keys import may_prove_again
from audit.record import record_sign_in
from mappa.forms import ANSWERS, Form


@guarded(Perm.SIGNED_IN)
@ANSWERS
@before_factor
def again(request: AuthedRequest) -> HttpResponse:
    """Ask for the second factor; of somebody who has none here, at his agency's service, or else for the password."""
    forms, kind = _forms(request), _answered(request)
    if kind and (form := forms.get(kind)) and form.is_valid() and _is_right(request, form, kind):
        prove(request)
        own_sessions.renew(request, request.session.cycle_key)
        if kind in Kind.values:
            request.session["factor"] = kind
        record_sign_in("reauthentication.succeeded", actor_id=request.user.pk, factor=kind)
        return redirect(wanted(request))
    context: dict[str, Any] = {
        "form": forms.get(kind) or next(iter(forms.values()), None),
        "code": forms.get(Kind.TOTP),
        "passkey": forms.get(Kind.WEBAUTHN),
        "password": forms.get("password"),
    }
    if not forms and (link := link_to_prove_by(request.user)):
        context["service"] = link.provider.name
        context["service_url"] = f"{reverse('again_by_agency')}?{urlencode({'next': wanted(request)})}"
    if Kind.WEBAUTHN in forms:
        context["options"] = json.dumps(webauthn.begin_authentication(request.user))
    return render(request, "account/again.html", context)


def _answered(request: AuthedRequest) -> str:
    """Which of the ways was sent."""
    ways = (("credential", Kind.WEBAUTHN), ("code", Kind.TOTP), ("password", "password"))
    return next((kind for name, kind in ways if request.method == "POST" and name in request.POST), "")


def _forms(request: AuthedRequest) -> dict[str, Form]:
    """The ways in which this person can prove himself. Where his role asks for a passkey and he has one, by no other."""
    kinds = {factor.type for factor in factors_of(request.user)}
    if Kind.WEBAUTHN in kinds and needs_passkey(request.user):
        kinds = {Kind.WEBAUTHN}
    ways = {Kind.TOTP: CodeAgainForm, Kind.WEBAUTHN: CredentialForm}
    found: dict[str, type[Form]] = {kind: form for kind, form in ways.items() if kind in kinds}
    if not found and link_to_prove_by(request.user) is None:
        # A password alone is less than the two factors that a service asked for: where there is a service, it is asked.
        found = {"password": PasswordAgainForm}
    answered = _answered(request)
    return {str(kind): form(request.POST if kind == answered else None) for kind, form in found.items()}


def _is_right(request: AuthedRequest, form: Form, kind: str) -> bool:
    if not may_prove_again(request):
        form.add_error(None, _("Too many tries. Wait a minute, then try again."))
        return False
    (name, typed), *_rest = form.cleaned_data.items()
    if CHECKS[kind](request.user, typed):
        return True
    record_sign_in("reauthentication.failed", actor_id=request.user.pk, factor=kind)
    form.add_error(None if name == "credential" else name, WRONG[name]())
    return False


WRONG = {
    "password": lambda: _("This is not your password. Check it and enter it again."),
    "code": lambda: _("This code is wrong or was used. Wait for the next one and enter it."),
    "credential": lambda: _("The passkey was not accepted. Try again, or use another of your passkeys."),
}


def _code_is_right(user: User, typed: str) -> bool:
    return any(factor.wrap().validate_code(typed) for factor in factors_of(user) if factor.type == Kind.TOTP)


def _passkey_is_right(user: User, credential: Any) -> bool:
    try:
        webauthn.parse_authentication_response(credential)
        webauthn.complete_authentication(user, credential).record_usage()
    except (ValidationError, AttributeError, KeyError, TypeError, ValueError):
        return False
    return True


CHECKS: dict[str, Callable[[User, Any], bool]] = {
    "password": lambda user, typed: user.check_password(typed),
    Kind.TOTP: _code_is_right,
    Kind.WEBAUTHN: _passkey_is_right,
}
