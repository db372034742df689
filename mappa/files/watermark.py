"""Copies that say who took them: each page of a PDF, and each picture, carries it."""

import unicodedata
from typing import BinaryIO

import pikepdf
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from mappa.files.pictures import opened, upright
from mappa.files.refusals import refuse

PAPER = (595.0, 842.0)  # A4, where a page says no size
DARK, PALE = "#0b0c0c", "#6f777b"
BAND_LINES = 2
# A band for people to read, also below a picture that is all width.
LARGEST = 64
# What a reader of PDF files draws at the most (ISO 32000-1, Annex C).
LONGEST_SIDE = 14_400


def plain(text: str) -> str:
    """The text in the letters that every PDF reader has; others lose their accents, or become "?"."""
    for sign, instead in (("–", "-"), ("—", "-"), ("‘", "'"), ("’", "'"), ("“", '"'), ("”", '"')):
        text = text.replace(sign, instead)
    bare = "".join(_plain_sign(sign) for sign in text)
    return bare.encode("cp1252", "replace").decode("cp1252")


def _plain_sign(sign: str) -> str:
    try:
        sign.encode("cp1252")
    except UnicodeEncodeError:
        return "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))
    return sign


def mark(kind: str, file: BinaryIO, into: BinaryIO, lines: tuple[str, str]) -> None:
    """Write a marked copy of a file, by the ending of its kind. Raises ValidationError where none can be made."""
    if kind == "pdf":
        mark_pdf(file, into, lines)
    else:
        mark_picture(file, into, lines)


# What pikepdf raises on pages that are not put together as the standard says.
BROKEN = (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)


def mark_pdf(file: BinaryIO, into: BinaryIO, lines: tuple[str, str]) -> None:
    """Write a copy of a PDF with the marking (first line) and the taker (second) on each of its pages.

    The text stays text, and the tags for people who hear the page stay as they are.
    Raises ValidationError when the file cannot be read, or not be marked.
    """
    try:
        with pikepdf.open(file) as document:
            _mark_pages(document, lines)
            # What the file says of its author and programs is not for whoever it is passed on to.
            for place, name in ((document.trailer, "/Info"), (document.Root, "/Metadata")):
                if name in place:
                    del place[name]
            document.save(into)
    except BROKEN:
        refuse(_("The PDF is put together in a way that no copy of it can be marked. Print it as PDF and upload that"))


def _mark_pages(document: pikepdf.Pdf, lines: tuple[str, str]) -> None:
    stamps: dict[tuple[float, float], pikepdf.Pdf] = {}
    for page in document.pages:
        size = _size(page)
        if size not in stamps:
            stamps[size] = _stamp(size, lines)
        _close(document, page)
        page.add_overlay(stamps[size].pages[0], pikepdf.Rectangle(*_box(page)))


# Each pair opens and closes what stays in force for what is drawn afterwards (ISO 32000-2, Annex A).
_OPENS = {"q": "Q", "BT": "ET", "BMC": "EMC", "BDC": "EMC"}


