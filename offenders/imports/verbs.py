"""The verbs of an import: bring a file, load it, stop it, put a row right, set one aside; and the worker's part."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import PurePosixPath
from time import monotonic
from typing import IO, Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, memberships, require
from agencies.models import Membership, User
from agencies.models.user import system_user
from audit.record import record
from mappa.failures import log_failure
from mappa.files import safe_name
from mappa.files.antivirus import ScannerUnavailableError, Verdict, scan
from offenders import store
from offenders.forms.cases import places_of_registration
from offenders.imports.loading import (
    Outcome,
    OvertakenError,
    begin,
    go_through,
    hold,
    keep_differences,
    load_wanted,
    read_cells,
    settle,
)
from offenders.imports.reading import Layout, survey
from offenders.models import ImportRow, ImportRun, Offender

State = ImportRun.State
KEPT_DAYS = 7
# Beyond its turn a worker that was killed holds its file for so long, and no longer.
GRACE_SECONDS = 60
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
    run.brought_at, run.held_until = timezone.now(), None
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
    """Every row is done. A loaded file is deleted; a checked one waits for its owner, some days.

    Raises OvertakenError when its owner stopped it meanwhile.
    """
    require(by, Perm.EDIT_CASE)
    hold(run, by=by)
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


@transaction.atomic
def stop(*, run: ImportRun, by: User) -> ImportRun:
    """Stop a file that is checked or loaded now. What was loaded until then stays; brought again it is checked anew."""
    require(by, Perm.EDIT_CASE, on=run)
    run = ImportRun.objects.visible_to(by).select_for_update(of=("self",)).get(pk=run.pk)
    if run.state not in ImportRun.IN_HAND or not run.stored_as:
        raise ValidationError(_("Nothing is done with this file now. Nothing was changed."))
    words = _("Stopped by who brought it. What was loaded until then stays. Bring the file again to go on.")
    _end(run, State.STOPPED, words, by=by)
    return run


def _end(run: ImportRun, state: str, words: str, *, by: User) -> None:
    """The run is over before its last row: the file goes, and the rows that only a check kept."""
    run.state, run.refusal, run.finished_at = state, words, timezone.now()
    _forget_file(run)
    run.save(update_fields=["state", "refusal", "finished_at", "stored_as"])
    ImportRow.objects.visible_to(system_user()).filter(run=run, checked_only=True).delete()
    record(f"import.{state}", by=by, about=run)


def _forget_file(run: ImportRun) -> None:
    """Delete the file once this is kept: a file without a row is found by `unnamed_files`, a row without one is a loss."""
    name, run.stored_as = run.stored_as, ""
    if name:
        transaction.on_commit(lambda: store.storage().delete(name))


class Settled(NamedTuple):
    """What became of a row that somebody put right: the case, and whether it is new or the record says something else."""

    offender: Offender
    is_new: bool
    differs: bool


def load_row(*, row: ImportRow, another_reason: str = "", by: User, **cells: str) -> Settled:
    """Load a row whose cells somebody put right. Of a person who is on record already nothing is changed: the row is
    settled when the record says the same, and else keeps in what they differ until somebody has looked.

    Raises ValidationError, beside the cells, for what is still wrong.
    """
    require(by, Perm.EDIT_CASE, on=row)
    typed = {name: text.strip() for name, text in cells.items() if text.strip()}
    wanted, known = read_cells(typed, by=by)
    with transaction.atomic():
        row = _open(row, by=by)
        if row.state != ImportRow.State.WAITING:
            raise ValidationError(_("The person of this row is on record already. Nothing was changed."))
        if known is not None:
            settled = Settled(known, is_new=False, differs=keep_differences(row, known, wanted, typed, by=by))
        else:
            offender = load_wanted(row, wanted, another_reason=another_reason, by=by)
            row.case_reference = offender.reference
            settle(row, ImportRow.State.LOADED, by=by)
            settled = Settled(offender, is_new=True, differs=False)
        record("import.row_loaded", by=by, about=row, created=settled.is_new)
    return settled


@transaction.atomic
def discard_row(*, row: ImportRow, discard_reason: str, by: User) -> ImportRow:
    """Set a row aside: nobody loads it, and it says why. Its cells stay."""
    require(by, Perm.EDIT_CASE, on=row)
    row = _open(row, by=by)
    words = discard_reason.strip()
    if not 0 < len(words) <= LONGEST_REASON:
        raise ValidationError({"discard_reason": _("Enter why, in no more than %s characters") % LONGEST_REASON})
    settle(row, ImportRow.State.DISCARDED, reason=words, by=by)
    record("import.row_discarded", by=by, about=row)
    return row


def _open(row: ImportRow, *, by: User) -> ImportRow:
    rows = ImportRow.objects.visible_to(by).select_for_update(of=("self",)).select_related("run", "area")
    found: ImportRow = rows.get(pk=row.pk)
    if found.checked_only:
        raise ValidationError(_("The file of this row is only checked. Load it first, or bring it again put right."))
    if found.state not in ImportRow.OPEN:
        raise ValidationError(_("Somebody has settled this row already. Nothing was changed."))
    return found


def go_on_with_all(seconds: float) -> None:
    """The worker's part: go on with every file in hand, for so many seconds; what is left, the next time.

    One turn at a time, so that the other workers stay free for other work. A file that cannot be worked on stands in
    nobody's way: it is tried again the next time, until its owner stops it.
    """
    until, now = monotonic() + seconds, timezone.now()
    runs = ImportRun.objects.visible_to(system_user())
    if runs.in_hand().filter(held_until__gt=now).exists():
        return
    for run in runs.in_hand().order_by("pk"):
        mine = runs.filter(Q(held_until__isnull=True) | Q(held_until__lte=now), pk=run.pk)
        if monotonic() < until and mine.update(held_until=now + timedelta(seconds=seconds + GRACE_SECONDS)):
            try:
                _work(run, until)
            except Exception as error:  # noqa: BLE001 - one file must not stop the next
                log_failure(f"Import {run.reference}", error)
            finally:
                runs.filter(pk=run.pk).update(held_until=None)


def _work(run: ImportRun, until: float) -> None:
    try:
        work = begin(run, _layout(run), load=run.state == State.LOADING)
        with store.storage().open(run.stored_as) as file:
            if go_through(work, opened(file), go_on=lambda _done: monotonic() < until):
                finish(run=run, by=work.by)
    except OvertakenError:
        return  # another worker has it, or its owner stopped it
    except PermissionDenied:
        _refuse(run, _("You may no longer register cases: the rest was not loaded."))
    except FileNotFoundError:
        _refuse(run, _("The file is no longer there. Bring it again."))


@transaction.atomic
def _refuse(run: ImportRun, words: str) -> None:
    _end(run, State.REFUSED, words, by=system_user())


def opened(file: "File[bytes]") -> IO[bytes]:
    """What Django's File wraps, for reading as text."""
    found: IO[bytes] = file.file  # type: ignore[assignment]
    return found


def _layout(run: ImportRun) -> Layout:
    with store.storage().open(run.stored_as) as file:
        return survey(opened(file), encoding=run.encoding)


def forget_old() -> int:
    """Delete files that were checked and not loaded since, after some days, with the rows that only a check kept."""
    before, by, count = timezone.now() - timedelta(days=KEPT_DAYS), system_user(), 0
    old = ImportRun.objects.visible_to(by).exclude(stored_as="").filter(brought_at__lt=before, state=State.CHECKED)
    for run in old:
        with transaction.atomic():
            run.state = State.EXPIRED
            _forget_file(run)
            run.save(update_fields=["state", "stored_as"])
            ImportRow.objects.visible_to(by).filter(run=run, checked_only=True).delete()
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
