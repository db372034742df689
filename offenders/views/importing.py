"""The pages of an import: bring a file, see its check, load it, and put right what waits."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.access import AuthedRequest, Perm, guarded
from agencies.models import User
from agencies.reauthentication import again
from audit.models import Act
from mappa.forms import add_refusal, attempt
from mappa.paging import page_of
from mappa.sheets import csv_of_rows
from mappa.templatetags.mappa import long_date
from offenders import duplicates
from offenders.forms.importing import DiscardRowForm, ImportForm, ImportRowForm
from offenders.imports import verbs
from offenders.imports.columns import BY_NAME, COLUMNS, template
from offenders.imports.judging import Places, person_of
from offenders.imports.loading import FIRST_ROW
from offenders.models import ImportRow, ImportRun, Offender, SourceStatus
from offenders.models.importing import CREATED, DIFFERS, EMPTY, MATCHED, QUARANTINED
from offenders.views.cases import alike_in_words

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


@guarded(Perm.EDIT_CASE, act=Act.DOWNLOAD)
@require_safe
def import_template(request: AuthedRequest) -> HttpResponse:
    """An empty file with the titles of every column."""
    return _csv(template(), "mappa-import.csv")


@guarded(Perm.EDIT_CASE, act=Act.DOWNLOAD)
@require_safe
def import_example(request: AuthedRequest) -> HttpResponse:
    """The same with the row of an invented person."""
    return _csv(template(example=True), "mappa-import-example.csv")


def _csv(text: str | bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


@guarded(Perm.EDIT_CASE, ImportRun)
@require_safe
def import_run(request: AuthedRequest, run: ImportRun) -> HttpResponse:
    """How far a file is, how its rows end, and what may be done next. It asks again by itself until the file is done."""
    rows = ImportRow.objects.visible_to(request.user).filter(run=run).select_related("run")
    page = page_of(rows, request, by="number")
    context = {
        "run": run,
        "page": page,
        "rows": [_in_words(row, request.user) for row in page.rows],
        "counts": [
            (_("Rows in the file"), run.rows),
            (_("Rows done"), run.done),
            (_("Registered") if run.state == ImportRun.State.LOADED else _("To be registered"), run.count(CREATED)),
            (_("On record already, the same"), run.count(MATCHED)),
            (_("On record already, and different: nothing is changed"), run.count(DIFFERS)),
            (_("Wait for a person"), run.count(QUARANTINED)),
        ],
        "delimiter": {",": _("comma"), ";": _("semicolon")}[run.delimiter],
        "can_stop": run.state in ImportRun.IN_HAND and bool(run.stored_as),
        "can_load": run.state == ImportRun.State.CHECKED and bool(run.stored_as),
        "reported": bool(run.outcomes),
    }
    response = render(request, "offenders/import_run.html", context)
    if run.state in ImportRun.IN_HAND and run.stored_as:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


# What a row was told of the record, through the eyes of whoever brought it: shown to nobody else.
OF_THE_RECORD = {"somebody_else", "likely", "twice", "elsewhere", "taken"}


def _reasons(row: ImportRow, user: User) -> list[str]:
    """Why a row waits, in words: to others than who brought it, only what its own cells say."""
    if row.run.by_id == user.pk:
        return [reason["words"] for reason in row.reasons]
    found = [reason["words"] for reason in row.reasons if reason["code"] not in OF_THE_RECORD]
    if len(found) < len(row.reasons):
        found.append(
            _("Load the row to see what the record says to you, or ask who brought the file: %s") % row.run.by.name
        )
    return found


def _in_words(row: ImportRow, user: User) -> dict[str, Any]:
    return {
        "url": row.get_absolute_url(),
        "number": row.number,
        "reference": row.reference,
        "reasons": _reasons(row, user),
        "state": row.get_state_display(),
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
@require_POST
def stop_import(request: AuthedRequest, run: ImportRun) -> HttpResponse:
    """Stop what is done with a file."""
    try:
        verbs.stop(run=run, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(run)


@guarded(Perm.EDIT_CASE, ImportRun, act=Act.EXPORT)
@require_safe
@again
def import_report(request: AuthedRequest, run: ImportRun) -> HttpResponse:
    """How every row ended, why those that wait do, and what differs from which case: a CSV without a cell of the file."""
    rows = ImportRow.objects.visible_to(request.user).filter(run=run)
    kept = {
        number: (case, reasons) for number, case, reasons in rows.values_list("number", "case_reference", "reasons")
    }
    cases = Offender.objects.visible_to(request.user).filter(
        reference__in={case for case, _why in kept.values() if case}
    )
    seen = {"", *cases.values_list("reference", flat=True)}
    lines = [["row", "outcome", "case", "reasons"]]
    for number, letter in enumerate(run.outcomes, start=FIRST_ROW):
        if letter != EMPTY:
            case, reasons = kept.get(number, ("", []))
            said = letter != MATCHED and case in seen
            lines.append([str(number), WORDS[letter], *([case, _because(reasons)] if said else ["", ""])])
    return _csv(csv_of_rows(lines), "import-report.csv")


def _because(reasons: list[dict[str, str]]) -> str:
    return "; ".join(reason["words"] for reason in reasons)


@guarded(Perm.EDIT_CASE)
@require_safe
def import_queue(request: AuthedRequest) -> HttpResponse:
    """Every row that waits: of the person's own files, and of the areas that he coordinates."""
    rows = ImportRow.objects.visible_to(request.user).waiting().select_related("area", "run__by")
    page = page_of(rows, request, by="made_at")
    shown = [_in_words(row, request.user) | {"area": row.area.name, "by": row.run.by.name} for row in page.rows]
    return render(request, "offenders/import_queue.html", {"rows": shown, "page": page})


