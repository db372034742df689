"""What each statement tells Postgres besides itself: through whose eyes it looks, and who acts.

A setting of a session outlives its request behind a pooler (docs/operations.md), one of a transaction is lost with a
savepoint, and a statement outside a transaction would have none. So each statement brings what it needs along, in front of
itself: psycopg2 sends both in one message, and `set_config(…, true)` ends with the transaction, which outside one
is that message.
"""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver

# By the name of the setting in Postgres: what it is for a statement. None: this statement need not say.
Provider = Callable[[str], str | None]
_providers: dict[str, Provider] = {}


def carry(setting: str, provider: Provider) -> None:
    """From now on each statement carries `setting`, as `provider` says from its text. Called by an app's `ready`."""
    _providers[setting] = provider


@receiver(connection_created)
def _watch(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
    if _with_settings not in connection.execute_wrappers:
        connection.execute_wrappers.append(_with_settings)


def _with_settings(
    execute: Callable[..., Any],
    statement: str,
    params: Any,
    many: Any,
    context: dict[str, Any],
) -> Any:
    """Run a statement with its settings in front."""
    front = _settings(str(statement))
    if not front:
        return execute(statement, params, many, context)
    cursor = context["cursor"]
    if many or getattr(cursor.cursor, "name", None):
        # A cursor on the server, or the same statement many times: neither takes another in front.
        return _after(front, execute, statement, params, many, context)
    return execute((front if params is None else front.replace("%", "%%")) + statement, params, many, context)


def _after(
    front: str,
    execute: Callable[..., Any],
    statement: str,
    params: Any,
    many: Any,
    context: dict[str, Any],
) -> Any:
    # Outside a transaction Django has the server keep the rows of such a cursor (WITH HOLD): they are read when this one ends,
    # and so with what was just told.
    connection = context["connection"]
    with transaction.atomic(using=connection.alias, savepoint=bool(many)):
        with connection.connection.cursor() as plain:
            plain.execute(front)
        return execute(statement, params, many, context)


def _settings(statement: str) -> str:
    told = [(name, value) for name, provider in _providers.items() if (value := provider(statement)) is not None]
    if not told:
        return ""
    calls = ", ".join(f"set_config('{name}', {_quoted(value)}, true)" for name, value in told)
    return f"SELECT {calls}; "


def _quoted(value: str) -> str:
    """A literal of Postgres, in which only the quote and the backslash mean anything, and which holds no NUL."""
    escaped = value.replace("\x00", "").replace("'", "''").replace("\\", "\\\\")
    return f"E'{escaped}'"
