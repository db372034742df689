"""The copy of a document: recorded, whole, and marked with who took it."""

import re
import sys
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdf
import pytest
from PIL import Image

from audit.models import AccessEvent
from mappa.files import watermark
from offenders import store
from tests.factories import DocumentAgencyFactory, DocumentFactory, a_picture


def url_of(document):
    return f"/people/documents/{document.reference}/download/"


def pages(answer):
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(answer.getvalue())).pages]


def pdf_with(change, pages=1):
    made = pikepdf.new()
    for _each in range(pages):
        made.add_blank_page(page_size=(595, 842))
    change(made)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def test_every_page_says_marking_who_agency_when_and_which(client, practitioner, offender):
    content = pdf_with(lambda d: None, pages=3)
    document = DocumentFactory(offender=offender, content=content, handling="Not to be copied")
    client.force_login(practitioner)

    answer = client.get(url_of(document))

    found = pages(answer)
    assert len(found) == 3
    for text in found:
        assert "OFFICIAL-SENSITIVE Not to be copied" in text
        assert "Bob, Probation, Bedfordshire" in text
        assert document.reference in text


def test_the_mark_leads_to_the_record_of_the_download(client, practitioner, offender):
    document = DocumentFactory(offender=offender)
    client.force_login(practitioner)

    answer = client.get(url_of(document))

    event = AccessEvent.objects.get(event="document.downloaded")
    assert (event.case_id, event.reference, event.actor_id) == (offender.pk, document.reference, practitioner.pk)
    assert event.request_id[:12] in pages(answer)[0]


def test_it_is_an_attachment_without_a_name_that_nothing_runs_or_keeps(client, practitioner, offender):
    document = DocumentFactory(offender=offender, file_name="OASys Peter Ashdown.pdf")
    client.force_login(practitioner)

    answer = client.get(url_of(document))
    answer.getvalue()

    assert answer.headers["Content-Disposition"] == f'attachment; filename="{document.reference}.pdf"'
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "no-store" in answer.headers["Cache-Control"]


def test_who_made_the_file_and_with_what_is_not_passed_on(client, practitioner, offender):
    content = pdf_with(lambda d: d.docinfo.__setitem__("/Author", "Somebody Else"))
    document = DocumentFactory(offender=offender, content=content)
    client.force_login(practitioner)

    assert b"Somebody Else" not in client.get(url_of(document)).getvalue()


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("box", [(0, 0, 595, 842), (-100, -50, 742, 545), (10, 10, 60, 40)])
def test_a_page_of_any_size_and_turn_is_marked(turned, box):
    def change(document):
        document.pages[0].mediabox = pikepdf.Array(box)
        document.pages[0].obj.Rotate = turned

    out = BytesIO()
    watermark.mark_pdf(BytesIO(pdf_with(change)), out, ("OFFICIAL-SENSITIVE", "Bob"))

    assert "OFFICIAL-SENSITIVE" in pypdf.PdfReader(out).pages[0].extract_text()


LINES = ("OFFICIAL-SENSITIVE", "Bob")


def drawing(content, *, tagged=False):
    """A PDF whose one page draws this."""

    def change(document):
        document.pages[0].Contents = document.make_stream(content)
        if tagged:
            document.pages[0].obj.StructParents = 0

    return pdf_with(change)


def drawn(content):
    """What the one page of a marked copy draws by itself, without what lies in forms."""
    out = BytesIO()
    watermark.mark_pdf(BytesIO(content), out, LINES)
    with pikepdf.open(out) as document:
        page = document.pages[0]
        page.contents_coalesce()
        return page.Contents.read_bytes()


LEFT_OPEN = [b"q 0 0 0 0 9000 9000 cm q q", b"Q 0 0 0 0 9000 9000 cm q", b"/OC /Hidden BDC", b"BT 3 Tr"]


@pytest.mark.parametrize("tagged", [True, False])
@pytest.mark.parametrize("left_open", LEFT_OPEN)
def test_nothing_that_a_page_leaves_open_hides_the_mark(left_open, tagged):
    found = drawn(drawing(left_open, tagged=tagged))

    assert left_open not in found
    assert found.index(b"/Page Do") < found.rindex(b"Do")


def test_a_page_with_tags_that_closes_what_it_opens_keeps_them_where_they_are():
    content = b"/P <</MCID 0>> BDC q BT ET Q EMC"

    assert content in drawn(drawing(content, tagged=True))


def test_a_marked_copy_says_nothing_of_who_wrote_it(client, practitioner, offender):
    def change(document):
        document.docinfo["/Author"] = "Secret Author"
        with document.open_metadata() as about:
            about["dc:creator"] = ["Secret Author"]

    document = DocumentFactory(offender=offender, content=pdf_with(change))
    client.force_login(practitioner)

    marked = pikepdf.open(BytesIO(client.get(url_of(document)).getvalue()))

    assert "/Info" not in marked.trailer
    assert "/Metadata" not in marked.Root


def test_a_kept_file_of_which_no_copy_can_be_made_is_damaged_and_recorded(client, practitioner, offender):
    content = pdf_with(lambda document: setattr(document.pages[0].obj, "Rotate", pikepdf.Name.Foo))
    document = DocumentFactory(offender=offender, content=content)
    client.force_login(practitioner)

    assert client.get(url_of(document)).status_code == 503
    assert AccessEvent.objects.get(event="document.damaged").outcome == "N"


