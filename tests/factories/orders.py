"""Orders, licences, monitoring, approved premises and breaches."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from offenders.models import (
    Breach,
    ConditionText,
    Licence,
    LicenceCondition,
    Monitoring,
    Order,
    OrderKind,
    OrderTerm,
    OrderVariation,
    Premises,
    PremisesPlace,
    PremisesProposal,
)
from tests.factories.world import AreaFactory, CaseFactory, UserFactory, in_days


class OrderKindFactory(DjangoModelFactory):
    class Meta:
        model = OrderKind
        django_get_or_create = ("code",)

    code = "shpo"
    name = factory.LazyAttribute(lambda o: o.code.title())
    statute = "Test"
    made_by = "Court"
    citation = "Test"


class OrderFactory(CaseFactory):
    class Meta:
        model = Order

    kind = factory.SubFactory(OrderKindFactory)
    court = "Luton Crown Court"
    made_on = date(2024, 3, 1)
    starts_on = factory.SelfAttribute("made_on")
    ends_on = factory.LazyFunction(lambda: in_days(2000))
    recorded_by = factory.SubFactory(UserFactory)


class OrderVariationFactory(CaseFactory):
    class Meta:
        model = OrderVariation

    order = factory.SubFactory(OrderFactory, offender=factory.SelfAttribute("..offender"))
    varied_on = date(2025, 3, 3)
    court = "Luton Crown Court"
    reason = "On application"
    by = factory.SubFactory(UserFactory)


class OrderTermFactory(CaseFactory):
    class Meta:
        model = OrderTerm

    order = factory.SubFactory(OrderFactory, offender=factory.SelfAttribute("..offender"))
    kind = OrderTerm.Kind.PROHIBITION
    text = "Using a device without risk management software"
    from_on = factory.SelfAttribute("order.starts_on")
    recorded_by = factory.SubFactory(UserFactory)


class ConditionTextFactory(DjangoModelFactory):
    class Meta:
        model = ConditionText
        django_get_or_create = ("code",)

    code = "curfew-hours"
    group = ConditionText.Group.CURFEW
    title = "Curfew"
    text = "Stay at home between [time] and [time]"
    citation = "Test"


class LicenceFactory(CaseFactory):
    class Meta:
        model = Licence

    kind = Licence.Kind.DETERMINATE
    starts_on = factory.LazyFunction(lambda: in_days(-100))
    ends_on = factory.LazyFunction(lambda: in_days(300))
    made_by = "governor"
    recorded_by = factory.SubFactory(UserFactory)


class LicenceConditionFactory(CaseFactory):
    class Meta:
        model = LicenceCondition

    licence = factory.SubFactory(LicenceFactory, offender=factory.SelfAttribute("..offender"))
    wording = factory.SubFactory(ConditionTextFactory)
    text = "Stay at home between 7pm and 7am"
    added_on = factory.LazyFunction(lambda: in_days(-50))
    imposed_by = "governor"
    recorded_by = factory.SubFactory(UserFactory)


class MonitoringFactory(CaseFactory):
    class Meta:
        model = Monitoring

    kind = Monitoring.Kind.CURFEW
    provider = "Example Tags"
    condition = factory.SubFactory(LicenceConditionFactory, offender=factory.SelfAttribute("..offender"))
    fitted_on = factory.LazyFunction(lambda: in_days(-40))
    recorded_by = factory.SubFactory(UserFactory)


class PremisesFactory(DjangoModelFactory):
    class Meta:
        model = Premises
        django_get_or_create = ("code",)

    code = "example-house"
    name = factory.LazyAttribute(lambda o: o.code.replace("-", " ").title())
    area = factory.SubFactory(AreaFactory, slug="area-of-premises")
    beds = 2


class PremisesProposalFactory(CaseFactory):
    class Meta:
        model = PremisesProposal

    proposed_by = PremisesProposal.Proposer.MEETING
    proposed_on = factory.LazyFunction(lambda: in_days(-30))
    needed_from = factory.LazyFunction(lambda: in_days(-5))
    reasons = "No other address can be approved"
    recorded_by = factory.SubFactory(UserFactory)

    class Params:
        accepted = factory.Trait(
            decision="accepted",
            decided_by="premises-unit",
            decided_by_officer="Pat Example, placements",
            decided_on=factory.LazyFunction(lambda: in_days(-20)),
            decision_reasons="Risk and need",
        )


class PremisesPlaceFactory(CaseFactory):
    class Meta:
        model = PremisesPlace

    proposal = factory.SubFactory(PremisesProposalFactory, offender=factory.SelfAttribute("..offender"), accepted=True)
    premises = factory.SubFactory(PremisesFactory)
    bed = 1
    from_on = factory.LazyFunction(lambda: in_days(-5))
    until_on = factory.LazyFunction(lambda: in_days(60))
    recorded_by = factory.SubFactory(UserFactory)


class BreachFactory(CaseFactory):
    class Meta:
        model = Breach

    order = factory.SubFactory(OrderFactory, offender=factory.SelfAttribute("..offender"))
    happened_on = factory.LazyFunction(lambda: in_days(-3))
    what = "A second device was found"
    action = Breach.Action.POLICE
    recorded_by = factory.SubFactory(UserFactory)
