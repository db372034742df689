"""Each statement tells Postgres for whom it is, and nothing of it outlives its transaction."""

import pytest
from django.db import connection, connections, transaction
from django.db.models import Func, Value

from agencies.models import Area
from mappa import carried
from tests.factories import AreaFactory

SETTING = "mappa.whose"


@pytest.fixture
def told(monkeypatch):
    """What the statements carry now; the test changes it."""
    now = {"value": "nobody"}
    monkeypatch.setattr(carried, "_providers", {SETTING: lambda _statement: now["value"]})
    return now


def setting():
    """What Postgres holds, asked past the wrapper, as a query that somebody else sends would find it."""
    with connection.connection.cursor() as cursor:
        cursor.execute(f"SELECT current_setting('{SETTING}', true)")
        return cursor.fetchone()[0]


def ask(sql="SELECT current_setting('mappa.whose', true)", params=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


@pytest.mark.parametrize("value", ["alice", "", "O'Hara \\ %s 100% \x00 ü", '{"a": [1, 2]}'])
def test_a_statement_knows_for_whom_it_is(db, told, value):
    told["value"] = value

    assert ask() == [(value.replace("\x00", ""),)]
    assert ask("SELECT current_setting('mappa.whose', true) || %s", ["!"]) == [(value.replace("\x00", "") + "!",)]


def test_the_next_statement_says_it_anew(db, told):
    ask()
    told["value"] = "bob"

    assert ask() == [("bob",)]


def test_a_savepoint_taken_back_changes_nothing(db, told):
    with transaction.atomic():
        told["value"] = "bob"
        ask()
        transaction.set_rollback(True)

    assert ask() == [("bob",)]


def test_outside_a_transaction_it_ends_with_the_statement(committed, told):
    assert ask() == [("nobody",)]
    assert setting() in {None, ""}


def test_rows_are_read_in_batches_with_it(db, told, area):
    assert [each.pk for each in Area.objects.filter(pk=area.pk).iterator(chunk_size=1)] == [area.pk]


def test_rows_are_read_in_batches_with_it_outside_a_transaction_too(committed, told):
    AreaFactory(slug="one", name="nobody")
    AreaFactory(slug="two", name="nobody else")
    whose = Func(Value(SETTING), function="current_setting")
    rows = Area.objects.filter(name__startswith=whose).iterator(chunk_size=1)

    first = next(rows)
    told["value"] = "bob"
    ask()

    assert {first.slug, *(area.slug for area in rows)} == {"one", "two"}


def test_a_statement_that_need_not_say_is_sent_as_it_is(db, told):
    told["value"] = None

    assert ask("SELECT 1") == [(1,)]


def test_many_statements_at_once_carry_it(db, told, area, other_area):
    with connection.cursor() as cursor:
        rename = "UPDATE agencies_area SET name = current_setting('mappa.whose') || %s WHERE id = %s"
        cursor.executemany(rename, [["1", area.pk], ["2", other_area.pk]])

    assert set(Area.objects.filter(pk__in=[area.pk, other_area.pk]).values_list("name", flat=True)) == {
        "nobody1",
        "nobody2",
    }


def test_a_new_connection_carries_it_too(db, told):
    assert carried._with_settings in connections["default"].execute_wrappers
