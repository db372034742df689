"""What proves a person besides the password: who needs which, and what must be set up before anything else opens.

The factors themselves are django-allauth's (TOTP, passkeys, recovery codes); their secrets stand encrypted in the database.
A session remembers how its person proved himself. A recovery code opens only the pages on which a new factor is set up.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import memberships
from agencies.models import IdentityLink, KnownDevice, Role, User
from agencies.sessions import Answer, View
from mappa import encryption

Kind = Authenticator.Type
PLACE = "mfa_authenticator.data"
# An agency's own sign-in service asked for a second factor there.
BY_AGENCY = "agency"
ENOUGH = {Kind.TOTP, Kind.WEBAUTHN, BY_AGENCY}
# Roles that hold much, and so must prove themselves by what cannot be talked out of anybody: a passkey or a security key.
NEED_A_PASSKEY = {Role.Code.ADMINISTRATOR, Role.Code.COORDINATOR, Role.Code.INFORMATION_OFFICER}


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticator apps and recovery codes are encrypted at rest."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is wrong or was used. Wait for the next one and enter it.")
    }

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text, place=PLACE)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text, place=PLACE)

    def get_totp_issuer(self) -> str:
        return "mappa"

    def _get_site_name(self) -> str:
        return "mappa"

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Our own words are sent, where a factor is changed (agencies/account/factors.py)."""


def factors_of(user: User) -> list[Authenticator]:
    """What the person has, oldest first."""
    return list(Authenticator.objects.filter(user=user).order_by("created_at", "pk"))


def has(user: User, *kinds: str) -> bool:
    """Has the person any of these kinds?"""
    return bool(Authenticator.objects.filter(user=user, type__in=kinds).exists())


def needs_passkey(user: User) -> bool:
    """Does one of the person's roles ask for a passkey?"""
    return any(membership.role_id in NEED_A_PASSKEY for membership in memberships(user))


def how(request: HttpRequest) -> str:
    """By which factor the person proved himself in this session; nothing when by the password alone."""
    found: str = request.session.get("factor", "")
    return found


def remember(request: HttpRequest, user: User) -> None:
    """Keep in the session by which factor the person just signed in."""
    records = get_authentication_records(request, user)
    kinds = [record.get("type", BY_AGENCY) for record in records if record.get("method") in {"mfa", BY_AGENCY}]
    if kinds:
        request.session["factor"] = kinds[-1]


def to_do(request: HttpRequest) -> str:
    """The page on which something must be done before others open; nothing when all is well.

    Asked by `factor_required` of every page; a view with `login_required = False` that takes a session asks by itself.
    """
    user, factor = request.user, how(request)
    if settings.SECOND_FACTOR != "required" or not isinstance(user, User):
        return ""
    if factor not in ENOUGH:
        return "own_account"
    # Nor does what an agency's service asked for there, which may have been a code.
    if factor != Kind.WEBAUTHN and needs_passkey(user):
        return "again" if has(user, Kind.WEBAUTHN) else "add_passkey"
    return ""


def forget_proofs(user: User) -> int:
    """Take away what proves the person besides the password, and the devices he is known by; how much.

    For whoever lost it, and whoever leaves: nothing of it lets in whoever comes back, or has it then.
    """
    kinds: tuple[Any, ...] = (Authenticator, IdentityLink, KnownDevice)
    return sum(kind.objects.filter(user=user).delete()[0] for kind in kinds)


class FactorStage(AuthenticateStage):  # type: ignore[misc]
    """The second step of signing in. Whoever comes from his agency's service proved himself there by two."""

    def handle(self) -> Any:
        return (None, True) if self.login.state.get(BY_AGENCY) else super().handle()


def before_factor(view: View) -> View:
    """A page that opens before a second factor is set up: for setting it up, and for leaving."""
    view.before_factor = True  # type: ignore[attr-defined]
    return view


def factor_required(get_response: Answer) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: nothing opens to whoever must set up, or use, a second factor first."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        is_open = getattr(view, "before_factor", False) or not getattr(view, "login_required", True)
        if is_open or not request.user.is_authenticated:
            return None
        page = to_do(request)
        return redirect(reverse(page)) if page else None

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


@transaction.atomic
def encrypt_anew() -> int:
    """The secrets of all factors, by the current key (mappa/encryption.py)."""
    rows = list(Authenticator.objects.select_for_update().filter(type__in=[Kind.TOTP, Kind.RECOVERY_CODES]))
    for row in rows:
        for name in {"secret", "seed"} & row.data.keys():
            text = encryption.decrypt(row.data[name], place=PLACE)
            row.data[name] = encryption.encrypt(text, place=PLACE)
        row.save(update_fields=["data"])
    return len(rows)


encryption.ROTATED.append(encrypt_anew)
