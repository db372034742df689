"""The board's page: as members read it, or as lay readers do; on paper, in a spreadsheet; and what lies behind."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, guarded
from agencies.models import Area
from agencies.reauthentication import again
from audit.models import Act
from audit.record import record
from mappa import dates, sheets
from mappa.paging import page_of
from mappa.paper import PangoMissingError, pdf_of
from offenders.views.paper import attached, no_pdf
from panels.copies import new_serial
from reviews import board as boards
from reviews import figures, quarters
from reviews.dashboard import report as reports
from reviews.dashboard.part import Part, Way
from reviews.dashboard.report import Report
from reviews.dashboard.words import period_words
from reviews.forms import PeriodForm, QuarterForm, last_months
from reviews.measures import MEASURES
from reviews.period import Period

LAST = (3, 6, 12)
USUAL_MONTHS = 6


@guarded(Perm.VIEW_BOARD)
@require_safe
def board(request: AuthedRequest) -> HttpResponse:
    """How an area is doing: figures of all its cases, and none of them."""
    area = boards.area_asked_for(request.user, request.GET.get("area", ""))
    context: dict[str, Any] = {"area": area, "areas": boards.areas_of(request.user)}
    if not boards.reads_all(request.user, area):
        quarter, report, query = _lay(request, area)
        context |= {"form": quarter, "report": report, "query": query}
        return render(request, "reviews/plain_board.html", context)
    form, period = _period(request)
    query = _as_query(area, period)
    found = reports.full(area, period, dates.today())
    report = replace(found, parts=[_with_link(part, query) for part in found.parts])
    context |= {"form": form, "last": LAST, "report": report, "query": query}
    return render(request, "reviews/board.html", context)


def _period(request: AuthedRequest) -> tuple[PeriodForm, Period]:
    """The months asked for, or whole ones that are over: a month that is running compares with nothing."""
    today = dates.today()
    asked = {"since", "until"} & request.GET.keys()
    form = PeriodForm(request.GET if asked else None, on=today)
    months = request.GET.get("last", "")
    period = last_months(int(months) if months in map(str, LAST) else USUAL_MONTHS, today)
    if asked and form.is_valid():
        period = form.period()
    return (form if asked else PeriodForm(on=today, initial=as_typed(period))), period


def as_typed(period: Period) -> dict[str, str]:
    """A period as the form's two boxes hold it."""
    return {"since": f"{period.first:%Y-%m}", "until": f"{period.last:%Y-%m}"}


def _as_query(area: Area, period: Period) -> str:
    return urlencode({"area": area.slug, **as_typed(period)})


def _with_link(part: Part, query: str) -> Part:
    if not part.behind or not MEASURES[part.behind].opens_cases:
        return part
    words = _("See which cases are behind: %s") % part.chart.title.lower()
    return replace(part, link=Way(url=f"{reverse('reviews:behind')}?measure={part.behind}&{query}", words=words))


def _lay(request: AuthedRequest, area: Area) -> tuple[QuarterForm, Report | None, str]:
    """The quarter asked for, or the newest that is published; none where none is."""
    published = quarters.published(area)
    form = QuarterForm(request.GET if "quarter" in request.GET else None, quarters=[row.first for row in published])
    if not published:
        return form, None, ""
    chosen = published[0]
    if form.is_bound and form.is_valid():
        chosen = next(row for row in published if f"{row.first:%Y-%m}" == form.cleaned_data["quarter"])
    query = urlencode({"area": area.slug, "quarter": f"{chosen.first:%Y-%m}"})
    return form, reports.lay(area, chosen, published), query


def _report(request: AuthedRequest) -> tuple[Report | None, str]:
    """What the same address would show as a page, and that address; no report where no quarter is published yet."""
    area = boards.area_asked_for(request.user, request.GET.get("area", ""))
    if boards.reads_all(request.user, area):
        period = _period(request)[1]
        return reports.full(area, period, dates.today()), _as_query(area, period)
    _form, report, query = _lay(request, area)
    return report, query or urlencode({"area": area.slug})


def _to_the_page(query: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('reviews:board')}?{query}")


@guarded(Perm.VIEW_BOARD, act=Act.EXPORT)
@require_safe
@again
def board_csv(request: AuthedRequest) -> HttpResponse:
    """Every table of the page for a spreadsheet."""
    report, query = _report(request)
    if report is None:
        return _to_the_page(query)
    record("board.downloaded", act=Act.EXPORT, by=request.user, kind="csv", asked=query)
    return attached(report.csv(), sheets.CONTENT_TYPE, f"board-{report.area.slug}.csv")


@guarded(Perm.VIEW_BOARD, act=Act.DOWNLOAD)
@require_safe
def board_pdf(request: AuthedRequest) -> HttpResponse:
    """The page as a tagged PDF."""
    report, query = _report(request)
    if report is None:
        return _to_the_page(query)
    serial = new_serial()
    try:
        made = pdf_of("paper.html", {"paper": report.paper(serial, request.user)})
    except PangoMissingError:
        return no_pdf(request, _to_the_page(query).url, _("Read or print the figures as a page"))
    record("board.downloaded", act=Act.DOWNLOAD, by=request.user, kind="pdf", asked=query, serial=serial)
    return attached(made, "application/pdf", f"board-{report.area.slug}-{serial}.pdf")


@guarded(Perm.VIEW_BOARD)
@require_safe
def behind(request: AuthedRequest) -> HttpResponse:
    """The references behind a figure: of those cases that the reader sees anyway, and no number of the others.

    A member of the board who works no case sees none. Lay readers have no way here.
    """
    area = boards.area_asked_for(request.user, request.GET.get("area", ""))
    slug, missed = request.GET.get("measure", ""), "missed" in request.GET
    if not slug:
        return _to_the_page(urlencode({"area": area.slug}))
    if not boards.reads_all(request.user, area):
        raise PermissionDenied(Perm.VIEW_BOARD)
    if slug not in MEASURES or not MEASURES[slug].opens_cases:
        raise Http404
    period = _period(request)[1]
    today = dates.today()
    cases = figures.drill(slug, period, area, request.user, today=today, missed=missed)
    page = page_of(cases.select_related("lead_agency"), request, by="reference")
    record(
        "board.looked_behind",
        act=Act.LIST,
        by=request.user,
        measure=slug,
        area=area.slug,
        shown=[row.reference for row in page.rows],
    )
    query = _as_query(area, period)
    context = {
        "area": area,
        "measure": MEASURES[slug],
        "missed": missed,
        "period": period_words(period),
        "page": page,
        "back": f"{reverse('reviews:board')}?{query}",
        "here": f"?measure={slug}&{query}",
    }
    return render(request, "reviews/behind.html", context)
