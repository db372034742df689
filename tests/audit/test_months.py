"""A month of the audit is never taken out: when it is old it lies on slower storage, and is verified and blanked there."""

import os
from contextlib import closing

import psycopg2
import pytest
from django.db import connection

from audit.verifying import verify
from tests.audit.sealed import Change, seal_all, tamper
from tests.factories import OffenderFactory

PARTS = """
SELECT i.inhrelid::regclass::text FROM pg_inherits i WHERE i.inhparent IN (
    'audit_accessevent'::regclass, 'audit_signinevent'::regclass, 'audit_change'::regclass)
"""
INDEXES = "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = ANY (%s::regclass[])"


def as_administrator(*statements):
    with closing(psycopg2.connect(os.environ["DATABASE_ADMIN_URL"], dbname=connection.settings_dict["NAME"])) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


@pytest.fixture
def slower(committed):
    """Another place for tables; whatever lies there comes back before it goes."""
    name = f"slower_{connection.settings_dict['NAME']}"
    as_administrator(
        "SET allow_in_place_tablespaces = on",
        f"CREATE TABLESPACE {name} LOCATION ''",
        f"GRANT CREATE ON TABLESPACE {name} TO mappa_owner",
    )
    yield name
    as_administrator(
        f"ALTER TABLE ALL IN TABLESPACE {name} SET TABLESPACE pg_default",
        f"ALTER INDEX ALL IN TABLESPACE {name} SET TABLESPACE pg_default",
        f"DROP TABLESPACE {name}",
    )


def moved(place):
    """What docs/audit.md tells the owner of the tables to do, for every month that there is."""
    with connection.cursor() as cursor:
        cursor.execute(PARTS)
        parts = [name for (name,) in cursor.fetchall()]
        cursor.execute(INDEXES, [parts])
        indexes = [name for (name,) in cursor.fetchall()]
    tamper(
        *(f"ALTER TABLE {part} SET TABLESPACE {place}" for part in parts),
        *(f"ALTER INDEX {index} SET TABLESPACE {place}" for index in indexes),
        address="DATABASE_MIGRATOR_URL",
        quietly=False,
    )


def test_a_month_on_slower_storage_is_as_it_was_sealed_and_erased_with_its_case(slower):
    offender = OffenderFactory()
    seal_all()

    moved(slower)

    assert verify().problems == []
    tamper(f"SELECT audit_erase({offender.pk}, 'DC-1', '{{}}')", address="DATABASE_MIGRATOR_URL", quietly=False)
    assert not Change.objects.filter(case_id=offender.pk).exclude(certificate="DC-1").exists()
    seal_all()
    assert verify().problems == []
