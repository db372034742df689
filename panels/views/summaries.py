"""Executive summaries: the chair writes and releases one, and those who answer for the case take it away."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Perm, guarded
from agencies.reauthentication import again_when_sent
from audit.models import Act
from mappa.forms import attempt
from offenders.views.cases import about_person
from offenders.views.record import Line
from panels import actions
from panels.copies import copy_words, keep_copy, new_serial
from panels.forms import SummaryForm
from panels.models import AgendaItem, ExecutiveSummary, MinutesCopy
from panels.summaries import facts_of, paper_of
from panels.views.copies import hand_out

Kind = MinutesCopy.Kind
USUAL = gettext_lazy(
    "You were discussed at a meeting of agencies that work together to protect the public. This is what it decided."
)


@guarded(Perm.APPROVE_MINUTES, AgendaItem)
@require_http_methods(["GET", "POST"])
@again_when_sent
def release_summary(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """The facts as they will stand, the chair's covering words, and the release."""
    minutes = reverse("panels:minutes", args=[item.meeting.reference])
    if not item.meeting.is_locked:
        return redirect(minutes)
    form = SummaryForm(request.POST or None, initial={"covering": USUAL})
    if request.method == "POST" and attempt(form, actions.release_summary, item=item, by=request.user):
        messages.success(request, _("Released. Those who answer for the case can take it away."))
        return redirect(minutes)
    context = about_person(request, item.offender, "meetings") | {
        "form": form,
        "facts": [Line(label, said) for label, said in facts_of(item, request.user)],
        "back": minutes,
    }
    return render(request, "panels/release_summary.html", context)


@guarded(Perm.RECORD_DISCLOSURE, ExecutiveSummary)
@require_safe
def summary(request: AuthedRequest, row: ExecutiveSummary) -> HttpResponse:
    """A released summary, for the file and for whoever answers a subject access request."""
    newest = row.item.summaries.visible_to(request.user).values_list("pk", flat=True)[:1]
    serial = new_serial()
    keep_copy(serial, f"{row.covering}{row.facts}".encode(), kind=Kind.PAGE, by=request.user, **_of(row))
    context = about_person(request, row.item.offender, "meetings") | {
        "row": row,
        "facts": [Line(label, said) for label, said in row.facts],
        "is_newest": list(newest) == [row.pk],
        "copy": copy_words(serial, row.reference, request.user),
    }
    return render(request, "panels/summary.html", context)


@guarded(Perm.RECORD_DISCLOSURE, ExecutiveSummary, act=Act.DOWNLOAD)
@require_safe
def summary_pdf(request: AuthedRequest, row: ExecutiveSummary) -> HttpResponse:
    """A released summary as a PDF."""
    return _file(request, row, Kind.PDF)


@guarded(Perm.RECORD_DISCLOSURE, ExecutiveSummary, act=Act.DOWNLOAD)
@require_safe
def summary_word(request: AuthedRequest, row: ExecutiveSummary) -> HttpResponse:
    """The same as a Word file."""
    return _file(request, row, Kind.WORD)


def _file(request: AuthedRequest, row: ExecutiveSummary, kind: Kind) -> HttpResponse:
    serial = new_serial()
    paper = paper_of(row, request.user, copy_words(serial, row.reference, request.user))
    otherwise = (row.get_absolute_url(), _("Read or print the summary as a page"))
    return hand_out(request, paper, kind, serial, f"summary-{row.reference}", otherwise=otherwise, **_of(row))


def _of(row: ExecutiveSummary) -> dict[str, Any]:
    return {"meeting": row.item.meeting, "item": row.item, "version": row.version, "is_summary": True}
