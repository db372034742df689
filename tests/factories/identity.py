"""The smallest valid rows of who a person is."""

import factory

from offenders.models import (
    Address,
    BirthDate,
    Characteristic,
    CharacteristicValue,
    Contact,
    Occupation,
    Relationship,
    Vehicle,
)
from tests.factories.world import CaseFactory, UserFactory, in_days


class FactFactory(CaseFactory):
    class Meta:
        abstract = True

    added_by = factory.SubFactory(UserFactory)


class BirthDateFactory(FactFactory):
    class Meta:
        model = BirthDate

    kind = "other"
    first = factory.Sequence(lambda n: in_days(-15000 + n))
    last = factory.SelfAttribute("first")


class AddressFactory(FactFactory):
    class Meta:
        model = Address

    kind = "home"
    address = factory.Sequence(lambda n: f"{n} Mill Lane\nBedford")
    postcode = "MK40 1AA"
    from_on = in_days(-100)


class ContactFactory(FactFactory):
    class Meta:
        model = Contact

    kind = "mobile"
    typed = factory.SelfAttribute("value")
    value = factory.Sequence(lambda n: f"+447700{900000 + n}")


class VehicleFactory(FactFactory):
    class Meta:
        model = Vehicle

    mark = factory.Sequence(lambda n: f"AB{n % 100:02d}CDE")


class OccupationFactory(FactFactory):
    class Meta:
        model = Occupation

    kind = "employment"
    organisation = "Bakery"
    vulnerable_contact = "no"


class RelationshipFactory(FactFactory):
    class Meta:
        model = Relationship

    relation = "friend"
    name = factory.Sequence(lambda n: f"Friend {n}")
    is_child = "no"


class CharacteristicFactory(FactFactory):
    class Meta:
        model = Characteristic

    kind = "religion"
    value = factory.LazyAttribute(lambda row: CharacteristicValue.objects.filter(kind=row.kind).first())
