"""The pages of risk: what was assessed, a new assessment or its review, and a manager's countersignature."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Concern, Parts, Perm, allowed, guarded
from agencies.models import User
from agencies.reauthentication import again_when_sent
from assessments import actions, history
from assessments.cards import cards_of, results_in_short, words_of
from assessments.forms import DEFINITIONS, AssessmentForm, SendBackForm
from assessments.models import GROUPS, Assessment
from assessments.views.prompts import prompts_of
from mappa import dates
from mappa.forms import ANSWERS, Form, attempt
from mappa.templatetags.mappa import due_tone, due_words, long_date
from offenders.header import person_header, risk_code, sections
from offenders.models import Offender
from offenders.timeline import page_from
from offenders.views.record import Card, Line

REVIEWS = 5


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def risk(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Risk of serious harm now and before."""
    made = offender.assessments.visible_to(request.user)
    made = made.select_related("assessed_by", "countersigned_by", "returned_by")
    place = request.GET.get("from", "")
    shown, older = page_from(place, made, field="assessed_at")
    latest = shown[0] if shown and not place else None
    parts = offender.parts()
    prompts, answered = prompts_of(offender, request.user) if not place else ([], [])
    context = _about(request, offender) | {
        "prompts": prompts,
        "answered": answered,
        "latest": _latest(latest, request.user, parts) if latest else None,
        "chart": history.chart(shown) if latest else None,
        "results": results_in_short(offender, request.user),
        "rows": [_row(assessment) for assessment in shown],
        "newest": request.path if place else "",
        "next": f"{request.path}?from={older}" if older else "",
        "reviews": _reviews(offender, request),
        "groups": [str(label) for label in GROUPS.values()],
        "can_assess": allowed(request.user, Perm.WRITE_PLANS, on=parts),
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
        "url": assessment.get_absolute_url(),
        "when": long_date(assessment.assessed_on),
        "by": assessment.assessed_by.name,
        "stage": assessment.stage(),
        "overall": risk_code(assessment.overall),
        "levels": [risk_code(community) for _group, community, _custody in assessment.by_group()],
    }


def _latest(assessment: Assessment, user: User, parts: Parts) -> dict[str, Any]:
    """What the last assessment says, and what is to be done with it now."""
    today = dates.today()
    return {
        "reference": assessment.reference,
        "about": _("Assessed by %(who)s, %(date)s")
        % {"who": assessment.assessed_by.name, "date": long_date(assessment.assessed_on)},
        "stage": assessment.stage(),
        "words": words_of(assessment),
        "unknown": assessment.unknown_plan,
        "review": due_words(assessment.review_on, today),
        "review_tone": due_tone(assessment.review_on, today),
        "may_sign": may_sign(assessment, user, parts),
    }


def may_sign(assessment: Assessment, user: User, on: Concern) -> bool:
    """It waits, it is another person's, and a manager's to sign."""
    waits = assessment.is_unsigned() and not assessment.is_by(user)
    return waits and allowed(user, Perm.COUNTERSIGN, on=on)


@guarded(Perm.VIEW_CASE, Assessment)
@require_safe
def assessment(request: AuthedRequest, assessment: Assessment) -> HttpResponse:
    """One assessment, whole."""
    context = _about(request, assessment.offender) | {
        "assessment": assessment,
        "rosh": _levels(assessment),
        "cards": cards_of(assessment),
        "may_sign": may_sign(assessment, request.user, assessment),
    }
    return render(request, "assessments/assessment.html", context)


def _levels(assessment: Assessment) -> dict[str, Any]:
    """The levels of this assessment, for components/rosh_box.html."""
    return {
        "level": risk_code(assessment.overall),
        "custody": True,
        "rows": [
            {"who": who, "community": risk_code(community), "custody": risk_code(custody)}
            for who, community, custody in assessment.by_group()
        ],
        "why": _("This assessment leaves the level not known: treat the risk as not known, not as low."),
    }


