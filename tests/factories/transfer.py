"""Handing a case over: the smallest valid row of each table."""

import factory
from factory.django import DjangoModelFactory

from offenders.models import HandoverItem, HandoverKind, Transfer
from tests.factories.world import AreaFactory, CaseFactory, UserFactory, in_days


class TransferFactory(CaseFactory):
    class Meta:
        model = Transfer

    from_area = factory.SelfAttribute("offender.area")
    to_area = factory.SubFactory(AreaFactory)
    from_agency = factory.SelfAttribute("offender.lead_agency")
    to_agency = factory.SelfAttribute("offender.lead_agency")
    reason = "Moves to his sister"
    proposed_by = factory.SubFactory(UserFactory)
    due_on = factory.LazyFunction(lambda: in_days(14))


class HandoverKindFactory(DjangoModelFactory):
    class Meta:
        model = HandoverKind
        django_get_or_create = ("code",)

    code = "plan"
    name = "The risk management plan is up to date"
    citation = "Test"


class HandoverItemFactory(CaseFactory):
    class Meta:
        model = HandoverItem

    transfer = factory.SubFactory(TransferFactory, offender=factory.SelfAttribute("..offender"))
    kind = factory.SubFactory(HandoverKindFactory)
