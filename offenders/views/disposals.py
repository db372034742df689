"""Sentences, orders and cautions of a conviction, one by one: what is asked about each."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.access import AuthedRequest, Perm, guarded
from offenders import actions
from offenders.forms import disposals as forms
from offenders.forms.withdrawing import WithdrawForm
from offenders.law.periods import Length
from offenders.models import Conviction, Disposal
from offenders.views.convictions import no_longer_stands
from offenders.views.record import ask


@guarded(Perm.EDIT_CASE, Conviction)
@require_http_methods(["GET", "HEAD", "POST"])
def add_disposal(request: AuthedRequest, conviction: Conviction) -> HttpResponse:
    """Record another sentence or order for a conviction."""
    return ask(
        request,
        conviction.offender,
        "record",
        forms.DisposalForm(request.POST or None),
        actions.add_disposal,
        back=conviction.get_absolute_url(),
        about={"conviction": conviction},
        title=_("Add a sentence"),
        intro=_(
            "%s. Imprisonment and detention for one conviction are added up. Of a term that runs together with one that is "
            "recorded, enter only what goes beyond it; one that runs together as a whole is not entered."
        )
        % conviction.title,
        button=_("Save"),
        done=_("The sentence is recorded."),
        nothing=no_longer_stands(request, conviction),
    )


@guarded(Perm.EDIT_CASE, Disposal)
@require_http_methods(["GET", "HEAD", "POST"])
def replace_disposal(request: AuthedRequest, disposal: Disposal) -> HttpResponse:
    """Correct a sentence, or record how a court varied it."""
    before = {name: getattr(disposal, name) for name in forms.IMPOSED if name != "terms"}
    return ask(
        request,
        disposal.offender,
        "record",
        forms.ReplaceDisposalForm(request.POST or None, initial=before | {"terms": _terms(request, disposal)}),
        actions.replace_disposal,
        back=disposal.get_absolute_url(),
        about={"disposal": disposal},
        title=_("Correct or vary a sentence"),
        intro=disposal.conviction.title,
        button=_("Save"),
        done=_("The sentence is changed. The row as it was is kept with the conviction."),
        nothing=_replaced(request, disposal),
    )


def _terms(request: AuthedRequest, disposal: Disposal) -> list[Length]:
    return [term.length for term in disposal.terms.visible_to(request.user)]


def _replaced(request: AuthedRequest, disposal: Disposal) -> str:
    stands = Disposal.objects.visible_to(request.user).standing().filter(pk=disposal.pk).exists()
    gone = _("This sentence has been corrected, varied or taken back already.")
    return no_longer_stands(request, disposal.conviction) or ("" if stands else gone)


@guarded(Perm.EDIT_CASE, Disposal)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_disposal(request: AuthedRequest, disposal: Disposal) -> HttpResponse:
    """Take back a sentence that was recorded by mistake."""
    return ask(
        request,
        disposal.offender,
        "record",
        WithdrawForm(request.POST or None),
        actions.withdraw_disposal,
        back=disposal.get_absolute_url(),
        about={"disposal": disposal},
        title=_("Take a sentence back as wrong"),
        intro=f"{disposal.get_kind_display()}, {disposal.conviction.title}",
        button=_("Take it back"),
        done=_("The sentence is taken back. It is kept with the conviction."),
        nothing=_replaced(request, disposal),
    )


@guarded(Perm.EDIT_CASE, Disposal)
@require_http_methods(["GET", "HEAD", "POST"])
def add_term(request: AuthedRequest, disposal: Disposal) -> HttpResponse:
    """Add a consecutive term."""
    return ask(
        request,
        disposal.offender,
        "record",
        forms.TermForm(request.POST or None),
        actions.add_term,
        back=disposal.get_absolute_url(),
        about={"disposal": disposal},
        title=_("Add a consecutive term"),
        intro=disposal.conviction.title,
        button=_("Add the term"),
        done=_("The term is recorded."),
        nothing=_replaced(request, disposal),
    )