@guarded(Perm.EDIT_CASE)
@require_safe
def import_above(request: AuthedRequest) -> HttpResponse:
    """People whom the register they came from manages at a higher level than mappa does: somebody must refer each."""
    statuses = SourceStatus.objects.visible_to(request.user).above()
    cases = Offender.objects.visible_to(request.user).filter(pk__in=statuses.order_by().values("offender"))
    page = page_of(cases.select_related("lead_agency"), request, by="search_name")
    newest_last = statuses.filter(offender__in=[case.pk for case in page.rows]).order_by("at", "pk")
    said = {row.offender_id: row for row in newest_last}
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
    form = ImportRowForm(request.POST or None, row=row, asks=_asks_why_another(row, request.user))
    made: list[verbs.Settled] = []
    if _loads(form, row, request, made):
        return _told_what_became_of_it(request, row, made[0])
    case = Offender.objects.visible_to(request.user).filter(reference=row.case_reference).first()
    waits = row.state == ImportRow.State.WAITING and not row.checked_only
    context = {
        "row": row,
        "form": form if waits else None,
        "alike": _alike(form, request.user) if waits and "another_reason" in form.fields else [],
        "case": case,
        "can_discard": row.state in ImportRow.OPEN and not row.checked_only,
        "reasons": _reasons(row, request.user) if case or not row.case_reference else [],
        "whole": row.cells.get("", ""),
        "cells": [
            (BY_NAME[column.name].label, row.cells[column.name]) for column in COLUMNS if column.name in row.cells
        ],
    }
    return render(request, "offenders/import_row.html", context)


def _asks_why_another(row: ImportRow, user: User) -> bool:
    return row.run.by_id == user.pk and any(reason["code"] == "likely" for reason in row.reasons)


def _told_what_became_of_it(request: AuthedRequest, row: ImportRow, settled: verbs.Settled) -> HttpResponse:
    if settled.differs:
        messages.success(
            request, _("The person is on record already, and nothing was changed. See below what differs.")
        )
        return redirect(row)
    if settled.is_new:
        messages.success(request, _("The row is loaded: the person is registered."))
    else:
        messages.success(
            request, _("The person is on record already, the same: this is the case. Nothing was changed.")
        )
    return redirect(settled.offender)


def _alike(form: ImportRowForm, user: User) -> list[dict[str, str]]:
    """The cases that the reader sees and that may be of the person of the row, by the cells as they stand in the form."""
    cells = {name: str(form[name].value() or "").strip() for name in form.fields}
    person = person_of(cells, Places({}, {}, {}, {}))
    if person.born_on is None:
        return []
    seen = Offender.objects.visible_to(user)
    found = duplicates.likely(seen, surname=person.surname, forenames=person.forenames, born_on=person.born_on)
    return [alike_in_words(one.offender, str(one.birth.label)) for one in found]


def _loads(form: ImportRowForm, row: ImportRow, request: AuthedRequest, made: list[verbs.Settled]) -> bool:
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
