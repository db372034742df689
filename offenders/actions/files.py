"""What documents and photographs have in common: a file is checked, scanned and kept, and withdrawn with a reason."""

from collections.abc import Callable
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, allowed
from agencies.models import User
from audit.record import record
from mappa.files import Kind, confined, refuse, safe_name
from mappa.files.antivirus import ScannerUnavailableError, Verdict, scan
from mappa.files.refusals import why_refused
from mappa.guard import ProtectedModel
from offenders import store
from offenders.models.stored import KeptFile, StoredFile

_SCANS = {Verdict.CLEAN: StoredFile.Scan.CLEAN, Verdict.NOT_ASKED: StoredFile.Scan.NOT_SCANNED}


def checked(file: "UploadedFile[Any]", about: ProtectedModel, *, by: User) -> tuple[Kind, str]:
    """What a file is, and what the scanner said of it.

    Raises ValidationError beside "file" for one that is too large, not what its name says, able to act, infected, or not
    to be scanned now. Called before the transaction of the verb, so that the record of a refused file outlives the refusal.
    """
    opened: BinaryIO = file.file  # type: ignore[assignment]
    try:
        _refuse_large(file.size or 0)
        kind = confined.check(opened, safe_name(file.name or ""))
    except ValidationError as refusal:
        record_refused(refusal, about, by=by)
        raise
    try:
        verdict = scan(opened)
    except ScannerUnavailableError:
        record("file.not_scanned", by=by, about=about, denied=True, kind=kind.ending)
        refuse(_("The file could not be checked for viruses just now, so it was not taken. Try again in a few minutes"))
    if verdict is Verdict.FOUND:
        record(
            "file.virus_found",
            by=by,
            about=about,
            denied=True,
            kind=kind.ending,
            sha256=store.fingerprint(opened)[1],
        )
        refuse(_("The file holds a virus. It was not taken. Tell your IT security team before you open it again"))
    return kind, _SCANS[verdict]


def record_refused(refusal: ValidationError, about: ProtectedModel, *, by: User) -> None:
    """Put a file that is refused on record by the kind of reason, and not by its name. Not inside the verb's transaction."""
    record("file.refused", by=by, about=about, denied=True, why=why_refused(refusal))


def _refuse_large(size: int) -> None:
    if size > settings.UPLOAD_MAX_BYTES:
        words = _("The file is %(size)s MB. It must be no larger than %(limit)s MB")
        refuse(words % {"size": _megabytes(size), "limit": settings.UPLOAD_MAX_BYTES // 2**20}, "size")


def _megabytes(size: int) -> str:
    return f"{size / 2**20:.0f}" if size >= 10 * 2**20 else f"{size / 2**20:.1f}"


def keep(file: Any, kind: Kind, scanned: str) -> dict[str, Any]:
    """Write the file, and say what its row has to say of it."""
    try:
        kept = store.keep(file)
    except OSError:
        refuse(_("The file could not be kept just now. Nothing was saved. Try again in a few minutes"))
    return {
        "stored_as": kept.stored_as,
        "size": kept.size,
        "sha256": kept.sha256,
        "file_kind": kind.ending,
        "scan": scanned,
    }


def may_withdraw(row: StoredFile, user: User) -> bool:
    """Whoever brought it, and whoever may edit the record."""
    return row.by_id == user.pk or allowed(user, Perm.EDIT_CASE, on=row)


def withdraw(row: StoredFile, reason: str, *, by: User) -> None:
    """Take a locked row of a case out of use. Its file is kept, and not handed out any more."""
    if not may_withdraw(row, by):
        raise PermissionDenied(Perm.EDIT_CASE)
    take_out(row, reason, by=by)


def take_out(row: KeptFile, reason: str, *, by: User) -> None:
    """The same of any row, once the caller has asked whether the person may."""
    if row.withdrawn_at is not None:
        raise ValidationError(_("This has been withdrawn already. Nothing was changed."))
    row.withdrawn_at, row.withdrawn_by, row.withdrawal_reason = timezone.now(), by, reason.strip()
    row.full_clean()
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])


def refuse_old(stands: Callable[[], bool], row: StoredFile) -> None:
    """Raise ValidationError where a later one stands already, or this one is withdrawn."""
    if row.withdrawn_at is not None:
        raise ValidationError(_("This has been withdrawn: add it anew instead."))
    if not stands():
        raise ValidationError(_("There is a newer one already, perhaps a colleague's. Open the page again to see it."))
