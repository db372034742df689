"""A case that somebody opened in an emergency."""

from datetime import timedelta

import factory
from django.utils import timezone

from assurance.models import EmergencyRemark
from mappa import dates
from offenders.models import EmergencyAccess
from tests.factories.world import AgencyFactory, CaseFactory, GuardedFactory, OffenderFactory, UserFactory


class EmergencyAccessFactory(CaseFactory):
    class Meta:
        model = EmergencyAccess

    user = factory.SubFactory(UserFactory)
    agency = factory.LazyAttribute(
        lambda row: row.user.memberships.get().agency if row.user.memberships.exists() else AgencyFactory()
    )
    category = EmergencyAccess.Category.LIFE
    words = "He was seen outside the school with a knife"
    expires_at = factory.LazyAttribute(lambda row: (row.opened_at or timezone.now()) + timedelta(hours=1))
    opened_at = factory.LazyFunction(timezone.now)
    review_due_on = factory.LazyFunction(dates.today)


class EmergencyRemarkFactory(GuardedFactory):
    """A word of a review; `offender=` says of which case."""

    class Meta:
        model = EmergencyRemark
        exclude = ("offender",)

    offender = factory.SubFactory(OffenderFactory)
    access = factory.SubFactory(EmergencyAccessFactory, offender=factory.SelfAttribute("..offender"))
    kind = EmergencyRemark.Kind.QUESTION
    words = "Who rang you?"
    by = factory.SubFactory(UserFactory)
