"""Paper: a template as a tagged PDF (PDF/UA-1), or words as a Word file, for one named recipient."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.template.loader import render_to_string

MARKING = "OFFICIAL-SENSITIVE"  # of every page; paper.css has it too


@dataclass(frozen=True)
class Section:
    """A heading, what stands below it, and the lines on which somebody writes by hand."""

    heading: str
    paragraphs: Sequence[str]
    lines: Sequence[str] = ()


class PangoMissingError(Exception):
    """The machine lacks the library that sets text; everything else works without it."""


def pdf_of(template: str, context: dict[str, Any]) -> bytes:
    """Set a template as PDF. Nothing is fetched: the page names no files, and pasted text can name none.

    Raises PangoMissingError where the machine cannot set text.
    """
    try:
        # WeasyPrint loads Pango when it is imported, which a machine may lack.
        from weasyprint import CSS, HTML
    except OSError as error:
        raise PangoMissingError(str(error)) from error
    html = render_to_string(template, context)
    nothing = nothing_fetched()
    style = CSS(string=render_to_string("paper.css"), url_fetcher=nothing)
    page = HTML(string=html, url_fetcher=nothing)
    document: bytes = page.write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1")
    return document


def nothing_fetched() -> Any:
    """A fetcher that refuses http, file and every other address."""
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=set())


def word_of(title: str, opening: Sequence[str], sections: Sequence[Section], *, recipient: str) -> bytes:
    """The same words as a Word file: marked and with its recipient on every page, with headings that are headings."""
    from docx import Document

    document = Document()
    document.core_properties.title = title
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.language = "en-GB"
    page = document.sections[0]
    page.header.paragraphs[0].text = MARKING
    page.footer.paragraphs[0].text = recipient
    document.add_heading(title, level=1)
    for words in opening:
        document.add_paragraph(_without_controls(words))
    for section in sections:
        document.add_heading(section.heading, level=2)
        for words in section.paragraphs:
            document.add_paragraph(_without_controls(words))
        for label in section.lines:
            document.add_paragraph(f"{label}: {'_' * 40}")
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def _without_controls(words: str) -> str:
    """What was pasted may hold signs that XML cannot: they have no shape on paper either."""
    return "".join(sign for sign in words if sign in "\n\t" or sign.isprintable())
