"""The world, and everybody at a browser, are those of the walk over all routes."""

import pytest
import time_machine
from django.utils import timezone

from tests.matrix.canaries import sow
from tests.matrix.extent import ASKED
from tests.test_routes import CAST, rendered_plainly, sitting, world

__all__ = ["rendered_plainly", "sitting", "world"]


@pytest.fixture
def people(request, world):
    return {person: request.getfixturevalue(person) for person in ASKED}


@pytest.fixture
def everybody(request, world):
    return {person: request.getfixturevalue(person) for person in CAST}


@pytest.fixture
def sown(world, offender, other_case, coordinator, police, housing_agency):
    """Rows for some readers only, by the word that each bears."""
    return sow(world, offender, other_case, coordinator, police, housing_agency)


@pytest.fixture(autouse=True)
def _one_moment():
    """The whole of it takes longer than a session or an emergency lasts."""
    with time_machine.travel(timezone.now(), tick=False):
        yield
