"""Signing in through one's agency's own service, and linking one's account with it."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies import oidc
from agencies.access import AuthedRequest, Perm, guarded, memberships
from agencies.account.notices import tell
from agencies.models import IdentityLink, IdentityProvider, Membership, User
from agencies.models.standard import value
from agencies.oidc import Proof, RefusedError
from agencies.reauthentication import again
from agencies.second_factor import BY_AGENCY
from audit.record import record_sign_in
from mappa import dates

SIGN_IN, LINK, AGAIN = "sign in", "link", "again"


@require_safe
def agencies_sign_in(request: HttpRequest) -> HttpResponse:
    """Which agencies have a service of their own."""
    providers = IdentityProvider.objects.filter(is_active=True)
    return render(request, "account/agencies.html", {"providers": providers})


@require_safe
def sign_in_by_agency(request: HttpRequest, provider: str) -> HttpResponse:
    """To the agency's service. Nothing that stands in our address goes there."""
    row = IdentityProvider.objects.filter(slug=provider, is_active=True).first()
    if row is None:
        raise Http404
    return _to_the_service(request, row, purpose=SIGN_IN, max_age=settings.SESSION_COOKIE_AGE)


@guarded(Perm.SIGNED_IN)
@require_safe
@again
def link_agency(request: AuthedRequest) -> HttpResponse:
    """Link one's account: prove oneself at the service of one's own agency, now."""
    row = providers_of(request.user).first()
    if row is None:
        raise Http404
    return _to_the_service(request, row, purpose=LINK, max_age=_minutes() * 60)


def again_by_agency(request: AuthedRequest, next_path: str) -> HttpResponse | None:
    """To the service for a new proof, where the person has no other way to give one."""
    link = IdentityLink.objects.filter(user=request.user, provider__is_active=True).select_related("provider").first()
    if link is None:
        return None
    return _to_the_service(request, link.provider, purpose=AGAIN, max_age=_minutes() * 60, next_path=next_path)


def providers_of(user: User) -> QuerySet[IdentityProvider]:
    """The services of the person's own agencies."""
    return IdentityProvider.objects.filter(is_active=True, agency__in=[m.agency_id for m in memberships(user)])


def _minutes() -> int:
    return value("reauthentication_minutes", None, dates.today())


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
    return _link(request, row, proof) if proof.purpose == LINK else _prove(request, row, proof)


def _sign_in(request: HttpRequest, row: IdentityProvider, proof: Proof) -> HttpResponse:
    link = IdentityLink.objects.filter(provider=row, subject=proof.subject).select_related("user", "provider").first()
    if link is None or not _works_there(link):
        return _refused(request, row, "not linked, or not of this agency any more")
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


def _link(request: HttpRequest, row: IdentityProvider, proof: Proof) -> HttpResponse:
    user = request.user
    if not isinstance(user, User) or not providers_of(user).filter(pk=row.pk).exists():
        raise PermissionDenied
    try:
        with transaction.atomic():
            IdentityLink.objects.create(user=user, provider=row, subject=proof.subject)
            record_sign_in("agency.linked", actor_id=user.pk, provider=row.slug)
            tell(user, _("Your sign-in was changed"), _("Somebody linked your account with your agency’s sign-in."))
    except IntegrityError:
        messages.error(request, _("This is linked already, perhaps with another account. Ask an administrator."))
    else:
        messages.success(request, _("From now on you can sign in through your agency."))
    return redirect("own_account")


def _prove(request: HttpRequest, row: IdentityProvider, proof: Proof) -> HttpResponse:
    user = request.user
    if not IdentityLink.objects.filter(user=user.pk, provider=row, subject=proof.subject).exists():
        return _refused(request, row, "somebody else")
    request.session["proved"] = proof.proved_at
    record_sign_in("reauthentication.succeeded", actor_id=user.pk, factor=BY_AGENCY)
    return redirect(proof.next)


def _refused(request: HttpRequest, row: IdentityProvider | None, why: str) -> HttpResponse:
    """The same words whatever was wrong; the reason is on record."""
    record_sign_in("sign_in.failed", actor_id=None, factor=BY_AGENCY, provider=getattr(row, "slug", ""), why=why)
    return render(request, "account/agency_refused.html", status=403)


agencies_sign_in.login_required = sign_in_by_agency.login_required = agency_back.login_required = False  # type: ignore[attr-defined]
