"""The smallest valid row of each table about approved minutes."""

import factory
from django.utils import timezone

from panels.models import Amendment, Distribution, ExecutiveSummary, MinutesCopy, OnwardRequest
from tests.factories.world import (
    AgencyFactory,
    GuardedFactory,
    ItemFactory,
    MeetingFactory,
    OffenderFactory,
    UserFactory,
    in_days,
)


class DistributionFactory(ItemFactory):
    class Meta:
        model = Distribution

    agency = factory.SubFactory(AgencyFactory)
    basis = Distribution.Basis.ATTENDED
    told_at = factory.LazyFunction(timezone.now)
    read_due_on = factory.LazyFunction(lambda: in_days(5))


class AmendmentFactory(ItemFactory):
    class Meta:
        model = Amendment

    part = Amendment.Part.RATIONALE
    was = "The plan holds"
    becomes = "The plan holds without us"
    reason = "A word was missing"
    proposed_by = factory.SubFactory(UserFactory)
    due_on = factory.LazyFunction(lambda: in_days(5))


class OnwardRequestFactory(ItemFactory):
    class Meta:
        model = OnwardRequest

    agency = factory.SubFactory(AgencyFactory)
    reason = "It houses the person from Monday"
    asked_by = factory.SubFactory(UserFactory)
    due_on = factory.LazyFunction(lambda: in_days(2))


class ExecutiveSummaryFactory(ItemFactory):
    class Meta:
        model = ExecutiveSummary

    covering = "This is what the meeting decided"
    facts = factory.LazyFunction(lambda: [["Level decided", "Level 2"]])
    version = 1
    released_by = factory.SubFactory(UserFactory)


class MinutesCopyFactory(GuardedFactory):
    class Meta:
        model = MinutesCopy
        exclude = ("offender",)

    offender = factory.SubFactory(OffenderFactory)
    meeting = factory.SubFactory(MeetingFactory, area=factory.SelfAttribute("..offender.area"))
    reader = factory.LazyAttribute(lambda o: o.offender.lead_officer or UserFactory())
    kind = MinutesCopy.Kind.PAGE
    version = 1
    digest = "0" * 64
