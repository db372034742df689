"""What the audit is in the database besides its tables: functions, triggers and rights, brought up to date after each migration."""

from pathlib import Path
from typing import Any

from django.db import connections

from audit.triggers import recorded

SQL = Path(__file__).parent / "sql"
FILES = ("keeping.sql", "seals.sql", "changes.sql", "rights.sql")
TRIGGER = "audit_change"

THERE = """
SELECT c.relname, coalesce(array_to_string(array(SELECT quote_literal(a) FROM unnest(string_to_array(
    encode(t.tgargs, 'escape'), '\\000')) WITH ORDINALITY u(a, n) WHERE n <= t.tgnargs ORDER BY n), ', '), '')
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname = %s AND t.tgparentid = 0
"""


def install(using: str = "default", **_kwargs: Any) -> None:
    """Bring all of it up to date. Called after each migration, by the migrator; whatever is right already is not touched."""
    with connections[using].cursor() as cursor:
        for name in FILES:
            cursor.execute((SQL / name).read_text(encoding="utf-8"))
        there, wanted = found(cursor), wanted_in(cursor)
        for table in there.keys() - wanted.keys():
            cursor.execute(f'DROP TRIGGER {TRIGGER} ON "{table}"')
        for table, arguments in wanted.items():
            if there.get(table) != arguments:
                cursor.execute(
                    f'CREATE OR REPLACE TRIGGER {TRIGGER} AFTER INSERT OR UPDATE OR DELETE ON "{table}"'
                    f" FOR EACH ROW EXECUTE FUNCTION audit_write_change({arguments})"
                )


def found(cursor: Any) -> dict[str, str]:
    """The tables that have our trigger, each with its arguments as written in SQL."""
    cursor.execute(THERE, [TRIGGER])
    return dict(cursor.fetchall())


def wanted_in(cursor: Any) -> dict[str, str]:
    """The tables that should have it, of those that there are: a database may be migrated half way."""
    cursor.execute("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace")
    tables = {name for (name,) in cursor.fetchall()}
    return {
        row.table: ", ".join(f"'{argument}'" for argument in row.arguments())
        for row in recorded()
        if row.table in tables
    }
