"""Who may see a row: by the small model where its table is all of a case or has readers that the model knows."""

from functools import cache

from offenders.models import Document, Note, Offender, Victim, VictimRequest
from offenders.models.offender import CaseModel, CaseQuerySet
from tests.attack import policy
from tests.matrix.situations import CASE


@cache
def is_all_of_a_case(kind):
    """Is a row seen by whoever sees the case, and by nobody else?"""
    return kind is Offender or (
        issubclass(kind, CaseModel) and type(kind._default_manager.all()).visible_to is CaseQuerySet.visible_to
    )


def sees_row(model, person, user, row):
    """By the model; a table with readers of its own is asked, and shows nothing of a case to whoever must not see it."""
    kind = type(row)
    if is_all_of_a_case(kind):
        return model.sees(person, CASE)
    if kind in {Victim, VictimRequest}:
        return model.reads_victims(person, CASE)
    if kind is Note:
        return model.reads_note(person, CASE, policy.Note(by="", for_authority=row.audience != Note.Audience.EVERYONE))
    seen = kind.objects.visible_to(user).filter(pk=row.pk).exists()
    return seen and (model.sees(person, CASE) or kind is not Document)
