"""The world, and everybody at a browser, are those of the walk over all routes."""

import pytest

from tests.matrix.extent import ASKED
from tests.test_routes import rendered_plainly, sitting, world

__all__ = ["rendered_plainly", "sitting", "world"]


@pytest.fixture
def people(request, world):
    return {person: request.getfixturevalue(person) for person in ASKED}
