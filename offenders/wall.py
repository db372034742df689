"""The second wall: Postgres itself shows a request only the cases of whoever is signed in (docs/adr/0025).

Each walled table has one policy. It reads the setting `mappa.eyes`, which every statement that names one of our tables carries
(mappa/carried.py): "all", or areas, cases and excluded cases as `Scope.eyes` writes them. Nothing said is nothing seen.
The parts are sub-selects, which Postgres works out once for a statement and not for each row.

The owner of the tables is not held back: it cannot sign in, and migrations need the rows.
"""

import re
from hashlib import sha256
from typing import Any

from django.db import connections

from mappa import eyes
from offenders.visibility import scope_of

SETTING = "mappa.eyes"
CASES = "offenders_offender"
# Statements about rows that name one of our tables. What makes an index or a table shows none, and takes nothing in front of it.
_OURS = re.compile(
    r"[\s(]*(?:SELECT|INSERT|UPDATE|DELETE|WITH|EXPLAIN)\b.*\b(?:offenders|assessments|disclosures|panels|assurance|reviews)_",
    re.DOTALL | re.IGNORECASE,
)


def eyes_of(statement: str) -> str | None:
    """What a statement tells Postgres of whoever looks; nothing where it names none of our tables."""
    return in_words(eyes.whose()) if _OURS.match(statement) else None


def in_words(whose: Any) -> str:
    if whose == eyes.EVERYTHING:
        return "all"
    return scope_of(whose).eyes if getattr(whose, "pk", None) else ""


def _part(number: int) -> str:
    return f"split_part(current_setting('{SETTING}', true), ';', {number})"


def _ids(number: int) -> str:
    # The second cast does nothing, but without it Postgres takes the brackets for a list of rows.
    return f"(SELECT nullif({_part(number)}, '')::bigint[])::bigint[]"


EVERYTHING = f"(SELECT {_part(1)} = 'all')"
# The rule of docs/access.md, "Seeing a case", as `Scope.rule` has it; tests/test_wall.py holds the two against each other.
SEES = (
    f"((NOT restricted AND area_id = ANY ({_ids(2)})) OR id = ANY ({_ids(3)}))"
    f" AND NOT coalesce(id = ANY ({_ids(4)}), true)"
)


def walled() -> dict[str, str]:
    """The tables around which Postgres keeps a wall, each with the column that names the case."""
    return {CASES: "id"}


def policy(table: str, column: str) -> str:
    """Which rows of a table the eyes see, and may write."""
    if table == CASES:
        return f"{EVERYTHING} OR {SEES}"
    return f"{EVERYTHING} OR EXISTS (SELECT 1 FROM {CASES} seen WHERE seen.id = {column})"  # noqa: S608  our own tables


def build(using: str = "default") -> None:
    """Give each table its policy, where it has another or none. May be run as often as one likes, by the owner of the tables."""
    wanted = {table: policy(table, column) for table, column in walled().items()}
    with connections[using].cursor() as cursor:
        cursor.execute(STANDING)
        for table, standing in cursor.fetchall():
            rule = wanted.get(table)
            if standing == (said(rule) if rule else None):
                continue
            cursor.execute(f'DROP POLICY IF EXISTS wall ON "{table}"')
            cursor.execute(f'ALTER TABLE "{table}" {"ENABLE" if rule else "DISABLE"} ROW LEVEL SECURITY')
            if rule:
                cursor.execute(f'CREATE POLICY wall ON "{table}" TO mappa_app USING ({rule})')
                cursor.execute(f"COMMENT ON POLICY wall ON \"{table}\" IS '{said(rule)}'")


# Each table of ours, and what its policy says of itself, where row-level security is on.
STANDING = """
SELECT c.relname, CASE WHEN c.relrowsecurity THEN obj_description(p.oid, 'pg_policy') END
FROM pg_class c
LEFT JOIN pg_policy p ON p.polrelid = c.oid AND p.polname = 'wall'
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
"""


def said(rule: str) -> str:
    """By what a policy is known again: Postgres writes the rule down in words of its own."""
    return sha256(rule.encode()).hexdigest()[:16]


def build_after_migrating(using: str, **_kwargs: Any) -> None:
    """At the end of each migration, when the tables of every app are there."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE relname = %s", [CASES])
        if cursor.fetchone() == (True,):
            build(using)
