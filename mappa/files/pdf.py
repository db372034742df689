"""PDF files: refused when they do something of their own, or hide other files."""

from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

import pikepdf
from django.utils.translation import gettext as _

from mappa.files.refusals import refuse

# Keys that bring scripts, files inside the file, films or forms that run (ISO 32000-2, 7.11.4, 12.6.4, 12.7.8, 13), and
# what happens by itself when a page is opened or a field left (12.6.3).
ACTS = frozenset(
    {"/AA", "/JS", "/JavaScript", "/EF", "/EmbeddedFiles", "/RichMedia", "/RichMediaContent", "/XFA", "/Collection"}
)
# Actions that run, fetch or send something; going to a page or to a web address when it is clicked is none of them.
# When the file is opened, it may go to one of its own pages only.
ACTIONS = frozenset(
    {
        "/GoToE",
        "/GoToR",
        "/ImportData",
        "/JavaScript",
        "/Launch",
        "/Movie",
        "/Rendition",
        "/RichMediaExecute",
        "/SubmitForm",
    }
)
DEEPEST, MOST_OBJECTS, MOST_PAGES = 60, 500_000, 3000
MOST_VALUES, LONGEST_LIST = 2_000_000, 200_000

# What may be unpacked of one stream. How many values it then holds, qpdf does not limit (12.4 leaves an array of a
# million whole whatever `parser_max_container_size` says): they are counted below, and the child that reads ends first.
UNPACKED = 64 * 2**20
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=UNPACKED,
    run_length_max_memory=UNPACKED,
    png_max_memory=UNPACKED,
    tiff_max_memory=UNPACKED,
)
HOLDS = (pikepdf.Array, pikepdf.Dictionary, pikepdf.Stream)


def check(file: BinaryIO) -> None:
    """Raise ValidationError for a PDF that is encrypted, damaged, or acts. What it shows is not looked at.

    Streams stay packed: only the objects are read.
    """
    try:
        with pikepdf.open(file) as document:
            _check(document)
    except pikepdf.PasswordError:
        refuse(_("The PDF has a password, so it cannot be checked. Save it without the password and upload that"))
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, OSError, KeyError, IndexError, AttributeError):
        refuse(_("The PDF is damaged. Open it, print it as PDF and upload that"))


def _check(document: pikepdf.Pdf) -> None:
    if document.is_encrypted:
        # Opened without a password, and still locked against changing: no copy of it could be marked.
        refuse(_("The PDF is protected, so it cannot be checked. Print it as PDF and upload that"))
    if not 0 < len(document.pages) <= MOST_PAGES:
        refuse(_("The PDF must have at least 1 page and no more than %s") % MOST_PAGES)
    if len(document.objects) > MOST_OBJECTS:
        _refuse_intricacy()
    for found, is_stream in _dictionaries(document):
        if any(key in ACTS for key in found) or _acts(found) or (is_stream and "/F" in found):
            refuse(_("The PDF holds scripts, other files or commands. Print it as PDF and upload that"), "acts")


def _refuse_intricacy() -> NoReturn:
    refuse(_("The PDF is too intricate to be checked. Print it as PDF and upload that"))


def _acts(found: dict[str, Any]) -> bool:
    action = _action(found)
    elsewhere = action == "/Thread" and "/F" in found
    return action in ACTIONS or elsewhere or not _stays(found.get("/OpenAction"))


def _stays(opening: Any) -> bool:
    """Whether what happens when the file is opened is only to go to one of its pages (12.3.2, 12.6.4.2)."""
    if isinstance(opening, pikepdf.Dictionary):
        return _action(dict(opening.items())) == "/GoTo" and "/Next" not in opening
    return True


def _action(found: dict[str, Any]) -> str:
    kind = found.get("/S")
    return str(kind) if isinstance(kind, pikepdf.Name) else ""


def _dictionaries(document: pikepdf.Pdf) -> Iterator[tuple[dict[str, Any], bool]]:
    """Every dictionary of the file, also those inside others, and whether it is of a stream.

    What is deeper, or holds more, than any honest file is refused.
    """
    values = 0
    for thing in document.objects:
        waiting = [(thing, 0)]
        while waiting:
            each, depth = waiting.pop()
            inside: list[Any] | pikepdf.Array = []
            if isinstance(each, pikepdf.Array):
                inside = each
            elif isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
                named = dict(each.items())
                yield named, isinstance(each, pikepdf.Stream)
                inside = list(named.values())
            values += len(inside)
            if depth > DEEPEST or values > MOST_VALUES or len(inside) > LONGEST_LIST:
                _refuse_intricacy()
            # An object with a number of its own comes along by itself.
            waiting += [(one, depth + 1) for one in inside if isinstance(one, HOLDS) and not one.is_indirect]
