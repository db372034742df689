"""Paper: words, facts and tables as a tagged PDF (PDF/UA-1) or as a Word file, for one named recipient."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.template.loader import render_to_string

from mappa.charts import Chart

MARKING = "OFFICIAL-SENSITIVE"  # of every page; paper.css has it too


@dataclass(frozen=True)
class Table:
    """A table. The first cell of each row names the row."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it, in the order of these fields.

    `facts` are pairs of a label and what it says; `lines` are those on which somebody writes by hand. A chart is drawn in
    the PDF alone: its numbers are one of the tables. A heading of level 3 stands below the last one of level 2.
    """

    heading: str
    paragraphs: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    chart: Chart | None = None
    tables: Sequence[Table] = ()
    lines: Sequence[str] = ()
    level: int = 2


@dataclass(frozen=True)
class Paper:
    """What is handed out: `copy`, at the foot of every page, names whom it is for and its number."""

    title: str
    opening: Sequence[str]
    sections: Sequence[Section]
    copy: str


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
    html = _without_controls(render_to_string(template, context))
    nothing = nothing_fetched()
    style = CSS(string=render_to_string("paper.css"), url_fetcher=nothing)
    page = HTML(string=html, url_fetcher=nothing)
    document: bytes = page.write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1")
    return document


def nothing_fetched() -> Any:
    """A fetcher that refuses http, file and every other address."""
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=set())


def word_of(paper: Paper) -> bytes:
    """The same words as a Word file: marked and named on every page, with headings that are headings."""
    from docx import Document
    from docx.oxml.ns import qn

    document = Document()
    document.core_properties.title = paper.title
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.language = "en-GB"
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    _frame(document.sections[0], paper.copy)
    document.add_heading(_without_controls(paper.title), level=1)
    for words in paper.opening:
        document.add_paragraph(_without_controls(words))
    for section in paper.sections:
        _write(document, section)
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def _frame(page: Any, copy: str) -> None:
    """The marking above, and below whose copy it is and which page."""
    page.header.paragraphs[0].text = MARKING
    page.footer.paragraphs[0].text = _without_controls(copy)
    number = page.footer.add_paragraph()
    for field, before in (("PAGE", ""), ("NUMPAGES", " / ")):
        number.add_run(before)
        number._p.append(_element("w:fldSimple", "w:instr", field))


def _write(document: Any, section: Section) -> None:
    document.add_heading(_without_controls(section.heading), level=section.level)
    for words in section.paragraphs:
        document.add_paragraph(_without_controls(words))
    for label, said in section.facts:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{label}: ").bold = True
        paragraph.add_run(_without_controls(said))
    for table in section.tables:
        _lay_out(document, table)
    for label in section.lines:
        document.add_paragraph(f"{label}: {'_' * 40}")


def _lay_out(document: Any, table: Table) -> None:
    """A table whose first row is its heading, on each page that it runs over."""
    document.add_paragraph(_without_controls(table.caption), style="Caption").paragraph_format.keep_with_next = True
    laid_out = document.add_table(rows=0, cols=len(table.columns), style="Table Grid")
    for number, row in enumerate((table.columns, *table.rows)):
        cells = laid_out.add_row()
        for cell, words in zip(cells.cells, row, strict=True):
            cell.text = _without_controls(words)
            for run in cell.paragraphs[0].runs:
                run.bold = number == 0
        if number == 0:
            cells._tr.get_or_add_trPr().append(_element("w:tblHeader", "w:val", "true"))
    document.add_paragraph()  # two tables that touch are one to Word


def _element(name: str, attribute: str, value: str) -> Any:
    """An element of Word's own language for which python-docx has no word."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(name)
    made.set(qn(attribute), value)
    return made


def _without_controls(words: str) -> str:
    """What was pasted may hold signs that have no shape: Word takes none of them, and in a PDF they spoil the rest.

    Every kind of line break is one, so that no two words become one.
    """
    lines = "\n".join(words.splitlines())
    return "".join(sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs", "Cn"})
