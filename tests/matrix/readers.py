"""Who may see a row: by the small model, whether its table is all of a case or has readers of its own."""

from functools import cache

from offenders.models import Offender
from offenders.models.offender import CaseModel, CaseQuerySet
from tests.matrix.audiences import AUDIENCES, Reader
from tests.matrix.situations import CASE, name_of


@cache
def is_all_of_a_case(kind):
    """Is a row seen by whoever sees the case, and by nobody else?"""
    return kind is Offender or (
        issubclass(kind, CaseModel) and type(kind._default_manager.all()).visible_to is CaseQuerySet.visible_to
    )


def is_modelled(kind):
    """Or the table itself is asked, and a rule of it that is too wide surprises nobody."""
    return kind in AUDIENCES or is_all_of_a_case(kind)


def sees_row(model, person, user, row):
    kind = type(row)
    if kind in AUDIENCES:
        return AUDIENCES[kind](Reader(model, person, user.pk), row)
    if kind is Offender:
        return model.sees(person, name_of(row))
    return model.sees(person, CASE) if is_all_of_a_case(kind) else shown(user, row)


def shown(user, row):
    """By the table."""
    return type(row).objects.visible_to(user).filter(pk=row.pk).exists()
