"""Copies of documents and photographs for one reader, each of them saying who took it."""

import shutil
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO, cast

from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import memberships
from agencies.models import User
from audit.context import AuditUnavailableError
from audit.models import Act
from audit.record import record
from mappa.files import KINDS, Kind, confined, pictures, watermark
from mappa.files.confined import SpentError
from mappa.requests import current_request_id
from mappa.templatetags.mappa import clock, long_date
from offenders.models import Document, Photograph
from offenders.models.stored import KeptFile
from offenders.store import DamagedFileError, whole

# A page that shows the file can neither run anything nor be part of another.
POLICY = "sandbox; default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def kind_of_row(row: KeptFile) -> Kind:
    return KINDS[row.file_kind]


def document_copy(document: KeptFile, reader: User, *, marking: str) -> IO[bytes]:
    """The reader's copy: every page of a PDF and every picture is marked, other files are as they were kept.

    Raises DamagedFileError when the file is not what was kept. The caller closes what it is given.
    """
    kind = kind_of_row(document)
    lines = (marking, taker(reader, str(document)))
    made = cast("IO[bytes]", TemporaryFile())  # noqa: SIM115  the answer that sends it closes it
    try:
        with whole(document) as file:
            _write(kind, file, made, lines)
    except (DamagedFileError, SpentError, ValidationError) as error:
        made.close()
        raise DamagedFileError(document.pk) from error
    made.seek(0)
    return made


def _write(kind: Kind, file: IO[bytes], made: IO[bytes], lines: tuple[str, str]) -> None:
    if kind.is_marked:
        confined.mark(kind, cast("BinaryIO", file), cast("BinaryIO", made), lines)
    else:
        shutil.copyfileobj(file, made)


def photograph_copy(photograph: Photograph, reader: User, *, small: bool) -> IO[bytes]:
    """The photograph for a page: small and bare, or large and marked. Raises DamagedFileError.

    What is kept is a picture that mappa made itself, so no child is needed to read it.
    """
    made = cast("IO[bytes]", TemporaryFile())  # noqa: SIM115  the answer that sends it closes it
    try:
        with whole(photograph) as file:
            source, into = cast("BinaryIO", file), cast("BinaryIO", made)
            if small:
                pictures.small(source, into)
            else:
                marking = Document.Marking.SENSITIVE.label
                watermark.mark_picture(source, into, (str(marking), taker(reader, photograph.reference)))
    except (DamagedFileError, ValidationError) as error:
        made.close()
        raise DamagedFileError(photograph.pk) from error
    made.seek(0)
    return made


def taker(reader: User, reference: str) -> str:
    """Who took a copy, for which agency, when, of what; and the request, by which the record of it is found."""
    return _("%(name)s, %(agency)s, %(date)s at %(time)s. %(reference)s %(number)s") % _taken(reader, reference)


def copy_for(reader: User, reference: str) -> str:
    """The same in a sentence, at the foot of what mappa writes itself: every copy has a number of its own."""
    words = _("Copy %(number)s of %(reference)s for %(name)s, %(agency)s, %(date)s at %(time)s")
    return words % _taken(reader, reference)


def copy_number() -> str:
    """The number of the copy that this request hands out: the beginning of its id, which stands in the audit."""
    return current_request_id()[:12]


def _taken(reader: User, reference: str) -> dict[str, str]:
    now = timezone.localtime()
    agencies = sorted({membership.agency.name for membership in memberships(reader)})
    return {
        "name": reader.name,
        "agency": ", ".join(agencies),
        "date": long_date(now),
        "time": clock(now),
        "reference": reference,
        "number": copy_number(),
    }


def hand_out(document: KeptFile, reader: User, *, marking: str, noun: str = "document", **detail: Any) -> HttpResponse:
    """The reader's copy, as an answer. That it was taken is recorded before the first byte is sent.

    For files that are not withdrawn, each known to the record by its `noun`. Raises DamagedFileError when the file is not what
    was kept: whoever answers then records that.
    """
    copy = document_copy(document, reader, marking=marking)
    try:
        record(f"{noun}.downloaded", act=Act.DOWNLOAD, by=reader, about=document, sha256=document.sha256, **detail)
    except AuditUnavailableError:
        copy.close()
        raise
    return answer(copy, kind_of_row(document), name=str(document), attached=True)


def answer(file: IO[bytes], kind: Kind, *, name: str, attached: bool) -> HttpResponse:
    """Send a copy, in parts, under a name that says nothing of the person."""
    response = FileResponse(
        file, as_attachment=attached, filename=f"{name}.{kind.ending}", content_type=kind.media_type
    )
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    # Streamed answers are no HttpResponse to Django; what passes them on asks nothing that tells them apart.
    return cast("HttpResponse", response)
