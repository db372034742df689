"""The page of one's own sign-in."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from agencies import own_sessions
from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.account.agency import not_linked
from agencies.account.factors import codes_left
from agencies.models import IdentityLink, User
from agencies.reauthentication import again_when_sent
from agencies.second_factor import Kind, before_factor, factors_of, how, needs_passkey, to_do
from audit.models import SignInEvent
from mappa.templatetags.mappa import clock, long_date


@guarded(Perm.SIGNED_IN)
@require_safe
@before_factor
def own_account(request: AuthedRequest) -> HttpResponse:
    """How one signs in, where one is signed in, and when one was before."""
    user = request.user
    factors = factors_of(user)
    kinds = {factor.type for factor in factors}
    lost = how(request) == Kind.RECOVERY_CODES
    context = {
        "must": to_do(request),
        "by_recovery_code": lost,
        "needs_passkey": needs_passkey(user),
        "ways": _ways(user, factors),
        "can_add_app": lost or Kind.TOTP not in kinds,
        "has_passkey": Kind.WEBAUTHN in kinds,
        "sessions": [_row(session, request) for session in own_sessions.of(user)],
        "before": _before(user),
        "may_manage": allowed(user, Perm.MANAGE_MEMBERSHIPS),
    }
    return render(request, "account/own.html", context)


def _ways(user: User, factors: list[Any]) -> list[dict[str, Any]]:
    app = next((f for f in factors if f.type == Kind.TOTP), None)
    passkeys = [f for f in factors if f.type == Kind.WEBAUTHN]
    rows = [
        {
            "label": _("Password"),
            "value": _("Set") if user.has_usable_password() else _("None: you sign in through your agency"),
            "url": reverse("change_password") if user.has_usable_password() else "",
        },
        {
            "label": _("Passkeys and security keys"),
            "value": "\n".join(f"{f.wrap().name}, {_since(f)}" for f in passkeys) or _("None"),
            "url": reverse("add_passkey"),
            "action": _("Add"),
        },
        {
            "label": _("Authenticator app"),
            "value": _since(app) if app else _("None"),
            "url": reverse("remove_app") if app else reverse("add_app"),
            "action": _("Remove") if app else _("Add"),
        },
    ]
    rows += _services(user)
    if app or passkeys:
        left = codes_left(user)
        words = ngettext("%d code left", "%d codes left", left) % left
        rows.append(
            {"label": _("Recovery codes"), "value": words, "url": reverse("recovery_codes"), "action": _("Make new")}
        )
    return rows


def _services(user: User) -> list[dict[str, Any]]:
    """The agencies' services that sign the person in, and one that could."""
    links = IdentityLink.objects.filter(user=user).select_related("provider").order_by("pk")
    rows = [
        {
            "label": link.provider.name,
            "value": _("Linked on %s") % long_date(link.linked_at),
            "url": reverse("unlink_agency", args=[link.provider.slug]),
            "action": _("Unlink"),
        }
        for link in links
    ]
    if provider := not_linked(user).first():
        url = reverse("link_agency")
        rows.append({"label": provider.name, "value": _("Not linked"), "url": url, "action": _("Link")})
    return rows


def _since(factor: Any) -> str:
    return _("set up on %s") % long_date(factor.created_at)


def _row(session: Any, request: AuthedRequest) -> list[str]:
    is_this = session.session_key == request.session.session_key
    used = session.last_seen_at
    return [
        own_sessions.family(session.user_agent) + (f" ({_('this one')})" if is_this else ""),
        f"{long_date(session.created_at)}, {clock(session.created_at)}",
        f"{long_date(used)}, {clock(used)}",
    ]


def _before(user: User) -> Any:
    """The sign-in before this one."""
    rows = SignInEvent.objects.filter(actor_id=user.pk, event="sign_in.succeeded").order_by("-at")
    return next(iter(rows[1:2]), None)


@guarded(Perm.SIGNED_IN)
@again_when_sent
@require_POST
def end_sessions(request: AuthedRequest) -> HttpResponse:
    """End every session of one's own but this one."""
    ended = own_sessions.end_all(request.user, why="", but=request.session.session_key)
    words = ngettext("%d other session is ended.", "%d other sessions are ended.", ended)
    messages.success(request, words % ended)
    return redirect("own_account")
