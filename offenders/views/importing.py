"""The pages of an import: bring a file, see its check, load it, and put right what waits."""

import csv
import io
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.access import AuthedRequest, Perm, guarded
from mappa.forms import add_refusal, attempt
from mappa.paging import page_of
from mappa.templatetags.mappa import long_date
from offenders.forms.importing import DiscardRowForm, ImportForm, ImportRowForm
from offenders.imports import verbs
from offenders.imports.columns import BY_NAME, COLUMNS, template
from offenders.imports.loading import FIRST_ROW
from offenders.models import ImportRow, ImportRun, Offender, SourceStatus
from offenders.models.importing import CREATED, DIFFERS, EMPTY, MATCHED, QUARANTINED

WORDS = {CREATED: "created", MATCHED: "matched", DIFFERS: "matched, differs", QUARANTINED: "quarantined"}
REFRESH_SECONDS = 5


@guarded(Perm.EDIT_CASE)
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: AuthedRequest) -> HttpResponse:
    """Bring a file; the files that the person brought before."""
    form = ImportForm(request.POST or None, request.FILES or None)
    made: list[ImportRun] = []
    if attempt(form, lambda **answers: made.append(verbs.bring(**answers)), by=request.user):
        return redirect(made[0])
    page = page_of(ImportRun.objects.visible_to(request.user), request, by="made_at", newest_first=True)
    waiting = ImportRow.objects.visible_to(request.user).waiting()[:100].count()
    return render(request, "offenders/imports.html", {"form": form, "page": page, "waiting": waiting})


@guarded(Perm.EDIT_CASE)
@require_safe
def import_template(request: AuthedRequest) -> HttpResponse:
    """An empty file with the titles of every column."""
    return _csv(template(), "mappa-import.csv")


@guarded(Perm.EDIT_CASE)
@require_safe
def import_example(request: AuthedRequest) -> HttpResponse:
    """The same with the row of an invented person."""
    return _csv(template(example=True), "mappa-import-example.csv")


