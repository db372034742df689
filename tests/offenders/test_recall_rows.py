"""What the migration makes of the recalls that were kept beside the licence."""

from importlib import import_module
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
from django.apps import apps
from django.db import connection

from offenders.models import Recall
from tests.factories import LicenceFactory, RecallFactory, WhereaboutsPeriodFactory, in_days

migration = import_module("offenders.migrations.0032_recalls_in_one_table")


def gather(*rows):
    """Run it, twice, over rows of the table that is no more."""
    old = MagicMock()
    old.objects.using().select_related().order_by().iterator.return_value = rows

    class Plain:
        """The models as a migration sees them: without a guard."""

        def get_model(self, app, name):
            if name == "LicenceRecall":
                return old
            model = apps.get_model(app, name)
            return type("Model", (), {"objects": model._base_manager, "__new__": lambda cls, **values: model(**values)})

    for _run in range(2):
        migration.gather(Plain(), connection.schema_editor())


@pytest.fixture
def licence(offender, practitioner):
    return LicenceFactory(offender=offender, recorded_by=practitioner)


def old(licence, **more):
    known = {"offender_id": licence.offender_id, "licence_id": licence.pk, "licence": licence, "reason": "Out of touch"}
    known |= {"recalled_on": in_days(-9), "decided_by": "parole-board", "by_id": licence.recorded_by_id}
    return SimpleNamespace(**known | {"resumed_on": None, "resumed_why": ""} | more)


def test_it_is_outstanding_while_nobody_was_returned(licence, practitioner):
    gather(old(licence))

    row = Recall.objects.visible_to(practitioner).outstanding().get()
    assert (row.licence, row.decided_by, row.decided_on) == (licence, "parole-board", in_days(-9))


def test_the_same_day_in_both_tables_is_one_recall(licence, practitioner):
    row = RecallFactory(offender=licence.offender, decided_on=in_days(-9))

    gather(old(licence, resumed_on=in_days(-5), resumed_why="Rescinded"))

    found = Recall.objects.visible_to(practitioner).get()
    assert (found, found.licence, found.resumed_on) == (row, licence, in_days(-5))


def test_whoever_has_been_in_custody_since_was_returned(licence, practitioner):
    stay = {"kind": "custody", "move": "reception", "place": "HMP Example", "from_on": in_days(-8)}
    WhereaboutsPeriodFactory(offender=licence.offender, **stay)

    gather(old(licence))

    row = Recall.objects.visible_to(practitioner).get()
    assert (row.returned_on, row.resumed_on) == (in_days(-8), None)


def test_of_a_licence_that_has_ended_none_is_outstanding(licence, practitioner):
    licence.ended_on, licence.end_reason = in_days(-2), "Sentence served"

    gather(old(licence))

    assert not Recall.objects.visible_to(practitioner).outstanding().exists()
    assert Recall.objects.visible_to(practitioner).get().resumed_why == "Sentence served"
