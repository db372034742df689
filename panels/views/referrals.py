"""Referring a case, the queue of referrals to screen, and the answer."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from agencies import working_days
from agencies.access import AuthedRequest, Perm, guarded
from mappa import dates
from mappa.forms import attempt
from mappa.paging import page_of
from offenders.actions import latest_review
from offenders.header import person_header, sections
from offenders.models import Offender
from panels import actions
from panels.actions.referrals import answer_words, need_of
from panels.forms import AnswerForm, ReferralForm
from panels.models import Referral
from panels.views.meetings import own_areas


@guarded(Perm.REFER, Offender)
@require_http_methods(["GET", "POST"])
def refer(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Refer a person to level 2 or 3."""
    form = ReferralForm(request.POST or None, offender=offender)
    if request.method == "POST" and attempt(form, actions.refer, offender=offender, by=request.user):
        messages.success(request, _("Referred. MAPPA co-ordination answers within the standard; you will be told."))
        return redirect("panels:case_meetings", offender.reference)
    open_one = offender.referrals.visible_to(request.user).awaiting_decision().first()
    return render(
        request,
        "panels/refer.html",
        {
            "form": form,
            "person": person_header(offender, request.user),
            "tabs": sections(offender, "meetings", request.user),
            "open_referral": open_one,
            "can_rise": offender.can_be_referred_to(Offender.Level.ENHANCED),
            "was_level_3": offender.levels.visible_to(request.user).filter(level=Offender.Level.ENHANCED).exists(),
        },
    )


@guarded(Perm.SCREEN)
@require_safe
def screening(request: AuthedRequest) -> HttpResponse:
    """Referrals of one's own area that wait for an answer: the least time left first."""
    rows = Referral.objects.visible_to(request.user).awaiting_decision().filter(area__in=own_areas(request.user))
    page = page_of(rows.select_related("offender", "made_by", "area"), request, by="due_on")
    lines = _waiting(page.rows)
    return render(request, "panels/screening.html", {"page": page, "lines": lines, "today": dates.today()})


def _waiting(referrals: list[Referral]) -> list[dict[str, Any]]:
    today = dates.today()
    days = [r.due_on for r in referrals] or [today]
    closed = working_days.closed_days_of_areas(min(*days, today), max(*days, today))
    found = []
    for row in referrals:
        left = working_days.between(today, row.due_on, closed[row.area_id])
        found.append(
            {"row": row, "left": _left_words(left), "tone": "over" if left < 0 else "soon" if left < 3 else ""}
        )
    return found


def _left_words(days: int) -> str:
    if days < 0:
        words = ngettext("%(n)s working day late", "%(n)s working days late", -days)
        return words % {"n": -days}
    return ngettext("%(n)s working day left", "%(n)s working days left", days) % {"n": days}


@guarded(Perm.SCREEN, Referral)
@require_http_methods(["GET", "POST"])
def referral(request: AuthedRequest, referral: Referral) -> HttpResponse:
    """Read a referral beside the criteria, and answer it."""
    form = AnswerForm(request.POST or None, referral=referral)
    if request.method == "POST" and attempt(form, actions.decide_referral, referral=referral, by=request.user):
        messages.success(request, _("Decision recorded, and whoever referred the case was told."))
        return redirect("panels:screening")
    case, today = referral.offender, dates.today()
    return render(
        request,
        "panels/referral.html",
        {
            "form": form,
            "referral": referral,
            "person": person_header(case, request.user),
            "need": need_of(referral, by=request.user),
            "today": today,
            "answer": answer_words(referral) if referral.decided_at else "",
            "is_own": referral.made_by_id == request.user.pk,
            "limits": [(n, latest_review(n, case.area, today)) for n in (2, 3) if case.can_be_referred_to(n)],
        },
    )
