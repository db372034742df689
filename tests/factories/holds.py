"""A record that is held whole."""

import factory

from offenders.models import LegalHold
from tests.factories.world import CaseFactory, UserFactory


class LegalHoldFactory(CaseFactory):
    class Meta:
        model = LegalHold

    source = factory.Sequence(lambda n: f"SC-{n:04d}")
    reason = "Serious further offence"
    placed_by = factory.SubFactory(UserFactory)