@guarded(Perm.WRITE_PLANS, Offender)
@ANSWERS
def assess(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Record an assessment, or review the last one, which it starts from."""
    latest = actions.latest_of(offender, request.user)
    seen = request.POST.get("seen", "") if request.method == "POST" else latest and latest.reference
    form = AssessmentForm(request.POST or None, latest=latest if seen else None)
    if attempt(form, actions.assess, offender=offender, by=request.user):
        messages.success(request, _("The assessment is recorded, and the case shows its level."))
        return redirect("assessments:risk", offender.reference)
    overtaken = latest is not None and seen != latest.reference
    if overtaken and latest is not None:
        form = _review_after_all(request, form, latest)
    context = _about(request, offender) | {
        "form": form,
        "definitions": DEFINITIONS,
        "latest": latest,
        "overtaken": [Card(_("The latest assessment"), _in_lines(latest))] if overtaken and latest else [],
        "title": _("Review the assessment of risk") if latest else _("Assess the risk of serious harm"),
    }
    return render(request, "assessments/assess.html", context)


def _review_after_all(request: AuthedRequest, refused: AssessmentForm, latest: Assessment) -> AssessmentForm:
    """What was typed, as the review of an assessment that the writer is shown only now."""
    data = request.POST.copy()
    data["seen"] = latest.reference
    form = AssessmentForm(data, latest=latest)
    for error in refused.non_field_errors():
        form.add_error(None, str(error))
    return form


def _in_lines(assessment: Assessment) -> list[Line]:
    """Another person's assessment beside one's own."""
    words = [*words_of(assessment)]
    levels = [Line(who, _level_words(community, custody)) for who, community, custody in assessment.by_group()]
    return [Line(_("Assessed by"), assessment.assessed_by.name), *levels, *words]


def _level_words(community: int | None, custody: int | None) -> str:
    known = [_("not known") if level is None else history.word(level) for level in (community, custody)]
    return _("%(community)s in the community, %(custody)s in custody") % {"community": known[0], "custody": known[1]}


@guarded(Perm.COUNTERSIGN, Assessment)
@ANSWERS
@again_when_sent
def countersign(request: AuthedRequest, assessment: Assessment) -> HttpResponse:
    """Confirm another person's assessment."""
    return _ask_manager(
        request,
        assessment,
        Form(request.POST if request.method == "POST" else None),
        actions.countersign,
        done=_("The assessment is countersigned."),
        title=_("Countersign the assessment"),
        intro=_("You confirm as a manager that you have read this assessment and that it can be defended."),
        button=_("Countersign"),
    )


@guarded(Perm.COUNTERSIGN, Assessment)
@ANSWERS
def send_back(request: AuthedRequest, assessment: Assessment) -> HttpResponse:
    """Not confirm it, and say what has to be put right."""
    return _ask_manager(
        request,
        assessment,
        SendBackForm(request.POST if request.method == "POST" else None),
        actions.send_back,
        done=_("The assessment is sent back. It counts until its review is recorded."),
        title=_("Send the assessment back"),
        intro="",
        button=_("Send it back"),
    )


def _ask_manager(
    request: AuthedRequest, assessment: Assessment, form: Form, verb: Any, *, done: str, **words: Any
) -> HttpResponse:
    """The assessment with the question about it, for another person than its writer."""
    back = assessment.get_absolute_url()
    nothing = ""
    if not assessment.is_unsigned():
        nothing = _("This assessment does not wait to be countersigned.")
    elif assessment.is_by(request.user):
        nothing = _("You made this assessment: another manager countersigns it.")
    if request.method == "POST" and attempt(form, verb, assessment=assessment, by=request.user):
        messages.success(request, done)
        return redirect(back)
    context = _about(request, assessment.offender) | {
        "form": form,
        "back": back,
        "nothing": nothing,
        "rosh": _levels(assessment),
        "cards": cards_of(assessment),
    }
    return render(request, "assessments/countersign.html", context | words)


def _about(request: AuthedRequest, offender: Offender) -> dict[str, Any]:
    return {
        "offender": offender,
        "person": person_header(offender, request.user),
        "tabs": sections(offender, "risk", request.user),
        "assess_url": reverse("assessments:assess", args=[offender.reference]),
    }
