"""The Check pages. Questions are posted, so that no date of birth or number stands in an address or a log; they are
answered on the same page and nothing is stored, so there is nothing to redirect to."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Perm, guarded
from agencies.sessions import View
from offenders.check import management, notification, sentences
from offenders.check.asking import CheckForm
from offenders.law import deadlines

# By the end of the address: what is asked, in a few words and in one sentence.
TITLES: dict[str, tuple[Any, Any]] = {
    "category": (_("Category"), _("Does a conviction, finding or caution make a person eligible for MAPPA, and why?")),
    "notification-period": (_("Notification period"), _("How long must a sexual or terrorist offender notify?")),
    "deadlines": (_("Notification deadlines"), _("By when must a registered sexual offender notify?")),
    "premises": (_("Other premises"), _("Must an address where somebody stayed now and then be notified?")),
    "level": (_("Level"), _("Are the criteria of level 2 or 3 met?")),
    "review-due": (_("Next review"), _("By when must a case be reviewed again?")),
    "child-disclosure": (_("Child disclosure"), _("Must telling somebody about a child sex offender be considered?")),
    "identifiers": (_("Identity numbers"), _("Is a PNC, CRO, CRN, prison or arrest summons number right?")),
    "working-days": (_("Working days"), _("Which day is so many working days later?")),
}
FORMS: dict[str, type[CheckForm]] = {
    "category": sentences.CategoryForm,
    "notification-period": sentences.NotificationPeriodForm,
    "premises": notification.PremisesForm,
    "level": management.LevelForm,
    "review-due": management.ReviewForm,
    "child-disclosure": management.ChildDisclosureForm,
    "identifiers": management.IdentifierForm,
    "working-days": management.WorkingDaysForm,
}


@guarded(Perm.VIEW_CASE)
@require_safe
def check(request: AuthedRequest) -> HttpResponse:
    """What can be checked."""
    rules = [{"rule": rule, "title": title, "about": about} for rule, (title, about) in TITLES.items()]
    return render(request, "offenders/check/index.html", {"rules": rules})


@guarded(Perm.VIEW_CASE)
@require_http_methods(["GET", "HEAD", "POST"])
def check_rule(request: AuthedRequest, rule: str) -> HttpResponse:
    """One question, and its answer above it once it is asked."""
    return _page(request, rule, FORMS[rule](request.POST or None))


@guarded(Perm.VIEW_CASE)
@require_http_methods(["GET", "HEAD", "POST"])
def check_deadlines(request: AuthedRequest, rule: str) -> HttpResponse:
    """First what happened, which the address keeps, and then what that event asks for."""
    event = request.GET.get("event", "")
    if event not in deadlines.EVENTS:
        chosen = notification.EventForm(request.GET if "event" in request.GET or "ask" in request.GET else None)
        return _page(request, rule, chosen, choosing=True)
    form = notification.DeadlineForm(request.POST or None, event=event)
    return _page(request, rule, form, event=dict(notification.EventForm.base_fields["event"].choices)[event])  # type: ignore[attr-defined]


def _page(request: AuthedRequest, rule: str, form: CheckForm, **more: Any) -> HttpResponse:
    title, about = TITLES[rule]
    context = {"rule": rule, "title": title, "about": about, "form": form, "choosing": False, **more}
    valid = form.is_bound and form.is_valid() and not context["choosing"]
    return render(request, "offenders/check/rule.html", context | {"answer": form.answer() if valid else None})


ASK: dict[str, View] = {rule: check_deadlines if rule == "deadlines" else check_rule for rule in TITLES}
