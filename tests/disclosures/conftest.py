"""An agency that is asked about a person whose case it does not see."""

import pytest

from agencies.models import Role
from tests.conftest import member
from tests.factories import InformationRequestFactory


@pytest.fixture
def asked(offender, health_agency, practitioner):
    """Bob asks health, which does not see the case."""
    return InformationRequestFactory(
        offender=offender,
        agency=health_agency,
        asked_by=practitioner,
        details=[["Date of birth", "14 May 1981"]],
        purpose="To plan where he can live",
        questions="Is he known to the community team?",
    )


@pytest.fixture
def contact_point(health_agency):
    """Hope is health's contact point."""
    return member(health_agency, Role.Code.CONTACT_POINT, "hope")
