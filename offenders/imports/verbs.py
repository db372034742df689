"""The verbs of an import: bring a file, load it, put a row right, set one aside; and the worker's part."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import PurePosixPath
from time import monotonic
from typing import IO, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, memberships, require
from agencies.models import Membership, User
from agencies.models.user import system_user
from audit.record import record
from mappa.files import safe_name
from mappa.files.antivirus import ScannerUnavailableError, Verdict, scan
from offenders import store
from offenders.forms.cases import places_of_registration
from offenders.imports.loading import Outcome, OvertakenError, begin, go_through, load_cells, settle
from offenders.imports.reading import Layout, survey
from offenders.models import ImportRow, ImportRun, Offender

State = ImportRun.State
KEPT_DAYS = 7
LARGEST = 20 * 2**20
LONGEST_REASON = 300


def bring(*, file: Any, encoding: str = "utf-8", by: User) -> ImportRun:
    """Take a file for checking. The same file again is the same run: it is checked, or loaded, anew.

    Raises ValidationError beside "file" when it cannot be read at all. Nothing of it is a case yet.
    """
    require(by, Perm.EDIT_CASE)
    if (file.size or 0) > LARGEST:
        raise ValidationError({"file": _("The file must be no larger than %s MB. Split it.") % (LARGEST // 2**20)})
    try:
        layout = survey(opened(file), encoding=encoding)
    except ValidationError as refusal:
        raise ValidationError({"file": refusal.messages}) from None
    _refuse_virus(file, by=by)
    with transaction.atomic():
        run = run_of(layout, file.name or "", by=by)
        if run.state in ImportRun.IN_HAND and run.stored_as:
            raise ValidationError({"file": _("This file is being worked on already: open it below.")})
        _forget_file(run)
        try:
            run.stored_as = store.keep(file).stored_as
        except OSError:
            raise ValidationError({"file": _("The file could not be kept just now. Try again in a minute.")}) from None
        _start(run, State.CHECKING)
        record("import.brought", by=by, about=run, rows=run.rows)
    return run


def _refuse_virus(file: Any, *, by: User) -> None:
    try:
        verdict = scan(file.file if hasattr(file, "file") else file)
    except ScannerUnavailableError:
        raise ValidationError({"file": _("The file could not be scanned for viruses now. Try again soon.")}) from None
    if verdict is Verdict.FOUND:
        record("file.virus_found", by=by, denied=True, kind="csv")
        raise ValidationError({"file": _("The file holds a virus. It was not taken. Tell your IT security team.")})


def run_of(layout: Layout, name: str, *, by: User) -> ImportRun:
    """The run of this file and person, as it stands, or a new one."""
    run = ImportRun.objects.visible_to(by).select_for_update(of=("self",)).filter(sha256=layout.sha256, by=by).first()
    home = _home(by)
    run = run or ImportRun(by=by, sha256=layout.sha256, state=State.CHECKED, area=home.agency.area, agency=home.agency)
    run.file_name = safe_name(PurePosixPath(name.replace("\\", "/")).name)[:120]
    run.size, run.rows, run.ignored = layout.size, layout.rows, list(layout.ignored)
    run.encoding, run.delimiter = layout.encoding, layout.delimiter
    return run


def _home(by: User) -> Membership:
    """The membership in whose area the rows of no area are looked after."""
    areas, _leaders = places_of_registration(by)
    known = set(areas.values_list("pk", flat=True))
    held = [membership for membership in memberships(by) if membership.agency.area_id in known]
    if not held:
        raise PermissionDenied(Perm.EDIT_CASE)
    return held[0]


def _start(run: ImportRun, state: str) -> None:
    run.state, run.position, run.outcomes, run.refusal, run.finished_at = state, 0, "", "", None
    run.full_clean()
    run.save()


@transaction.atomic
def start_loading(*, run: ImportRun, by: User) -> ImportRun:
    """Let the worker load what was checked."""
    require(by, Perm.EDIT_CASE, on=run)
    run = ImportRun.objects.visible_to(by).select_for_update(of=("self",)).get(pk=run.pk)
    if run.state != State.CHECKED or not run.stored_as:
        raise ValidationError(_("This file is not waiting to be loaded. Bring it again to check it first."))
    _start(run, State.LOADING)
    record("import.loading", by=by, about=run, rows=run.rows)
    return run


@transaction.atomic
def finish(*, run: ImportRun, by: User) -> None:
    """Every row is done. A loaded file is deleted; a checked one waits for its owner, some days."""
    require(by, Perm.EDIT_CASE)
    run.state = State.LOADED if run.state == State.LOADING else State.CHECKED
    run.finished_at = timezone.now()
    if run.state == State.LOADED:
        _forget_file(run)
    run.save(update_fields=["state", "finished_at", "stored_as"])
    record(
        f"import.{run.state}",
        by=by,
        about=run,
        created=run.count("c"),
        matched=run.count("m") + run.count("d"),
        quarantined=run.count("q"),
    )


def _forget_file(run: ImportRun) -> None:
    """Delete the file once this is kept: a file without a row is found by `unnamed_files`, a row without one is a loss."""
    name, run.stored_as = run.stored_as, ""
    if name:
        transaction.on_commit(lambda: store.storage().delete(name))


@transaction.atomic
def load_row(*, row: ImportRow, another_reason: str = "", by: User, **cells: str) -> Offender | None:
    """Load a row whose cells somebody put right. The case; None when the person is on record already: then it is settled.

    Raises ValidationError, beside the cells, for what is still wrong.
    """
    require(by, Perm.EDIT_CASE, on=row)
    row = _waiting(row, by=by)
    typed = {name: text.strip() for name, text in cells.items() if text.strip()}
    offender = load_cells(row, typed, another_reason=another_reason, by=by)
    settle(row, ImportRow.State.LOADED, by=by)
    record("import.row_loaded", by=by, about=row, created=offender is not None)
    return offender


@transaction.atomic
def discard_row(*, row: ImportRow, discard_reason: str, by: User) -> ImportRow:
    """Set a row aside: nobody loads it, and it says why. Its cells stay."""
    require(by, Perm.EDIT_CASE, on=row)
    row = _waiting(row, by=by)
    words = discard_reason.strip()
    if not 0 < len(words) <= LONGEST_REASON:
        raise ValidationError({"discard_reason": _("Enter why, in no more than %s characters") % LONGEST_REASON})
    settle(row, ImportRow.State.DISCARDED, reason=words, by=by)
    record("import.row_discarded", by=by, about=row)
    return row


def _waiting(row: ImportRow, *, by: User) -> ImportRow:
    rows = ImportRow.objects.visible_to(by).select_for_update(of=("self",)).select_related("run", "area")
    found: ImportRow = rows.get(pk=row.pk)
    if found.state != ImportRow.State.WAITING:
        raise ValidationError(_("Somebody has settled this row already. Nothing was changed."))
    return found


def go_on_with_all(seconds: float) -> None:
    """The worker's part: go on with every file in hand, for so many seconds; what is left, the next time."""
    until = monotonic() + seconds
    for run in ImportRun.objects.visible_to(system_user()).in_hand().order_by("pk"):
        if monotonic() < until:
            _work(run, until)


