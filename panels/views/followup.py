"""Actions after the meeting: the lists, and what became of one."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Parts, Perm, allowed, guarded, memberships
from agencies.models import User
from mappa import dates
from mappa.forms import attempt
from mappa.paging import page_of
from offenders.header import person_header, sections
from offenders.models import Offender
from panels import actions as verbs
from panels.forms import ActionUpdateForm
from panels.models import Action


@guarded(Perm.UPDATE_ACTION)
@require_safe
def actions(request: AuthedRequest) -> HttpResponse:
    """Open actions, the most urgent first: one's own, one's agency's, or all."""
    show = request.GET.get("show", "mine")
    show = show if show in {"mine", "agency", "all"} else "mine"
    rows = Action.objects.visible_to(request.user).open().filter(_whose(show, request.user))
    page = page_of(rows.select_related("offender", "agency", "officer"), request, by="due_on")
    names = (("mine", _("Mine")), ("agency", _("My agency")), ("all", _("All")))
    tabs = [
        {"url": f"{reverse('panels:actions')}?show={key}", "label": label, "current": key == show}
        for key, label in names
    ]
    context = {"page": page, "lines": _lines(page.rows, request.user), "tabs": tabs, "show": show}
    return render(request, "panels/actions.html", context | {"today": dates.today()})


def _lines(rows: Iterable[Action], user: User) -> list[dict[str, Any]]:
    """Each action, and whether the user may say what became of it: area and owner decide (docs/access.md)."""
    found = []
    for row in rows:
        parts = Parts(area=row.area_id, owner=row.agency_id, owner_user=row.officer_id)
        found.append({"row": row, "may_update": allowed(user, Perm.UPDATE_ACTION, on=parts)})
    return found


def _whose(show: str, user: User) -> Q:
    """Mine: those that name me, and those of my agency that name nobody, for people I lead."""
    agencies = {m.agency_id for m in memberships(user)}
    if show == "mine":
        return Q(officer=user) | Q(officer=None, agency__in=agencies, offender__lead_officer=user)
    return Q(agency__in=agencies) if show == "agency" else Q()


@guarded(Perm.UPDATE_ACTION, Action)
@require_http_methods(["GET", "POST"])
def update_action(request: AuthedRequest, action: Action) -> HttpResponse:
    """Say what became of an action."""
    form = ActionUpdateForm(request.POST or None, action=action)
    if request.method == "POST" and attempt(form, partial(_update, action=action), by=request.user):
        messages.success(request, _("Action updated."))
        return redirect("panels:actions")
    postponed = action.postponements.visible_to(request.user).select_related("by")
    return render(
        request,
        "panels/update_action.html",
        {
            "form": form,
            "action": action,
            "person": person_header(action.offender, request.user),
            "postponements": list(postponed),
            "today": dates.today(),
        },
    )


def _update(*, action: Action, what: str, by: User, **answers: Any) -> None:
    if what == "done":
        verbs.complete(action=action, outcome=answers["outcome"], by=by)
    elif what == "later":
        verbs.postpone(action=action, due_on=answers["due_on"], reason=answers["reason"], by=by)
    else:
        verbs.assign(action=action, officer=answers["officer"], by=by)


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def case_actions(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """A person's actions: the open ones first, then what was done."""
    rows = offender.actions.visible_to(request.user).select_related("agency", "officer", "done_by")
    return render(
        request,
        "panels/case_actions.html",
        {
            "person": person_header(offender, request.user),
            "tabs": sections(offender, "actions", request.user),
            "lines": _lines(rows.open()[:100], request.user),
            "done_actions": list(rows.filter(done_on__isnull=False).order_by("-done_on", "-pk")[:50]),
            "today": dates.today(),
        },
    )
