"""One's own sign-in: the password, the second factors and the sessions, each looked at and changed by its owner alone."""

import json
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from agencies import own_sessions
from agencies.access import AuthedRequest, Perm, guarded
from agencies.account.forms import NewAppForm, NewPasskeyForm, WhichPasskeyForm
from agencies.account.notices import tell
from agencies.account.pictures import qr_path
from agencies.models import User
from agencies.reauthentication import again, again_when_sent
from agencies.second_factor import FactorAdapter, Kind, before_factor, factors_of, has, how, needs_passkey
from agencies.wrong_keys import may_prove_again
from audit.record import record_sign_in
from mappa import encryption
from mappa.forms import ANSWERS, Form, sent

SECRET = "new_app_secret"  # noqa: S105 - where it stands in the session, encrypted
PLACE = "session.new_app_secret"


@guarded(Perm.SIGNED_IN)
@ANSWERS
@before_factor
@again_when_sent
def add_app(request: AuthedRequest) -> HttpResponse:
    """Show a secret for an authenticator app, and take its first code."""
    lost = how(request) == Kind.RECOVERY_CODES
    if _must_use_passkey(request) or (has(request.user, Kind.TOTP) and not lost):
        return redirect("own_account")
    form, secret = NewAppForm(sent(request)), _secret(request)
    if request.method == "POST" and form.is_valid() and _code_shows_it(request, form, secret):
        Authenticator.objects.filter(user=request.user, type=Kind.TOTP).delete()
        totp.TOTP.activate(request.user, secret)
        request.session.pop(SECRET)
        return _added(request, Kind.TOTP, _("an authenticator app"))
    url = FactorAdapter().build_totp_url(request.user, secret)
    context = {
        "form": form,
        "path": qr_path(url),
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
    }
    return render(request, "account/add_app.html", context)


def _secret(request: AuthedRequest) -> str:
    """The secret that is being set up, the same until it is: whoever mistypes a code need not scan anew."""
    if SECRET not in request.session:
        request.session[SECRET] = encryption.encrypt(totp.generate_totp_secret(), place=PLACE)
    return encryption.decrypt(request.session[SECRET], place=PLACE)


def _code_shows_it(request: AuthedRequest, form: Form, secret: str) -> bool:
    if not may_prove_again(request):
        form.add_error("code", _("Too many tries. Wait a minute, then enter the next code."))
    elif not totp.validate_totp_code(secret, form.cleaned_data["code"]):
        record_sign_in("factor.refused", actor_id=request.user.pk, factor=Kind.TOTP)
        form.add_error("code", _("This code does not match. Check the clock of your phone, and enter the next code."))
    return form.is_valid()


@guarded(Perm.SIGNED_IN)
@ANSWERS
@before_factor
@again
def add_passkey(request: AuthedRequest) -> HttpResponse:
    """Register a passkey or security key."""
    if _must_use_passkey(request):
        return redirect("again")
    form = NewPasskeyForm(sent(request))
    if request.method == "POST" and form.is_valid() and _registers(request, form):
        webauthn.WebAuthn.add(request.user, form.cleaned_data["name"], form.cleaned_data["credential"])
        return _added(request, Kind.WEBAUTHN, _("a passkey"))
    options = webauthn.begin_registration(request.user, passwordless=True)
    return render(request, "account/add_passkey.html", {"form": form, "options": json.dumps(options)})


def _must_use_passkey(request: AuthedRequest) -> bool:
    """Whoever has a passkey that his role asks for adds nothing without it: a password and a code may be somebody else's."""
    proved = {Kind.WEBAUTHN, Kind.RECOVERY_CODES}
    return how(request) not in proved and needs_passkey(request.user) and has(request.user, Kind.WEBAUTHN)


def _registers(request: AuthedRequest, form: Form) -> bool:
    try:
        webauthn.parse_registration_response(form.cleaned_data["credential"])
        webauthn.complete_registration(form.cleaned_data["credential"])
    except (ValidationError, AttributeError, KeyError, TypeError, ValueError):
        record_sign_in("factor.refused", actor_id=request.user.pk, factor=Kind.WEBAUTHN)
        form.add_error(None, _("The passkey could not be set up. Try again, or use another one."))
    return form.is_valid()


