"""Word and Excel files: archives of XML, looked through without unpacking them to the disk or into memory."""

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from mappa.files.refusals import refuse

_OPEN = "application/vnd.openxmlformats-officedocument."
WORD = f"{_OPEN}wordprocessingml.document"
EXCEL = f"{_OPEN}spreadsheetml.sheet"
MOST_PARTS = 4000
MOST_BYTES = 300 * 2**20  # unpacked, in all
# An honest part is rarely packed more tightly than this; a bomb is a thousand to one.
TIGHTEST, SMALL = 200, 2**20
CONTENTS = "[Content_Types].xml"
CONTENTS_BYTES = 2**20
READ_AT_ONCE, OVERLAP = 2**18, 128
# Parts of these names hold what runs.
ACTS = re.compile(
    r"vbaproject|vbadata|activex|/embeddings/|\.(exe|dll|js|jse|vbs|vbe|ps1|bat|cmd|com|scr|lnk|hta|jar|msi|ole)$", re.I
)
# In any encoding that Office writes: UTF-8 or UTF-16.
_DTD = tuple(
    word.encode(encoding) for word in ("<!DOCTYPE", "<!ENTITY") for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
_DDE = re.compile(rb"DDEAUTO|<ddeLink|\bDDE\s+&quot;|\bDDE\s+\"", re.I)
# A picture or a template that is fetched when the file is opened tells somebody that, and where, it was opened.
_FETCHED = re.compile(
    rb"<Relationship\b(?=[^>]*TargetMode\s*=\s*[\"']External)(?![^>]*relationships/hyperlink)[^>]*>", re.I
)


def which(file: BinaryIO) -> str:
    """ "docx", "xlsx", or "?" for another archive. Raises ValidationError for one that cannot be read."""
    with _read(file) as archive:
        listed = _contents(archive)
    if b"macroenabled" in listed.lower():
        _refuse_macros()
    if b"wordprocessingml.document.main" in listed:
        return "docx"
    return "xlsx" if b"spreadsheetml.sheet.main" in listed else "?"


def check_word(file: BinaryIO) -> None:
    """Raise ValidationError unless the file is a Word file without anything that acts."""
    _check(file)


def check_excel(file: BinaryIO) -> None:
    """Raise ValidationError unless the file is an Excel file without anything that acts."""
    _check(file)


def _check(file: BinaryIO) -> None:
    with _read(file) as archive:
        parts = archive.infolist()
        _refuse_bombs(parts)
        for part in parts:
            _refuse_part(part)
            if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                _refuse_words(archive, part)
            else:
                _read_through(archive, part)


@contextmanager
def _read(file: BinaryIO) -> Iterator[ZipFile]:
    try:
        with ZipFile(file) as archive:
            yield archive
    except (BadZipFile, zlib.error, OSError, EOFError, KeyError, NotImplementedError, RuntimeError, ValueError):
        refuse(_("The file is damaged or has a password. Save it again without a password and try once more"))


def _contents(archive: ZipFile) -> bytes:
    with archive.open(CONTENTS) as listed:
        return listed.read(CONTENTS_BYTES)


def _refuse_bombs(parts: list[ZipInfo]) -> None:
    """By what the list says; what is unpacked is never more than it says (zipfile stops there)."""
    tight = any(p.file_size > SMALL and p.file_size > TIGHTEST * max(p.compress_size, 1) for p in parts)
    if tight or len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        refuse(_("The file unpacks to far more than it should. It was not opened. Save it as PDF and upload that"))


def _refuse_part(part: ZipInfo) -> None:
    name = part.filename.replace("\\", "/")
    is_link = (part.external_attr >> 16) & 0o170000 == 0o120000
    if is_link or name.startswith("/") or ".." in name.split("/"):
        refuse(_("The file is not put together as Office does it. Open it, save it again and try once more"))
    if ACTS.search(name):
        _refuse_macros()


def _refuse_macros() -> None:
    refuse(_("The file holds macros, programs or other files inside it. Save it without them, or as PDF"))


def _refuse_words(archive: ZipFile, part: ZipInfo) -> None:
    is_links = part.filename.lower().endswith(".rels")
    with archive.open(part) as opened:
        before = b""
        while piece := opened.read(READ_AT_ONCE):
            text = before + piece
            if any(word in text for word in _DTD):
                refuse(_("The file is not put together as Office does it. Open it, save it again and try once more"))
            if _DDE.search(text) or (is_links and _FETCHED.search(text)):
                refuse(
                    _("The file fetches something from elsewhere when it is opened. Save it without links, or as PDF")
                )
            # Of a list of links the whole is kept: one link may be long.
            before = text if is_links else text[-OVERLAP:]


def _read_through(archive: ZipFile, part: ZipInfo) -> None:
    """Unpack a part to nowhere: its check sum is compared at the end."""
    with archive.open(part) as opened:
        while opened.read(READ_AT_ONCE):
            pass
