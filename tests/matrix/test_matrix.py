"""Every page × everybody × whatever is between them and the case: who sees it is the small model's word.

The suite asks one page of each table for some people; all of them by every method, with the number of cells:

    MATRIX=all python3 -m running exec -- pytest -q -s tests/matrix
"""

import os
import sys
from functools import cache

import pytest

from agencies.access import allowed
from offenders.models import Document, Note, Offender, Victim, VictimRequest
from offenders.models.offender import CaseModel, CaseQuerySet
from offenders.visibility import one_scope
from tests.attack import policy
from tests.matrix.situations import CASE, SITUATIONS, another_area, own, put, shared
from tests.test_routes import CAST, FOR_AUTHORITIES, FOR_POLICE, PAGES, address, answer

EVERYTHING = os.environ.get("MATRIX") == "all"
METHODS = ("get", "post", "put", "patch", "delete") if EVERYTHING else ("get",)
# Without MATRIX=all: those who might see the case, where the walk over all routes does not go.
ASKED = CAST if EVERYTHING else ["coordinator", "practitioner", "area_officer", "housing", "victim_liaison"]
WALKED = SITUATIONS if EVERYTHING else [each for each in SITUATIONS if each not in {own, shared, another_area}]
SHOWN = {200, 204, 302, 405, 503}


def pages():
    """All of them; or of each table the first."""
    if EVERYTHING:
        return PAGES
    first = {}
    for path, view in PAGES:
        if view.guards is not None:
            first.setdefault(view.guards, (path, view))
    return sorted(first.values(), key=lambda page: page[0])


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


def expected(model, person, user, view, row):
    """What the answer may be."""
    if row is not None and not sees_row(model, person, user, row):
        return {404}
    if view.__name__ in FOR_AUTHORITIES | FOR_POLICE:
        return SHOWN | {403}
    return SHOWN if allowed(user, view.permission, on=row) else {403, 405}


@pytest.fixture
def people(request, world):
    return {person: request.getfixturevalue(person) for person in CAST}


@pytest.mark.parametrize("situation", WALKED, ids=lambda each: each.__name__)
def test_everybody_is_shown_what_the_policy_gives(
    client, world, people, sitting, rendered_plainly, offender, situation
):
    model = put(offender, people, situation)
    surprises, cells = [], 0
    for path, view in pages():
        row = world[view.guards] if view.guards else None
        row = offender if isinstance(row, Offender) else row
        for person in ASKED:
            cookies, user = sitting[person][1], type(offender.registered_by).objects.get(pk=people[person].pk)
            with one_scope():
                wanted = expected(model, person, user, view, row)
            for method in METHODS:
                found = answer(client, cookies, method, address(path, getattr(row, "reference", ""))).status_code
                cells += 1
                if found not in wanted:
                    surprises.append((path, person, method, found, sorted(wanted)))

    sys.stdout.write(f"\n{situation.__name__}: {cells} cells, {len(surprises)} surprises\n")
    assert surprises == []
