"""The check constraints of a row, asked of the database together: a row has up to a dozen, and each is three statements."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import FieldError, ValidationError
from django.db import DatabaseError, models, router, transaction
from django.db.models import BooleanField, CheckConstraint, Q, Value
from django.db.models.functions import Coalesce
from django.db.models.sql import Query
from django.db.models.sql.constants import SINGLE

Constraints = list[tuple[type[models.Model], Sequence[models.BaseConstraint]]]


def all_hold(row: models.Model, exclude: Any = None) -> bool:
    """Whether every check of the row holds, by one query.

    False says only that each has to be asked by itself, for its own words: one of them fails, or is about a field that
    is left out, or cannot be computed.
    """
    checks = [each for each in row._meta.constraints if isinstance(each, CheckConstraint)]
    if len(checks) < 2 or row._meta.get_parent_list():
        return False
    using = router.db_for_write(type(row), instance=row)
    # What is unknown does not offend, to Postgres as to Django.
    each_holds = [Coalesce(Q(check.condition), Value(True), output_field=BooleanField()) for check in checks]  # noqa: FBT003
    query = Query(None)
    for name, value in row._get_field_expression_map(meta=row._meta, exclude=exclude).items():  # type: ignore[attr-defined]
        query.add_annotation(value if hasattr(value, "resolve_expression") else Value(value), name, select=False)
    query.add_annotation(Value(1), "holds")
    try:
        query.add_q(Q(*each_holds))
        with transaction.atomic(using=using):
            return query.get_compiler(using=using).execute_sql(SINGLE) is not None
    except (FieldError, ValidationError, DatabaseError):
        return False


def without_checks(constraints: Constraints) -> Constraints:
    """What is left to ask when all checks hold."""
    return [(model, [one for one in some if not isinstance(one, CheckConstraint)]) for model, some in constraints]
