"""The documents that show what was done: documents of the case, each for its own readers."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from offenders.models import Document
from panels.models import Evidence
from tests.factories import ActionFactory, DocumentFactory, EvidenceFactory, a_pdf
from tests.panels.conftest import boxes, in_days


@pytest.fixture
def url(action):
    return f"/actions/{action.reference}/evidence/"


def documents(action, user):
    return [row.document.title for row in action.evidence.visible_to(user).select_related("document")]


def test_a_document_of_the_case_is_put_with_the_action(sign_in, action, url, housing):
    document = DocumentFactory(offender=action.offender, title="Letter to the landlord")

    sign_in(housing).post(url, {"document": document.pk})

    assert documents(action, housing) == ["Letter to the landlord"]
    assert "Letter to the landlord" in sign_in(housing).get(f"/actions/{action.reference}/").text


def test_a_file_is_brought_to_the_case_and_put_with_the_action(sign_in, action, url, housing):
    sent = {
        "file": SimpleUploadedFile("visit.pdf", a_pdf()),
        "title": "Report of the visit",
        "kind": "letter",
        "marking": "official-sensitive",
        "audience": "everyone",
    }

    sign_in(housing).post(f"{url}upload/", sent | boxes("dated_on", in_days(-1)))

    assert documents(action, housing) == ["Report of the visit"]
    assert Document.objects.visible_to(housing).get().offender == action.offender


def test_what_is_for_others_is_said_and_not_shown(sign_in, action, housing, practitioner):
    document = DocumentFactory(offender=action.offender, title="Intelligence", audience="authority")
    EvidenceFactory(action=action, document=document, by=practitioner, offender=None)

    page = sign_in(housing).get(f"/actions/{action.reference}/").text

    assert "Intelligence" not in page
    assert "1 document for others" in page
    assert documents(action, practitioner) == ["Intelligence"]


def test_a_document_that_the_person_may_not_read_is_not_offered(sign_in, action, url, housing):
    document = DocumentFactory(offender=action.offender, audience="authority")

    page = sign_in(housing).post(url, {"document": document.pk})

    assert page.status_code == 200
    assert not Evidence.objects.visible_to(housing).exists()


def test_a_document_is_put_there_once(sign_in, action, url, housing):
    document = DocumentFactory(offender=action.offender)
    client = sign_in(housing)
    client.post(url, {"document": document.pk})

    client.post(url, {"document": document.pk})

    assert len(documents(action, housing)) == 1


def test_a_settled_action_takes_no_document(sign_in, action, item, invitation, housing):
    settled = ActionFactory(offender=action.offender, item=item, agency=invitation.agency, text="X", withdrawn=True)
    document = DocumentFactory(offender=action.offender)
    client = sign_in(housing)

    pages = [
        client.post(f"/actions/{settled.reference}/evidence/{end}", {"document": document.pk})
        for end in ("", "upload/")
    ]

    assert ["was withdrawn" in page.text for page in pages] == [True, True]
    assert not Evidence.objects.visible_to(housing).exists()


def test_another_agency_brings_none(sign_in, action, url, practitioner):
    assert sign_in(practitioner).get(url).status_code == 403