def _close(document: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Let nothing that the page draws stay in force for the mark: a scale, a clip, a hidden layer, letters.

    A page becomes a form, whose state ends with it (8.10.1). One with tags stays as it is while it closes what it opens:
    in a form its tags would lead nowhere (14.7.5.2).
    """
    if "/StructParents" in page.obj and _is_closed(page):
        return
    form = document.make_indirect(page.as_form_xobject(handle_transformations=False))
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Page=form))
    page.obj.Contents = document.make_stream(b"/Page Do")


def _is_closed(page: pikepdf.Page) -> bool:
    waiting: dict[str, int] = dict.fromkeys(_OPENS.values(), 0)
    for instruction in pikepdf.parse_content_stream(page, "q Q BT ET BMC BDC EMC"):
        sign = str(instruction.operator)
        if sign in waiting:
            waiting[sign] -= 1
        elif sign in _OPENS:
            waiting[_OPENS[sign]] += 1
        if min(waiting.values()) < 0:
            return False
    return not any(waiting.values())


def _box(page: pikepdf.Page) -> tuple[float, float, float, float]:
    box = [float(edge) for edge in page.cropbox]
    left, right = sorted((box[0], box[2]))
    bottom, top = sorted((box[1], box[3]))
    return (left, bottom, right, top) if right > left and top > bottom else (0, 0, *PAPER)


def _size(page: pikepdf.Page) -> tuple[float, float]:
    """As a reader sees the page: turned pages are as wide as they were high."""
    left, bottom, right, top = _box(page)
    if max(right - left, top - bottom) > LONGEST_SIDE:
        raise ValueError("a page larger than any reader draws")
    turned = int(page.obj.get("/Rotate", 0) or 0) % 180 == 90
    return (top - bottom, right - left) if turned else (right - left, top - bottom)


def _stamp(size: tuple[float, float], lines: tuple[str, str]) -> pikepdf.Pdf:
    """One clear page: the marking above, the taker below, and both once more, pale, across the middle."""
    width, height = size
    stamp = pikepdf.new()
    stamp.add_blank_page(page_size=size)
    page = stamp.pages[0]
    page.Resources = pikepdf.Dictionary(
        Font=pikepdf.Dictionary(
            F=stamp.make_indirect(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Font,
                    Subtype=pikepdf.Name.Type1,
                    BaseFont=pikepdf.Name("/Helvetica-Bold"),
                    Encoding=pikepdf.Name.WinAnsiEncoding,
                )
            )
        ),
        ExtGState=pikepdf.Dictionary(Pale=pikepdf.Dictionary(ca=0.16, CA=0.16), Full=pikepdf.Dictionary(ca=1, CA=1)),
    )
    marking, taker = plain(lines[0]), plain(lines[1])
    words = f"{marking}  {taker}"
    across = width * 0.95 / max(len(words), 1) / 0.56
    parts = [
        "/Artifact <</Type /Pagination /Subtype /Watermark>> BDC q 0 g /Full gs",
        _line(marking, min(9.0, across * 2), 0, height - 14, width),
        _line(taker, min(7.5, width * 0.95 / max(len(taker), 1) / 0.56), 0, 7, width),
        "/Pale gs",
        *(_line(words, across, 0, height * share, width) for share in (0.25, 0.5, 0.75)),
        "Q EMC",
    ]
    page.Contents = stamp.make_stream("\n".join(parts).encode("cp1252"))
    return stamp


def _line(text: str, size: float, left: float, bottom: float, width: float) -> str:
    """A line in the middle of a width, in operators of a page (ISO 32000-2, 9.4)."""
    start = left + max(0.0, (width - len(text) * size * 0.56) / 2)
    safe = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /F {size:.2f} Tf 1 0 0 1 {start:.2f} {bottom:.2f} Tm ({safe}) Tj ET"


def mark_picture(file: BinaryIO, into: BinaryIO, lines: tuple[str, str]) -> None:
    """Write a copy of a picture with a band below it and pale words across; what the file carried besides is left out."""
    with opened(file, ("JPEG", "PNG")) as picture:
        kind = picture.format or "PNG"
        turned = upright(picture).convert("RGB")
    fitting = turned.width // max(60, max(len(line) for line in lines) * 2 // 3)
    letters = min(max(9, fitting), LARGEST)
    font = ImageFont.load_default(letters)
    band = letters * (BAND_LINES + 1) + 8
    marked = Image.new("RGB", (max(turned.width, 120), turned.height + band), "white")
    marked.paste(turned)
    draw = ImageDraw.Draw(marked)
    words = [plain(line) for line in lines]
    for number, line in enumerate(words):
        _fit(draw, (4, turned.height + 4 + number * (letters + 4)), line, letters, marked.width - 8, DARK)
    for share in (0.3, 0.7):
        height = int(turned.height * share)
        draw.text((letters, height), words[1], font=font, fill=PALE, stroke_width=1, stroke_fill="white")
    marked.save(into, kind, **({"quality": 90} if kind == "JPEG" else {}))


def _fit(draw: ImageDraw.ImageDraw, place: tuple[int, int], line: str, letters: int, width: int, fill: str) -> None:
    """A line in letters as large as asked, or as small as its width needs."""
    font = ImageFont.load_default(letters)
    while letters > 6 and draw.textlength(line, font=font) > width:
        letters -= 1
        font = ImageFont.load_default(letters)
    draw.text(place, line, font=font, fill=fill)
