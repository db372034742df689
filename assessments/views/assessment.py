"""The pages of risk: what was assessed, and a new assessment."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from assessments import actions
from assessments.forms import DEFINITIONS, AssessmentForm
from assessments.models import GROUPS, RISK_TO, Assessment
from mappa.forms import attempt
from mappa.templatetags.mappa import long_date
from offenders.header import RISK_CODES, person_header, sections
from offenders.models import Offender
from offenders.timeline import page_from

REVIEWS = 5


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def risk(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Risk of serious harm now and before."""
    made = offender.assessments.visible_to(request.user).select_related("assessed_by")
    place = request.GET.get("from", "")
    shown, older = page_from(place, made, field="assessed_at")
    rows = [_row(assessment) for assessment in shown]
    context = _about(request, offender) | {
        "latest": rows[0] if rows and not place else None,
        "rows": rows,
        "newest": request.path if place else "",
        "next": f"{request.path}?from={older}" if older else "",
        "reviews": _reviews(offender, request),
        "groups": [str(label) for label in GROUPS.values()],
        "can_assess": allowed(request.user, Perm.WRITE_PLANS, on=offender),
    }
    return render(request, "assessments/risk.html", context)


def _reviews(offender: Offender, request: AuthedRequest) -> list[dict[str, str]]:
    """What the last level 1 reviews found."""
    held = offender.reviews.visible_to(request.user).exclude(outcome="").filter(held_on__isnull=False)
    rows = held.select_related("held_by").order_by("-held_on", "-pk")[:REVIEWS]
    return [
        {"when": long_date(row.held_on), "by": row.held_by.name if row.held_by else "", "outcome": row.outcome}
        for row in rows
    ]


def _row(assessment: Assessment) -> dict[str, Any]:
    return {
        "when": long_date(assessment.assessed_at),
        "by": assessment.assessed_by.name,
        "nature": assessment.nature,
        "overall": RISK_CODES[Offender.Rosh(assessment.overall)],
        "levels": [RISK_CODES[Offender.Rosh(level)] for _group, level in assessment.by_group()],
    }


@guarded(Perm.WRITE_PLANS, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Record an assessment; it starts from the one before, except for its words."""
    latest = offender.assessments.visible_to(request.user).first()
    known = {group: getattr(latest, group) for group in RISK_TO} if latest else {}
    form = AssessmentForm(request.POST or None, initial=known)
    if attempt(form, actions.assess, offender=offender, by=request.user):
        messages.success(request, _("The assessment is recorded, and the case shows its level."))
        return redirect("assessments:risk", offender.reference)
    context = _about(request, offender) | {"form": form, "definitions": DEFINITIONS}
    return render(request, "assessments/assess.html", context)


def _about(request: AuthedRequest, offender: Offender) -> dict[str, Any]:
    return {
        "offender": offender,
        "person": person_header(offender, request.user),
        "tabs": sections(offender, "risk", request.user),
    }
