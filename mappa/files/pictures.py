"""Pictures: decoded to the last row before they are believed, and made anew where they are kept as photographs."""

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, NoReturn

from django.utils.translation import gettext as _
from PIL import Image, ImageFile, ImageOps

from mappa.files.refusals import refuse

# A 40-megapixel camera; decoded, three bytes each.
MOST_PIXELS = 40_000_000
# No camera and no scanner makes a longer side; one row of pixels may cost more than a picture.
LONGEST_SIDE = 20_000
PHOTOGRAPH, SMALL = 1600, 200  # pixels of the longer side
QUALITY = 88
# What Pillow raises on files that are no pictures, or broken ones.
BROKEN = (OSError, ValueError, SyntaxError, TypeError, EOFError, IndexError, struct.error)


def check_png(file: BinaryIO) -> None:
    """Raise ValidationError unless the file is a whole PNG picture."""
    _decode(file, "PNG")


def check_jpeg(file: BinaryIO) -> None:
    """Raise ValidationError unless the file is a whole JPEG picture."""
    _decode(file, "JPEG")


def _decode(file: BinaryIO, kind: str) -> None:
    with opened(file, (kind,)) as picture:
        picture.load()


@contextmanager
def opened(file: BinaryIO, kinds: tuple[str, ...]) -> Iterator[Image.Image]:
    """A picture, not decoded yet. Raises ValidationError for what is none, or is larger than any camera makes."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of sizes that are refused below
            # WeasyPrint, once it is loaded, lets every half picture of the process pass for a whole one.
            ImageFile.LOAD_TRUNCATED_IMAGES = False
            with Image.open(file, formats=kinds) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    _refuse_size()
                if max(picture.size) > LONGEST_SIDE:
                    refuse(_("A side of the picture is longer than 20,000 pixels. Save it smaller and upload that"))
                yield picture
    except Image.DecompressionBombError:
        _refuse_size()
    except BROKEN:
        refuse(_("The picture is damaged. Open it, save it again as JPEG or PNG and upload that"))


def _refuse_size() -> NoReturn:
    refuse(_("The picture has more than 40 million pixels. Save it smaller and upload that"))


def photograph(file: BinaryIO, into: BinaryIO) -> None:
    """Make a photograph anew: upright, at most 1600 pixels long, a JPEG without anything but the picture.

    Where and with which camera it was taken, and whatever else the file carried, is left behind.
    """
    with opened(file, ("JPEG", "PNG")) as picture:
        _shrink(picture, PHOTOGRAPH).save(into, "JPEG", quality=QUALITY, exif=b"", icc_profile=None)


def small(file: BinaryIO, into: BinaryIO) -> None:
    """A small copy of a kept photograph."""
    with opened(file, ("JPEG",)) as picture:
        _shrink(picture, SMALL).save(into, "JPEG", quality=QUALITY)


def upright(picture: Image.Image) -> Image.Image:
    """The picture as its camera was held; as it lies, where what the camera said of it cannot be read."""
    picture.load()
    with suppress(*BROKEN):
        ImageOps.exif_transpose(picture, in_place=True)
    return picture


def _shrink(picture: Image.Image, longest: int) -> Image.Image:
    picture.draft("RGB", (longest, longest))  # a JPEG is decoded no larger than needed
    turned = upright(picture)
    if turned.mode in {"RGBA", "LA", "P", "PA"}:
        clear = turned.convert("RGBA")
        clear.thumbnail((longest, longest))
        flat = Image.new("RGB", clear.size, "white")
        flat.paste(clear, mask=clear.getchannel("A"))
    else:
        flat = turned.convert("RGB")
        flat.thumbnail((longest, longest))
    # What is pasted into a new picture has no past.
    fresh = Image.new("RGB", flat.size)
    fresh.paste(flat)
    return fresh
