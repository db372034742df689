"""Seals cover what finished transactions wrote, whatever the order in which they end."""

import os
import random
import threading
import time
from contextlib import closing

import psycopg2
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from audit import record as audit
from audit import sealing
from audit.models import Seal
from audit.verifying import verify
from tests.audit.sealed import install_as_migrator, seal_all, tamper, write

WRITERS = 5


def test_each_seal_follows_from_the_last(committed):
    write()
    seal_all()
    write()
    seal_all()

    *_others, before, last = Seal.objects.all()
    assert bytes(last.previous) == bytes(before.hash)
    assert (last.low, last.rows, len(last.leaves)) == (before.high, 6, 6 * 17)


def test_nothing_new_makes_no_seal(committed):
    seal_all()
    before = Seal.objects.count()

    assert sealing.seal() == 0
    assert Seal.objects.count() == before


def test_what_is_not_finished_waits(committed):
    seal_all()
    with transaction.atomic():
        audit.record("seal.tested", by=None)
        assert sealing.seal() == 0


def test_late_ends_and_rollbacks_leave_no_gap(committed):
    """The ids of rows are given out of order, and transactions end out of order; some never do."""

    def work(number):
        dice = random.Random(number)
        for _turn in range(8):
            with transaction.atomic():
                for _row in range(dice.randint(1, 3)):
                    audit.record("seal.tested", by=None)
                    time.sleep(dice.random() * 0.05)
                transaction.set_rollback(dice.random() < 0.2)
        connection.close()

    writers = [threading.Thread(target=work, args=(number,)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        sealing.seal()
        time.sleep(0.02)
    seal_all()

    report = verify()
    assert report.problems == []
    assert report.seals > 1


def test_after_a_restore_from_a_dump_another_epoch_begins(committed):
    write()
    seal_all()
    try:
        tamper("SELECT audit_begin_epoch()", quietly=False)
        write()
        seal_all()

        assert Seal.objects.latest("pk").epoch == 2
        assert verify().problems == []
    finally:
        tamper(*(f"ALTER TABLE {table} ALTER epoch SET DEFAULT 1" for table in sealing.TABLES))


def test_a_restore_from_a_dump_is_noticed_before_anything_is_sealed(committed):
    write()
    seal_all()
    tamper("UPDATE audit_seal SET high = high + 1000000 WHERE id = (SELECT max(id) FROM audit_seal)")

    with pytest.raises(DatabaseError, match="restored from a dump"):
        sealing.seal()


def test_a_transaction_of_which_nothing_tells_whose_it_was_is_waited_for(committed):
    write()
    seal_all()
    write()
    try:
        earlier = "LANGUAGE plpgsql AS $$ BEGIN RETURN '5'::xid8; END $$"
        tamper(f"CREATE OR REPLACE FUNCTION audit_finished() RETURNS xid8 {earlier}")
        assert sealing.seal() == 0
    finally:
        install_as_migrator()

    assert sealing.seal() == 6


def test_rows_of_an_epoch_before_are_sealed_whatever_their_numbers(committed):
    seal_all()
    write()
    later = "xid = (xid::text::bigint + 1000000000)::text::xid8"
    try:
        tamper(
            *(
                f"UPDATE {table} SET {later} WHERE xid::text::bigint >= (SELECT max(high) FROM audit_seal)"
                for table in sealing.TABLES
            )
        )
        tamper("SELECT audit_begin_epoch()", quietly=False)
        write()
        seal_all()

        assert verify().problems == []
    finally:
        tamper(*(f"ALTER TABLE {table} ALTER epoch SET DEFAULT 1" for table in sealing.TABLES))


def test_a_seal_has_longer_than_a_request(committed):
    """The application's own limit would cancel it, and again each minute."""
    write()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '200ms'")
    try:
        with closing(
            psycopg2.connect(os.environ["DATABASE_ADMIN_URL"], dbname=connection.settings_dict["NAME"])
        ) as other:
            other.cursor().execute("LOCK TABLE audit_seal IN EXCLUSIVE MODE")
            timer = threading.Timer(0.5, other.rollback)
            timer.start()
            assert sealing.seal() >= 6
            timer.join()
        assert sealing.ask("SHOW statement_timeout") == [(sealing.LONGEST,)]
    finally:
        connection.close()


def test_the_months_are_made_by_command(db, capsys):
    call_command("audit_parts")

    assert "for 3 months ahead" in capsys.readouterr().out
