"""PDF files: refused when they do something of their own, or hide other files."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import pikepdf
from django.utils.translation import gettext as _

from mappa.files.refusals import refuse

# Keys that bring scripts, files inside the file, films or forms that run (ISO 32000-2, 7.11.4, 12.6.4, 12.7.8, 13).
ACTS = frozenset(
    {"/JS", "/JavaScript", "/EF", "/EmbeddedFiles", "/RichMedia", "/RichMediaContent", "/XFA", "/Collection"}
)
# Actions that run, fetch or send something; going to a page or to a web address when it is clicked is none of them.
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

# What may be unpacked of one stream: a bomb in the list of objects is refused instead of filling the memory.
UNPACKED = 64 * 2**20
pikepdf.settings.set_qpdf_limits(flate_max_memory=UNPACKED, run_length_max_memory=UNPACKED, png_max_memory=UNPACKED)


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
    for count, found in enumerate(_dictionaries(document)):
        if count > MOST_OBJECTS:
            refuse(_("The PDF is too intricate to be checked. Print it as PDF and upload that"))
        if any(key in ACTS for key in found) or _action(found) in ACTIONS:
            refuse(_("The PDF holds scripts, other files or commands. Print it as PDF and upload that"))


def _action(found: dict[str, Any]) -> str:
    kind = found.get("/S")
    return str(kind) if isinstance(kind, pikepdf.Name) else ""


def _dictionaries(document: pikepdf.Pdf) -> Iterator[dict[str, Any]]:
    """Every dictionary of the file, also those inside others. What is deeper than any honest file is refused."""
    for thing in document.objects:
        waiting = [(thing, 0)]
        while waiting:
            each, depth = waiting.pop()
            if depth > DEEPEST:
                refuse(_("The PDF is too intricate to be checked. Print it as PDF and upload that"))
            if isinstance(each, pikepdf.Array):
                inside = list(each)
            elif isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
                named = dict(each.items())
                yield named
                inside = list(named.values())
            else:
                continue
            # An object with a number of its own comes along by itself.
            waiting += [(one, depth + 1) for one in inside if not getattr(one, "is_indirect", True)]
