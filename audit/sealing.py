"""Seals, and the parts of months: asked of the database's own functions (audit/sql/), which alone may."""

from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

# The parts that the keeper makes beyond this month, and those below which it is said that he does not.
PARTS_AHEAD, FEWEST_AHEAD = 3, 2
# The limit that a request has would cancel a seal over a very large transaction each minute for ever.
LONGEST = "30min"
TABLES = ("audit_accessevent", "audit_signinevent", "audit_change")


def seal(most: int = 1000) -> int:
    """Seal whatever finished since the last seal. How many rows; each seal is a transaction of its own."""
    sealed = 0
    for _turn in range(most):
        rows = _ask("SELECT audit_seal_up()")
        if not rows:
            break
        sealed += rows
    return sealed


def keep_parts() -> int:
    """Make the parts of the months ahead. How many were made."""
    return _ask("SELECT audit_keep_parts(%s)", PARTS_AHEAD)


def parts_ahead(today: date | None = None) -> int:
    """For how many months after this one every table has its part."""
    this = (today or timezone.now().date()).strftime("%Y_%m")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.inhparent::regclass::text, count(*) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            r" WHERE i.inhparent = ANY(%s::regclass[]) AND c.relname ~ '_\d{4}_\d\d$' AND right(c.relname, 7) > %s GROUP BY 1",
            [list(TABLES), this],
        )
        found = dict(cursor.fetchall())
    return min(int(found.get(table, 0)) for table in TABLES)


def _ask(statement: str, *values: int) -> int:
    return int(ask(statement, values)[0][0])


def ask(statement: str, values: Any = ()) -> list[tuple[Any, ...]]:
    """Ask what may take long, in a transaction of its own, which alone has the time."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = %s", [LONGEST])
        cursor.execute(statement, values or None)
        return list(cursor.fetchall())
