"""The annual report: the list, one report, what changes it, and how it is handed out."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.asking import ask
from agencies.models import User
from agencies.reauthentication import again
from audit.models import Act
from audit.record import record
from mappa.forms import ANSWERS, Form, attempt, sent
from mappa.paper import PangoMissingError, Paper, pdf_of
from mappa.sheets import CONTENT_TYPE, csv_of
from mappa.templatetags.mappa import long_date
from offenders.views.paper import attached, no_pdf
from offenders.views.record import Card, Line, Link
from reviews.annual import actions
from reviews.annual.forms import ApproveForm, DraftForm, LayWordsForm, ReasonForm, VersionForm, WordsForm
from reviews.annual.page import drawn, laid_out, notes, sections, words_of
from reviews.annual.trends import published_of
from reviews.board import area_asked_for, areas_of, reads_all
from reviews.models import AnnualReport

State = AnnualReport.State
COLOURS = {State.DUE: "orange", State.DRAFT: "yellow", State.APPROVED: "turquoise", State.PUBLISHED: "green"}


@guarded(Perm.VIEW_BOARD)
@require_safe
def annual_reports(request: AuthedRequest) -> HttpResponse:
    """The reports of an area, the newest first, and its numbers over the years."""
    area = area_asked_for(request.user, request.GET.get("area", ""))
    reports = AnnualReport.objects.visible_to(request.user).filter(area=area).select_related("area")
    context = {
        "area": area,
        "areas": areas_of(request.user),
        "cards": [_card(report) for report in reports],
        "trends": drawn(published_of(area)),
        "may_prepare": area in areas_of(request.user, Perm.BOARD_PREPARE),
    }
    return render(request, "reviews/annual_reports.html", context)


def _card(report: AnnualReport) -> Card:
    lines = [Line(_("Due"), long_date(report.due_on))] if not report.is_published else []
    if report.is_published and report.published_at:
        lines = [Line(_("Published"), long_date(report.published_at))]
    if report.correction_reason:
        lines.append(Line(_("Corrected because"), report.correction_reason))
    return Card(
        _title(report),
        lines=lines,
        links=[Link(report.get_absolute_url(), _("Open"))],
        tag=report.get_state_display(),
        colour=COLOURS[State(report.state)],
    )


def _title(report: AnnualReport) -> str:
    words = _("Annual report %s") % report.years
    return (
        _("%(words)s, revision %(number)s") % {"words": words, "number": report.revision}
        if report.revision > 1
        else words
    )


@guarded(Perm.VIEW_BOARD, AnnualReport)
@require_safe
def annual_report(request: AuthedRequest, report: AnnualReport) -> HttpResponse:
    """One report. Until it is published, only whoever reads all of a board's numbers reads its tables."""
    user = request.user
    by_year = published_of(report.area)
    reads_numbers = reads_all(user, report.area)
    shows_tables = report.state != State.DUE and (report.is_published or reads_numbers)
    whole = request.GET.get("numbers") == "all" and reads_numbers
    if whole:
        record("annual_report.numbers_read", act=Act.VIEW, by=user, about=report)
    later = AnnualReport.objects.visible_to(user).filter(corrects=report, state=State.PUBLISHED).first()
    context = {
        "report": report,
        "title": _title(report),
        "colour": COLOURS[State(report.state)],
        "written": words_of(report),
        "tables": laid_out(report, by_year, whole=whole) if shows_tables else [],
        "shows_tables": shows_tables,
        "reads_numbers": reads_numbers and not report.is_published,
        "whole": whole,
        "trends": drawn(by_year) if shows_tables else [],
        "notes": notes(),
        "is_intact": report.figures is None or not shows_tables or report.figures.is_intact(),
        "later": later,
        "may": _may(user, report),
    }
    return render(request, "reviews/annual_report.html", context)


