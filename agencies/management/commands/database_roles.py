"""Make the database roles, the database and what each role may do in it. May be run as often as one likes.

Settings are not needed, so that it can run before anything else can connect:
`python -m agencies.management.commands.database_roles`.
"""

import sys
from argparse import ArgumentParser
from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg2
from django.core.management.base import BaseCommand, CommandError
from psycopg2 import sql
from psycopg2.extensions import make_dsn, parse_dsn

from mappa import env

if TYPE_CHECKING:
    from psycopg2.extensions import connection

OWNER = "mappa_owner"
# Who may sign in to the database, and how each is held back. Nobody here may step round row-level security.
HARMLESS = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
LOGINS: dict[str, dict[str, str]] = {
    # changes tables, as the owner and so that the owner owns what it makes
    "mappa_migrator": {"role": OWNER, "lock_timeout": "30s"},
    # web and worker: a request that hangs must not hold locks or connections
    "mappa_app": {
        "statement_timeout": "15s",
        "idle_in_transaction_session_timeout": "30s",
        "lock_timeout": "5s",
        # pages ask many small questions, and compiling one takes longer than answering it
        "jit": "off",
    },
    # seals the audit log; migrations grant it exactly the tables it needs
    "mappa_sealer": {"statement_timeout": "60s", "idle_in_transaction_session_timeout": "60s"},
    # waits for a use; until it has one it may read nothing
    "mappa_readonly": {"default_transaction_read_only": "on", "statement_timeout": "60s"},
}
# what migrations will make, rather than what is there
FUTURE = f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public"
# Password hashes, factors and parts of the audit have no wall: what the role was once given on all tables is taken back.
TAKEN_BACK = """
DO $$
DECLARE
    readable regclass;
BEGIN
    FOR readable IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
        AND relowner = 'mappa_owner'::regrole AND relacl::text LIKE '%mappa_readonly=%'
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM mappa_readonly', readable);
    END LOOP;
END $$
"""
LOCK = 6227720  # any number, but the same one everywhere: two runs at once would trip over each other


class Command(BaseCommand):
    help = "Makes the database roles and the database, as the administrator of DATABASE_ADMIN_URL."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", default="mappa", help="the database to make and grant rights in")

    def handle(self, *args: Any, **options: Any) -> None:
        address = env.secret("DATABASE_ADMIN_URL", "")
        if not address:
            raise CommandError("DATABASE_ADMIN_URL is not set. See DATABASE_ADMIN_URL in dotenv-sample.")
        prepare(address, options["name"])


def prepare(address: str, name: str) -> None:
    """Make roles and the database `name`, connecting as the administrator at this libpq address."""
    with closing(connect(address)) as server:
        run(server, "SELECT pg_advisory_lock(%s)", LOCK)
        make_roles(server)
        make_database(server, name)
        with closing(connect(make_dsn(**{**parse_dsn(address), "dbname": name}))) as database:
            grant_rights(database)


def make_roles(server: "connection") -> None:
    """Make every role, or bring it back to what this file says."""
    make_role(server, OWNER, "NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION")
    for role, settings in LOGINS.items():
        make_role(server, role, HARMLESS)
        set_password(server, role)
        for setting, value in settings.items():
            statement = sql.SQL("ALTER ROLE {} SET {} = {}")
            run(server, statement.format(sql.Identifier(role), sql.Identifier(setting), sql.Literal(value)))
    run(server, sql.SQL("GRANT {} TO mappa_migrator, CURRENT_USER").format(sql.Identifier(OWNER)))


def make_role(server: "connection", role: str, attributes: str) -> None:
    """Make a role with these attributes, whether or not it is there."""
    exists = run(server, "SELECT 1 FROM pg_roles WHERE rolname = %s", role)
    verb = "ALTER" if exists else "CREATE"
    # an administrator who is no superuser may not even mention these; new roles do not have them
    if not run(server, "SELECT 1 FROM pg_roles WHERE rolname = current_user AND rolsuper"):
        attributes = "LOGIN" if attributes.startswith("LOGIN") else "NOLOGIN"
    run(server, sql.SQL(f"{verb} ROLE {{}} {attributes}").format(sql.Identifier(role)))


def set_password(server: "connection", role: str) -> None:
    """Set the role's password, from MAPPA_APP_PASSWORD or the file MAPPA_APP_PASSWORD_FILE, and so on."""
    if password := env.secret(f"{role.upper()}_PASSWORD", ""):
        statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
        run(server, statement.format(sql.Identifier(role), sql.Literal(password)))


def make_database(server: "connection", name: str) -> None:
    """Make the database, if it is not there, and let nobody in but our roles."""
    database, owner = sql.Identifier(name), sql.Identifier(OWNER)
    if not run(server, "SELECT 1 FROM pg_database WHERE datname = %s", name):
        run(server, sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(database, owner))
    run(server, sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    logins = sql.SQL(", ").join(sql.Identifier(role) for role in LOGINS)
    run(server, sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, logins))


def grant_rights(database: "connection") -> None:
    """Give each role its rights in this database, on everything its migrations will make."""
    for statement in (
        "ALTER SCHEMA public OWNER TO mappa_owner",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO mappa_app, mappa_sealer, mappa_readonly",
        f"{FUTURE} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO mappa_app",
        f"{FUTURE} GRANT USAGE, SELECT ON SEQUENCES TO mappa_app",
        f"{FUTURE} REVOKE ALL ON TABLES FROM mappa_readonly",
        TAKEN_BACK,
    ):
        run(database, statement)


def connect(address: str) -> "connection":
    """Connect, each statement its own transaction, because CREATE DATABASE refuses to be part of one."""
    server = psycopg2.connect(address)
    server.autocommit = True
    return server


def run(server: "connection", statement: str | sql.Composable, *values: object) -> bool:
    """Run one statement; whether it found a row."""
    with server.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.description is not None and cursor.fetchone() is not None


if __name__ == "__main__":
    try:
        Command().run_from_argv(["manage.py", "database_roles", *sys.argv[1:]])
    except psycopg2.Error as error:
        sys.exit(f"The database roles could not be made: {error}")
