"""Signing in through one's agency's own service, and linking one's account with it."""

import time
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies import oidc, own_sessions
from agencies.access import AuthedRequest, Perm, guarded, memberships
from agencies.account.notices import tell
from agencies.models import IdentityLink, IdentityProvider, Membership, User
from agencies.oidc import Proof, RefusedError
from agencies.reauthentication import again, again_when_sent
from agencies.second_factor import BY_AGENCY, Kind, before_factor, factors_of, has
from audit.context import refusal_is_told
from audit.record import record_sign_in
from mappa import dates
from mappa.forms import ANSWERS, Form, sent

# What a service said of somebody, in his session until he has said that it is he.
CONFIRMS = "agency_link"
SIGN_IN, LINK, AGAIN = "sign in", "link", "again"


@require_safe
def agencies_sign_in(request: HttpRequest) -> HttpResponse:
    """Which agencies have a service of their own."""
    providers = IdentityProvider.objects.filter(is_active=True)
    return render(request, "account/agencies.html", {"providers": providers})


@require_safe
def sign_in_by_agency(request: HttpRequest, provider: str) -> HttpResponse:
    """To the agency's service. Nothing that stands in our address goes there.

    From another site nobody is sent on: a service that knows the browser would sign somebody in whom nobody asked (ASVS 5.0, 7.6.2).
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return redirect("agencies_sign_in")
    row = IdentityProvider.objects.filter(slug=provider, is_active=True).first()
    if row is None:
        raise Http404
    return _to_the_service(request, row, purpose=SIGN_IN, max_age=settings.SESSION_COOKIE_AGE)


@guarded(Perm.SIGNED_IN)
@require_safe
@again
def link_agency(request: AuthedRequest) -> HttpResponse:
    """Link one's account: prove oneself at the service of one's own agency, now. Nothing is linked by going there."""
    row = not_linked(request.user).first()
    if row is None:
        return redirect("own_account")
    return _to_the_service(request, row, purpose=LINK, max_age=0)


@guarded(Perm.SIGNED_IN)
@ANSWERS
@again_when_sent
def confirm_link(request: AuthedRequest) -> HttpResponse:
    """Say that it is oneself whom the service knows so; others of one's sessions end."""
    row, found = _came_back(request)
    if row is None:
        return redirect("own_account")
    if request.method == "POST":
        request.session.pop(CONFIRMS)
        _link(request, row, found["subject"])
        return redirect("own_account")
    words = _("You signed in there as %(who)s. If that is not you, cancel, sign out there, and begin again.")
    who = " ".join(filter(None, (found["known_as"], f"({found['subject']})")))
    context = {"form": Form(), "title": _("Link your account with “%s”") % row.name, "intro": words % {"who": who}}
    return render(request, "account/ask.html", context | {"button": _("Link it")})


def _came_back(request: AuthedRequest) -> tuple[IdentityProvider | None, dict[str, Any]]:
    """The service from which this person came back just now, and what it said."""
    found = request.session.get(CONFIRMS, {})
    is_his = found.get("user") == request.user.pk and time.time() - found["at"] <= oidc.FLOW_LASTS_SECONDS
    return (not_linked(request.user).filter(pk=found["provider"]).first() if is_his else None), found


@guarded(Perm.SIGNED_IN)
@ANSWERS
@again_when_sent
def unlink_agency(request: AuthedRequest, provider: str) -> HttpResponse:
    """Let one's agency's service sign one in no more."""
    link = IdentityLink.objects.filter(user=request.user, provider__slug=provider).select_related("provider").first()
    if link is None:
        return redirect("own_account")
    form = Form(sent(request))
    if request.method == "POST" and form.is_valid() and _unlinks(request, form, link):
        return redirect("own_account")
    words = _("It will no longer sign you in.")
    title = _("Unlink your account from “%s”") % link.provider.name
    return render(request, "account/ask.html", {"form": form, "title": title, "intro": words, "button": _("Unlink it")})


@transaction.atomic
def _unlinks(request: AuthedRequest, form: Form, link: IdentityLink) -> bool:
    user = User.objects.select_for_update(no_key=True).get(pk=request.user.pk)
    kinds = {factor.type for factor in factors_of(user)}
    by_password = user.has_usable_password() and (settings.SECOND_FACTOR != "required" or Kind.TOTP in kinds)
    if not by_password and Kind.WEBAUTHN not in kinds:
        form.add_error(None, _("This is the only way in which you can sign in. Add a passkey or an app first."))
        return False
    link.delete()
    _changed(request, "agency.unlinked", link.provider)
    tell(user, _("Your sign-in was changed"), _("Somebody unlinked your account from your agency’s sign-in."))
    messages.success(request, _("It is unlinked."))
    return True


def _changed(request: AuthedRequest, event: str, provider: IdentityProvider) -> None:
    record_sign_in(event, actor_id=request.user.pk, provider=provider.slug)
    own_sessions.renew(request, request.session.cycle_key)
    own_sessions.end_all(request.user, why="changed", but=request.session.session_key)


@guarded(Perm.SIGNED_IN)
@require_safe
@before_factor
def again_by_agency(request: AuthedRequest) -> HttpResponse:
    """To the service for a new proof. By a link: a form that is sent may lead to no address elsewhere (form-action)."""
    link = link_to_prove_by(request.user)
    if link is None:
        return redirect(f"{reverse('again')}?{urlencode({'next': wanted(request)})}")
    return _to_the_service(request, link.provider, purpose=AGAIN, max_age=0, next_path=wanted(request))


