"""Copies that say who took them: each page of a PDF, and each picture, carries it."""

import unicodedata
from typing import BinaryIO

import pikepdf
from PIL import Image, ImageDraw, ImageFont, ImageOps

from mappa.files.pictures import opened

PAPER = (595.0, 842.0)  # A4, where a page says no size
DARK, PALE = "#0b0c0c", "#6f777b"
BAND_LINES = 2


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


def mark_pdf(file: BinaryIO, into: BinaryIO, lines: tuple[str, str]) -> None:
    """Write a copy of a PDF with the marking (first line) and the taker (second) on each of its pages.

    The text stays text, and the tags for people who hear the page stay as they are.
    Raises pikepdf.PdfError when the file cannot be read.
    """
    with pikepdf.open(file) as document:
        stamps: dict[tuple[float, float], pikepdf.Pdf] = {}
        for page in document.pages:
            size = _size(page)
            if size not in stamps:
                stamps[size] = _stamp(size, lines)
            page.add_overlay(stamps[size].pages[0], pikepdf.Rectangle(*_box(page)))
        # What the file says of its author and programs is not for whoever it is passed on to.
        if "/Info" in document.trailer:
            del document.trailer["/Info"]
        document.save(into)
        for stamp in stamps.values():
            stamp.close()


def _box(page: pikepdf.Page) -> tuple[float, float, float, float]:
    box = [float(edge) for edge in page.cropbox]
    left, right = sorted((box[0], box[2]))
    bottom, top = sorted((box[1], box[3]))
    return (left, bottom, right, top) if right > left and top > bottom else (0, 0, *PAPER)


def _size(page: pikepdf.Page) -> tuple[float, float]:
    """As a reader sees the page: turned pages are as wide as they were high."""
    left, bottom, right, top = _box(page)
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
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    letters = max(9, upright.width // max(60, max(len(line) for line in lines) * 2 // 3))
    font = ImageFont.load_default(letters)
    band = letters * (BAND_LINES + 1) + 8
    marked = Image.new("RGB", (max(upright.width, 120), upright.height + band), "white")
    marked.paste(upright)
    draw = ImageDraw.Draw(marked)
    words = [plain(line) for line in lines]
    for number, line in enumerate(words):
        _fit(draw, (4, upright.height + 4 + number * (letters + 4)), line, letters, marked.width - 8, DARK)
    for share in (0.3, 0.7):
        height = int(upright.height * share)
        draw.text((letters, height), words[1], font=font, fill=PALE, stroke_width=1, stroke_fill="white")
    marked.save(into, kind, **({"quality": 90} if kind == "JPEG" else {}))


def _fit(draw: ImageDraw.ImageDraw, place: tuple[int, int], line: str, letters: int, width: int, fill: str) -> None:
    """A line in letters as large as asked, or as small as its width needs."""
    font = ImageFont.load_default(letters)
    while letters > 6 and draw.textlength(line, font=font) > width:
        letters -= 1
        font = ImageFont.load_default(letters)
    draw.text(place, line, font=font, fill=fill)
