"""A file is what it holds: fifty that are refused, each with words, and those that pass."""

import zipfile
import zlib
from contextlib import suppress
from io import BytesIO
from struct import pack

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mappa.files import kind_of, safe_name
from tests.factories import a_pdf, a_picture

WORD = b'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
EXCEL = WORD.replace(b"wordprocessingml.document", b"spreadsheetml.sheet")
EMAIL = (
    b"From: a@test.invalid\r\nTo: b@test.invalid\r\nDate: Mon, 3 Nov 2025 10:00:00 +0000\r\nSubject: x\r\n\r\nHello\r\n"
)


def office(parts, contents=WORD):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"[Content_Types].xml": contents, **parts}.items():
            archive.writestr(name, content)
    return out.getvalue()


def linked(target, kind="hyperlink"):
    link = f'<Relationship Type="http://x/relationships/{kind}" Target="{target}" TargetMode="External"/>'
    return office({"word/_rels/document.xml.rels": link.encode()})


def pdf(change, **how):
    document = pikepdf.new()
    document.add_blank_page()
    change(document)
    out = BytesIO()
    document.save(out, **how)
    return out.getvalue()


def deep(document):
    inner = pikepdf.Dictionary(X=1)
    for _each in range(80):
        inner = pikepdf.Dictionary(X=inner)
    document.Root.Deep = inner


def attach(document):
    document.attachments["a.txt"] = b"hidden"


