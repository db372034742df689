"""Reads PDF and Word files as their readers would: every word, the marks of each page, the tags."""

import io

import pytest
from docx import Document


def has_pango():
    try:
        import weasyprint  # noqa: F401
    except OSError:
        return False
    return True


needs_pango = pytest.mark.skipif(not has_pango(), reason="Pango is not installed on this machine")


def read_pdf(answer):
    """The document, and all its words in a line."""
    pypdf = pytest.importorskip("pypdf")
    document = pypdf.PdfReader(io.BytesIO(answer.content))
    return document, in_a_line(sheet.extract_text() for sheet in document.pages)


def read_word(answer):
    document = Document(io.BytesIO(answer.content))
    page = document.sections[0]
    marks = [page.header.paragraphs[0].text, page.footer.paragraphs[0].text]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return document, in_a_line([*marks, *(paragraph.text for paragraph in document.paragraphs), *cells])


def in_a_line(texts):
    return " ".join(" ".join(texts).split())


READERS = [pytest.param("pdf", read_pdf, marks=needs_pango), ("docx", read_word)]


def tags_of(document):
    """How often each kind of element stands in a PDF's tree of tags, and what its figures are called."""
    found, names = {}, []

    def walk(element):
        element = element.get_object()
        if isinstance(element, list):
            for child in element:
                walk(child)
        elif isinstance(element, dict):
            if kind := element.get("/S"):
                found[kind] = found.get(kind, 0) + 1
                if "/Alt" in element:
                    names.append(str(element["/Alt"]))
            if "/K" in element:
                walk(element["/K"])

    walk(document.trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found, names
