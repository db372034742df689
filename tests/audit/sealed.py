"""What tests of seals share: rows that are really committed, seals on them, and an administrator who tampers."""

import os
import subprocess
import sys
import time
from contextlib import closing

import psycopg2
from django.db import connection

from audit import record as audit
from audit import sealing
from audit.models import AccessEvent, Change, SignInEvent
from tests import databases


def write(count=3):
    """Some events and changes, each of its own transaction."""
    for number in range(count):
        audit.record(f"seal.tested_{number}", by=None)
        audit.record_sign_in("seal.tested", actor_id=number)


def seal_all():
    """Until nothing is unsealed."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        sealing.seal()
        if not _ask(
            "SELECT (SELECT count(*) FROM audit_accessevent) + (SELECT count(*) FROM audit_change)"
            " + (SELECT count(*) FROM audit_signinevent) - (SELECT coalesce(sum(rows), 0) FROM audit_seal)"
        ):
            return
        time.sleep(0.05)
    raise AssertionError("Something is never sealed.")


def _ask(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def newest(model=AccessEvent):
    return model.objects.latest("pk").pk


def tamper(*statements, address="DATABASE_ADMIN_URL", quietly=True):
    """As the server's administrator, past every trigger."""
    with closing(psycopg2.connect(os.environ[address], dbname=connection.settings_dict["NAME"])) as server:
        with server.cursor() as cursor:
            if quietly:
                cursor.execute("SET session_replication_role = replica")
            for statement in statements:
                cursor.execute(statement)
        server.commit()


__all__ = ["AccessEvent", "Change", "SignInEvent", "newest", "seal_all", "tamper", "write"]


def install_as_migrator():
    name = connection.settings_dict["NAME"]
    address = databases.in_database(os.environ["DATABASE_MIGRATOR_URL"], name)
    code = "import django; django.setup(); from audit import installing; installing.install()"
    subprocess.run([sys.executable, "-c", code], env=os.environ | {"DATABASE_URL": address}, check=True, timeout=60)
