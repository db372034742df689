"""The queue of referrals to screen, a referral that was sent, its answer, and its withdrawal."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from agencies import working_days
from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.models import Agency
from mappa import dates
from mappa.forms import ANSWERS, attempt, sent
from mappa.paging import page_of
from mappa.templatetags.mappa import long_date
from offenders.actions import latest_review
from offenders.law import level as law
from offenders.views.cases import about_person
from offenders.views.record import Card, Line, ask
from panels import actions
from panels.actions.referrals import answer_words, why_not_decide
from panels.actions.referring import is_of
from panels.forms import AnswerForm, WordsForm
from panels.known import PART_TITLES, known
from panels.models import Referral, ReferralEvent
from panels.referring import need_of
from panels.views.meetings import own_areas

URGENT_SHOWN = 50


@guarded(Perm.SCREEN)
@require_safe
def screening(request: AuthedRequest) -> HttpResponse:
    """Referrals of one's own area that wait for an answer: what is urgent first, then the least time left."""
    rows = Referral.objects.visible_to(request.user).awaiting_decision().filter(area__in=own_areas(request.user))
    rows = rows.select_related("offender", "made_by", "area", "agency")
    page = page_of(rows.filter(urgent=False), request, by="due_on")
    urgent = list(rows.filter(urgent=True).order_by("due_on", "pk")[:URGENT_SHOWN])
    lines = _waiting([*urgent, *page.rows])
    context = {"page": page, "urgent": lines[: len(urgent)], "lines": lines[len(urgent) :], "today": dates.today()}
    return render(request, "panels/screening.html", context)


def _waiting(referrals: list[Referral]) -> list[dict[str, Any]]:
    today = dates.today()
    days = [row.due_on for row in referrals if row.due_on] or [today]
    closed = working_days.closed_days_of_areas(min(*days, today), max(*days, today))
    found = []
    for row in referrals:
        left = working_days.between(today, row.due_on or today, closed[row.area_id])
        tone = "over" if left < 0 else "soon" if left < 3 else ""
        found.append({"row": row, "left": _left_words(left), "tone": tone})
    return found


def _left_words(days: int) -> str:
    if days < 0:
        words = ngettext("%(n)s working day late", "%(n)s working days late", -days)
        return words % {"n": -days}
    return ngettext("%(n)s working day left", "%(n)s working days left", days) % {"n": days}


@guarded(Perm.SCREEN, Referral)
@require_http_methods(["GET", "HEAD", "POST"])
def referral(request: AuthedRequest, referral: Referral) -> HttpResponse:
    """Read a referral beside the record and the criteria, and answer it."""
    if referral.made_at is None:
        return redirect(referral)
    form = AnswerForm(request.POST or None, referral=referral, initial={"version": referral.version})
    if request.method == "POST" and attempt(form, actions.decide_referral, referral=referral, by=request.user):
        messages.success(request, _("Decision recorded, and whoever referred the case was told."))
        return redirect("panels:screening")
    case, today = referral.offender, dates.today()
    limits = [(n, latest_review(n, case.area, today)) for n in (2, 3) if case.can_be_referred_to(n)]
    context = (
        about_person(request, case, "meetings")
        | _whole(request, referral)
        | {
            "form": form,
            "known": [
                {"title": title(), "rows": [line | {"url": ""} for line in known(case, part, request.user)]}
                for part, title in PART_TITLES.items()
            ],
            "why_not": why_not_decide(referral, request.user) if referral.is_open else "",
            "limits": [(level, long_date(day)) for level, day in limits],
            "today": today,
        }
    )
    return render(request, "panels/referral.html", context)


def _whole(request: AuthedRequest, referral: Referral) -> dict[str, Any]:
    """What a referral says as it was sent last, its history and its answer."""
    events = list(referral.events.visible_to(request.user).select_related("by"))
    last = next((event for event in reversed(events) if event.kind == ReferralEvent.Kind.SENT), None)
    wanted = Agency.objects.filter(pk__in=referral.agencies).order_by("name")
    return {
        "referral": referral,
        "parts": _said(last.said) if last else _of_columns(referral),
        "criteria": law.criteria(need_of(referral, by=request.user)),
        "wanted": [agency.name for agency in wanted],
        "history": [_event(event, is_above=event == last) for event in reversed(events)],
        "answer": answer_words(referral) if referral.decided_at else "",
        "from_agency": referral.agency.name if referral.agency else "",
    }


def _said(said: list[list[str]]) -> list[dict[str, Any]]:
    """As it was sent, section by section."""
    return [
        {"title": title, "rows": [{"label": label, "value": value} for _title, _page, label, value in rows]}
        for title, rows in groupby(said, key=lambda line: line[0])
    ]


def _of_columns(referral: Referral) -> list[dict[str, Any]]:
    """A referral from before the whole of it was kept."""
    rows = [{"label": _("Why now"), "value": referral.reason}]
    rows.append({"label": _("What meetings would add"), "value": referral.added_value})
    return [{"title": _("Why level 2 or 3"), "rows": rows}]


def _event(event: ReferralEvent, *, is_above: bool) -> Card:
    """One thing that happened; what was sent before can be read again, and what stands above is not repeated."""
    lines = [Line(_("When and by whom"), f"{long_date(event.at)}, {event.by.name}")]
    if event.words:
        lines.append(Line(_("What was said"), event.words))
    if not is_above:
        lines += [Line(label, value) for _title, _page, label, value in event.said if value]
    return Card(str(event.get_kind_display()), lines)


@guarded(Perm.VIEW_CASE, Referral)
@require_safe
def sent_referral(request: AuthedRequest, referral: Referral) -> HttpResponse:
    """A referral that was sent, with its answer and what happens next."""
    if referral.made_at is None:
        return redirect("panels:write_referral", referral.reference)
    mine = is_of(referral, request.user) and allowed(request.user, Perm.REFER, on=referral)
    context = (
        about_person(request, referral.offender, "meetings")
        | _whole(request, referral)
        | {
            "can_write": mine and referral.is_being_written,
            "can_withdraw": mine and (referral.is_open or referral.is_being_written),
            "can_screen": referral.is_open and allowed(request.user, Perm.SCREEN, on=referral),
            "today": dates.today(),
        }
    )
    return render(request, "panels/sent_referral.html", context)


@guarded(Perm.REFER, Referral)
@ANSWERS
def withdraw_referral(request: AuthedRequest, referral: Referral) -> HttpResponse:
    """Take a referral back, and say why."""
    if not is_of(referral, request.user) or referral.made_at is None:
        return redirect(referral)
    is_over = not (referral.is_open or referral.is_being_written)
    words = WordsForm(sent(request), label=_("Why is it withdrawn?"), missing=_("Enter why the referral is withdrawn"))

    def withdraw(*, words: str, **known: Any) -> None:
        actions.withdraw_referral(reason=words, **known)

    return ask(
        request,
        referral.offender,
        "meetings",
        words,
        withdraw,
        back=referral.get_absolute_url(),
        done=_("Withdrawn. It stays on the record, with your reason."),
        about={"referral": referral},
        title=_("Withdraw the referral"),
        button=_("Withdraw"),
        nothing=_("It was decided already.") if is_over else "",
    )
