"""Whoever can do everything in the database cannot do it unseen: each tampering is found, and the rows are named."""

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from audit import anchoring, installing, sealing
from audit.models import Seal
from audit.verifying import verify
from tests.audit.sealed import AccessEvent, Change, install_as_migrator, newest, seal_all, tamper, write
from tests.factories import OffenderFactory

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


def made_good(seal):
    """As whoever changed rows under a seal, or the seal, would make it good again: but for the next one."""
    gathered = "(SELECT g.root, g.leaves FROM audit_gather(epoch, low::text::xid8, high::text::xid8) g)"
    return (
        f"UPDATE audit_seal SET (root, leaves) = {gathered} WHERE id = {seal}",
        f"UPDATE audit_seal SET hash = audit_hash(previous, id, made_at, epoch, low, high, rows, root, leaves) WHERE id = {seal}",
    )


def test_a_seal_that_was_made_good_does_not_lead_to_the_next(sealed):
    write()
    seal_all()
    last = Seal.objects.latest("pk").pk
    tamper(f"UPDATE audit_accessevent SET actor_id = 999 WHERE id = {sealed}", *made_good(last - 1))

    assert found() == {("seal changed", f"seal {last}: it does not follow from seal {last - 1}")}


def test_transactions_under_no_seal_are_found(sealed):
    tamper("SELECT pg_current_xact_id()")  # one that writes nothing
    write()
    seal_all()
    last = Seal.objects.latest("pk").pk
    tamper(f"UPDATE audit_seal SET low = low + 1 WHERE id = {last}", *made_good(last))

    assert kinds() == {"gap"}


def test_seals_that_are_gone_from_the_beginning_are_found(sealed):
    tamper(f"DELETE FROM audit_seal WHERE id < {Seal.objects.latest('pk').pk}")

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


@pytest.fixture
def other(committed):
    """A case beside one whose history is erased."""
    one, beside = OffenderFactory(), OffenderFactory()
    erased = f"SELECT audit_erase({one.pk}, 'DC-1', '{{}}')"
    tamper(erased, address="DATABASE_MIGRATOR_URL", quietly=False)
    seal_all()
    assert verify().problems == []
    return beside.pk


def test_what_is_blanked_and_says_something_is_found(other):
    tamper(
        "UPDATE audit_change SET kept = audit_contents(old, new, salt), new = '{\"surname\": \"X\"}', certificate = 'DC-1'"
        f" WHERE case_id = {other}"
    )

    assert kinds() == {"erased"}
    row = Change.objects.filter(case_id=other).latest("pk").pk
    assert ("erased", f"change {row} is blanked and has contents") in found()


def test_what_was_blanked_under_the_certificate_of_another_case_is_found(other):
    tamper(
        "UPDATE audit_change SET kept = audit_contents(old, new, salt), old = NULL, new = NULL, salt = NULL, certificate = 'DC-1'"
        f" WHERE case_id = {other}"
    )

    row = Change.objects.filter(case_id=other).latest("pk").pk
    assert ("erased", f"change {row} was blanked under DC-1, which does not name it") in found()


def test_a_row_that_names_a_certificate_and_is_not_blanked_is_found(other):
    row = Change.objects.filter(case_id=other).latest("pk").pk
    tamper(f"UPDATE audit_change SET certificate = 'DC-1' WHERE id = {row}")

    assert found() == {("erased", f"change {row} names a certificate, and is not blanked")}


# What guards it is looked at too


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            "ALTER TABLE offenders_vehicle DISABLE TRIGGER audit_change",
            "the trigger that writes down changes of offenders_vehicle is off, missing or another",
        ),
        (
            (
                "CREATE OR REPLACE TRIGGER audit_change AFTER INSERT ON offenders_vehicle FOR EACH ROW EXECUTE FUNCTION"
                " audit_write_change('', '{}', 'id')"
            ),
            "the trigger that writes down changes of offenders_vehicle is off, missing or another",
        ),
        (
            "ALTER TABLE audit_seal DISABLE TRIGGER audit_refuse",
            "the triggers that refuse changes of audit_seal are off, missing or others",
        ),
        (
            "ALTER TABLE audit_change_other DISABLE TRIGGER audit_refuse",
            "the triggers that refuse changes of audit_change_other are off, missing or others",
        ),
        (
            "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "the function audit_refuse is missing or another",
        ),
        ("ALTER FUNCTION audit_seal_up() SECURITY INVOKER", "the function audit_seal_up is missing or another"),
        ("ALTER TABLE audit_change DISABLE ROW LEVEL SECURITY", "the wall around audit_change is down, or another"),
    ],
)
def test_what_was_switched_off_or_replaced_is_named_and_comes_back(committed, statement, words):
    assert kinds() == set()
    tamper(statement)

    try:
        assert ("guard", words) in found()
    finally:
        install_as_migrator()
    assert kinds() == set()


def test_a_function_or_an_owner_that_is_none_of_ours_is_named(committed):
    tamper(
        "CREATE SCHEMA mappa_app",
        "CREATE FUNCTION mappa_app.audit_loose(interval) RETURNS integer LANGUAGE sql AS 'SELECT 0'",
        "CREATE FUNCTION public.audit_other() RETURNS integer LANGUAGE sql AS 'SELECT 0'",
        "ALTER TABLE audit_seal OWNER TO mappa_app",
    )

    try:
        with connections["default"].cursor() as cursor:
            assert set(installing.amiss(cursor)) == {
                "the function audit_loose is missing or another",
                "the function audit_other is none of ours",
                "audit_seal has another owner, or a rule",
            }
    finally:
        tamper(
            "DROP SCHEMA mappa_app CASCADE",
            "DROP FUNCTION public.audit_other",
            "ALTER TABLE audit_seal OWNER TO mappa_owner",
            "REVOKE ALL ON audit_seal FROM mappa_app",
            "GRANT SELECT ON audit_seal TO mappa_app",
        )


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
