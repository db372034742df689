"""Taking lines of the access log out, as a spreadsheet or on paper: with a purpose, no more than the standard, and recorded."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.access import AuthedRequest, Perm, guarded
from agencies.models import Agency, User
from agencies.models.standard import value
from agencies.reauthentication import again_when_sent
from assurance.access_log import Asked
from assurance.forms.log import TakeOutForm, Why
from assurance.lines import Line, lines_of
from assurance.views.log import events_asked_for, events_of_case
from audit.models import Act
from audit.record import record
from mappa import dates
from mappa.forms import ANSWERS, sent
from mappa.paper import PangoMissingError, Paper, Section, Table, pdf_of
from mappa.sheets import CONTENT_TYPE, csv_of
from mappa.templatetags.mappa import clock, long_date
from offenders.models import Offender
from offenders.views.cases import about_person
from offenders.views.paper import attached, no_pdf

EVENT = "access_log.taken_out"
# The page of each log, by what its address names.
PAGES = {
    "reference": "assurance:log_of_case",
    "agency": "assurance:agency_log",
    "who": "assurance:person_log",
}


@guarded(Perm.ACCESS_LOG, Offender)
@again_when_sent
@ANSWERS
def take_out_access_log_of_case(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """The log of a case that the reader sees."""
    events, asked = events_of_case(request, offender)
    back = f"{reverse('assurance:case_log', args=[offender.reference])}?{request.GET.urlencode()}"
    context = about_person(request, offender, "access-log")
    return _ask(request, events, asked, offender.reference, back, of=offender, context=context)


@guarded(Perm.REVIEW_ACCESS)
@again_when_sent
@ANSWERS
def take_out_access_log(request: AuthedRequest) -> HttpResponse:
    """The log of a case by its reference, of a person or of an agency, for whoever answers for the area."""
    route = next((route for name, route in PAGES.items() if request.GET.get(name)), None)
    if route is None:
        return render(request, "assurance/nothing_to_take_out.html")
    events, asked, whose, of = events_asked_for(request)
    return _ask(request, events, asked, whose, f"{reverse(route)}?{request.GET.urlencode()}", of=of)


def _ask(
    request: AuthedRequest,
    events: Any,
    asked: Asked,
    whose: str,
    back: str,
    *,
    of: Offender | User | Agency,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    form, most = TakeOutForm(sent(request)), value("access_log_export_rows", None, dates.today())
    if form.is_valid():
        rows = list(events.order_by("-at", "-pk")[: most + 1])
        lines = lines_of(rows[:most], request.user)
        why, form_of = form.cleaned_data["why"], form.cleaned_data["form"]
        act = Act.EXPORT if form_of == "csv" else Act.PRINT
        about = of if isinstance(of, Offender) else None
        # Whose log it was, where it was of no case, by the key alone, as where it is read.
        whom: dict[str, Any] = {} if about else {"agency" if isinstance(of, Agency) else "person": of.pk}
        made = _made(request, lines, asked, whose, why, form_of, is_cut=len(rows) > most)
        if made is None:
            return no_pdf(request, back, _("Go back to the access log"))
        # By the digest of the file one that is found is known: whether, when and by whom it was taken out, and that it was not changed.
        digest = hashlib.sha256(made).hexdigest()
        record(EVENT, by=request.user, about=about, act=act, why=why, lines=len(lines), digest=digest, **whom)
        kind = CONTENT_TYPE if form_of == "csv" else "application/pdf"
        return attached(made, kind, f"access-log-{dates.today():%Y-%m-%d}.{form_of}")
    words = {
        "form": form,
        "back": back,
        "title": _("Take the access log out"),
        "intro": _("At most %s lines, the newest first. That you took them, and why, is recorded.") % f"{most:,}",
        "button": _("Take it out"),
    }
    return render(request, "offenders/question.html" if context else "question.html", (context or {}) | words)


def _columns() -> Sequence[str]:
    return (
        _("When"), _("Who"), _("Agency"), _("Act"), _("What"), _("Case"), _("Purpose"), _("From"), _("Request"),
    )  # fmt: skip


def _row(line: Line) -> Sequence[str]:
    act = _("%s, refused") % line.act if line.is_denied else line.act
    return (
        line.when, line.who, line.agency, act, line.what, line.case, line.purpose, line.place, line.request_id,
    )  # fmt: skip


def _made(
    request: AuthedRequest, lines: list[Line], asked: Asked, whose: str, why: str, form: str, *, is_cut: bool
) -> bytes | None:
    """The file; None where no PDF can be made here."""
    table = Table(_("Access log"), _columns(), [_row(line) for line in lines])
    facts = _facts(request, asked, whose, why, len(lines), is_cut=is_cut)
    if form == "csv":
        return csv_of([table], facts)
    paper = Paper(
        title=_("Access log"),
        opening=[f"{label}: {said}" for label, said in facts],
        sections=[Section(_("What was done"), tables=[table])],
        copy=_("Taken out by %(name)s, %(date)s") % {"name": request.user.name, "date": long_date(dates.today())},
    )
    try:
        return pdf_of("paper.html", {"paper": paper})
    except PangoMissingError:
        return None


def _facts(
    request: AuthedRequest, asked: Asked, whose: str, why: str, number: int, *, is_cut: bool
) -> list[tuple[str, str]]:
    now = timezone.localtime()
    counted = ngettext("%s line", "%s lines", number) % f"{number:,}"
    return [
        (_("Marking"), "OFFICIAL-SENSITIVE"),
        (_("Of"), whose),
        (_("From"), long_date(asked.since)),
        (_("To"), long_date(asked.until)),
        (_("Lines"), _("%s, the newest: there are more") % counted if is_cut else counted),
        (_("For"), str(Why(why).label)),
        (_("Taken out by"), request.user.name),
        (_("Taken out"), f"{long_date(now)}, {clock(now)}"),
    ]
