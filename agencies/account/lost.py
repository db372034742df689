"""The page on which lost second factors are asked for and answered."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies import lost_factor
from agencies.access import AuthedRequest, Perm, guarded
from agencies.account.forms import AnswerLostForm, LostForm
from agencies.reauthentication import again_when_sent
from mappa.forms import ANSWERS, attempt, sent


@guarded(Perm.MANAGE_MEMBERSHIPS)
@ANSWERS
@again_when_sent
def lost_factors(request: AuthedRequest) -> HttpResponse:
    """Ask for somebody's factors to be removed; below, what waits for the reader's answer."""
    form = LostForm(sent(request))
    if request.method == "POST" and attempt(form, lost_factor.ask_to_remove, by=request.user):
        messages.success(request, _("A coordinator or an administrator must agree now. Tell one of them."))
        return redirect("lost_factors")
    return _page(request, form, AnswerLostForm(among=list(lost_factor.waiting_for(request.user))))


@guarded(Perm.MANAGE_MEMBERSHIPS)
@require_POST
@again_when_sent
def answer_lost_factor(request: AuthedRequest) -> HttpResponse:
    """Agree, or refuse."""
    form = AnswerLostForm(request.POST, among=list(lost_factor.waiting_for(request.user)))
    if attempt(form, lost_factor.answer, by=request.user):
        messages.success(
            request, _("Your answer is kept. If you agreed, the person can sign in and set up a new factor.")
        )
        return redirect("lost_factors")
    return _page(request, LostForm(), form)


def _page(request: AuthedRequest, ask: LostForm, answer: AnswerLostForm) -> HttpResponse:
    context = {"form": answer if answer.is_bound else ask, "ask": ask, "answer": answer}
    return render(request, "account/lost_factors.html", context)
