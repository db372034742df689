"""The pages about seeing a case: why it is opened, and who may see it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.reauthentication import again_when_sent
from mappa.forms import Form, attempt
from mappa.templatetags.mappa import long_date
from offenders import actions, sight
from offenders.forms import (
    ExclusionForm,
    NamingForm,
    PurposeForm,
    RestrictionForm,
    ShareForm,
    WhichAgencyForm,
    WhichPersonForm,
)
from offenders.models import Offender
from offenders.views.cases import about_person
from offenders.views.record import ask


@guarded(Perm.VIEW_CASE, Offender, asks_purpose=False)
@require_http_methods(["GET", "HEAD", "POST"])
def reason(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Ask what the record is needed for, showing nothing of it but the reference; then on to the page asked for."""
    wanted = _safe(request.GET.get("next", ""), offender)
    if request.method != "POST" and not offender.why(request.user).ask:
        return redirect(wanted)
    form = PurposeForm(request.POST or None, reference=offender.reference)
    if request.method == "POST" and attempt(form, actions.state_purpose, offender=offender, by=request.user):
        return redirect(wanted)
    return render(request, "offenders/reason.html", {"form": form})


def _safe(path: str, offender: Offender) -> str:
    """A path of this site, or the case's first page. Never an address elsewhere, nor the question itself."""
    ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if ours and "/reason/" not in path else offender.get_absolute_url()


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def who(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Agency by agency: who sees the case, by which rule, until when; and for those who may, ways to change it."""
    context = about_person(request, offender, "who") | sight.table(offender, request.user)
    if allowed(request.user, Perm.SHARE_CASE, on=offender):
        context |= sight.for_sharers(offender, request.user)
    return render(request, "offenders/who.html", context)


def _ask(
    request: AuthedRequest, offender: Offender, form: Form, verb: Callable[..., object], **words: Any
) -> HttpResponse:
    """One question about seeing the case."""
    return ask(request, offender, "who", form, verb, back=reverse("offenders:who", args=[offender.reference]), **words)


@guarded(Perm.SHARE_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
@again_when_sent
def share_with(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Share the case with an agency, by hand."""
    return _ask(
        request,
        offender,
        ShareForm(request.POST or None, offender=offender),
        actions.share_with,
        title=_("Share with an agency"),
        intro=_("Everyone in the agency who works cases will see this one. The end date can be up to %s.")
        % long_date(actions.latest_share(offender)),
        nothing=_("This case is restricted: no agency would see it. Name a person instead.")
        if offender.restricted
        else "",
        button=_("Share the case"),
        done=_("The case is shared."),
    )


@guarded(Perm.SHARE_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def end_share(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """End what was shared by hand."""
    among = actions.shared_by_hand(offender)
    return _ask(
        request,
        offender,
        WhichAgencyForm(request.POST or None, among=among),
        actions.end_share,
        title=_("Stop sharing with an agency"),
        intro=_("The agency keeps what an invitation to a meeting gives it."),
        nothing="" if among else _("The case is not shared by hand."),
        button=_("Stop sharing"),
        done=_("The case is no longer shared by hand with that agency."),
    )


@guarded(Perm.SHARE_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
@again_when_sent
def name_person(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Name a person on the case."""
    return _ask(
        request,
        offender,
        NamingForm(request.POST or None),
        actions.name_person,
        title=_("Name a person on the case"),
        intro=_("A named person sees the case wherever he or she works, also when it is restricted."),
        button=_("Name the person"),
        done=_("The person is named on the case."),
    )


@guarded(Perm.SHARE_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def end_naming(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Take a person's name off the case."""
    among = actions.named_people(offender)
    return _ask(
        request,
        offender,
        WhichPersonForm(request.POST or None, among=among),
        actions.end_naming,
        title=_("Stop naming a person"),
        intro=_("The person keeps what his or her agency gives, unless the case is restricted."),
        nothing="" if among else _("Nobody is named on the case."),
        button=_("Stop naming"),
        done=_("The person is no longer named on the case."),
    )


@guarded(Perm.SHARE_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
@again_when_sent
def restrict(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Keep the case to the people named on it."""
    return _ask(
        request,
        offender,
        RestrictionForm(request.POST or None),
        actions.restrict,
        title=_("Restrict the case"),
        intro=_("Name yourself and a keeper first: a coordinator of the area, without an end date."),
        warning=_("Only the people named on the case will see it: not its area, nor its lead agency."),
        nothing=_("This case is restricted already.") if offender.restricted else "",
        button=_("Restrict the case"),
        done=_("The case is restricted to the people named on it."),
    )


@guarded(Perm.SHARE_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
@again_when_sent
def lift_restriction(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Let the case be seen again by the usual rules."""
    return _ask(
        request,
        offender,
        Form(request.POST if request.method == "POST" else None),
        actions.lift_restriction,
        title=_("Lift the restriction"),
        intro=_("The area, the lead agency and those it is shared with will see the case again."),
        nothing="" if offender.restricted else _("This case is not restricted."),
        button=_("Lift the restriction"),
        done=_("The case is no longer restricted."),
    )


@guarded(Perm.SHARE_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
@again_when_sent
def exclude(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Keep a person from the case."""
    return _ask(
        request,
        offender,
        ExclusionForm(request.POST or None),
        actions.exclude,
        title=_("Exclude a person"),
        intro=_("For this person the case will not exist, whatever else would give it. He or she is not told."),
        button=_("Exclude the person"),
        done=_("The person is excluded from the case."),
    )


@guarded(Perm.SHARE_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
@again_when_sent
def end_exclusion(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Let an excluded person see again what the other rules give."""
    among = actions.excluded_people(offender, by=request.user)
    return _ask(
        request,
        offender,
        WhichPersonForm(request.POST or None, among=among),
        actions.end_exclusion,
        title=_("End an exclusion"),
        intro=_("The person will see again what the other rules give. That he or she was excluded is kept."),
        nothing="" if among else _("Nobody is excluded from the case."),
        button=_("End the exclusion"),
        done=_("The exclusion has ended."),
    )