def _may(user: User, report: AnnualReport) -> dict[str, bool]:
    """What the reader may do with the report as it is now."""
    prepares = allowed(user, Perm.BOARD_PREPARE, on=report)
    decides = allowed(user, Perm.BOARD_DECIDE, on=report)
    wrote = report.writers.filter(pk=user.pk).exists()
    return {
        "draft": prepares and report.state == State.DUE,
        "write": prepares and report.is_draft,
        "contribute": report.is_draft and actions.is_adviser_of(user, report),
        "approve": decides and report.is_draft and not wrote,
        "send_back": decides and report.state == State.APPROVED,
        "publish": prepares and report.state == State.APPROVED,
        "revise": prepares and report.is_published and not hasattr(report, "correction"),
    }


def _ask(
    request: AuthedRequest, report: AnnualReport, form: Form, verb: Callable[..., object], **words: Any
) -> HttpResponse:
    words.setdefault("caption", _title(report))
    return ask(request, form, verb, back=report.get_absolute_url(), about={"report": report}, **words)


@guarded(Perm.BOARD_PREPARE)
@ANSWERS
def draft_report(request: AuthedRequest) -> HttpResponse:
    """Begin the report of a year."""
    made: list[AnnualReport] = []

    def draft(**answers: Any) -> None:
        made.append(actions.draft_report(**answers))

    asked = request.GET.get("year", "")
    form = DraftForm(
        sent(request),
        areas=areas_of(request.user, Perm.BOARD_PREPARE),
        initial={"year": asked, "area": request.GET.get("area")},
    )
    if request.method == "POST" and attempt(form, draft, by=request.user):
        messages.success(request, _("The figures are counted. Now write what the board says of the year."))
        return redirect(made[0])
    context = {
        "form": form,
        "back": reverse("reviews:annual_reports"),
        "title": _("Draft an annual report"),
        "intro": _("The figures are counted now and kept as they are, until you have them counted again."),
        "button": _("Count and draft"),
    }
    return render(request, "question.html", context)


@guarded(Perm.BOARD_PREPARE, AnnualReport)
@ANSWERS
def write_report(request: AuthedRequest, report: AnnualReport) -> HttpResponse:
    """What the board says."""
    names = ("version", *(name for name, _label in AnnualReport.WORDS))
    return _ask(
        request,
        report,
        WordsForm(sent(request), initial={name: getattr(report, name) for name in names}),
        actions.write_report,
        title=_("What the board says"),
        button=_("Save"),
        done=_("Saved."),
        nothing=_nothing(report),
    )


def _nothing(report: AnnualReport) -> str:
    """Why a report is not written at now."""
    return (
        ""
        if report.is_draft
        else _("Only a draft is changed. This report is: %s.") % report.get_state_display().lower()
    )


@guarded(Perm.BOARD_BUSINESS, AnnualReport)
@ANSWERS
def contribute(request: AuthedRequest, report: AnnualReport) -> HttpResponse:
    """The lay advisers' part."""
    is_adviser = actions.is_adviser_of(request.user, report)
    return _ask(
        request,
        report,
        LayWordsForm(sent(request), initial={"lay_words": report.lay_words, "version": report.version}),
        actions.contribute,
        title=_("From the lay advisers"),
        button=_("Save"),
        done=_("Saved. The board reads it in the report."),
        nothing=_nothing(report) if is_adviser else _("Only the lay advisers write this part."),
    )


@guarded(Perm.BOARD_PREPARE, AnnualReport)
@ANSWERS
def count_again(request: AuthedRequest, report: AnnualReport) -> HttpResponse:
    """Have a draft's figures counted again."""
    return _ask(
        request,
        report,
        VersionForm(sent(request), initial={"version": report.version}),
        actions.count_again,
        title=_("Count the figures again?"),
        intro=_("What was recorded since they were counted is then in them. The figures of now are replaced."),
        button=_("Count again"),
        done=_("The figures are counted again."),
        nothing=_nothing(report),
    )


@guarded(Perm.BOARD_DECIDE, AnnualReport)
@ANSWERS
def approve_report(request: AuthedRequest, report: AnnualReport) -> HttpResponse:
    """A member who wrote none of it approves it."""
    return _ask(
        request,
        report,
        ApproveForm(sent(request), initial={"version": report.version}),
        actions.approve_report,
        title=_("Approve the annual report"),
        intro=_("After that neither its words nor its figures change."),
        warning="" if report.lay_words else _("The lay advisers have not written their part."),
        button=_("Approve"),
        done=_("The report is approved. Whoever prepared it is told that it can be published."),
        nothing=_nothing(report),
    )