def hide_in_array(document):
    document.pages[0].Annots = pikepdf.Array(
        [pikepdf.Dictionary(A=pikepdf.Array([pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")]))]
    )


def chunk(name, data):
    return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))


def flood(width, height):
    head = chunk(b"IHDR", pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def email_with(disposition="", kind="application/octet-stream", name=""):
    head = EMAIL.replace(b"\r\n\r\nHello", b'\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b')
    shown = f"Content-Type: {kind}{name}\r\n{disposition}\r\n".encode()
    return head + shown + b"\r\nAAAA\r\n--b--\r\n"


SCRIPT = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
GOOD = {
    "a pdf": ("a.pdf", a_pdf()),
    "a pdf that opens at a page": (
        "a.pdf",
        pdf(lambda d: setattr(d.Root, "OpenAction", pikepdf.Array([0, pikepdf.Name.Fit]))),
    ),
    "a word file": ("a.docx", office({"word/document.xml": b"<w/>"})),
    "a word file with a link": ("a.docx", linked("https://www.gov.uk")),
    "an excel file": ("a.xlsx", office({"xl/workbook.xml": b"<w/>"}, EXCEL)),
    "a png": ("a.png", a_picture("PNG")),
    "a jpeg": ("a.jpg", a_picture()),
    "a jpeg by its other ending": ("a.JPEG", a_picture()),
    "a text": ("a.txt", "Rhif y tŷ: 7 – iawn\r\n".encode()),
    "an empty line": ("a.txt", b"\n"),
    "an email": ("a.eml", EMAIL),
    "an email with a picture": ("a.eml", email_with("Content-Disposition: inline", "image/png")),
}
BAD = {
    "an empty file": ("a.pdf", b"", "empty"),
    "no ending": ("report", a_pdf(), "one of these"),
    "another ending": ("a.svg", b"<svg/>", "one of these"),
    "a program": ("a.exe", b"MZ\x90\0", "one of these"),
    "a program called pdf": ("a.pdf", b"MZ\x90\0" + b"\0" * 200, "something else"),
    "a program called text": ("a.txt", b"MZ plain enough", "something else"),
    "a script called text": ("a.txt", b"#!/bin/sh\nrm -rf /", "something else"),
    "a pdf called word": ("a.docx", a_pdf(), "something else"),
    "a pdf called png": ("a.png", a_pdf(), "something else"),
    "a png called jpeg": ("a.jpg", a_picture("PNG"), "something else"),
    "a word file called excel": ("a.xlsx", office({}), "something else"),
    "a zip called word": ("a.docx", office({}, b"<Types/>"), "something else"),
    "an old word file": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "something else"),
    "a page of the web called pdf": ("a.pdf", b"<html><script>1</script>" + a_pdf(), "not a PDF file"),
    "a picture before a pdf": ("a.pdf", b"GIF89a" + a_pdf(), "something else"),
    "words called png": ("a.png", b"<svg onload='alert(1)'/>", "not a PNG file"),
    "a broken pdf": ("a.pdf", b"%PDF-1.7 garbage", "damaged"),
    "a pdf cut short": ("a.pdf", a_pdf()[:60], "damaged"),
    "a pdf with a password": (
        "a.pdf",
        pdf(lambda d: None, encryption=pikepdf.Encryption(owner="o", user="u")),
        "password",
    ),
    "a pdf locked without one": (
        "a.pdf",
        pdf(lambda d: None, encryption=pikepdf.Encryption(owner="o", user="")),
        "protected",
    ),
    "a pdf that runs": ("a.pdf", pdf(lambda d: setattr(d.Root, "OpenAction", SCRIPT)), "scripts"),
    "a pdf that launches": ("a.pdf", pdf(hide_in_array), "scripts"),
    "a pdf with a file in it": ("a.pdf", pdf(attach), "scripts"),
    "a pdf with a form that runs": (
        "a.pdf",
        pdf(lambda d: setattr(d.Root, "AcroForm", pikepdf.Dictionary(XFA="x"))),
        "scripts",
    ),
    "a pdf too deep": ("a.pdf", pdf(deep), "intricate"),
    "a pdf without a page": ("a.pdf", pdf(lambda d: d.pages.__delitem__(0)), "at least 1 page"),
    "a macro": ("a.docx", office({"word/vbaProject.bin": b"x"}), "macros"),
    "a macro by its kind": (
        "a.docx",
        office({}, WORD.replace(b"document.main", b"document.macroEnabled.main")),
        "macros",
    ),
    "a word file with macros by its name": ("a.docm", office({}), "one of these"),
    "a file inside": ("a.docx", office({"word/embeddings/oleObject1.bin": b"x"}), "macros"),
    "a program inside": ("a.docx", office({"word/media/a.exe": b"MZ"}), "macros"),
    "a bomb": ("a.docx", office({"word/document.xml": b"0" * (60 * 2**20)}), "far more"),
    "a bomb of many parts": ("a.docx", office({f"f{n}": b"" for n in range(4100)}), "far more"),
    "a way out": ("a.docx", office({"../../etc/cron.d/x": b"x"}), "as Office does"),
    "a whole path": ("a.docx", office({"/etc/passwd": b"x"}), "as Office does"),
    "an entity": (
        "a.docx",
        office({"word/a.xml": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a/>'}),
        "as Office does",
    ),
    "an entity in other letters": ("a.docx", office({"word/a.xml": "<!DOCTYPE a>".encode("utf-16")}), "as Office does"),
    "a template from elsewhere": ("a.docx", linked("http://evil.invalid/t.dotm", "attachedTemplate"), "fetches"),
    "a picture from elsewhere": ("a.docx", linked("http://evil.invalid/i.png", "image"), "fetches"),
    "a command in a field": ("a.docx", office({"word/document.xml": b"<w:t>DDEAUTO c:\\cmd.exe</w:t>"}), "fetches"),
    "a damaged word file": ("a.docx", office({"word/document.xml": b"<w/>"})[:-30], "damaged"),
    "half a png": ("a.png", a_picture("PNG")[:60], "damaged"),
    "half a jpeg": ("a.jpg", a_picture()[:400], "damaged"),
    "a flood of pixels": ("a.png", flood(60000, 60000), "40 million"),
    "a text with a NUL": ("a.txt", b"a\0b", "nobody types"),
    "a text in other letters": ("a.txt", "caf\xe9".encode("latin-1"), "UTF-8"),
    "a text cut in a letter": ("a.txt", "ŷ".encode()[:1], "UTF-8"),
    "no email": ("a.eml", b"Hello", "saved email"),
    "an email with a file": ("a.eml", email_with("Content-Disposition: attachment; filename=a.exe"), "holds files"),
    "an email with a named page": ("a.eml", email_with("", "text/html", '; name="a.hta"'), "holds files"),
    "an email with another": ("a.eml", email_with("", "message/rfc822"), "holds files"),
    "a long email": ("a.eml", EMAIL + b"x" * (5 * 2**20), "5 MB"),
}


@pytest.mark.parametrize(("name", "content"), GOOD.values(), ids=GOOD)
def test_what_is_honest_passes_and_is_left_at_its_beginning(name, content):
    file = BytesIO(content)

    kind = kind_of(file, name)

    assert name.rpartition(".")[2].lower() in kind.endings
    assert file.tell() == 0


@pytest.mark.parametrize(("name", "content", "words"), BAD.values(), ids=BAD)
def test_what_is_not_is_refused_in_words(name, content, words):
    with pytest.raises(ValidationError) as refusal:
        kind_of(BytesIO(content), name)

    assert words in refusal.value.message_dict["file"][0]


def test_a_picture_of_the_largest_camera_passes():
    out = BytesIO()
    Image.new("1", (8000, 5000)).save(out, "PNG")

    assert kind_of(out, "a.png").is_picture


def test_a_list_of_objects_that_unpacks_to_everything_is_refused():
    packed = zlib.compress(b" " * (300 * 2**20), 9)
    head = b"%%PDF-1.7\n1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n" % len(packed)
    body = head + packed + b"\nendstream\nendobj\ntrailer\n<</Root 5 0 R/Size 6>>\nstartxref\n0\n%%EOF"

    with pytest.raises(ValidationError):
        kind_of(BytesIO(body), "a.pdf")


HONEST = [value for value in GOOD.values() if len(value[1]) < 20_000]


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(HONEST), st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), max_size=12), st.data()
)
def test_no_file_whatever_is_wrong_with_it_ends_in_a_fault(honest, changes, data):
    name, content = honest
    broken = bytearray(content)
    for place, byte in changes:
        broken[place % len(broken)] = byte
    end = data.draw(st.integers(0, len(broken)))

    with suppress(ValidationError):
        kind_of(BytesIO(bytes(broken[:end]) if end % 3 == 0 else bytes(broken)), name)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\bob\\report.pdf", "report.pdf"),
        ("/etc/shadow", "shadow"),
        ("a\x00.pdf", "a.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("report\u202efdp.exe", "reportfdp.exe"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("a." + "b" * 300, "a." + "b" * 10),
        (".htaccess", "htaccess"),
        ("", "file"),
        ("..", "file"),
        ("\x00", "file"),
        ("Adroddiad Tŷ'r Ŵyl.pdf", "Adroddiad Tŷ'r Ŵyl.pdf"),
    ],
)
def test_a_name_is_only_a_name(given_name, kept):
    assert safe_name(given_name) == kept


@given(st.text())
def test_no_name_holds_a_way_or_a_sign_that_steers(text):
    name = safe_name(text)

    assert name
    assert len(name) <= 120
    assert not {"/", "\\", "\x00", "\n", "\r"} & set(name)
    assert not name.startswith(".")
