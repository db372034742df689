"""What somebody recorded of a step before a release."""

import factory

from mappa import dates
from reviews.models import ReleaseEntry
from tests.factories.world import CaseFactory, UserFactory


class ReleaseEntryFactory(CaseFactory):
    class Meta:
        model = ReleaseEntry

    step = ReleaseEntry.Step.DWP
    outcome = ReleaseEntry.Outcome.DONE
    on = factory.LazyFunction(dates.today)
    words = "Sent to the contact of Jobcentre Plus"
    by = factory.SubFactory(UserFactory)