def _added(request: AuthedRequest, kind: Kind, words: str) -> HttpResponse:
    """The session goes on by the new factor, others of the person end, and he is told by mail."""
    if how(request) != Kind.WEBAUTHN:
        request.session["factor"] = kind
    _changed(request, "factor.added", kind)
    tell(request.user, _("Your sign-in was changed"), _("Somebody added %s to your account.") % words)
    if not has(request.user, Kind.RECOVERY_CODES):
        messages.success(request, _("That is set up. Now make recovery codes, for the day on which you lose it."))
        return redirect("recovery_codes")
    messages.success(request, _("That is set up."))
    return redirect("own_account")


def _changed(request: AuthedRequest, event: str, kind: str) -> None:
    record_sign_in(event, actor_id=request.user.pk, factor=kind)
    own_sessions.renew(request, request.session.cycle_key)
    own_sessions.end_all(request.user, why="changed", but=request.session.session_key)


@guarded(Perm.SIGNED_IN)
@ANSWERS
@again_when_sent
def remove_app(request: AuthedRequest) -> HttpResponse:
    """Take the authenticator app away."""
    form = Form(sent(request))
    if request.method == "POST" and _removes(
        request, form, [f for f in factors_of(request.user) if f.type == Kind.TOTP]
    ):
        return redirect("own_account")
    words = _("Codes from the app will no longer sign you in.")
    return render(
        request, "account/ask.html", {"form": form, "title": _("Remove the authenticator app"), "intro": words}
    )


@guarded(Perm.SIGNED_IN)
@ANSWERS
@again_when_sent
def remove_passkey(request: AuthedRequest) -> HttpResponse:
    """Take one passkey away."""
    mine = {str(f.created_at.timestamp()): f for f in factors_of(request.user) if f.type == Kind.WEBAUTHN}
    form = WhichPasskeyForm(sent(request), among=[(key, factor.wrap().name) for key, factor in mine.items()])
    if request.method == "POST" and form.is_valid() and _removes(request, form, [mine[form.cleaned_data["passkey"]]]):
        return redirect("own_account")
    return render(request, "account/ask.html", {"form": form, "title": _("Remove a passkey")})


@transaction.atomic
def _removes(request: AuthedRequest, form: Form, factors: list[Authenticator]) -> bool:
    """Remove them, unless nothing would be left that the person must have."""
    if not factors or not form.is_valid():
        return False
    # Of two at once the second sees what the first has left.
    User.objects.select_for_update(no_key=True).get(pk=request.user.pk)
    left = [f for f in factors_of(request.user) if f.type in {Kind.TOTP, Kind.WEBAUTHN} and f not in factors]
    wanted = [f for f in left if f.type == Kind.WEBAUTHN] if needs_passkey(request.user) else left
    if not wanted and settings.SECOND_FACTOR == "required":
        form.add_error(None, _("This is your last one, and you must have one. Add another first, then remove this."))
        return False
    for factor in factors:
        factor.delete()
    if not left:
        Authenticator.objects.filter(user=request.user, type=Kind.RECOVERY_CODES).delete()
    _changed(request, "factor.removed", factors[0].type)
    tell(request.user, _("Your sign-in was changed"), _("Somebody removed a way to sign in from your account."))
    messages.success(request, _("It is removed."))
    return True


@guarded(Perm.SIGNED_IN)
@ANSWERS
@before_factor
@again_when_sent
def recovery_codes(request: AuthedRequest) -> HttpResponse:
    """Make recovery codes, and show them this once."""
    if not has(request.user, Kind.TOTP, Kind.WEBAUTHN):
        return redirect("own_account")
    if how(request) == Kind.RECOVERY_CODES or _must_use_passkey(request):
        # Or one code that was found would make ten.
        return redirect("own_account")
    if request.method != "POST":
        return render(request, "account/recovery_codes.html", {"left": codes_left(request.user)})
    with transaction.atomic():
        Authenticator.objects.filter(user=request.user, type=Kind.RECOVERY_CODES).delete()
        codes = RecoveryCodes.activate(request.user).get_unused_codes()
        _changed(request, "factor.codes_made", Kind.RECOVERY_CODES)
        tell(request.user, _("Your sign-in was changed"), _("Somebody made recovery codes for your account."))
    grouped = [f"{code[:4]} {code[4:8]} {code[8:]}" for code in codes]
    return render(request, "account/recovery_codes.html", {"codes": grouped})


def codes_left(user: User) -> int:
    """How many recovery codes were not used."""
    made: Any = Authenticator.objects.filter(user=user, type=Kind.RECOVERY_CODES).first()
    return len(made.wrap().get_unused_codes()) if made else 0
