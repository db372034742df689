"""Databases to test in: the migrations run once, into a template, and every process that tests copies it.

python -m tests.databases       makes the template, for whoever tests next
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection

from agencies.management.commands.database_roles import LOCK, OWNER, prepare

ROOT = Path(__file__).parents[1]
# What a migrated database is made of.
SOURCES = ["*/migrations/*.py", "requirements.lock", "agencies/management/commands/database_roles.py"]
# What every migration run brings up to date: of these another version need not be undone, only the newest be there.
REMADE = ["audit/sql/*.sql", "audit/installing.py", "audit/triggers.py", "offenders/wall.py"]
# Not the lock that `prepare` takes, which would wait for ourselves.
TEMPLATE_LOCK = LOCK + 1


def make(name: str) -> None:
    """Make an empty, migrated database of this name."""
    with a_template() as (server, template):
        run(server, f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE "{template}"')
    prepare(os.environ["DATABASE_ADMIN_URL"], name)


@contextmanager
def a_template() -> Iterator[tuple[connection, str]]:
    """The server, and the name of its migrated template, made by whoever comes first. Nobody else asks meanwhile."""
    with closing(psycopg2.connect(os.environ["DATABASE_ADMIN_URL"])) as server:
        server.autocommit = True
        run(server, f"SELECT pg_advisory_lock({TEMPLATE_LOCK})")
        template = template_name()
        if not run(server, "SELECT 1 FROM pg_database WHERE datname = %s", template):
            make_template(server, template)
        yield server, template


def drop(name: str) -> None:
    """Drop a database, whoever is connected to it."""
    with closing(psycopg2.connect(os.environ["DATABASE_ADMIN_URL"])) as server:
        server.autocommit = True
        run(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def drop_those_of_the_dead() -> None:
    """Several test runs may share the server; a killed one leaves its databases, named after its process."""
    with closing(psycopg2.connect(os.environ["DATABASE_ADMIN_URL"])) as server:
        server.autocommit = True
        for (name,) in run(server, "SELECT datname FROM pg_database WHERE datname ~ '^mappa_test_[a-z_]*[0-9]+$'"):
            try:
                os.kill(int(name.rpartition("_")[2]), 0)
            except ProcessLookupError:
                run(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def template_name() -> str:
    """Another name for every other set of migrations."""
    made_of = sources(SOURCES) | sources(REMADE)
    return f"mappa_template_{hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:16]}"


def sources(patterns: list[str]) -> dict[str, str]:
    """The files that make a migrated database, each with the digest of what it says."""
    paths = sorted(path for pattern in patterns for path in ROOT.glob(pattern))
    return {str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in paths}


def make_template(server: connection, template: str) -> None:
    """Migrate a new database, and name it a template only when it is whole; older templates go.

    Where migrations were only added, those alone run, on a copy of the older template, as they will in a deployment.
    That one stays, for whoever writes a migration changes it some times.
    """
    now, older, making = sources(SOURCES), older_templates(server), f"{template}_making"
    whole = {name: made_of for name, made_of in older.items() if made_of and made_of.items() <= now.items()}
    start = max(whole, key=lambda name: len(whole[name]), default="")
    run(server, f'DROP DATABASE IF EXISTS "{making}" WITH (FORCE)')
    if start:
        run(server, f'CREATE DATABASE "{making}" OWNER {OWNER} TEMPLATE "{start}"')
    prepare(os.environ["DATABASE_ADMIN_URL"], making)
    migrator = in_database(os.environ["DATABASE_MIGRATOR_URL"], making)
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v", "0", "--no-input"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": migrator},
        check=True,
        timeout=900,
    )
    run(server, f'COMMENT ON DATABASE "{making}" IS %s', json.dumps(now))
    run(server, f'ALTER DATABASE "{making}" RENAME TO "{template}"')
    for old in older.keys() - {start, making}:
        run(server, f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')


def older_templates(server: connection) -> dict[str, dict[str, str]]:
    """Each with what it was made of, which nobody knows of one that was given up in the making."""
    found = run(
        server,
        "SELECT datname, coalesce(shobj_description(oid, 'pg_database'), '{}') FROM pg_database"
        r" WHERE datname LIKE 'mappa\_template\_%%'",
    )
    return {name: json.loads(made_of) for name, made_of in found}


def in_database(address: str, name: str) -> str:
    """The same server and role, another database."""
    before, _slash, rest = address.rpartition("/mappa_test")
    return f"{before}/{name}{rest}"


def run(server: connection, statement: str, *values: object) -> list[tuple]:
    with server.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


if __name__ == "__main__":
    with a_template():
        pass