@guarded(Perm.BOARD_DECIDE, AnnualReport)
@ANSWERS
def send_report_back(request: AuthedRequest, report: AnnualReport) -> HttpResponse:
    """Let an approved report be a draft again."""
    return _ask(
        request,
        report,
        ReasonForm(sent(request)),
        actions.send_report_back,
        title=_("Send the report back"),
        intro=_("It is a draft again, and is approved anew once it is put right."),
        button=_("Send back"),
        done=_("The report is a draft again. Whoever wrote it is told."),
    )


@guarded(Perm.BOARD_PREPARE, AnnualReport)
@ANSWERS
def publish_report(request: AuthedRequest, report: AnnualReport) -> HttpResponse:
    """Open an approved report to every reader of the board's pages."""
    return _ask(
        request,
        report,
        Form(sent(request)),
        actions.publish_report,
        title=_("Publish the annual report?"),
        intro=_(
            "Everybody who opens the board’s pages reads it then. It never changes again: a correction is a new revision."
        ),
        button=_("Publish"),
        done=_("The report is published."),
    )


@guarded(Perm.BOARD_PREPARE, AnnualReport)
@ANSWERS
def revise_report(request: AuthedRequest, report: AnnualReport) -> HttpResponse:
    """Begin the correction of a published report."""
    return _ask(
        request,
        report,
        ReasonForm(sent(request)),
        actions.revise_report,
        title=_("Correct the annual report"),
        intro=_("A new revision begins with the same words, and with figures counted now. This one can still be read."),
        button=_("Begin the correction"),
        done=_("A new revision is begun. You find it in the list."),
    )


@guarded(Perm.VIEW_BOARD, AnnualReport, act=Act.DOWNLOAD)
@require_safe
def annual_report_pdf(request: AuthedRequest, report: AnnualReport) -> HttpResponse:
    """A published report as an accessible PDF."""
    if not report.is_published:
        return redirect(report)
    by_year = published_of(report.area)
    paper = Paper(
        title=_("MAPPA annual report %(years)s, %(area)s") % {"years": report.years, "area": report.area.name},
        opening=_opening(report),
        sections=sections(report, laid_out(report, by_year), by_year),
        copy=_("%(title)s, %(reference)s") % {"title": _title(report), "reference": report.reference},
    )
    try:
        made = pdf_of("paper.html", {"paper": paper})
    except PangoMissingError:
        return no_pdf(request, report.get_absolute_url(), _("Read or print the report as a page"))
    record("annual_report.downloaded", act=Act.DOWNLOAD, by=request.user, about=report, kind="pdf")
    return attached(made, "application/pdf", f"annual-report-{report.reference}.pdf")


def _opening(report: AnnualReport) -> list[str]:
    """What stands first: which board, when it was published, and why again."""
    published = long_date(report.published_at) if report.published_at else ""
    found = [
        _("Strategic Management Board of %(area)s. Published on %(day)s.")
        % {"area": report.area.name, "day": published}
    ]
    if report.correction_reason:
        words = _("Revision %(number)s. Corrected because: %(why)s")
        found.append(words % {"number": report.revision, "why": report.correction_reason})
    return found


@guarded(Perm.VIEW_BOARD, AnnualReport, act=Act.EXPORT)
@require_safe
@again
def annual_report_csv(request: AuthedRequest, report: AnnualReport) -> HttpResponse:
    """The tables of a published report for a spreadsheet: the same words and numbers as on the page."""
    if not report.is_published:
        return redirect(report)
    by_year = published_of(report.area)
    tables = [laid.table for laid in laid_out(report, by_year)] + [table for _trend, _line, table in drawn(by_year)]
    made = csv_of(
        tables, [(_("Annual report"), report.years), (_("Area"), report.area.name), (_("Reference"), report.reference)]
    )
    record("annual_report.downloaded", act=Act.EXPORT, by=request.user, about=report, kind="csv")
    return attached(made, CONTENT_TYPE, f"annual-report-{report.reference}.csv")
