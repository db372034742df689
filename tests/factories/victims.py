"""Victims, the contact scheme and warnings: the smallest valid row of each."""

import factory
from factory.django import DjangoModelFactory

from offenders.models import (
    CaseWarning,
    ContactScheme,
    EarlierVictim,
    Victim,
    VictimContact,
    VictimRequest,
    WarningKind,
)
from tests.factories.world import AgencyFactory, CaseFactory, UserFactory, in_days


class VictimFactory(CaseFactory):
    class Meta:
        model = Victim

    kind = Victim.Kind.VICTIM
    name = "Wilhelmina Oakapple"
    relation = "Former partner"
    added_by = factory.SubFactory(UserFactory)


class OfVictimFactory(CaseFactory):
    """A row of one victim of the same case."""

    class Meta:
        abstract = True

    victim = factory.SubFactory(VictimFactory, offender=factory.SelfAttribute("..offender"))


class EarlierVictimFactory(OfVictimFactory):
    class Meta:
        model = EarlierVictim

    kind = Victim.Kind.VICTIM
    name = "Wilma Oak"
    relation = "Not known"
    changed_by = factory.SubFactory(UserFactory)


class ContactSchemeFactory(OfVictimFactory):
    class Meta:
        model = ContactScheme

    basis = ContactScheme.Basis.STATUTE
    sentenced_on = factory.LazyFunction(lambda: in_days(-30))
    contact_due_on = factory.LazyFunction(lambda: in_days(26))
    next_contact_on = factory.LazyFunction(lambda: in_days(60))
    begun_by = factory.SubFactory(UserFactory)


class VictimContactFactory(OfVictimFactory):
    class Meta:
        model = VictimContact

    kind = VictimContact.Kind.CONTACT
    on = factory.LazyFunction(lambda: in_days(-1))
    words = "Telephoned"
    by = factory.SubFactory(UserFactory)


class VictimRequestFactory(OfVictimFactory):
    class Meta:
        model = VictimRequest

    kind = VictimRequest.Kind.ZONE
    words = "Not north of the canal"
    sent_to = "The governor"
    sent_on = factory.LazyFunction(lambda: in_days(-3))
    answer_due_on = factory.LazyFunction(lambda: in_days(25))
    made_by = factory.SubFactory(UserFactory)


class WarningKindFactory(DjangoModelFactory):
    class Meta:
        model = WarningKind
        django_get_or_create = ("code",)

    code = "ask-liaison"
    words = "Victim contact: ask the liaison officer before disclosing the address"
    citation = "Test"


class CaseWarningFactory(CaseFactory):
    class Meta:
        model = CaseWarning

    kind = factory.SubFactory(WarningKindFactory)
    officer = factory.SubFactory(UserFactory)
    agency = factory.SubFactory(AgencyFactory)
    added_by = factory.SubFactory(UserFactory)
