"""Bringing a document to a case."""

import re
import stat

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.models import AccessEvent
from mappa.files import antivirus
from offenders import actions, store
from offenders.models import Document, DocumentAgency
from tests.factories import DocumentFactory, a_pdf, a_picture, in_days
from tests.mappa.files.test_contents import office


def typed(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def upload(content=None, name="report.pdf"):
    return SimpleUploadedFile(name, a_pdf() if content is None else content)


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/documents/add/"


@pytest.fixture
def good():
    return {
        "title": "OASys, full assessment",
        "kind": "oasys",
        "marking": "official-sensitive",
        "handling": "",
        "audience": "everyone",
        **typed("dated_on", in_days(-3)),
    }


def kept_files():
    folder = store.storage().path("")
    return [path for path in __import__("pathlib").Path(folder).rglob("*") if path.is_file()]


@pytest.mark.parametrize("person", ["practitioner", "housing", "victim_liaison", "coordinator", "chair"])
def test_whoever_works_the_case_brings_a_document(client, request, granted, offender, url, good, person):
    user = request.getfixturevalue(person)
    client.force_login(user)

    response = client.post(url, good | {"file": upload()})

    assert response.headers["Location"] == f"/people/{offender.reference}/documents/"
    row = Document.objects.visible_to(user).get()
    assert (row.title, row.by, row.file_kind, row.file_name) == ("OASys, full assessment", user, "pdf", "report.pdf")
    assert row.scan == "not-scanned"


def test_the_file_lies_under_a_random_name_and_is_what_was_sent(client, practitioner, url, good):
    content = a_pdf(pages=2)
    client.force_login(practitioner)

    client.post(url, good | {"file": upload(content)})

    row = Document.objects.visible_to(practitioner).get()
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{40}", row.stored_as)
    assert [path.read_bytes() for path in kept_files()] == [content]
    assert store.storage().path(row.stored_as).endswith(row.stored_as)
    with pytest.raises(ValueError, match="not accessible via a URL"):
        store.storage().url(row.stored_as)


def test_nobody_but_the_services_own_account_reads_the_file_and_nobody_runs_it(client, practitioner, url, good):
    client.force_login(practitioner)

    client.post(url, good | {"file": upload()})

    (file,) = kept_files()
    assert [stat.S_IMODE(place.stat().st_mode) for place in (file, file.parent)] == [0o600, 0o700]


def test_it_is_recorded_and_told_by_its_title(client, practitioner, offender, url, good):
    client.force_login(practitioner)

    client.post(url, good | {"file": upload()})

    entry = offender.timeline.visible_to(practitioner).get()
    assert (entry.title, entry.text) == ("Document added", "OASys, full assessment")
    detail = AccessEvent.objects.get(event="document.added").detail
    assert (detail["kind"], detail["file"], detail["scan"]) == ("oasys", "pdf", "not-scanned")
    assert "OASys, full" not in str(detail)


@pytest.mark.parametrize("audience", ["authority", "agencies"])
def test_the_title_of_a_document_for_some_is_told_to_nobody(
    client, practitioner, offender, probation, url, good, audience
):
    client.force_login(practitioner)
    named = {"agencies": [probation.pk]} if audience == "agencies" else {}

    client.post(url, good | {"file": upload(), "audience": audience, **named})

    assert "OASys" not in offender.timeline.visible_to(practitioner).get().text


def test_named_agencies_are_kept(client, practitioner, probation, police, url, good):
    client.force_login(practitioner)

    client.post(url, good | {"file": upload(), "audience": "agencies", "agencies": [police.pk]})

    named = DocumentAgency.objects.visible_to(practitioner)
    assert [row.agency for row in named] == [police]


def test_an_agency_that_is_not_on_the_case_is_not_offered(client, practitioner, health_agency, url, good):
    client.force_login(practitioner)

    response = client.post(url, good | {"file": upload(), "audience": "agencies", "agencies": [health_agency.pk]})

    assert response.context["form"].errors["agencies"] == ["Choose agencies that are on the case"]


REFUSED = [
    ({"title": " "}, "title", "Enter the title"),
    ({"kind": ""}, "kind", "Choose the kind"),
    ({"marking": "SECRET"}, "marking", "Select a valid choice"),
    ({"audience": ""}, "audience", "Choose who may read"),
    ({"audience": "agencies"}, "agencies", "Choose at least one agency"),
    (typed("dated_on", in_days(1)), "dated_on", "today or in the past"),
    ({"file": ""}, "file", "Choose the file"),
]


@pytest.mark.parametrize(("change", "field", "message"), REFUSED)
def test_a_refusal_keeps_what_was_typed_and_leaves_no_file(client, practitioner, url, good, change, field, message):
    client.force_login(practitioner)

    response = client.post(url, good | {"file": upload(), "handling": "For the chair"} | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert "For the chair" in response.text
    assert not Document.objects.visible_to(practitioner).exists()
    assert kept_files() == []


def test_when_something_else_is_wrong_the_page_asks_for_the_file_again(client, practitioner, url, good):
    client.force_login(practitioner)

    errors = client.post(url, good | {"file": upload(), "title": ""}).context["form"].errors

    assert set(errors) == {"title", "file"}
    assert errors["file"][0].startswith("Choose the file again")


BAD_FILES = [
    ("report.pdf", b"", "empty"),
    ("report.exe", b"MZ\x90\0", "must be one of these"),
    ("report.pdf", b"MZ\x90\0" + b"\0" * 100, "something else"),
    ("report.docx", a_pdf(), "something else"),
]


@pytest.mark.parametrize(("name", "content", "message"), BAD_FILES)
def test_a_file_that_is_not_taken_is_told_beside_its_question(client, practitioner, url, good, name, content, message):
    client.force_login(practitioner)

    response = client.post(url, good | {"file": upload(content, name)})

    assert message in response.context["form"].errors["file"][0]
    assert "OASys, full assessment" in response.text
    assert kept_files() == []


def test_a_file_of_40_mb_is_refused_with_its_size(client, practitioner, url, good):
    client.force_login(practitioner)

    response = client.post(url, good | {"file": upload(b"%PDF-1.7" + b"0" * (40 * 2**20))})

    assert response.context["form"].errors["file"] == ["The file is 40 MB. It must be no larger than 20 MB"]
    assert kept_files() == []


def test_what_is_past_the_limit_is_counted_and_not_written(rf, settings):
    settings.UPLOAD_MAX_BYTES = 200_000
    request = rf.post("/", {"file": upload(b"0" * 1_000_000)})

    file = request.FILES["file"]

    assert file.size == 1_000_000
    assert len(file.read()) <= 200_000
    file.close()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/cron.d/report.pdf", "report.pdf"),
        ("C:\\Users\\bob\\report.pdf", "report.pdf"),
        ("report%00.pdf", "report%00.pdf"),
        ("x" * 400 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_like_a_path_is_only_a_name(client, practitioner, url, good, sent, kept):
    client.force_login(practitioner)

    client.post(url, good | {"file": upload(name=sent)})

    assert Document.objects.visible_to(practitioner).get().file_name == kept


def raw(good, name, content):
    """A multipart form as no browser writes it."""
    parts = [f'--b\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in good.items()]
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: x/y\r\n\r\n'
    return "".join([*parts, head]).encode() + content + b"\r\n--b--\r\n"


@pytest.mark.parametrize("name", ["a\x00b.pdf", "a\tb.pdf", "/etc/passwd.pdf", "....//a.pdf", "‮fdp.pdf"])
def test_a_form_that_no_browser_wrote_is_read_the_same_way(client, practitioner, url, good, name):
    client.force_login(practitioner)

    response = client.post(url, raw(good, name, a_pdf()), content_type="multipart/form-data; boundary=b")

    assert response.status_code == 302
    kept = Document.objects.visible_to(practitioner).get().file_name
    assert kept.endswith(".pdf")
    assert not {"/", "\x00", "\t", "‮"} & set(kept)


def test_a_form_cut_off_on_its_way_writes_nothing(client, practitioner, url, good):
    client.force_login(practitioner)

    response = client.post(url, raw(good, "a.pdf", a_pdf())[:-200], content_type="multipart/form-data; boundary=b")

    assert response.status_code in {200, 400}
    assert not Document.objects.visible_to(practitioner).exists()
    assert kept_files() == []


def test_the_same_file_is_not_kept_twice(client, practitioner, url, good):
    content = a_pdf()
    client.force_login(practitioner)

    client.post(url, good | {"file": upload(content)})
    response = client.post(url, good | {"file": upload(content)})

    assert "second click" in response.text
    assert Document.objects.visible_to(practitioner).count() == len(kept_files()) == 1


def test_when_the_row_is_not_kept_neither_is_the_file(client, practitioner, url, good, monkeypatch):
    client.force_login(practitioner)
    client.raise_request_exception = False
    monkeypatch.setattr("offenders.actions.documents.tell", lambda *a, **k: 1 / 0)

    response = client.post(url, good | {"file": upload()})

    assert response.status_code == 500
    assert not Document.objects.visible_to(practitioner).exists()
    assert kept_files() == []


def test_when_the_file_cannot_be_kept_nothing_is(client, practitioner, url, good, monkeypatch):
    client.force_login(practitioner)
    monkeypatch.setattr(store, "keep", lambda file: (_ for _ in ()).throw(OSError("disk full")))

    response = client.post(url, good | {"file": upload()})

    assert "could not be kept" in response.context["form"].errors["file"][0]
    assert not Document.objects.visible_to(practitioner).exists()


def test_a_virus_is_refused_and_recorded(client, practitioner, offender, url, good, monkeypatch):
    monkeypatch.setattr("offenders.actions.files.scan", lambda file: antivirus.Verdict.FOUND)
    client.force_login(practitioner)

    response = client.post(url, good | {"file": upload()})

    assert "holds a virus" in response.context["form"].errors["file"][0]
    event = AccessEvent.objects.get(event="file.virus_found")
    assert (event.case_id, event.outcome, event.actor_id) == (offender.pk, "N", practitioner.pk)
    assert kept_files() == []


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (("far.docx", office({"word/document.xml": b"0" * (60 * 2**20)})), "bomb"),
        (("large.pdf", a_pdf() + b"0" * (20 * 2**20)), "size"),
        (("acts.docx", office({"word/vbaProject.bin": b"x"})), "acts"),
        (("damaged.pdf", a_pdf()[:100]), "contents"),
        (("other.pdf", b"MZ is no PDF"), "kind"),
        (("program.exe", b"MZ"), "kind"),
    ],
)
def test_a_file_that_is_refused_is_recorded_with_why_and_not_by_its_name(
    client, practitioner, offender, url, good, file, why
):
    client.force_login(practitioner)
    name, content = file

    client.post(url, good | {"file": upload(content, name)})

    event = AccessEvent.objects.get(event="file.refused")
    assert (event.case_id, event.outcome, event.actor_id) == (offender.pk, "N", practitioner.pk)
    assert event.detail == {"why": why}


def test_a_scanner_that_does_not_answer_lets_nothing_pass(client, practitioner, url, good, settings, tmp_path):
    settings.CLAMAV = str(tmp_path / "nobody.sock")
    client.force_login(practitioner)

    response = client.post(url, good | {"file": upload()})

    assert "could not be checked for viruses" in response.context["form"].errors["file"][0]
    assert AccessEvent.objects.filter(event="file.not_scanned").exists()
    assert kept_files() == []


def test_a_clean_file_says_so(client, practitioner, url, good, monkeypatch):
    monkeypatch.setattr("offenders.actions.files.scan", lambda file: antivirus.Verdict.CLEAN)
    client.force_login(practitioner)

    client.post(url, good | {"file": upload(a_picture("PNG"), "scan.PNG")})

    row = Document.objects.visible_to(practitioner).get()
    assert (row.scan, row.file_kind) == ("clean", "png")


@pytest.mark.parametrize("person", ["outsider", "uninvited", "board_member", "lay_adviser"])
def test_a_stranger_cannot_tell_that_the_case_exists(client, request, url, good, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 404
    assert client.post(url, good | {"file": upload()}).status_code == 404
    assert kept_files() == []


def test_who_sees_the_case_from_elsewhere_may_not_add(client, offender, outsider, url, good):
    from tests.factories import PersonalGrantFactory

    PersonalGrantFactory(content_object=offender, user=outsider)
    client.force_login(outsider)

    assert client.post(url, good | {"file": upload()}).status_code == 403
    assert kept_files() == []


def test_the_verb_itself_refuses_those_who_may_not(offender, board_member):
    answers = {"title": "x", "kind": "other", "marking": "official", "handling": "", "audience": "everyone"}

    with pytest.raises(PermissionDenied):
        actions.add_document(
            offender=offender, file=upload(), dated_on=in_days(0), agencies=[], by=board_member, **answers
        )


def test_a_file_left_by_a_killed_process_is_listed_and_deleted_only_when_told(offender, capsys, monkeypatch):
    from datetime import timedelta
    from io import BytesIO

    from django.core.management import call_command

    DocumentFactory(offender=offender)
    left = store.keep(BytesIO(b"left behind")).stored_as
    monkeypatch.setattr("offenders.management.commands.unnamed_files.YOUNG", timedelta(days=-1))

    call_command("unnamed_files")
    assert capsys.readouterr().out == f"{left}\n1 files without a row\n"
    call_command("unnamed_files", "--delete")

    assert len(kept_files()) == 1
    assert AccessEvent.objects.filter(event="file.unnamed_deleted").count() == 1
