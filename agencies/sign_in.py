"""Sign-in by django-allauth: nobody registers himself, every try is recorded."""

import json
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.views import LoginView, LogoutView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies import own_sessions
from agencies.access import AuthedRequest, Perm, guarded
from agencies.account.notices import tell
from agencies.devices import know_device
from agencies.models import IdentityProvider, Membership, User
from agencies.reauthentication import prove
from agencies.second_factor import Kind, before_factor, factors_of, how, remember
from agencies.sessions import begin, read_typed
from agencies.wrong_keys import record_wrong_key
from audit.context import refusal_is_told
from audit.record import record_sign_in
from mappa import dates
from mappa.throttle import UncountedError, is_too_often, who_asks


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No self-registration; a person without a membership in force does not get in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            _record_locked(request, _known(credentials))
            raise

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        if not Membership.objects.filter(user=user).in_force(dates.today()).exists():
            record_sign_in("sign_in.refused", actor_id=user.pk, why="no membership in force")
            refusal_is_told()
            return render(request, "account/no_membership.html", status=403)
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        own_sessions.end_oldest(user)
        know_device(request, response, user)
        return response

    def get_login_stages(self) -> list[str]:
        return ["agencies.second_factor.FactorStage"]

    def get_client_ip(self, request: HttpRequest) -> str:
        # What our own proxy saw (mappa.requests.client_address), and not what a header says.
        address: str = request.META["REMOTE_ADDR"]
        return address


@receiver(user_logged_in)
def _signed_in(user: User, request: HttpRequest | None = None, **_kwargs: Any) -> None:
    if request is None:
        return record_sign_in("sign_in.succeeded", actor_id=user.pk)
    begin(request)
    prove(request)
    remember(request, user)
    record_sign_in("sign_in.succeeded", actor_id=user.pk, factor=how(request))
    if how(request) == Kind.RECOVERY_CODES:
        record_sign_in("factor.recovery_used", actor_id=user.pk)
        tell(user, _("A recovery code was used"), _("Somebody signed in to your account with a recovery code."))
    return None


@receiver(authentication_failed)
def _factor_refused(user: User, authenticator: Authenticator, **_kwargs: Any) -> None:
    record_sign_in("sign_in.failed", actor_id=user.pk, factor=authenticator.type)


@receiver(user_logged_out)
def _signed_out(user: User | None, **_kwargs: Any) -> None:
    if user is not None:
        record_sign_in("sign_out", actor_id=user.pk)


@receiver(user_login_failed)
def _refused(credentials: dict[str, Any], **_kwargs: Any) -> None:
    record_sign_in("sign_in.failed", actor_id=_known(credentials))


def _known(credentials: dict[str, Any]) -> int | None:
    email = str(credentials.get("email") or credentials.get("username") or "").lower()
    return User.objects.filter(email=email).values_list("pk", flat=True).first()


# What allauth calls the refusal of a try that it did not look at.
OVER_THE_LIMIT = "too_many_login_attempts"


def _record_locked(request: HttpRequest, actor_id: int | None, **detail: Any) -> None:
    """A try that nobody looked at, for there were too many; and once a minute that it is so."""
    with suppress(UncountedError):
        if not is_too_often("locked", actor_id or who_asks(request), 1):
            record_sign_in("sign_in.locked", actor_id=actor_id, **detail)
    record_wrong_key(request, "sign_in.refused", actor_id=actor_id, why="limit", **detail)


def demo_sign_ins() -> list[dict[str, str]]:
    """Who can be played in the demo: shown on its sign-in page and nowhere else."""
    if not settings.DEMO:
        return []
    held = Membership.objects.filter(user__email__endswith="@demo.invalid", agency__area__slug__in=DEMO_AREAS)
    rows = held.select_related("user", "agency", "role").order_by("agency__area__name", "role__position", "user__email")
    return [
        {"email": m.user.email, "who": f"{m.user.name}, {m.role.name.lower()}, {m.agency.name}"}
        for m in rows
        if not m.user.is_system
    ]


DEMO_AREAS = ("bedfordshire", "north-wales")


class SignIn(LoginView):  # type: ignore[misc]
    """The sign-in page; in a demo it lists who can be played."""

    login_required = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "by_agency": IdentityProvider.objects.filter(is_active=True).exists(),
            "demo_sign_ins": demo_sign_ins(),
            "demo_password": settings.DEMO_PASSWORD if settings.DEMO else "",
        }

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            _record_locked(request, None)
            refusal_is_told()
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        if carried := self.request.POST.get("carried", ""):
            # Read by its owner alone, who may have a second factor to give first.
            self.request.session["carried"] = carried
        return response


class SecondFactor(AuthenticateView):  # type: ignore[misc]
    """The second step of signing in: a passkey, or a code."""

    template_name = "account/second_factor.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        kinds = {factor.type for factor in factors_of(self.stage.login.user)}
        return context | {
            "by_passkey": Kind.WEBAUTHN in kinds,
            "options": json.dumps(context["js_data"]["request_options"]),
            "failed": self.webauthn_form.is_bound,
        }

    def form_invalid(self, form: Any) -> HttpResponse:
        user, is_passkey = self.stage.login.user, form is self.webauthn_form
        if any(form.has_error(name, OVER_THE_LIMIT) for name in form.fields):
            _record_locked(self.request, user.pk, factor=Kind.WEBAUTHN if is_passkey else Kind.TOTP)
        elif is_passkey:  # of a wrong code allauth sends a signal
            record_sign_in("sign_in.failed", actor_id=user.pk, factor=Kind.WEBAUTHN)
        response: HttpResponse = super().form_invalid(form)
        return response


class PasskeySignIn(LoginWebAuthnView):  # type: ignore[misc]
    """Signing in by a passkey alone: it knows whose it is, and its owner proves himself to it."""

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return JsonResponse(webauthn.begin_authentication(None))

    def form_invalid(self, form: Any) -> HttpResponse:
        record_sign_in("sign_in.failed", actor_id=None, factor=Kind.WEBAUTHN)
        messages.error(self.request, _("The passkey was not accepted. Try again, or sign in with your password."))
        return redirect("account_login")


class SignOut(LogoutView):  # type: ignore[misc]
    """Sign out, by POST; the browser forgets what it kept of us."""

    login_required = False

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response


sign_in = SignIn.as_view()
sign_out = SignOut.as_view()
second_factor = SecondFactor.as_view()
passkey_sign_in = PasskeySignIn.as_view()
for view in (sign_in, sign_out, second_factor, passkey_sign_in):
    view.login_required = False


@guarded(Perm.SIGNED_IN)
@require_http_methods(["GET"])
@before_factor
def send_again(request: AuthedRequest) -> HttpResponse:
    """What was typed into a session that ended, shown to the same person for sending."""
    typed = read_typed(request.session.pop("carried", ""))
    if typed is None or typed["owner"] not in {None, request.user.pk}:
        return redirect("/")
    fields = [
        {"name": name, "value": value, "label": name.replace("_", " ").capitalize()}
        for name, values in typed["typed"].items()
        for value in values
    ]
    return render(request, "account/send_again.html", {"fields": fields, "action": typed["path"]})
