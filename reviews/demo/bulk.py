"""Rows straight into their tables by COPY, so that a million cases take minutes and no memory.

The only place of the demo that speaks SQL. It passes by the models' own checks: tests/reviews/test_demo.py makes up
for that by checking what was written.
"""

from collections.abc import Iterator
from datetime import date, datetime
from io import StringIO
from typing import Any

from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED

from offenders.models import Offender

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
IDS_AT_ONCE = 2000


def as_text(value: Any) -> str:
    """A value in the text format of COPY."""
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, list | tuple):  # of words without signs
        return "{" + ",".join(value) + "}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _literal(text: str) -> str:
    """What stands for a value in COPY, in an INSERT: both read a backslash alike."""
    return "NULL" if text == "\\N" else "E'" + text.replace("'", "''") + "'"


class Table:
    """The rows of one table that wait for the next COPY."""

    def __init__(self, model: type[models.Model], names: tuple[str, ...]) -> None:
        self.names = names
        given = {model._meta.get_field(name).attname for name in names}  # type: ignore[union-attr]
        rest = [f for f in model._meta.concrete_fields if f.attname not in given and not f.primary_key]
        columns = [model._meta.get_field(name).column for name in names]  # type: ignore[union-attr]
        listed = ", ".join(f'"{column}"' for column in [*columns, *(f.column for f in rest)])
        self.name = model._meta.db_table
        self.copy = f'COPY "{self.name}" ({listed}) FROM STDIN'
        self.into = f'INSERT INTO "{self.name}" ({listed}) VALUES '  # noqa: S608  our own table
        self.rest = "".join("\t" + as_text(_default(field)) for field in rest) + "\n"
        self.lines: list[str] = []

    def insert(self) -> str:
        """The same rows by INSERT: Postgres takes no COPY into a table from whoever is held back by a wall."""
        rows = ("(" + ",".join(map(_literal, line[:-1].split("\t"))) + ")" for line in self.lines)
        return self.into + ",".join(rows)


def _default(field: "models.Field[Any, Any]") -> Any:
    """What a column holds when nothing is said: the model's default, never a random or present one."""
    if field.default is not NOT_PROVIDED and not callable(field.default):
        return field.default
    if field.null:
        return None
    if field.empty_strings_allowed and field.blank:
        return ""
    raise ValueError(f"{field.model.__name__}.{field.name} must be given")


class Load:
    """A load of many rows: given one by one, written together."""

    def __init__(self) -> None:
        self.tables: dict[type[models.Model], Table] = {}
        self._ids: dict[type[models.Model], Iterator[int]] = {}

    def id_for(self, model: type[models.Model]) -> int:
        """A primary key of the table's own sequence, for a row that others will point at."""
        if model not in self._ids:
            self._ids[model] = _reserved(model)
        return next(self._ids[model])

    def add(self, model: type[models.Model], **values: Any) -> None:
        """Give a row, with the same columns each time."""
        table = self.tables.get(model)
        if table is None:
            table = self.tables[model] = Table(model, tuple(values))
        if table.names != tuple(values):
            raise ValueError(f"{model.__name__}: {tuple(values)} is not {table.names}")
        table.lines.append("\t".join(map(as_text, values.values())) + table.rest)

    def _pointed_at_first(self) -> list[type[models.Model]]:
        """The tables in the order they were first given, but each after those that it points at."""
        found: list[type[models.Model]] = []

        def put(model: type[models.Model]) -> None:
            if model in found or model not in self.tables:
                return
            for field in model._meta.concrete_fields:
                if isinstance(field, models.ForeignKey) and field.related_model is not model:
                    put(field.related_model)
            found.append(model)

        for model in self.tables:
            put(model)
        return found

    def write(self) -> None:
        """Write what was given, those that are pointed at first."""
        with connection.cursor() as cursor:
            for table in map(self.tables.__getitem__, self._pointed_at_first()):
                if not table.lines:
                    continue
                if _is_walled(cursor, table.name):
                    cursor.execute(table.insert())
                else:
                    cursor.copy_expert(table.copy, StringIO("".join(table.lines)))
                table.lines.clear()


def _is_walled(cursor: Any, table: str) -> bool:
    """Whether Postgres shows us only some rows of a table: a deployment's own role, and not the owner's."""
    cursor.execute("SELECT row_security_active(%s)", [table])
    return bool(cursor.fetchone()[0])


def _reserved(model: type[models.Model]) -> Iterator[int]:
    """Numbers from the table's sequence, some thousands with each question."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [model._meta.db_table, IDS_AT_ONCE],
            )
            numbers = [row[0] for row in cursor.fetchall()]
        yield from numbers


def check_at_once(*, wanted: bool) -> None:
    """Check foreign keys with each COPY and not all at the end, so that the server keeps no list of them."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE" if wanted else "SET CONSTRAINTS ALL DEFERRED")


def distrust_counts() -> None:
    """Until the end of the transaction, plan as if every table may be large.

    Autovacuum may have counted our tables before this transaction filled them: believing them empty, the planner
    would read them in loops within loops.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")


def has_cases(*, is_demo: bool) -> bool:
    """Whether the database holds any case of the demo, or any other."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT FROM {Offender._meta.db_table} WHERE is_demo = %s)",  # noqa: S608  our own table
            [is_demo],
        )
        return bool(cursor.fetchone()[0])
