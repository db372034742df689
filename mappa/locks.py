"""One at a time: a lock that ends with its transaction, and so with whoever holds it, killed or not.

Not one of a session: before Postgres may stand a pooler that gives each transaction another session (docs/operations.md).
"""

from django.db import connection


def hold(name: str, part: str = "", *, wait: bool = False) -> bool:
    """Hold a lock until the end of the running transaction. False when another has it and nobody waits for it."""
    function = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtext(%s), hashtext(%s))", [name, part])
        answer = cursor.fetchone()
    return wait or bool(answer and answer[0])
