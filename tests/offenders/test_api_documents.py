"""Other systems list, download and upload documents, as the pages do."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from agencies.models import IntegrationToken
from audit.models import AccessEvent, Act
from offenders import store
from offenders.models import Document
from tests.factories import DocumentFactory, PhotographFactory, a_pdf, in_days
from tests.mappa.files.test_contents import office


@pytest.fixture(autouse=True)
def scopes(token):
    IntegrationToken.objects.update(scopes=["documents:read", "documents:write", "photographs:read", "cases:read"])


@pytest.fixture
def call(client, offender):
    """Ask as the system about the case, or send a form of several parts for a person."""

    def ask(path, sent=None, person=None, key=""):
        headers = {"Authorization": "Bearer a-long-random-token"}
        headers |= {"On-Behalf-Of": person.email} if person else {}
        headers |= {"Idempotency-Key": key} if key else {}
        url = f"/api/v1/cases/{offender.reference}/{path}"
        return client.get(url, headers=headers) if sent is None else client.post(url, sent, headers=headers)

    return ask


def letter(content=None, **change):
    return {
        "file": SimpleUploadedFile("letter.pdf", content or a_pdf()),
        "title": "Letter",
        "kind": "letter",
        "dated_on": in_days(-3).isoformat(),
        "audience": "everyone",
    } | change


def test_a_document_is_uploaded_once_and_listed(call, practitioner):
    content = a_pdf()
    made = call("documents/", letter(content), practitioner, key="k-1")
    again = call("documents/", letter(content), practitioner, key="k-1")
    other = call("documents/", letter(a_pdf(pages=2)), practitioner, key="k-1")

    assert (made.status_code, again.status_code, other.status_code) == (201, 200, 409)
    row = Document.objects.visible_to(practitioner).get()
    assert (row.reference, row.by, row.marking) == (made.json()["reference"], practitioner, "official-sensitive")
    assert call("documents/").json()["results"][0]["sha256"] == row.sha256


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"file": SimpleUploadedFile("letter.pdf", b"MZ is no PDF")}, "file"),
        ({"file": ""}, "file"),
        ({"audience": "friends"}, "audience"),
        ({"audience": "agencies"}, "agencies"),
        ({"dated_on": "2090-01-01"}, "dated_on"),
    ],
)
def test_what_is_not_taken_is_refused_by_its_field(call, practitioner, change, field):
    answer = call("documents/", letter(**change), practitioner)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Document._base_manager.exists()


def test_without_a_person_nothing_is_uploaded(call):
    assert call("documents/", letter()).status_code == 403
    assert not Document._base_manager.exists()


def test_a_copy_is_marked_recorded_and_not_to_be_kept_by_a_browser(call, offender, practitioner):
    document = DocumentFactory(offender=offender)

    answer = call(f"documents/{document.reference}/download/", person=practitioner)

    assert answer.getvalue().startswith(b"%PDF")
    assert answer["Content-Disposition"] == f'attachment; filename="{document.reference}.pdf"'
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("no-store, private", "nosniff")
    event = AccessEvent.objects.get(event="document.downloaded")
    assert (event.case_id, event.actor_id) == (offender.pk, practitioner.pk)


def test_a_withdrawn_document_is_listed_and_not_handed_out(call, offender, practitioner):
    gone = {"withdrawn_at": timezone.now(), "withdrawn_by": practitioner, "withdrawal_reason": "Of another person"}
    document = DocumentFactory(offender=offender)
    Document._base_manager.update(**gone)

    assert call("documents/").json()["results"][0]["withdrawn_at"]
    assert call(f"documents/{document.reference}/download/").status_code == 403
    assert not AccessEvent.objects.filter(act=Act.DOWNLOAD, outcome="A").exists()


def test_a_damaged_file_is_told_and_recorded(call, offender):
    document = DocumentFactory(offender=offender)
    with store.storage().open(document.stored_as, "wb") as file:
        file.write(b"something else")

    answer = call(f"documents/{document.reference}/download/")

    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
    assert AccessEvent.objects.filter(event="document.damaged", outcome="N").count() == 1


def test_a_document_for_others_is_counted_and_is_not_there(call, offender, granted, token, housing):
    document = DocumentFactory(offender=offender, audience="authority")
    token.user.memberships.update(agency=housing.memberships.get().agency)

    told = call("documents/").json()

    assert (told["results"], told["restricted"]) == ([], 1)
    assert call(f"documents/{document.reference}/download/").status_code == 404


def test_of_a_photograph_only_what_is_known_is_told(call, offender):
    photograph = PhotographFactory(offender=offender)

    row = call("photographs/").json()["results"][0]

    assert (row["reference"], row["kind"]) == (photograph.reference, "face")
    assert "stored_as" not in row


@pytest.mark.parametrize("accepted", ["application/pdf", "application/octet-stream", "*/*", "application/json"])
def test_a_copy_is_handed_out_whatever_the_system_says_that_it_reads(client, call, offender, accepted):
    document = DocumentFactory(offender=offender)
    url = f"/api/v1/cases/{offender.reference}/documents/{document.reference}/download/"
    headers = {"Authorization": "Bearer a-long-random-token", "Accept": accepted}

    assert client.get(url, headers=headers).getvalue().startswith(b"%PDF")
    refused = client.get(url.replace(document.reference, "DO-2222-2222"), headers=headers)
    assert (refused.status_code, refused.json()["status"]) == (404, 404)


@pytest.mark.parametrize("key", ["", "k-1"])
def test_a_file_that_is_refused_is_recorded_though_nothing_is_kept(call, practitioner, offender, key):
    bomb = SimpleUploadedFile("letter.docx", office({"word/document.xml": b"0" * (60 * 2**20)}))

    answer = call("documents/", letter(file=bomb), practitioner, key=key)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["file"])
    event = AccessEvent.objects.get(event="file.refused")
    assert (event.case_id, event.outcome, event.actor_id) == (offender.pk, "N", practitioner.pk)
    assert event.detail == {"why": "bomb"}
