"""Handing out paper: a PDF or a Word file about a case, recorded as an event of its own before it is sent."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from agencies.access import AuthedRequest
from audit.models import Act
from audit.record import record
from mappa.paper import PangoMissingError, Paper, pdf_of, word_of

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Sheet:
    """What is handed out, of which row, how the record calls it, and under which name: never the person's."""

    paper: Paper
    about: Any
    event: str
    name: str


def hand_out_pdf(request: AuthedRequest, sheet: Sheet, *, otherwise: tuple[str, str]) -> HttpResponse:
    """The sheet as PDF; where none can be made, a page with another way: an address and what it is called."""
    try:
        made = pdf_of("paper.html", {"paper": sheet.paper})
    except PangoMissingError:
        return no_pdf(request, *otherwise)
    return _sent(request, sheet, made, "application/pdf", "pdf")


def hand_out_word(request: AuthedRequest, sheet: Sheet) -> HttpResponse:
    """The sheet as a Word file."""
    return _sent(request, sheet, word_of(sheet.paper), WORD, "docx")


def _sent(request: AuthedRequest, sheet: Sheet, made: bytes, kind: str, ending: str) -> HttpResponse:
    record(sheet.event, act=Act.DOWNLOAD, by=request.user, about=sheet.about, kind=ending)
    return attached(made, kind, f"{sheet.name}-{sheet.about.reference}.{ending}")


def attached(made: bytes, kind: str, filename: str) -> HttpResponse:
    """A file to be kept, not shown."""
    answer = HttpResponse(made, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer


def no_pdf(request: AuthedRequest, url: str, link: str) -> HttpResponse:
    """Why there is none, and where the same words are to be had."""
    return render(request, "no_pdf.html", {"url": url, "link": link}, status=503)
