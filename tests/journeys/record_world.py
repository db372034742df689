"""Cases for the forms of the record, one a form so that no form is in the way of another: `python -m tests.journeys.record_world`.

It runs beside the web server, in the server's environment: asked by JSON on its standard input, answered on its output.
A question is [key, the table whose row the address names, what state the row is to be in].
"""

import json
import sys

import django

if __name__ == "__main__":
    django.setup()

from agencies.models import Agency, Area, User
from offenders.models import Offender
from tests import factories
from tests.factories import FACTORIES, OffenderFactory
from tests.journeys.record_states import STATES


def a_case(**values: object) -> Offender:
    """A case of Bedfordshire that the demo's probation officer leads."""
    area = Area.objects.get(slug="bedfordshire")
    officer = User.objects.get(email="probation@demo.invalid")
    known = {
        "surname": "Formby",
        "forenames": "Walter",
        "area": area,
        "lead_agency": Agency.objects.get(area=area, kind__code="probation"),
        "lead_officer": officer,
        "registered_by": officer,
        "level_period": True,
    }
    return OffenderFactory(**known | values)


def row(model: str, state: str) -> str:
    """The reference of a new row of a table, on a case of its own."""
    if state:
        return STATES[state](a_case).reference
    table = next(table for table in FACTORIES if table.__name__ == model)
    if table is Offender:
        return a_case().reference
    return FACTORIES[table](offender=a_case()).reference


if __name__ == "__main__":
    for each in {each for name, each in vars(factories).items() if name.endswith("Factory")}:
        each.reset_sequence(User.objects.count(), force=True)  # numbers go on from what is there already
    asked = json.load(sys.stdin)
    json.dump({key: row(model, state) for key, model, state in asked}, sys.stdout)
