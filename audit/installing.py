"""What the audit is in the database besides its tables: functions, triggers and rights, brought up to date after each migration.

And whether it still is what was installed: whoever administers the database can replace a function or switch a trigger off, after
which everything would be as it was sealed.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connections

from audit.triggers import recorded

SQL = Path(__file__).parent / "sql"
FILES = ("keeping.sql", "seals.sql", "changes.sql", "rights.sql")
TRIGGER = "audit_change"
OWNER = "mappa_owner"
WHOLES = ["audit_accessevent", "audit_signinevent", "audit_change", "audit_seal"]

# Those that do what ours do: after each row that is added, changed or removed (29), whatever it says, and switched on.
THERE = """
SELECT c.relname, coalesce(array_to_string(array(SELECT quote_literal(a) FROM unnest(string_to_array(
    encode(t.tgargs, 'escape'), '\\000')) WITH ORDINALITY u(a, n) WHERE n <= t.tgnargs ORDER BY n), ', '), '')
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE t.tgname = %s AND t.tgparentid = 0 AND c.relnamespace = 'public'::regnamespace AND t.tgenabled = 'O' AND t.tgtype = 29
    AND t.tgqual IS NULL AND t.tgattr = '' AND t.tgfoid = to_regproc('public.audit_write_change')
"""
OURS = """
SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE t.tgname = %s AND t.tgparentid = 0 AND c.relnamespace = 'public'::regnamespace
"""
FUNCTION = re.compile(r"CREATE OR REPLACE FUNCTION (\w+)\((.*?)AS \$\$(.*?)\$\$;", re.DOTALL)
PATH = "search_path=pg_catalog, public, pg_temp"
FUNCTIONS = """
SELECT p.proname, n.nspname, p.prosrc, p.prosecdef, %s = ANY (coalesce(p.proconfig, '{}')), pg_get_userbyid(p.proowner)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.proname LIKE 'audit\\_%%'
"""
# The two that refuse stand on each table of the audit and on each part, switched on, and no other beside them.
GUARDED = """
SELECT c.relname, pg_get_userbyid(c.relowner) = %s AND NOT c.relhasrules, 2 = (
    SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) AND 2 = (
    SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgenabled = 'O' AND t.tgqual IS NULL AND t.tgattr = ''
        AND t.tgfoid = to_regproc('public.audit_refuse')
        AND (t.tgname, t.tgtype) IN (('audit_refuse', 27), ('audit_refuse_emptying', 34)))
FROM pg_class c WHERE c.oid = ANY (%s::regclass[])
    OR EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid AND i.inhparent = ANY (%s::regclass[]))
ORDER BY c.relname
"""
SIGHT = """
SELECT c.relrowsecurity, array(SELECT p.polname || p.polcmd::text || p.polroles::regrole[]::text FROM pg_policy p
    WHERE p.polrelid = c.oid) FROM pg_class c WHERE c.oid = 'public.audit_change'::regclass
"""


def install(using: str = "default", **_kwargs: Any) -> None:
    """Bring all of it up to date. Called after each migration, by the migrator; whatever is right already is not touched."""
    with connections[using].cursor() as cursor:
        for name in FILES:
            cursor.execute((SQL / name).read_text(encoding="utf-8"))
        there, wanted = found(cursor), wanted_in(cursor)
        cursor.execute(OURS, [TRIGGER])
        for (table,) in cursor.fetchall():
            if table not in wanted:
                cursor.execute(f'DROP TRIGGER {TRIGGER} ON "{table}"')
        for table, arguments in wanted.items():
            if there.get(table) != arguments:
                cursor.execute(
                    f'CREATE OR REPLACE TRIGGER {TRIGGER} AFTER INSERT OR UPDATE OR DELETE ON "{table}"'
                    f" FOR EACH ROW EXECUTE FUNCTION audit_write_change({arguments})"
                )
                cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER {TRIGGER}')


def found(cursor: Any) -> dict[str, str]:
    """The tables whose changes our trigger writes down, each with its arguments as written in SQL."""
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


def amiss(cursor: Any) -> Iterator[str]:
    """What in the database is not as these files have it, in words."""
    yield from _functions_amiss(cursor)
    there, wanted = found(cursor), wanted_in(cursor)
    for table in sorted(wanted):
        if there.get(table) != wanted[table]:
            yield f"the trigger that writes down changes of {table} is off, missing or another"
    cursor.execute(GUARDED, [OWNER, WHOLES, WHOLES])
    for table, is_owned, is_guarded in cursor.fetchall():
        if not is_owned:
            yield f"{table} has another owner, or a rule"
        if not is_guarded:
            yield f"the triggers that refuse changes of {table} are off, missing or others"
    cursor.execute(SIGHT)
    if cursor.fetchone() != (True, ["sightr{mappa_app}"]):
        yield "the wall around audit_change is down, or another"


def _functions_amiss(cursor: Any) -> Iterator[str]:
    wanted = {}
    for name in FILES:
        for function, head, body in FUNCTION.findall((SQL / name).read_text(encoding="utf-8")):
            wanted[function] = ("public", body, "SECURITY DEFINER" in head, "SET search_path" in head, OWNER)
    cursor.execute(FUNCTIONS, [PATH])
    there: dict[str, list[tuple[Any, ...]]] = {}
    for function, *rest in cursor.fetchall():
        there.setdefault(function, []).append(tuple(rest))
    for function in sorted(wanted.keys() | there.keys()):
        if function not in wanted:
            yield f"the function {function} is none of ours"
        elif there.get(function) != [wanted[function]]:
            yield f"the function {function} is missing or another"