def link_to_prove_by(user: User) -> IdentityLink | None:
    """The link with a service that may speak for the person today. Of whoever has a factor here, none may: he proves himself by that."""
    if has(user, Kind.TOTP, Kind.WEBAUTHN):
        return None
    links = IdentityLink.objects.filter(user=user, provider__in=providers_of(user))
    return links.select_related("provider").order_by("pk").first()


def providers_of(user: User) -> QuerySet[IdentityProvider]:
    """The services of the person's own agencies."""
    return IdentityProvider.objects.filter(is_active=True, agency__in=[m.agency_id for m in memberships(user)])


def not_linked(user: User) -> QuerySet[IdentityProvider]:
    """Those of them with which he is not linked."""
    return providers_of(user).exclude(pk__in=IdentityLink.objects.filter(user=user).values("provider"))


def wanted(request: AuthedRequest) -> str:
    """A path of this site to go on to. Never an address elsewhere, nor the question itself."""
    path = request.GET.get("next", "")
    ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if ours and not path.startswith(reverse("again")) else "/"


def _to_the_service(
    request: HttpRequest, row: IdentityProvider, *, purpose: str, max_age: int, next_path: str = "/"
) -> HttpResponse:
    try:
        return redirect(oidc.begin(request, row, purpose=purpose, max_age=max_age, next_path=next_path))
    except RefusedError as refusal:
        return _refused(request, row, str(refusal))


@require_safe
def agency_back(request: HttpRequest) -> HttpResponse:
    """The way back from a service: who it says it is, once all of it holds."""
    row = IdentityProvider.objects.filter(pk=oidc.provider_asked(request) or 0, is_active=True).first()
    if row is None:
        return _refused(request, None, "nothing was asked")
    try:
        proof = oidc.finish(request, row)
    except RefusedError as refusal:
        return _refused(request, row, str(refusal))
    if proof.purpose == SIGN_IN:
        return _sign_in(request, row, proof)
    return _ask_to_confirm(request, row, proof) if proof.purpose == LINK else _prove(request, row, proof)


def _sign_in(request: HttpRequest, row: IdentityProvider, proof: Proof) -> HttpResponse:
    link = IdentityLink.objects.filter(provider=row, subject=proof.subject).select_related("user", "provider").first()
    if link is None or not _works_there(link):
        return _refused(request, row, "not linked, or not of this agency any more")
    if request.user.is_authenticated:
        # Or what is known of whoever sat there before would be mixed with this.
        logout(request)
    IdentityLink.objects.filter(pk=link.pk).update(last_used_at=timezone.now())
    record_authentication(request, link.user, method=BY_AGENCY)
    response: HttpResponse = perform_login(request, Login(user=link.user, state={BY_AGENCY: True}))
    # Nobody proved himself to us just now, but to the service then.
    request.session["proved"] = proof.proved_at
    return response


def _works_there(link: IdentityLink) -> bool:
    """A service speaks for people of its own agency alone, while they are its people."""
    held = Membership.objects.filter(user=link.user_id, agency=link.provider.agency_id)
    return link.user.is_active and held.in_force(dates.today()).exists()


def _ask_to_confirm(request: HttpRequest, row: IdentityProvider, proof: Proof) -> HttpResponse:
    """Somebody else may have been signed in there: who it was is shown before it is linked."""
    user = request.user
    if not isinstance(user, User) or not providers_of(user).filter(pk=row.pk).exists():
        raise PermissionDenied
    found = {"user": user.pk, "provider": row.pk, "subject": proof.subject, "known_as": proof.known_as}
    request.session[CONFIRMS] = found | {"at": time.time()}
    return redirect("confirm_link")


def _link(request: AuthedRequest, row: IdentityProvider, subject: str) -> None:
    try:
        with transaction.atomic():
            IdentityLink.objects.create(user=request.user, provider=row, subject=subject)
            _changed(request, "agency.linked", row)
            words = _("Somebody linked your account with your agency’s sign-in.")
            tell(request.user, _("Your sign-in was changed"), words)
    except IntegrityError:
        messages.error(request, _("This is linked already, perhaps with another account. Ask an administrator."))
    else:
        messages.success(request, _("From now on you can sign in through your agency."))


def _prove(request: HttpRequest, row: IdentityProvider, proof: Proof) -> HttpResponse:
    user = request.user
    if not IdentityLink.objects.filter(user=user.pk, provider=row, subject=proof.subject).exists():
        return _refused(request, row, "somebody else")
    request.session["proved"] = proof.proved_at
    own_sessions.renew(request, request.session.cycle_key)
    record_sign_in("reauthentication.succeeded", actor_id=user.pk, factor=BY_AGENCY)
    return redirect(proof.next)


def _refused(request: HttpRequest, row: IdentityProvider | None, why: str) -> HttpResponse:
    """The same words whatever was wrong; the reason is on record."""
    record_sign_in("sign_in.failed", actor_id=None, factor=BY_AGENCY, provider=getattr(row, "slug", ""), why=why)
    refusal_is_told()
    return render(request, "account/agency_refused.html", status=403)


agencies_sign_in.login_required = sign_in_by_agency.login_required = agency_back.login_required = False  # type: ignore[attr-defined]
