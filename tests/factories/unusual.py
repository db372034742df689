"""Unusual accesses: what a rule found in one person's day, to be looked at."""

from datetime import timedelta

import factory
from django.utils import timezone

from assurance.models import UnusualAccess
from mappa import dates
from tests.factories.world import AgencyFactory, GuardedFactory, OffenderFactory, UserFactory


class UnusualAccessFactory(GuardedFactory):
    """To be looked at. `to_explain` asks a manager, `answered` has his answer."""

    class Meta:
        model = UnusualAccess
        exclude = ("offender",)

    class Params:
        to_explain = factory.Trait(
            state=UnusualAccess.State.ASKED,
            manager=factory.SubFactory(UserFactory),
            asked_by=factory.SubFactory(UserFactory),
            asked_at=factory.LazyFunction(timezone.now),
            explain_by=factory.LazyFunction(lambda: dates.today() + timedelta(days=7)),
        )
        answered = factory.Trait(
            to_explain=True,
            state=UnusualAccess.State.ANSWERED,
            explanation="He covered for a colleague.",
            explained_at=factory.LazyFunction(timezone.now),
        )

    offender = factory.SubFactory(OffenderFactory)
    area = factory.SelfAttribute("offender.area")
    agency = factory.SubFactory(AgencyFactory, area=factory.SelfAttribute("..area"))
    person = factory.SubFactory(UserFactory)
    rule = "own-name"
    on = factory.LazyFunction(dates.today)
    case_id = factory.SelfAttribute("offender.pk")
    case_reference = factory.SelfAttribute("offender.reference")
    found = factory.LazyFunction(lambda: {"times": 1})
    due_on = factory.LazyFunction(lambda: dates.today() + timedelta(days=7))
