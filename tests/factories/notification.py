"""The smallest valid rows of notification requirements."""

from datetime import date

import factory

from offenders.models import (
    ForeignTravel,
    Notification,
    NotificationBreach,
    NotificationDue,
    NotificationRequirement,
    OtherPremises,
    ParentalDirection,
    RequirementPeriod,
    RequirementReview,
    Stay,
)
from tests.factories.world import CaseFactory, UserFactory, in_days


class NotificationRequirementFactory(CaseFactory):
    class Meta:
        model = NotificationRequirement

    regime = "SOA2003"
    basis = NotificationRequirement.Basis.SHPO
    relevant_on = date(2024, 3, 1)
    lasts = NotificationRequirement.Lasts.ORDER
    by = factory.SubFactory(UserFactory)


class RequirementPeriodFactory(CaseFactory):
    class Meta:
        model = RequirementPeriod

    requirement = factory.SubFactory(NotificationRequirementFactory, offender=factory.SelfAttribute("..offender"))
    indefinite = False
    authority = "Sexual Offences Act 2003 s.103G"
    explanation = "For as long as the order lasts"
    by = factory.SubFactory(UserFactory)


class ParentalDirectionFactory(CaseFactory):
    class Meta:
        model = ParentalDirection

    requirement = factory.SubFactory(NotificationRequirementFactory, offender=factory.SelfAttribute("..offender"))
    parent = "Pat Parent"
    from_on = date(2024, 3, 1)
    until = date(2024, 9, 1)
    by = factory.SubFactory(UserFactory)


class RequirementReviewFactory(CaseFactory):
    class Meta:
        model = RequirementReview

    requirement = factory.SubFactory(NotificationRequirementFactory, offender=factory.SelfAttribute("..offender"))
    applied_on = factory.LazyFunction(lambda: in_days(-10))
    by = factory.SubFactory(UserFactory)


class OtherPremisesFactory(CaseFactory):
    class Meta:
        model = OtherPremises

    address = "1 Test Street"
    folded = factory.Sequence(lambda n: f"{n} test street")
    first_on = date(2024, 6, 1)
    by = factory.SubFactory(UserFactory)


class StayFactory(CaseFactory):
    class Meta:
        model = Stay

    premises = factory.SubFactory(OtherPremisesFactory, offender=factory.SelfAttribute("..offender"))
    from_on = date(2024, 6, 1)
    by = factory.SubFactory(UserFactory)


class ForeignTravelFactory(CaseFactory):
    class Meta:
        model = ForeignTravel

    destination = "France"
    leaves_on = date(2024, 7, 1)
    by = factory.SubFactory(UserFactory)


class NotificationFactory(CaseFactory):
    class Meta:
        model = Notification

    requirement = factory.SubFactory(NotificationRequirementFactory, offender=factory.SelfAttribute("..offender"))
    kind = Notification.Kind.PERIODIC
    given_on = date(2025, 3, 1)
    place = "Luton"
    received_by = "PC Example"
    what = "Everything as before"
    by = factory.SubFactory(UserFactory)


class NotificationDueFactory(CaseFactory):
    class Meta:
        model = NotificationDue

    requirement = factory.SubFactory(NotificationRequirementFactory, offender=factory.SelfAttribute("..offender"))
    regime = "SOA2003"
    what = NotificationDue.What.PERIODIC
    due_on = factory.LazyFunction(lambda: in_days(30))
    authority = "Sexual Offences Act 2003 s.85(1)"
    explanation = "Test"


class NotificationBreachFactory(CaseFactory):
    class Meta:
        model = NotificationBreach

    requirement = factory.SubFactory(NotificationRequirementFactory, offender=factory.SelfAttribute("..offender"))
    what = "Did not notify"
    discovered_on = factory.LazyFunction(lambda: in_days(-1))
    by = factory.SubFactory(UserFactory)
