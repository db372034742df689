"""The review of emergency access: by reference, without anything that the case says."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.access import AuthedRequest, Perm, allowed, areas_granting, guarded
from assurance import actions
from assurance.forms.emergency import EmergencyAnswerForm, EmergencyReviewForm
from assurance.models import EmergencyRemark
from assurance.opened import opened_in
from audit.models import Act
from mappa import dates
from mappa.forms import attempt, sent
from mappa.templatetags.mappa import clock, due_tone, due_words, long_date
from offenders.actions import end_emergency as end
from offenders.models import EmergencyAccess

PAGE = 25


@guarded(Perm.REVIEW_EMERGENCY, act=Act.LIST)
@require_safe
def emergencies(request: AuthedRequest) -> HttpResponse:
    """What waits to be reviewed, the most pressing first, and what was reviewed lately."""
    areas = areas_granting(request.user, Perm.REVIEW_EMERGENCY)
    rows = EmergencyAccess.objects.visible_to(request.user).filter(offender__area__in=areas)
    rows = rows.select_related("user", "agency", "offender", "reviewed_by")
    waiting = rows.unreviewed().order_by("-is_urgent", "review_due_on", "pk")
    before = request.GET.get("before", "")
    place = rows.filter(reference=before).first() if before else None
    reviewed = rows.filter(reviewed_at__isnull=False).order_by("-pk")
    past = list((reviewed.filter(pk__lt=place.pk) if place else reviewed)[: PAGE + 1])
    context = {
        "waiting": [_row(row) for row in waiting[:PAGE]],
        "more_waiting": waiting.count() > PAGE,
        "past": [_row(row) for row in past[:PAGE]],
        "next": f"{request.path}?before={past[PAGE - 1].reference}" if len(past) > PAGE else "",
    }
    return render(request, "assurance/emergencies.html", context)


def _row(row: EmergencyAccess) -> dict[str, Any]:
    today = dates.today()
    return {
        "reference": row.reference,
        "url": row.get_absolute_url(),
        "case": row.offender.reference,
        "person": row.user.name,
        "agency": row.agency.name,
        "category": row.get_category_display(),
        "opened": _("%(day)s at %(time)s") % {"day": long_date(row.opened_at), "time": clock(row.opened_at)},
        "urgent": row.is_urgent,
        "running": row.is_running,
        "asked": row.answer_due_on is not None,
        "due": due_words(row.review_due_on, today),
        "tone": due_tone(row.review_due_on, today),
        "finding": row.get_finding_display(),
        "reviewed_by": row.reviewed_by.name if row.reviewed_by else "",
    }


@guarded(Perm.SIGNED_IN, EmergencyAccess)
@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: AuthedRequest, access: EmergencyAccess) -> HttpResponse:
    """One opening: who, when, why, and what was opened; and what is found of it. The person goes to his own page."""
    if not allowed(request.user, Perm.REVIEW_EMERGENCY, on=access):
        return redirect("assurance:answer_emergency", access.reference)
    form = EmergencyReviewForm(sent(request))
    if attempt(form, actions.review_emergency, access=access, by=request.user):
        messages.success(request, _("Your review is recorded."))
        return redirect("assurance:emergencies")
    opened, more = opened_in(access)
    context = _about(access, request) | {"form": form, "opened": opened, "more": more}
    context["may_review"] = access.reviewed_at is None and access.user_id != request.user.pk
    return render(request, "assurance/emergency.html", context)


def _about(access: EmergencyAccess, request: AuthedRequest) -> dict[str, Any]:
    remarks = EmergencyRemark.objects.visible_to(request.user).filter(access=access).select_related("by")
    ended = access.ended_at or access.expires_at
    return {
        "row": _row(access),
        "words": access.words,
        "restricted": access.was_restricted,
        "ended": clock(ended),
        "by_itself": access.ended_at is not None and access.ended_by is None,
        "remarks": [(row.get_kind_display(), row.words, row.by.name, long_date(row.at)) for row in remarks],
        "own": access.user_id == request.user.pk,
    }


@guarded(Perm.REVIEW_EMERGENCY, EmergencyAccess)
@require_POST
def end_emergency(request: AuthedRequest, access: EmergencyAccess) -> HttpResponse:
    """End somebody's emergency access before its time."""
    end(access=access, by=request.user)
    messages.success(request, _("The emergency access has ended."))
    return redirect(access)


@guarded(Perm.SIGNED_IN, EmergencyAccess)
@require_http_methods(["GET", "HEAD", "POST"])
def answer_emergency(request: AuthedRequest, access: EmergencyAccess) -> HttpResponse:
    """The person's own page: what he gave as the reason, what was asked, and his answer."""
    form = EmergencyAnswerForm(sent(request))
    if attempt(form, actions.answer_emergency, access=access, by=request.user):
        messages.success(request, _("Your answer is with the information officer."))
        return redirect("reviews:my_work")
    context = _about(access, request) | {"form": form}
    context["may_answer"] = context["own"] and access.answer_due_on is not None
    return render(request, "assurance/answer_emergency.html", context)
