"""Rows as images: what points at a record, what hangs on that, and each row whole, so that it can be put back exactly.

Nothing here knows a table by name, so that a new table of a case is covered on the day it is made. Everything here
reads past visibility and runs inside `unguarded` of offenders/merging.py; images are kept and never shown.
"""

import base64
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.db import models
from django.utils.duration import duration_iso_string

from offenders.models import Merge, MergedRow, Offender

Image = dict[str, Any]
# A merge names the record that it closed for ever, whatever becomes of that record later.
STAYS = frozenset({("offenders.Merge", "merged")})


class Row(NamedTuple):
    """Which row of which table."""

    model: str
    pk: int


@lru_cache(maxsize=1)
def _ways() -> dict[type[models.Model], list[tuple[type[models.Model], str]]]:
    """Every foreign key of the project, by what it points at; also those of many-to-many tables."""
    found: dict[type[models.Model], list[tuple[type[models.Model], str]]] = {}
    for model in apps.get_models(include_auto_created=True):
        if model is MergedRow:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey):
                found.setdefault(field.related_model, []).append((model, field.name))
    return found


def ways_to(target: type[models.Model]) -> list[tuple[type[models.Model], str]]:
    """The tables and columns that point at a table and move with what they point at."""
    return [(model, name) for model, name in _ways().get(target, []) if (model._meta.label, name) not in STAYS]


def is_apart(row: Row) -> bool:
    """Whether a row names a record and is no part of it, such as an application under the disclosure scheme.

    It goes where the record goes. Whoever merges or takes a merge back is not told that there is one, nor kept by it.
    """
    return getattr(apps.get_model(row.model), "is_apart", False)


def rows(model: type[models.Model]) -> Any:
    """All rows of a table, whoever may see them."""
    return model._default_manager.order_by()


def pointing_at(case: int) -> list[tuple[type[models.Model], str, int]]:
    """Each row that belongs to a record or names it, with the column by which it does.

    A merge that was undone stays with the record that stood then: who made it and why is of that time, and its images
    hang on it.
    """
    return [
        (model, name, pk)
        for model, name in ways_to(Offender)
        for pk in _that_move(model).filter(**{name: case}).order_by("pk").values_list("pk", flat=True)
    ]


def _that_move(model: type[models.Model]) -> Any:
    return rows(model).filter(undone_at__isnull=True) if model is Merge else rows(model)


def whole(case: int) -> dict[Row, Image]:
    """Every row of a record, and what hangs on these."""
    direct = [Row(model._meta.label, pk) for model, _name, pk in pointing_at(case)]
    return images([*direct, *hanging_on(direct)])


def hanging_on(found: Iterable[Row]) -> set[Row]:
    """What hangs on rows, and what hangs on that; not the rows themselves, and nothing by way of a record itself."""
    seen, wave = set(), {row for row in found if row.model != Offender._meta.label}
    known = set(wave)
    while wave:
        by_model: dict[str, list[int]] = {}
        for row in wave:
            by_model.setdefault(row.model, []).append(row.pk)
        wave = {
            Row(model._meta.label, pk)
            for label, pks in by_model.items()
            for model, name in ways_to(apps.get_model(label))
            for pk in rows(model).filter(**{f"{name}__in": pks}).values_list("pk", flat=True)
        } - known
        known |= wave
        seen |= wave
    return seen


def images(wanted: Iterable[Row]) -> dict[Row, Image]:
    """Each row whole, as values that JSON keeps exactly. A row that is gone has none."""
    by_model: dict[str, list[int]] = {}
    for row in wanted:
        by_model.setdefault(row.model, []).append(row.pk)
    found = {}
    for label, pks in by_model.items():
        model = apps.get_model(label)
        columns = [field.attname for field in _columns(model)]
        for values in rows(model).filter(pk__in=pks).values(*columns):
            image = {name: _plain(value) for name, value in values.items()}
            found[Row(label, values[model._meta.pk.attname])] = image
    return found


def put_back(row: Row, image: Mapping[str, Any]) -> None:
    """Set columns of a row to what an image holds, and nothing beside them: no save(), no clock."""
    model = apps.get_model(row.model)
    rows(model).filter(pk=row.pk).update(**_values(model, image))


def bring_back(row: Row, image: Mapping[str, Any]) -> None:
    """Make a row again that was set aside, under its own key."""
    model = apps.get_model(row.model)
    model._default_manager.bulk_create([model(**_values(model, image))])
    put_back(row, image)  # dates that a table sets by itself when a row is made


def take_away(row: Row) -> None:
    """Delete a row that nothing hangs on."""
    rows(apps.get_model(row.model)).filter(pk=row.pk).delete()


def changes(before: Image, after: Image) -> Collection[str]:
    """The columns in which two images of a row differ."""
    return [name for name in before if before[name] != after.get(name)]


def is_unchanged(then: Image | None, now: Image | None) -> bool:
    """Whether a row is still as an image kept it, in the columns that the table had then and has now.

    A release may add or drop a column between a merge and its undoing.
    """
    if then is None or now is None:
        return then is now
    return all(now[name] == value for name, value in then.items() if name in now)


def _columns(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not getattr(field, "generated", False)]


def _values(model: type[models.Model], image: Mapping[str, Any]) -> dict[str, Any]:
    fields = {field.attname: field for field in _columns(model)}
    return {name: _python(fields[name], value) for name, value in image.items() if name in fields}


def _python(field: Any, value: Any) -> Any:
    if value is None or isinstance(field, models.JSONField):
        return value
    return field.target_field.to_python(value) if isinstance(field, models.ForeignKey) else field.to_python(value)


def _plain(value: Any) -> Any:
    """A value as JSON keeps it, to the microsecond."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_iso_string(value)
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
