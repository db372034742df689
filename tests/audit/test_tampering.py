"""Whoever can do everything in the database cannot do it unseen: each tampering is found, and the rows are named."""

import psycopg2
import pytest
from django.core.management import CommandError, call_command

from audit import anchoring, sealing
from audit.models import Seal
from audit.verifying import verify
from tests.audit.sealed import AccessEvent, newest, seal_all, tamper, write

EVENT = "INSERT INTO audit_accessevent (at, xid, event, act, outcome, kind, reference, purpose, request_id, session, detail)"


@pytest.fixture
def sealed(committed):
    write()
    seal_all()
    write()
    seal_all()
    assert verify().problems == []
    return newest()


def found(**asked):
    return {(problem.kind, str(problem)) for problem in verify(**asked).problems}


def kinds(**asked):
    return {kind for kind, _words in found(**asked)}


def test_what_nobody_touched_is_as_it_was_sealed(sealed, capsys):
    call_command("verify_audit", anchors="")

    assert "The audit is as it was sealed" in capsys.readouterr().out


def test_a_changed_row_is_named(sealed, capsys):
    tamper(f"UPDATE audit_accessevent SET actor_id = 999 WHERE id = {sealed}")

    assert found() == {("changed", f"seal {Seal.objects.latest('pk').pk}: access event {sealed} was changed")}
    with pytest.raises(CommandError, match="1 findings"):
        call_command("verify_audit", anchors="")
    assert f"access event {sealed} was changed" in capsys.readouterr().out


def test_a_removed_row_is_named(sealed):
    tamper(f"DELETE FROM audit_accessevent WHERE id = {sealed}")

    assert found() == {("removed", f"seal {Seal.objects.latest('pk').pk}: access event {sealed} was removed")}


def test_a_row_put_among_old_ones_is_named(sealed):
    tamper(
        f"{EVENT} SELECT at, xid, 'case.opened', 'V', 'A', '', '', '', '', '', '{{}}' FROM audit_accessevent WHERE id = {sealed}"
    )

    assert found() == {("added", f"seal {Seal.objects.latest('pk').pk}: access event {newest()} was added")}


def test_rows_that_change_places_are_named(sealed):
    one, other = AccessEvent.objects.order_by("-pk").values_list("pk", flat=True)[:2]
    tamper(
        f"UPDATE audit_accessevent SET id = -1 WHERE id = {one}",
        f"UPDATE audit_accessevent SET id = {one} WHERE id = {other}",
        f"UPDATE audit_accessevent SET id = {other} WHERE id = -1",
    )

    assert {words.split(": ")[1] for kind, words in found() if kind == "changed"} == {
        f"access event {one} was changed",
        f"access event {other} was changed",
    }


def test_a_row_dated_back_is_named(sealed):
    tamper(f"UPDATE audit_accessevent SET at = at - interval '1 second' WHERE id = {sealed}")

    assert kinds() == {"changed"}


def test_an_emptied_table_names_its_rows(sealed):
    tamper("TRUNCATE audit_accessevent")

    assert kinds() == {"removed"}
    assert any(f"access event {sealed} was removed" in words for _kind, words in found())


def test_a_changed_seal_is_found(sealed):
    last = Seal.objects.latest("pk").pk
    tamper(f"UPDATE audit_seal SET rows = rows + 1 WHERE id = {last}")

    assert ("seal changed", f"seal {last}: the seal itself was changed") in found()


def test_a_removed_seal_is_found(sealed):
    write()
    seal_all()
    last = Seal.objects.latest("pk").pk
    tamper(f"DELETE FROM audit_seal WHERE id = {last - 1}")

    assert kinds() == {"missing"}


def test_a_last_seal_that_is_gone_leaves_rows_under_none(sealed):
    tamper(f"{EVENT} VALUES (now() - interval '1 hour', DEFAULT, 'x', 'V', 'A', '', '', '', '', '', '{{}}')")
    seal_all()
    tamper(f"DELETE FROM audit_seal WHERE id = {Seal.objects.latest('pk').pk}")

    assert kinds() == {"unsealed"}


def test_a_row_of_an_epoch_that_is_not_is_found(sealed):
    tamper(f"UPDATE audit_accessevent SET epoch = 7 WHERE id = {sealed}")

    assert kinds() == {"changed"}


def test_a_rewrite_of_rows_and_seals_is_found_by_the_anchor_alone(sealed, settings, tmp_path):
    settings.ANCHORS_PATH = str(tmp_path)
    assert anchoring.anchor() == Seal.objects.latest("pk").pk
    tamper(f"UPDATE audit_accessevent SET actor_id = 999 WHERE id = {sealed}", "DELETE FROM audit_seal")
    seal_all()
    assert kinds() == set()

    assert kinds(anchors=anchoring.read(tmp_path)) == {"anchor"}


def test_contents_blanked_without_an_erasure_are_found(sealed):
    tamper(
        "INSERT INTO audit_change (operation, table_name, row_id, request_id, session, origin, purpose, certificate, kept)"
        " VALUES ('D', 'x', '1', '', '', '', '', 'invented', '')",
    )

    assert ("erased", "contents were blanked without a recorded erasure: invented") in found()


# Even the owner is refused, without tricks


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_accessevent SET actor_id = 1",
        "DELETE FROM audit_signinevent",
        "DELETE FROM audit_seal",
        "TRUNCATE audit_change",
        "TRUNCATE audit_change_other",
    ],
)
def test_the_owner_is_refused_too(sealed, statement):
    with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="only added to"):
        tamper(statement, address="DATABASE_MIGRATOR_URL", quietly=False)


def test_only_those_of_since_are_looked_at(sealed):
    assert verify(since=Seal.objects.latest("pk").made_at.date()).problems == []


def test_parts_stand_ready_and_are_made_from_what_fits_nowhere(committed):
    assert sealing.parts_ahead() >= 3
    tamper(f"{EVENT} VALUES ('2031-05-06', DEFAULT, 'x', 'V', 'A', '', '', '', '', '', '{{}}')")

    assert sealing.keep_parts() == 1

    assert AccessEvent.objects.filter(at__year=2031).count() == 1
    tamper("DROP TABLE audit_accessevent_2031_05")
