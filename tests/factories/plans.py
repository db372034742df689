"""The smallest valid row of each table of risk management plans."""

import factory
from django.utils import timezone

from assessments.models import Heading, Measure, Plan, PlanSection, PlanShare, PlanTerm
from tests.factories.orders import OrderFactory
from tests.factories.world import AgencyFactory, CaseFactory, UserFactory, in_days


class PlanFactory(CaseFactory):
    class Meta:
        model = Plan

    number = 1
    begun_by = factory.SubFactory(UserFactory)

    class Params:
        sent = factory.Trait(
            state="sent",
            sent_at=factory.LazyFunction(timezone.now),
            sent_by=factory.SubFactory(UserFactory),
            sign_due_on=factory.LazyFunction(lambda: in_days(5)),
            review_on=factory.LazyFunction(lambda: in_days(50)),
        )
        signed = factory.Trait(
            sent=True,
            state="signed",
            signed_at=factory.LazyFunction(timezone.now),
            signed_by=factory.SubFactory(UserFactory),
            share_due_on=factory.LazyFunction(lambda: in_days(5)),
        )
        current = factory.Trait(
            signed=True,
            state="current",
            shared_at=factory.LazyFunction(timezone.now),
            shared_by=factory.SubFactory(UserFactory),
        )


class PlanSectionFactory(CaseFactory):
    class Meta:
        model = PlanSection

    plan = factory.SubFactory(PlanFactory, offender=factory.SelfAttribute("..offender"))
    heading = Heading.SUPERVISION
    text = "Weekly at the office"


class PlanTermFactory(CaseFactory):
    class Meta:
        model = PlanTerm

    plan = factory.SubFactory(PlanFactory, offender=factory.SelfAttribute("..offender"))
    order = factory.SubFactory(OrderFactory, offender=factory.SelfAttribute("..offender"))
    heading = Heading.MONITORING


class PlanShareFactory(CaseFactory):
    class Meta:
        model = PlanShare

    plan = factory.SubFactory(PlanFactory, offender=factory.SelfAttribute("..offender"), current=True)
    agency = factory.SubFactory(AgencyFactory, area=factory.SelfAttribute("..offender.area"))
    due_on = factory.LazyFunction(lambda: in_days(10))


class MeasureFactory(CaseFactory):
    class Meta:
        model = Measure

    plan = factory.SubFactory(PlanFactory, offender=factory.SelfAttribute("..offender"))
    pillar = Heading.SUPERVISION
    text = "See the person at the office each Monday"
    agency = factory.SelfAttribute("offender.lead_agency")
    due_on = factory.LazyFunction(lambda: in_days(30))
    checked_how = "The manager reads the record each month"
