"""What a file is, by what it holds (OWASP ASVS 5.0, 5.2.2: the content is checked, and the ending agrees with it)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from mappa.files import office, pdf, pictures, texts
from mappa.files.names import ending_of
from mappa.files.refusals import refuse


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken: how it is called, what it is served as, and what it has to pass."""

    name: str
    endings: tuple[str, ...]
    media_type: str
    check: Callable[[BinaryIO], None]

    @property
    def ending(self) -> str:
        return self.endings[0]

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")

    @property
    def is_marked(self) -> bool:
        """Whether each copy can carry who took it; others leave as they are."""
        return self.is_picture or self.ending == "pdf"


KINDS: dict[str, Kind] = {
    kind.ending: kind
    for kind in (
        Kind("PDF", ("pdf",), "application/pdf", pdf.check),
        Kind("Word", ("docx",), office.WORD, office.check_word),
        Kind("Excel", ("xlsx",), office.EXCEL, office.check_excel),
        Kind("PNG", ("png",), "image/png", pictures.check_png),
        Kind("JPEG", ("jpg", "jpeg"), "image/jpeg", pictures.check_jpeg),
        Kind("Email", ("eml",), "message/rfc822", texts.check_email),
        Kind("Text", ("txt",), "text/plain; charset=utf-8", texts.check_text),
    )
}
LIST = "PDF, Word (.docx), Excel (.xlsx), PNG, JPEG, email (.eml), text (.txt)"


def kind_named(name: str) -> Kind:
    """The kind that a name says. Raises ValidationError for one that is never taken."""
    ending = ending_of(name)
    kind = next((kind for kind in KINDS.values() if ending in kind.endings), None)
    if kind is None:
        refuse(_("The file must be one of these: %s") % LIST, "kind")
    return kind


def kind_of(file: BinaryIO, name: str) -> Kind:
    """The kind of a file. Raises ValidationError unless it holds what its name says, and nothing that acts.

    `file` is read from the disk in parts, and left at its beginning. It may take what it likes of memory and time:
    files from outside go through `confined.check`.
    """
    kind = kind_named(name)
    if (found := _signature(file)) not in {kind.ending, ""}:
        refuse(
            _("The name ends with .%(ending)s, and the file is something else. Save it again as what it is")
            % {"ending": ending_of(name)},
            "kind",
        )
    if not found and kind.ending not in {"txt", "eml"}:
        refuse(
            _("The file is not a %(kind)s file. Open it, save it again as %(kind)s and try once more")
            % {"kind": kind.name}
        )
    file.seek(0)
    kind.check(file)
    file.seek(0)
    return kind


# What the first bytes of a file say; "?" is something that is never taken.
_FIRST = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"MZ", "?"),
    (b"\x7fELF", "?"),
    (b"\xd0\xcf\x11\xe0", "?"),
    (b"GIF8", "?"),
    (b"Rar!", "?"),
    (b"7z\xbc\xaf", "?"),
    (b"\x1f\x8b", "?"),
    (b"#!", "?"),
    (b"{\\rtf", "?"),
)


def _signature(file: BinaryIO) -> str:
    """The kind that the first bytes name; "?" for something never taken; empty when they name nothing."""
    file.seek(0)
    head = file.read(8)
    if not head:
        refuse(_("The file is empty. Choose another"))
    if head.startswith(b"PK\x03\x04"):
        return office.which(file)
    return next((kind for first, kind in _FIRST if head.startswith(first)), "")