@pytest.mark.parametrize(("text", "plain"), [("Ŵyn Tŷ", "Wyn Ty"), ("Zoë (x)", "Zoë (x)"), ("李", "?"), ("a–b", "a-b")])
def test_a_name_is_written_in_letters_that_every_reader_has(text, plain):
    assert watermark.plain(text) == plain


@pytest.mark.parametrize(("kind", "ending"), [("PNG", "png"), ("JPEG", "jpg")])
def test_a_picture_is_marked_and_carries_nothing_else(client, practitioner, offender, kind, ending):
    exif = Image.Exif()
    exif[0x010E] = "taken at 12 Mill Lane"
    document = DocumentFactory(offender=offender, file_kind=ending, content=a_picture(kind, (640, 480), exif=exif))
    client.force_login(practitioner)

    content = client.get(url_of(document)).getvalue()

    marked = Image.open(BytesIO(content))
    assert marked.format == kind
    assert marked.height > 480
    assert marked.convert("RGB").getcolors(200_000) != [(640 * 480, (70, 130, 180))]
    assert b"Mill Lane" not in content
    assert not marked.getexif()


def test_a_file_that_cannot_be_marked_leaves_as_it_is_and_the_page_says_so(client, practitioner, offender):
    document = DocumentFactory(offender=offender, file_kind="txt", content="Tŷ\n".encode())
    client.force_login(practitioner)

    assert "cannot be marked" in client.get(f"/people/documents/{document.reference}/").text
    answer = client.get(url_of(document))
    assert answer.getvalue() == "Tŷ\n".encode()
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("how", ["changed", "missing", "longer"])
def test_a_file_that_is_not_what_was_kept_is_not_sent(client, practitioner, offender, how):
    document = DocumentFactory(offender=offender)
    path = Path(store.storage().path(document.stored_as))
    path.chmod(0o600)
    path.unlink() if how == "missing" else path.write_bytes(path.read_bytes()[how == "changed" :] + b"x")
    client.force_login(practitioner)

    answer = client.get(url_of(document))

    assert answer.status_code == 503
    assert "not what was uploaded" in answer.text
    assert AccessEvent.objects.get(event="document.damaged").outcome == "N"
    assert not AccessEvent.objects.filter(event="document.downloaded").exists()


def test_nothing_is_sent_that_cannot_be_recorded(client, practitioner, offender, monkeypatch):
    from audit.context import AuditUnavailableError

    def refuse(event, **_rest):
        if event == "document.downloaded":
            raise AuditUnavailableError("full")

    monkeypatch.setattr(sys.modules["offenders.copies"], "record", refuse)
    document = DocumentFactory(offender=offender)
    client.force_login(practitioner)

    answer = client.get(url_of(document))

    assert answer.status_code == 503
    assert not answer.streaming


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        ("everyone", {"practitioner", "area_officer", "housing", "coordinator", "victim_liaison"}),
        ("authority", {"practitioner", "area_officer", "coordinator", "victim_liaison"}),
        ("agencies", {"area_officer", "coordinator"}),
    ],
)
def test_each_audience_is_exactly_that(client, request, granted, offender, police, audience, readers):
    document = DocumentFactory(offender=offender, audience=audience)
    if audience == "agencies":
        DocumentAgencyFactory(offender=offender, document=document, agency=police)
    cast = ["practitioner", "area_officer", "housing", "coordinator", "victim_liaison", "outsider", "uninvited"]

    found = set()
    for person in cast:
        client.force_login(user := request.getfixturevalue(person))
        answer = client.get(url_of(document))
        if answer.status_code == 302:  # asked for a purpose: he sees it, and says why
            assert "/reason/" in answer.headers["Location"]
            assert type(document).objects.visible_to(user).exists()
        elif answer.status_code == 200:
            answer.getvalue()
        if answer.status_code != 404:
            found.add(person)

    assert found == readers


def test_whoever_brought_it_reads_it_whomever_it_is_for(client, granted, housing, offender, police):
    document = DocumentFactory(offender=offender, audience="authority", by=housing)
    client.force_login(housing)

    answer = client.get(url_of(document))

    assert answer.status_code == 200
    answer.getvalue()


def test_a_large_pdf_is_marked_in_little_memory(client, practitioner, offender):
    """Nothing of its pages is unpacked: 12 MB of noise on one page."""
    import random
    import tracemalloc

    noise = random.Random(1).randbytes(12 * 2**20)

    def change(document):
        picture = pikepdf.Stream(document, noise)
        picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=document.make_indirect(picture)))

    content = BytesIO(pdf_with(change))
    out = Path(store.storage().path("")).parent / "out.pdf"
    tracemalloc.start()
    with out.open("wb+") as file:
        watermark.mark_pdf(content, file, ("OFFICIAL-SENSITIVE", "Bob"))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert out.stat().st_size > 12 * 2**20
    assert peak < 4 * 2**20
    assert re.match(rb"%PDF-", out.read_bytes()[:5])
