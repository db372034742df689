"""Each day the last seal stands outside the database too, and each night somebody looks whether all is as it was."""

import pytest
from django.core import mail

from agencies import audit_watch, tasks
from agencies.models import OutboxMessage, Pulse
from audit import anchoring, sealing
from audit.models import Seal
from reviews import delivery
from tests.audit.sealed import newest, seal_all, tamper, write

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def sealed(committed):
    write()
    seal_all()


def test_a_day_has_one_anchor_which_nobody_writes_over(sealed, settings, tmp_path):
    settings.ANCHORS_PATH, settings.ANCHOR_MAIL = str(tmp_path), "vault@test.invalid"
    first = Seal.objects.latest("pk")
    assert anchoring.anchor() == first.pk
    write()
    seal_all()

    assert anchoring.anchor() is None

    assert anchoring.read(tmp_path) == {first.pk: bytes(first.hash).hex()}
    [message] = mail.outbox
    assert bytes(first.hash).hex() in message.body


def test_without_a_place_there_is_none(sealed):
    assert anchoring.anchor() is None
    assert mail.outbox == []


def test_the_task_seals(committed):
    write()
    tasks.seal_audit()

    assert Pulse.objects.get(name="seal-audit").done >= 6


def test_what_the_night_finds_is_told_in_numbers(sealed, request):
    officer = request.getfixturevalue("information_officer")
    tamper(f"DELETE FROM audit_accessevent WHERE id = {newest()}")

    tasks.verify_audit()
    tasks.verify_audit(whole=True)

    [message] = OutboxMessage.objects.filter(to=officer)
    assert message.subject == "The audit is not as it was sealed"
    assert "1 finding." in message.body
    assert Pulse.objects.get(name="verify-audit").done == 1
    OutboxMessage.objects.filter(to=officer).delete()


def test_nothing_found_is_told_to_nobody(sealed):
    assert audit_watch.verify_and_tell(whole=False) == 0
    assert not OutboxMessage.objects.filter(key__startswith="audit-findings").exists()


def test_the_health_page_tells_of_findings_and_of_months(client, administrator, monkeypatch):
    monkeypatch.setattr(sealing, "parts_ahead", lambda: 1)
    Pulse.objects.create(name="verify-audit", began_at="2026-11-27T02:15Z", done=3)
    client.force_login(administrator, backend=BACKEND)

    page = client.get("/delivery/").text

    assert "The audit is not as it was sealed" in page
    assert "The audit has no parts for the months ahead" in page


def test_monitoring_reads_findings(db):
    tasks.keep_audit_parts()

    assert "mappa_audit_months_ahead 3" in delivery.metrics(Pulse.objects.get(name="audit-parts").ended_at)
