"""What becomes of records: their disposal, and what the person asks for."""

import factory
from django.utils import timezone

from assurance.models import AccessRequest, PackDecision, RecordDisposal
from mappa import dates
from offenders.models import Dispute
from tests.factories.world import CaseFactory, GuardedFactory, OffenderFactory, UserFactory

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


class AccessRequestFactory(CaseFactory):
    class Meta:
        model = AccessRequest

    asker = AccessRequest.Asker.PERSON
    identity = "Passport seen"
    received_on = factory.LazyFunction(dates.today)
    due_on = factory.LazyAttribute(lambda row: dates.add_months(row.received_on, 1))
    recorded_by = factory.SubFactory(UserFactory)


class PackDecisionFactory(CaseFactory):
    class Meta:
        model = PackDecision

    request = factory.SubFactory(AccessRequestFactory, offender=factory.SelfAttribute("..offender"))
    model = "offenders.Note"
    row = factory.Sequence(lambda n: n)
    digest = "0" * 64
    decided_by = factory.SubFactory(UserFactory)


class DisputeFactory(CaseFactory):
    class Meta:
        model = Dispute

    page = Dispute.Page.IDENTITY
    fact = factory.Sequence(lambda n: f"The address of {n + 1990}")
    claim = "Never lived there"
    received_on = factory.LazyFunction(dates.today)
    due_on = factory.LazyAttribute(lambda row: dates.add_months(row.received_on, 1))
    recorded_by = factory.SubFactory(UserFactory)