def _csv(text: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


@guarded(Perm.EDIT_CASE, ImportRun)
@require_safe
def import_run(request: AuthedRequest, run: ImportRun) -> HttpResponse:
    """How far a file is, how its rows end, and what may be done next. It asks again by itself until the file is done."""
    rows = ImportRow.objects.visible_to(request.user).filter(run=run)
    page = page_of(rows, request, by="number")
    context = {
        "run": run,
        "page": page,
        "rows": [_in_words(row) for row in page.rows],
        "counts": [
            (_("Rows in the file"), run.rows),
            (_("Rows done"), run.done),
            (_("Registered") if run.state == ImportRun.State.LOADED else _("To be registered"), run.count(CREATED)),
            (_("On record already, the same"), run.count(MATCHED)),
            (_("On record already, and different: nothing is changed"), run.count(DIFFERS)),
            (_("Wait for a person"), run.count(QUARANTINED)),
        ],
        "delimiter": {",": _("comma"), ";": _("semicolon")}[run.delimiter],
        "can_load": run.state == ImportRun.State.CHECKED and bool(run.stored_as),
        "reported": bool(run.outcomes),
    }
    response = render(request, "offenders/import_run.html", context)
    if run.state in ImportRun.IN_HAND and run.stored_as:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


def _in_words(row: ImportRow) -> dict[str, Any]:
    return {
        "url": row.get_absolute_url(),
        "number": row.number,
        "reference": row.reference,
        "reasons": [reason["words"] for reason in row.reasons],
        "state": row.get_state_display(),
        "waits": row.state == ImportRow.State.WAITING,
        "made": long_date(row.made_at),
    }


@guarded(Perm.EDIT_CASE, ImportRun)
@require_POST
def load_import(request: AuthedRequest, run: ImportRun) -> HttpResponse:
    """Load what was checked."""
    try:
        verbs.start_loading(run=run, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(run)


@guarded(Perm.EDIT_CASE, ImportRun)
@require_safe
def import_report(request: AuthedRequest, run: ImportRun) -> HttpResponse:
    """How every row ended, and why those that wait do: a CSV without a cell of the file."""
    waiting = ImportRow.objects.visible_to(request.user).filter(run=run)
    why = {number: _because(reasons) for number, reasons in waiting.values_list("number", "reasons")}
    out = io.StringIO("\ufeff")
    out.seek(0, io.SEEK_END)
    writer = csv.writer(out)
    writer.writerow(["row", "outcome", "reasons"])
    for number, letter in enumerate(run.outcomes, start=FIRST_ROW):
        if letter != EMPTY:
            writer.writerow([number, WORDS[letter], why.get(number, "") if letter == QUARANTINED else ""])
    return _csv(out.getvalue(), "import-report.csv")


def _because(reasons: list[dict[str, str]]) -> str:
    return "; ".join(reason["words"] for reason in reasons)


@guarded(Perm.EDIT_CASE)
@require_safe
def import_queue(request: AuthedRequest) -> HttpResponse:
    """Every row that waits: of the person's own files, and of the areas that he coordinates."""
    rows = ImportRow.objects.visible_to(request.user).waiting().select_related("area", "run__by")
    page = page_of(rows, request, by="made_at")
    shown = [_in_words(row) | {"area": row.area.name, "by": row.run.by.name} for row in page.rows]
    return render(request, "offenders/import_queue.html", {"rows": shown, "page": page})


@guarded(Perm.EDIT_CASE)
@require_safe
def import_above(request: AuthedRequest) -> HttpResponse:
    """People whom the register they came from manages at a higher level than mappa does: somebody must refer each."""
    statuses = SourceStatus.objects.visible_to(request.user).above()
    cases = Offender.objects.visible_to(request.user).filter(pk__in=statuses.order_by().values("offender"))
    page = page_of(cases.select_related("lead_agency"), request, by="search_name")
    said = {row.offender_id: row for row in statuses.filter(offender__in=[case.pk for case in page.rows])}
    shown = [
        {
            "name": row.full_name,
            "url": row.get_absolute_url(),
            "reference": row.reference,
            "source": said[row.pk].source,
            "level": row.level,
            "agency": row.lead_agency.name,
        }
        for row in page.rows
    ]
    return render(request, "offenders/import_above.html", {"rows": shown, "page": page})


@guarded(Perm.EDIT_CASE, ImportRow)
@require_http_methods(["GET", "HEAD", "POST"])
def import_row(request: AuthedRequest, row: ImportRow) -> HttpResponse:
    """One row: why it waits, its cells to be put right and loaded, or what became of it."""
    form = ImportRowForm(request.POST or None, row=row)
    made: list[Offender | None] = []
    if _loads(form, row, request, made):
        if made[0] is None:
            messages.success(request, _("The person is on record already. The row waits no more; nothing was changed."))
            return redirect("offenders:import_queue")
        messages.success(request, _("The row is loaded: the person is registered."))
        return redirect(made[0])
    context = {
        "row": row,
        "form": form if row.state == ImportRow.State.WAITING else None,
        "reasons": [reason["words"] for reason in row.reasons],
        "whole": row.cells.get("", ""),
        "cells": [
            (BY_NAME[column.name].label, row.cells[column.name]) for column in COLUMNS if column.name in row.cells
        ],
    }
    return render(request, "offenders/import_row.html", context)


def _loads(form: ImportRowForm, row: ImportRow, request: AuthedRequest, made: list[Offender | None]) -> bool:
    """As `attempt`; a likeness that is found only now adds its question to the form."""
    if not form.is_valid():
        return False
    try:
        made.append(verbs.load_row(row=row, by=request.user, **form.cleaned_data))
    except ValidationError as refusal:
        if "another_reason" in getattr(refusal, "error_dict", {}) and "another_reason" not in form.fields:
            form.fields = {"another_reason": ImportRowForm.base_fields["another_reason"], **form.fields}
            form.redress()
        add_refusal(form, refusal)
        return False
    return True


@guarded(Perm.EDIT_CASE, ImportRow)
@require_http_methods(["GET", "HEAD", "POST"])
def discard_row(request: AuthedRequest, row: ImportRow) -> HttpResponse:
    """Set a row aside, and say why."""
    form = DiscardRowForm(request.POST or None)
    if attempt(form, verbs.discard_row, row=row, by=request.user):
        messages.success(request, _("The row is set aside."))
        return redirect("offenders:import_queue")
    return render(request, "offenders/discard_row.html", {"form": form, "row": row})
