"""The pages of an emergency, of why one sees a case, and of knowing the person."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.access import AuthedRequest, Perm, guarded, may_break_glass
from agencies.asking import ask
from agencies.models.standard import value
from agencies.reauthentication import again_when_sent
from audit.models import Act
from audit.record import record
from mappa import dates
from mappa.forms import attempt, sent
from mappa.throttle import counted_in_emergency
from offenders import actions, search, sight
from offenders.forms import ConflictForm, EmergencyForm
from offenders.models import EmergencyAccess, Offender
from offenders.views.cases import about_person


@guarded(Perm.BREAK_GLASS)
@again_when_sent
@counted_in_emergency
@require_http_methods(["GET", "HEAD", "POST"])
def open_in_emergency(request: AuthedRequest) -> HttpResponse:
    """Open a record that one does not see, by its number, for as long as the standard says."""
    if not may_break_glass(request.user):
        raise PermissionDenied(Perm.BREAK_GLASS)
    known = search.kept_words(request.session, request.GET.get("search", ""))
    form = EmergencyForm(sent(request), initial={"number": known})
    made: list[EmergencyAccess] = []
    if attempt(form, lambda **answers: made.append(actions.open_in_emergency(**answers)), by=request.user):
        return redirect(made[0].offender)
    if form.is_bound:
        tried = search.tried_reference(form["number"].value() or "") if "number" in form.errors else ""
        record("emergency.refused", by=request.user, denied=True, act=Act.BREAK_GLASS, reference=tried)
    minutes = value("break_glass_minutes", None, dates.today())
    return render(request, "offenders/emergency.html", {"form": form, "minutes": minutes})


@guarded(Perm.VIEW_CASE, Offender, asks_purpose=False, in_emergency=True)
@require_POST
def end_emergency(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """End one's own emergency access now."""
    for row in offender.emergencies.visible_to(request.user).running().filter(user=request.user.pk):
        actions.end_emergency(access=row, by=request.user)
    messages.success(request, _("Your emergency access has ended. An information officer will review it."))
    return redirect("reviews:my_work")


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def why(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Why the reader sees the case, what of it is open to him and why, and what he may do with it."""
    context = about_person(request, offender, "who") | sight.mine(offender, request.user)
    return render(request, "offenders/why.html", context)


@guarded(Perm.VIEW_CASE, Offender, asks_purpose=False, in_emergency=True)
@require_http_methods(["GET", "HEAD", "POST"])
def declare_conflict(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Say that one knows the person: from then on the case does not exist for oneself.

    It is asked before the record is opened too, and so the page tells the reference and nothing else of it.
    """
    words = {
        "title": _("I know this person"),
        "intro": _(
            "You stop seeing this record at once, and MAPPA co-ordination is told that somebody did. They can let you see it again."
        ),
        "warning": _("Nobody will ask you anything more. Close what you have printed or noted."),
        "button": _("Stop seeing this record"),
        "done": _("You do not see that record any more. MAPPA co-ordination was told."),
        "caption": offender.reference,
    }
    form, verb = ConflictForm(sent(request)), actions.declare_conflict
    return ask(request, form, verb, back=reverse("reviews:my_work"), about={"offender": offender}, **words)
