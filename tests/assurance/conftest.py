from datetime import timedelta

import pytest

from agencies.models import Role, Standard
from mappa import dates
from offenders.models import Offender
from tests.conftest import member


@pytest.fixture
def switched_on(db):
    """An administrator has switched disposal on."""
    Standard.objects.filter(name="disposal_enabled").update(value=1)


@pytest.fixture
def over(offender):
    """The case ended so long ago that its time is over."""
    ended_on = dates.today() - timedelta(days=366 * 11)
    Offender._base_manager.filter(pk=offender.pk).update(ended_on=ended_on)
    offender.refresh_from_db()
    return offender


@pytest.fixture
def second_officer(police):
    """Ivan keeps retention beside Ingrid."""
    return member(police, Role.Code.INFORMATION_OFFICER, "ivan")
