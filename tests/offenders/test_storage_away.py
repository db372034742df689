"""A store elsewhere that is away: it raises errors of its own, which are told as those of a disk are."""

import pytest
from django.core.checks import run_checks
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.models import AccessEvent
from offenders import store
from offenders.models import Document
from tests.factories import DocumentFactory, a_pdf, in_days


class AwayError(Exception):
    """As botocore's errors: no OSError."""


class Away(FileSystemStorage):
    def _save(self, name, content):
        raise AwayError

    def _open(self, name, mode="rb"):
        raise AwayError

    def delete(self, name):
        raise AwayError


@pytest.fixture
def away(monkeypatch, tmp_path):
    monkeypatch.setattr(store, "storage", lambda: Away(tmp_path))


def test_an_upload_is_refused_in_words_and_keeps_what_was_typed(client, practitioner, offender, away):
    client.force_login(practitioner)
    day = in_days(-3)
    dated = {"dated_on_day": day.day, "dated_on_month": day.month, "dated_on_year": day.year}
    typed = {"title": "OASys", "kind": "oasys", "marking": "official", "handling": "", "audience": "everyone"}

    answer = client.post(
        f"/people/{offender.reference}/documents/add/",
        typed | dated | {"file": SimpleUploadedFile("a.pdf", a_pdf())},
    )

    assert "could not be kept just now" in answer.context["form"].errors["file"][0]
    assert 'value="OASys"' in answer.text
    assert not Document.objects.visible_to(practitioner).exists()


def test_a_download_says_that_it_cannot_be_had_and_is_recorded(client, practitioner, offender, request):
    document = DocumentFactory(offender=offender)
    request.getfixturevalue("away")
    client.force_login(practitioner)

    assert client.get(f"/people/documents/{document.reference}/download/").status_code == 503
    assert AccessEvent.objects.filter(event="document.damaged").exists()


def test_a_storage_that_is_not_installed_is_told_at_the_release(settings):
    settings.STORAGES = settings.STORAGES | {"documents": {"BACKEND": "not.installed.S3Storage"}}

    [error] = [each for each in run_checks() if each.id == "mappa.E001"]

    assert "requirements-s3.lock" in error.hint
