"""The smallest valid rows of particular groups."""

import factory

from offenders.models import (
    ArmedService,
    CounterTerrorism,
    Immigration,
    Patient,
    PatientSection,
    PatientStep,
    Transition,
)
from tests.factories.identity import FactFactory
from tests.factories.world import AgencyFactory, in_days


class PatientFactory(FactFactory):
    class Meta:
        model = Patient

    section = factory.LazyFunction(lambda: PatientSection.objects.get(code="37"))
    hospital = "Fernhollow Clinic"
    from_on = factory.LazyFunction(lambda: in_days(-100))


class PatientStepFactory(FactFactory):
    class Meta:
        model = PatientStep

    kind = "leave"
    leave = "community"
    authority = "clinician"
    from_on = factory.LazyFunction(lambda: in_days(10))


class ImmigrationFactory(FactFactory):
    class Meta:
        model = Immigration

    status = "limited"
    from_on = factory.LazyFunction(lambda: in_days(-50))


class CounterTerrorismFactory(FactFactory):
    class Meta:
        model = CounterTerrorism

    lead = "co-led"
    unit = "Counter-terrorism unit, East"
    connection = "relevant"
    from_on = factory.LazyFunction(lambda: in_days(-50))


class ArmedServiceFactory(FactFactory):
    class Meta:
        model = ArmedService

    status = "veteran"
    branch = "army"
    from_on = factory.LazyFunction(lambda: in_days(-5000))


class TransitionFactory(FactFactory):
    class Meta:
        model = Transition

    agreed_on = factory.LazyFunction(lambda: in_days(-5))
    to_agency = factory.SubFactory(AgencyFactory)
    plan = "A joint visit each month"
