"""Files from outside are read by a child with so much memory and time: what is too much for it is refused in words."""

import json
import resource
import sys
import time
import zlib
from io import BytesIO, StringIO
from types import SimpleNamespace

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from mappa.files import KINDS, confined
from tests.factories import a_pdf, a_picture
from tests.mappa.files.test_contents import GOOD, office, pdf

LINES = ("OFFICIAL-SENSITIVE", "Bob, Probation, Bedfordshire")


def refusal(content, name):
    with pytest.raises(ValidationError) as refused:
        confined.check(BytesIO(content), name)
    return refused.value.message_dict["file"][0]


def list_of(number):
    """A PDF whose list of objects unpacks to one array of so many numbers."""
    packed = zlib.compress(b"4 0 [" + b"1 " * number + b"]", 9)
    head = b"%%PDF-1.7\n1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n" % len(packed)
    return head + packed + b"\nendstream\nendobj\ntrailer\n<</Root 5 0 R/Size 6>>\nstartxref\n0\n%%EOF"


@pytest.mark.parametrize(("name", "content"), GOOD.values(), ids=GOOD)
def test_what_is_honest_passes_and_a_copy_of_it_can_be_made(name, content):
    file, made = BytesIO(content), BytesIO()

    kind = confined.check(file, name)

    assert file.tell() == 0
    if kind.is_marked:
        confined.mark(kind, file, made, LINES)
        assert made.getvalue()[:2] == content[:2]


def test_what_is_refused_is_refused_in_the_same_words():
    assert "print it as PDF" in refusal(b"%PDF-1.7 garbage", "a.pdf")
    assert "one of these" in refusal(b"<svg/>", "a.svg")


@pytest.mark.parametrize("number", [3_000_000, 30_000_000])
def test_a_list_that_unpacks_to_gigabytes_ends_the_child_and_nothing_else(number):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    refusal(list_of(number), "a.pdf")

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000


def test_a_file_that_takes_all_the_time_is_refused(monkeypatch):
    monkeypatch.setattr(confined, "SECONDS", 0.05)

    assert "more memory or time" in refusal(a_pdf(), "a.pdf")


def test_links_without_end_are_read_in_no_time():
    begun = time.monotonic()

    refusal(office({"word/_rels/a.rels": b"<Relationship " * 70_000}), "a.docx")

    assert time.monotonic() - begun < 10


WRONG_PAGES = {
    "Rotate": pikepdf.Name.Foo,
    "CropBox": pikepdf.Array([pikepdf.Name.A] * 4),
    "MediaBox": pikepdf.Array([0, 0, 20_000, 20_000]),
}


@pytest.mark.parametrize(("name", "value"), WRONG_PAGES.items())
def test_a_pdf_of_which_no_copy_can_be_marked_is_refused_at_once(name, value):
    content = pdf(lambda document: setattr(document.pages[0].obj, name, value))

    assert "no copy of it can be marked" in refusal(content, "a.pdf")


def test_a_picture_is_taken_and_copied_whatever_its_camera_said():
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "Kitchen"
    content = bytearray(a_picture(size=(64, 48), exif=exif))
    place = content.index(b"Exif") - 8

    for change in range(14, 60, 3):  # past the marker, the length and the word Exif
        wrong = content.copy()
        wrong[place + change] ^= 0xFF
        for kind in ("mark", "photograph"):
            made = BytesIO()
            confined.do(kind, BytesIO(wrong), made, ["jpg", *LINES])
            assert made.getvalue()[:2] == b"\xff\xd8"


def test_a_photograph_is_made_by_a_child():
    made = BytesIO()

    confined.photograph(BytesIO(a_picture("PNG", (4000, 3000))), made)

    assert Image.open(made).size == (1600, 1200)


def test_the_child_knows_no_secret(monkeypatch):
    seen = []
    monkeypatch.setattr(confined.subprocess, "run", lambda *_all, **how: seen.append(how) or 1 / 0)
    monkeypatch.setenv("SECRET_KEY", "kept")

    with pytest.raises(ZeroDivisionError):
        confined.photograph(BytesIO(a_picture()), BytesIO())

    assert set(seen[0]["env"]) <= {"PATH", "TMPDIR"}


@pytest.mark.parametrize(("words", "answer"), [(["pdf"], 0), (["png"], confined.REFUSED)])
def test_the_child_limits_itself_before_it_reads(tmp_path, monkeypatch, words, answer):
    limits, said = {}, StringIO()
    monkeypatch.setattr(confined.resource, "setrlimit", lambda limit, values: limits.update({limit: values[0]}))
    monkeypatch.setattr(confined, "settings", SimpleNamespace(configure=lambda **_all: None))
    monkeypatch.setattr(sys, "stdin", StringIO(json.dumps(words)))
    monkeypatch.setattr(sys, "stdout", said)
    (tmp_path / "given").write_bytes(a_pdf())

    with (tmp_path / "given").open("rb") as given, (tmp_path / "made").open("wb") as made:
        result = confined.main("check", confined.os.dup(given.fileno()), confined.os.dup(made.fileno()))

    assert result == answer
    assert limits[resource.RLIMIT_AS] == confined.MEMORY
    assert limits[resource.RLIMIT_CPU] == confined.SECONDS
    assert bool(said.getvalue()) == bool(answer)


def test_every_kind_that_is_marked_is_a_pdf_or_a_picture():
    assert {kind.ending for kind in KINDS.values() if kind.is_marked} == {"pdf", "png", "jpg"}
