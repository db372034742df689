"""Word and Excel files: archives of XML, looked through without unpacking them to the disk or into memory."""

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, NoReturn
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

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
READ_AT_ONCE = 2**18
# Parts of these names hold what runs, or a whole file of another kind.
ACTS = re.compile(
    r"vbaproject|vbadata|activex|/embeddings/|/connections\.xml$"
    r"|\.(exe|dll|js|jse|vbs|vbe|ps1|bat|cmd|com|scr|lnk|hta|jar|msi|ole|x?html?|mht|mhtml|rtf|do[ct][xm]?|xl[st][xmb]?)$",
    re.I,
)
# And so do these, whatever they are called: archives, files of old Office, programs, rich text, PDF.
FILES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"MZ", b"\x7fELF", b"{\\rtf", b"%PDF-")
# What a part leads to that runs, is another file or fetches one (ECMA-376 part 1, 11.3, 12.3, 15.2), wherever it lies.
LEADS = frozenset(
    [
        "oleObject",
        "package",
        "aFChunk",
        "attachedTemplate",
        "externalLink",
        "externalLinkPath",
        "connections",
        "queryTable",
        "control",
        "activeXControlBinary",
        "vbaProject",
        "wordVbaData",
        "subDocument",
        "frame",
        "mailMergeSource",
        "mailMergeHeaderSource",
    ]
)
# Fields and formulas that fetch or start something (ECMA-376 part 1, 17.16.5; DDE, which the standard leaves out).
FETCHES = re.compile(r"\s*(DDE|DDEAUTO|INCLUDEPICTURE|INCLUDETEXT|IMPORT|LINK|DATABASE|RD)\b", re.I)
FORMULAS = re.compile(r"\b(WEBSERVICE|IMAGE|RTD|CALL|REGISTER(\.ID)?)\s*\(|[\w']\s*\|", re.I)
QUOTED = re.compile(r'"[^"]*"')


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
            with archive.open(part) as opened:
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _Reader(part.filename.lower()).read(opened)
                else:
                    _read_through(opened)


@contextmanager
def _read(file: BinaryIO) -> Iterator[ZipFile]:
    try:
        with ZipFile(file) as archive:
            if any(part.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for part in archive.infolist()):
                _refuse_shape()
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
        refuse(
            _("The file unpacks to far more than it should. It was not opened. Save it as PDF and upload that"), "bomb"
        )


def _refuse_part(part: ZipInfo) -> None:
    name = part.filename.replace("\\", "/")
    is_link = (part.external_attr >> 16) & 0o170000 == 0o120000
    if is_link or name.startswith("/") or ".." in name.split("/"):
        _refuse_shape()
    if ACTS.search(name):
        _refuse_macros()


def _refuse_shape() -> NoReturn:
    refuse(_("The file is not put together as Office does it. Open it, save it again and try once more"))


def _refuse_macros() -> NoReturn:
    refuse(_("The file holds macros, programs or other files inside it. Save it without them, or as PDF"), "acts")


def _refuse_fetching() -> NoReturn:
    refuse(_("The file fetches something from elsewhere when it is opened. Save it without links, or as PDF"), "acts")


class _Reader:
    """Reads one part as Office does, with a parser of XML: spelling, encoding and where a word is cut change nothing.

    No document type is allowed, so that no entity is ever put in the place of anything (defusedxml does no more).
    """

    def __init__(self, name: str) -> None:
        self.is_links = name.endswith(".rels")
        # A link in the text is followed when it is clicked; the settings of a document have none.
        self.may_link = "settings" not in name
        self.words: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = lambda *_all: _refuse_shape()
        self.parser.StartElementHandler = self._start

    def read(self, part: IO[bytes]) -> None:
        try:
            while piece := part.read(READ_AT_ONCE):
                self.parser.Parse(piece)
            self.parser.Parse(b"", True)  # noqa: FBT003  expat takes it by place
        except expat.ExpatError:
            _refuse_shape()
        self._judge_field()

    def _start(self, name: str, values: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if self.is_links:
            if local == "Relationship":
                self._judge_link(values)
        elif local in _READ:
            getattr(self, _READ[local])(values)

    def _judge_link(self, values: dict[str, str]) -> None:
        kind = values.get("Type", "").rpartition("/")[2]
        if kind in LEADS or (values.get("TargetMode") == "External" and not (kind == "hyperlink" and self.may_link)):
            _refuse_fetching()

    def _simple_field(self, values: dict[str, str]) -> None:
        if any(name.rpartition(":")[2] == "instr" and FETCHES.match(text) for name, text in values.items()):
            _refuse_fetching()

    def _field(self, _values: dict[str, str]) -> None:
        """The words of a field, which may be cut into many pieces, each an element of its own."""
        self.parser.CharacterDataHandler = self.words.append
        self.parser.EndElementHandler = self._end

    def _formula(self, _values: dict[str, str]) -> None:
        self.parser.CharacterDataHandler = self.words.append
        self.parser.EndElementHandler = self._end_formula

    def _end(self, _name: str) -> None:
        self.parser.CharacterDataHandler = self.parser.EndElementHandler = None

    def _end_formula(self, name: str) -> None:
        self._end(name)
        if FORMULAS.search(QUOTED.sub("", "".join(self.words))):
            _refuse_fetching()
        self.words.clear()

    def _judge_field(self, _values: dict[str, str] | None = None) -> None:
        if FETCHES.match("".join(self.words)):
            _refuse_fetching()
        self.words.clear()

    def _dde(self, _values: dict[str, str]) -> None:
        _refuse_fetching()


# Elements whose words start something: the fields of Word and the formulas of Excel (17.16.18, 17.16.19, 17.16.23, 18.3.1.40).
_READ = {
    "fldChar": "_judge_field",
    "instrText": "_field",
    "fldSimple": "_simple_field",
    "f": "_formula",
    "definedName": "_formula",
    "ddeLink": "_dde",
}


def _read_through(opened: IO[bytes]) -> None:
    """Unpack a part to nowhere: its check sum is compared at the end. Its first bytes say whether it is a file itself."""
    piece = opened.read(READ_AT_ONCE)
    if piece.startswith(FILES):
        _refuse_macros()
    while piece:
        piece = opened.read(READ_AT_ONCE)
