"""What was asked for and not given is on record as refused, and never as done."""

import pytest
from django.utils import timezone

from assurance.access_log import amounts_of
from audit.models import AccessEvent
from mappa import dates
from tests.factories import DocumentFactory, PhotographFactory

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def bob(client, practitioner):
    client.force_login(practitioner, backend=BACKEND)
    return practitioner


@pytest.fixture
def withdrawn(practitioner):
    return {"withdrawn_at": timezone.now(), "withdrawn_by": practitioner, "withdrawal_reason": "Another person"}


def outcomes(person):
    rows = AccessEvent.objects.filter(actor_id=person.pk).order_by("pk")
    return list(rows.values_list("event", "outcome"))


def test_a_page_asked_for_by_a_method_that_it_has_not_was_not_opened(client, bob, offender):
    assert client.post(f"/people/{offender.reference}/photographs/").status_code == 405

    assert outcomes(bob)[-1] == ("offenders.photographs.sent", "N")
    assert AccessEvent.objects.latest("pk").case_id == offender.pk


def test_a_search_too_many_was_not_made(client, bob, settings):
    settings.SEARCHES_A_MINUTE = 0

    assert client.post("/people/", {"words": "Ashdown"}).status_code == 429

    assert outcomes(bob) == [("offenders.people.sent", "N")]


def test_a_withdrawn_photograph_was_not_looked_at(client, bob, offender, withdrawn):
    row = PhotographFactory(offender=offender, **withdrawn)

    assert client.get(f"/people/photographs/{row.reference}/large/").status_code == 410

    assert outcomes(bob) == [("offenders.photograph_large.opened", "N")]


def test_a_withdrawn_document_was_not_taken(client, bob, offender, withdrawn):
    row = DocumentFactory(offender=offender, **withdrawn)

    assert client.get(f"/people/documents/{row.reference}/download/").status_code == 302

    assert outcomes(bob) == [("offenders.download.opened", "N")]
    assert AccessEvent.objects.get().case_id == offender.pk


def test_a_damaged_file_was_not_taken(client, bob, offender, monkeypatch):
    from offenders import copies
    from offenders.store import DamagedFileError

    def damaged(*_all, **_more):
        raise DamagedFileError

    monkeypatch.setattr(copies, "document_copy", damaged)
    row = DocumentFactory(offender=offender)

    assert client.get(f"/people/documents/{row.reference}/download/").status_code == 503

    assert outcomes(bob) == [("document.damaged", "N")]


def test_one_copy_counts_once_though_two_lines_tell_of_it(client, bob, probation, offender):
    row = DocumentFactory(offender=offender)

    client.get(f"/people/documents/{row.reference}/download/").getvalue()

    assert len(outcomes(bob)) == 2
    assert amounts_of(probation.pk, dates.today(), dates.today()).copied == 1


@pytest.mark.parametrize("typed", ["John Smith 1970", "MA-2222-2222 John", "ma-2222-2222"])
def test_what_is_typed_in_place_of_a_reference_may_be_a_name_and_is_not_kept(client, bob, typed):
    assert client.get(f"/people/{typed}/").status_code == 404

    assert AccessEvent.objects.get().reference == ""


def test_a_reference_that_was_tried_is_kept(client, bob):
    client.get("/people/MA-2222-2222/")

    assert AccessEvent.objects.get().reference == "MA-2222-2222"
