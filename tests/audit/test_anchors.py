"""Each day the last seal stands outside the database too, and each night somebody looks whether all is as it was."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

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


def test_an_hour_has_one_anchor_which_nobody_writes_over(sealed, settings, tmp_path):
    settings.ANCHORS_PATH, settings.ANCHOR_MAIL = str(tmp_path), "vault@test.invalid"
    first = Seal.objects.latest("pk")
    assert anchoring.anchor() == first.pk
    write()
    seal_all()

    assert anchoring.anchor() is None

    assert anchoring.read(tmp_path) == {first.pk: bytes(first.hash).hex()}
    [message] = mail.outbox
    assert bytes(first.hash).hex() in message.body


def test_a_file_that_somebody_made_first_stops_no_anchor(sealed, settings, tmp_path):
    settings.ANCHORS_PATH, settings.ANCHOR_MAIL = str(tmp_path), "vault@test.invalid"
    last = Seal.objects.latest("pk")
    name = f"{timezone.now():%Y-%m-%dT%H}.txt"
    tmp_path.joinpath(name).write_text("x seal 99999999999999999999 00\n")

    assert anchoring.anchor() == last.pk

    assert anchoring.read(tmp_path) == {last.pk: bytes(last.hash).hex()}
    assert len(mail.outbox) == 1
    assert anchoring.anchor() is None


def test_of_two_hashes_for_one_seal_neither_is_believed(sealed, tmp_path):
    last = Seal.objects.latest("pk")
    for name, kept in (("1.txt", "00"), ("2.txt", bytes(last.hash).hex())):
        tmp_path.joinpath(name).write_text(f"x seal {last.pk} {kept}\n")

    assert anchoring.newest_good(anchoring.read(tmp_path)) == 0


def test_a_folder_that_is_missing_is_mailed_past_and_told(sealed, settings, tmp_path):
    settings.ANCHORS_PATH, settings.ANCHOR_MAIL = str(tmp_path / "none"), "vault@test.invalid"

    with pytest.raises(FileNotFoundError):
        anchoring.anchor()

    assert len(mail.outbox) == 1
    assert audit_watch.verify_and_tell(whole=False) > 0


def test_no_good_anchor_of_two_days_is_a_finding(sealed, settings, tmp_path, monkeypatch):
    settings.ANCHORS_PATH = str(tmp_path)
    assert audit_watch.verify_and_tell(whole=False) == 0
    monkeypatch.setattr(anchoring, "WITHIN", timedelta())

    assert audit_watch.verify_and_tell(whole=False) > 0
    anchoring.anchor()
    assert audit_watch.verify_and_tell(whole=False) == 0


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
    assert Pulse.objects.get(name="verify-audit").done == Pulse.objects.get(name="verify-whole-audit").done == 1
    OutboxMessage.objects.filter(to=officer).delete()


def test_each_hour_the_last_day_is_verified_and_told_of_once(sealed, request):
    officer = request.getfixturevalue("information_officer")
    tamper(f"DELETE FROM audit_accessevent WHERE id = {newest()}")

    tasks.verify_audit_hourly()
    tasks.verify_audit_hourly()

    assert OutboxMessage.objects.filter(to=officer).count() == 1
    assert Pulse.objects.get(name="verify-audit-hourly").done == 1
    OutboxMessage.objects.filter(to=officer).delete()


def test_the_hour_reads_no_history_for_what_was_blanked(sealed):
    tamper(
        "INSERT INTO audit_change (operation, table_name, row_id, request_id, session, origin, purpose, certificate, kept)"
        " VALUES ('D', 'x', '1', '', '', '', '', 'invented', '')",
    )

    assert audit_watch.verify_and_tell(whole=False, erasures=False) == 0
    assert audit_watch.verify_and_tell(whole=False) > 0


def test_what_was_found_of_an_old_month_is_not_forgotten_in_the_next_hour(db):
    now = timezone.now()
    for name, found in (("verify-whole-audit", 3), ("verify-audit", 0), ("verify-audit-hourly", 0)):
        Pulse.objects.create(name=name, began_at=now, done=found)

    assert delivery.findings_of(delivery.beats(now)) == 3


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
