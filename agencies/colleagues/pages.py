"""The pages that an invitation leads to, and the terms. Open to whoever has the link, and to nobody else's."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.colleagues import links, terms
from agencies.colleagues.forms import FirstPasswordForm, JoinForm
from agencies.colleagues.joining import accept, must_sign_in
from agencies.models import Invitation, User
from audit.models import Act
from audit.record import record
from mappa.forms import ANSWERS, attempt, sent


@ANSWERS
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation. One that is used, withdrawn or expired, and one that never was, look alike."""
    invitation = links.find(token)
    if invitation is None:
        record("invitation.refused", by=_signed_in(request), act=Act.VIEW, denied=True)
        return render(request, "account/no_invitation.html", status=404)
    record("invitation.opened", by=_signed_in(request), about=invitation, act=Act.VIEW)
    person, by = invitation.user, _signed_in(request)
    if (by is not None and by.pk != person.pk) or (by is None and must_sign_in(person)):
        return _ask_for_the_right_person(request, by)
    # Signed in without a membership that counts he has no account yet, and chooses a password like anybody new.
    is_known = must_sign_in(person)
    form = (JoinForm if is_known else FirstPasswordForm)(sent(request))
    if request.method == "POST" and attempt(form, accept, invitation=invitation, by=by):
        messages.success(request, _("You have joined. Your colleagues can now work with you here."))
        return redirect("/" if is_known else reverse("account_login"))
    return render(request, "account/join.html", _about(invitation) | {"form": form, "terms": terms.TERMS})


def _about(invitation: Invitation) -> dict[str, Any]:
    return {"invitation": invitation, "agency": invitation.agency, "role": invitation.role}


def _ask_for_the_right_person(request: HttpRequest, by: User | None) -> HttpResponse:
    """Somebody else is signed in here, or whoever is invited has an account with which to sign in."""
    if by is None:
        return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")
    return render(request, "account/other_invitation.html", status=403)


def _signed_in(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None


@require_safe
def read_terms(request: HttpRequest) -> HttpResponse:
    """What everybody who works here has agreed to."""
    return render(request, "account/terms.html", {"terms": terms.TERMS, "version": terms.VERSION})


join.login_required = False  # type: ignore[attr-defined]
read_terms.login_required = False  # type: ignore[attr-defined]
