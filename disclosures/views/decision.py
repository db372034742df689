"""The pages of disclosure: the log, and a new decision in it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from disclosures import actions
from disclosures.forms import DecisionForm
from disclosures.models import DisclosureDecision
from mappa.forms import attempt
from mappa.templatetags.mappa import long_date
from offenders.header import person_header, sections
from offenders.models import Offender
from offenders.timeline import page_from


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def log(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Every decision about telling third parties, either way, newest first."""
    decisions = offender.disclosure_decisions.visible_to(request.user).select_related("recorded_by")
    place = request.GET.get("from", "")
    rows, older = page_from(place, decisions, field="considered_at")
    context = _about(request, offender) | {
        "rows": [_row(decision) for decision in rows],
        "newest": request.path if place else "",
        "next": f"{request.path}?from={older}" if older else "",
        "can_record": allowed(request.user, Perm.RECORD_DISCLOSURE, on=offender),
    }
    return render(request, "disclosures/log.html", context)


def _row(decision: DisclosureDecision) -> dict[str, Any]:
    return {
        "when": long_date(decision.considered_at),
        "decision": decision.get_decision_display(),
        "disclose": decision.decision == DisclosureDecision.Decision.YES,
        "to_whom": decision.to_whom,
        "reasons": decision.reasons,
        "by": decision.recorded_by.name,
        "meeting": decision.meeting_reference,
    }


@guarded(Perm.RECORD_DISCLOSURE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Record that disclosure was considered, and what was decided."""
    form = DecisionForm(request.POST or None)
    if attempt(form, actions.record_decision, offender=offender, by=request.user):
        messages.success(request, _("The decision is recorded."))
        return redirect("disclosures:log", offender.reference)
    return render(request, "disclosures/record.html", _about(request, offender) | {"form": form})


def _about(request: AuthedRequest, offender: Offender) -> dict[str, Any]:
    return {
        "offender": offender,
        "person": person_header(offender, request.user),
        "tabs": sections(offender, "disclosures", request.user),
    }