def _work(run: ImportRun, until: float) -> None:
    try:
        work = begin(run, _layout(run), load=run.state == State.LOADING)
        with store.storage().open(run.stored_as) as file:
            if go_through(work, opened(file), go_on=lambda _done: monotonic() < until):
                finish(run=run, by=work.by)
    except OvertakenError:
        return  # another worker has it
    except PermissionDenied:
        _refuse(run, _("You may no longer register cases: the rest was not loaded."))
    except FileNotFoundError:
        _refuse(run, _("The file is no longer there. Bring it again."))


def _refuse(run: ImportRun, words: str) -> None:
    run.state, run.refusal, run.finished_at = State.REFUSED, words, timezone.now()
    _forget_file(run)
    run.save(update_fields=["state", "refusal", "finished_at", "stored_as"])
    record("import.refused", by=system_user(), about=run)


def opened(file: "File[bytes]") -> IO[bytes]:
    """What Django's File wraps, for reading as text."""
    found: IO[bytes] = file.file  # type: ignore[assignment]
    return found


def _layout(run: ImportRun) -> Layout:
    with store.storage().open(run.stored_as) as file:
        return survey(opened(file), encoding=run.encoding)


def forget_old() -> int:
    """Delete files that were checked and never loaded, after some days, with the rows that only the check kept."""
    before, by, count = timezone.now() - timedelta(days=KEPT_DAYS), system_user(), 0
    old = ImportRun.objects.visible_to(by).exclude(stored_as="").filter(made_at__lt=before, state=State.CHECKED)
    for run in old:
        with transaction.atomic():
            run.state = State.EXPIRED
            _forget_file(run)
            run.save(update_fields=["state", "stored_as"])
            ImportRow.objects.visible_to(by).waiting().filter(run=run).delete()
            record("import.expired", by=by, about=run)
            count += 1
    return count


def report_line(done: Outcome) -> Iterable[str]:
    """One line of a report: the row, how it ended, the case, and why. No cell of the file is in it."""
    words = {"c": "created", "m": "matched", "d": "matched, differs", "q": "quarantined"}
    reasons = "; ".join(f"{r.words} [{r.column}]" if r.column else r.words for r in done.reasons)
    return [str(done.line.number), words[done.letter], done.reference, reasons]


def of_file(name: str, layout: Layout, *, by: User) -> ImportRun:
    """The run of a load by command: as it stands when it was killed half way, else from the beginning."""
    require(by, Perm.EDIT_CASE)
    with transaction.atomic():
        run = run_of(layout, name, by=by)
        if run.state in ImportRun.IN_HAND and run.stored_as:
            raise ValidationError(_("This file was brought by the page and is being worked on there."))
        if run._state.adding or run.state != State.LOADING:
            _forget_file(run)
            _start(run, State.LOADING)
            record("import.loading", by=by, about=run, rows=run.rows)
        else:
            run.save()
    return run


def for_a_check(name: str, layout: Layout, *, by: User) -> ImportRun:
    """A run that is kept nowhere: a check by command leaves nothing behind."""
    require(by, Perm.EDIT_CASE)
    home = _home(by)
    known = {"sha256": layout.sha256, "size": layout.size, "rows": layout.rows, "file_name": safe_name(name)}
    return ImportRun(by=by, area=home.agency.area, agency=home.agency, state=State.CHECKING, **known)
