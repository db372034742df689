"""Every verb asks for itself who may: a page, a task or another system that forgets to ask is refused by it.

A verb is a function that changes something for somebody (`by`) in one transaction. This walk finds in the code those that open it
at once, and LATER names the others, so that a new one that forgets to ask is noticed, and so is an old one that asks no more.
"""

import importlib
import inspect
import types
import typing
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from agencies.models import Agency, Area, User
from mappa.guard import ProtectedModel
from offenders.models import Address, Patient
from panels.models import AgendaItem
from tests.test_guard import row_of

ROOT = Path(__file__).parent.parent
ROOMS = ("offenders", "assessments", "disclosures", "panels", "assurance", "reviews")
NO_VERBS = {"migrations", "views", "api", "management", "demo", "templatetags", "models", "tasks.py"}
# Verbs that open a transaction later than at once.
LATER = {
    "assurance.disposing.propose_disposal",
    "offenders.actions.documents.add_document",
    "offenders.actions.documents.add_version",
    "offenders.actions.identity.add_fact",
    "offenders.actions.identity.add_identifier",
    "offenders.actions.identity.correct_fact",
    "offenders.actions.photographs.add_photograph",
    "offenders.actions.photographs.replace_photograph",
    "offenders.imports.verbs.bring",
    "offenders.imports.verbs.for_a_check",
    "offenders.imports.verbs.load_row",
    "offenders.imports.verbs.of_file",
    "panels.actions.evidence.upload_evidence",
    "reviews.actions.board_meetings.add_paper",
}
# What several verbs do, each of which has asked.
ASKED_BEFORE = {"offenders.actions.holds.place_hold", "offenders.actions.holds.lift_hold"}
# These ask about no case: whoever may do them at all, may. Nora, who sees no case, may not.
OF_NO_CASE = {
    "offenders.actions.emergency.open_in_emergency",
    "offenders.imports.verbs.bring",
    "offenders.imports.verbs.finish",
    "offenders.imports.verbs.for_a_check",
    "offenders.imports.verbs.of_file",
    "offenders.saved_views.save_view",
}
# Whoever was asked answers, and is found in the row: tests/assurance/test_review_emergency.py.
OF_ONE_PERSON = {"assurance.actions.answer_emergency"}
# Where the hint is a kind of rows.
ROWS = {
    "offenders.actions.groups": {"fact": Patient},
    "offenders.actions.identity": {"fact": Address},
    "panels.actions.order": {"item": AgendaItem},
}


def functions():
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if not NO_VERBS & set(path.relative_to(ROOT).parts):
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
                module = importlib.import_module(name)
                yield from ((f"{name}.{each.__name__}", each) for each in vars(module).values() if is_of(each, name))


def is_of(found, module):
    return inspect.isfunction(found) and found.__module__ == module and not found.__name__.startswith("_")


def is_verb(name, function):
    by = inspect.signature(function).parameters.get("by")
    in_one_transaction = hasattr(function, "__wrapped__") or name in LATER
    return in_one_transaction and by is not None and by.kind == by.KEYWORD_ONLY


VERBS = {name: function for name, function in functions() if is_verb(name, function)}


def answer(hint, offender):
    """Something for a parameter: a row about the case, or nothing where that is not what is asked for."""
    for kind in typing.get_args(hint) if isinstance(hint, types.UnionType) else [hint]:
        if kind in (User, Area, Agency):
            return {User: offender.lead_officer, Area: offender.area, Agency: offender.lead_agency}[kind]
        if kind is str:
            return "x"
        if isinstance(kind, type) and issubclass(kind, ProtectedModel) and not kind._meta.abstract:
            return row_of(kind, offender)
    return None


def answers(verb, offender):
    rows = ROWS.get(verb.__module__, {})
    asked = {name: given.annotation for name, given in inspect.signature(verb).parameters.items() if name != "by"}
    return {name: answer(rows.get(name, hint), offender) for name, hint in asked.items()}


@pytest.mark.parametrize("name", sorted(VERBS.keys() - ASKED_BEFORE - OF_ONE_PERSON))
def test_a_verb_refuses_who_may_not(name, offender, outsider, national):
    known = answers(VERBS[name], offender)

    with pytest.raises(PermissionDenied):
        VERBS[name](**known, by=national if name in OF_NO_CASE else outsider)


def test_what_is_told_apart_is_there():
    assert VERBS.keys() >= ASKED_BEFORE | OF_NO_CASE | OF_ONE_PERSON | LATER
