"""Paper: a template as a tagged PDF (PDF/UA-1), for one named recipient."""

from typing import Any

from django.template.loader import render_to_string


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
