"""The verbs of photographs: add one, replace one, withdraw one. Each asks `require` first."""

from datetime import date
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from mappa.files import KINDS, confined, refuse
from offenders.actions import files
from offenders.actions.case import Topic, lock, refuse_twice, telling
from offenders.models import Offender, Photograph

tell = telling(Topic.DOCUMENTS)


def add_photograph(
    *, offender: Offender, file: "UploadedFile[Any]", kind: str, taken_on: date, notes: str, by: User
) -> Photograph:
    """Keep a picture of the person, made anew so that nothing but the picture is kept.

    Raises ValidationError for a file that is no picture, or is too large.
    """
    require(by, Perm.EDIT_CASE, on=offender)
    row = Photograph(offender=offender, kind=kind, taken_on=taken_on, notes=notes.strip(), by=by)
    return _keep(row, file, by=by)


def replace_photograph(
    *, photograph: Photograph, file: "UploadedFile[Any]", taken_on: date, notes: str, by: User
) -> Photograph:
    """Put another picture of the same kind in the place of one. The earlier stays on the record."""
    require(by, Perm.EDIT_CASE, on=photograph)
    row = Photograph(offender=photograph.offender, kind=photograph.kind, taken_on=taken_on, notes=notes.strip(), by=by)
    row.supersedes = photograph
    return _keep(row, file, by=by)


def _keep(row: Photograph, file: "UploadedFile[Any]", *, by: User) -> Photograph:
    kind, scanned = files.checked(file, row.offender, by=by)
    with TemporaryFile() as made:
        try:
            if not kind.is_picture:
                refuse(_("The photograph must be a JPEG or PNG picture"), "kind")
            confined.photograph(cast("BinaryIO", file.file), cast("BinaryIO", made))
        except ValidationError as refusal:
            files.record_refused(refusal, row.offender, by=by)
            raise
        return _record(row, made, scanned, by=by)


@transaction.atomic
def _record(row: Photograph, made: Any, scanned: str, *, by: User) -> Photograph:
    row.offender = lock(row.offender, by=by)
    if row.supersedes is not None:
        standing = Photograph.objects.visible_to(by).standing().filter(pk=row.supersedes.pk)
        files.refuse_old(standing.exists, _fresh(row.supersedes, by=by))
    for name, value in files.keep(made, KINDS["jpg"], scanned).items():
        setattr(row, name, value)
    standing = Photograph.objects.visible_to(by).standing()
    refuse_twice(standing.filter(offender=row.offender, by=by, sha256=row.sha256, kind=row.kind))
    row.full_clean()
    row.save()
    event = "photograph.added" if row.supersedes is None else "photograph.replaced"
    record(event, by=by, about=row, kind=row.kind, size=row.size, sha256=row.sha256, scan=row.scan)
    title = _("Photograph added") if row.supersedes is None else _("Photograph replaced")
    tell(row.offender, title, row.get_kind_display(), by=by)
    return row


def _fresh(photograph: Photograph, *, by: User) -> Photograph:
    return Photograph.objects.visible_to(by).select_related("offender").get(pk=photograph.pk)


@transaction.atomic
def withdraw_photograph(*, photograph: Photograph, reason: str, by: User) -> Photograph:
    """Take a photograph out of use, and say why."""
    require(by, Perm.EDIT_CASE, on=photograph)
    offender = lock(photograph.offender, by=by)
    found = _fresh(photograph, by=by)
    files.withdraw(found, reason, by=by)
    record("photograph.withdrawn", by=by, about=found, kind=found.kind)
    tell(offender, _("Photograph withdrawn"), found.get_kind_display(), by=by)
    return found
