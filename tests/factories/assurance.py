"""What becomes of records: their disposal."""

import factory
from django.utils import timezone

from assurance.models import RecordDisposal
from tests.factories.world import GuardedFactory, OffenderFactory, UserFactory

State = RecordDisposal.State


class RecordDisposalFactory(GuardedFactory):
    """A proposal; `approved` is decided and waits for the worker. `offender=` says of which case."""

    class Meta:
        model = RecordDisposal
        exclude = ("offender",)

    class Params:
        approved = factory.Trait(
            state=State.APPROVED,
            approved_by=factory.SubFactory(UserFactory),
            decided_at=factory.LazyFunction(timezone.now),
        )

    offender = factory.SubFactory(OffenderFactory)
    area = factory.SelfAttribute("offender.area")
    case = factory.SelfAttribute("offender.pk")
    case_reference = factory.SelfAttribute("offender.reference")
    ground = RecordDisposal.Ground.RETENTION
    reason = "Kept long enough"
    proposed_by = factory.SubFactory(UserFactory)
