"""Information requests between agencies: the smallest valid row of each table."""

import factory

from disclosures.models import InformationAnswer, InformationChase, InformationRequest
from tests.factories.world import AgencyFactory, CaseFactory, UserFactory, in_days


class InformationRequestFactory(CaseFactory):
    class Meta:
        model = InformationRequest

    agency = factory.SubFactory(AgencyFactory)
    asking_agency = factory.SelfAttribute("offender.lead_agency")
    gateway = InformationRequest.Gateway.CO_OPERATION
    purpose = "To plan where he can live"
    questions = "Has he held a tenancy with you?"
    name = factory.SelfAttribute("offender.full_name")
    due_on = factory.LazyFunction(lambda: in_days(10))
    chase_on = factory.LazyAttribute(lambda o: max(o.due_on, in_days(0)))
    asked_by = factory.SubFactory(UserFactory)

    class Params:
        answered = factory.Trait(
            state="answered",
            answered_on=factory.LazyFunction(lambda: in_days(0)),
            seen_until=factory.LazyFunction(lambda: in_days(80)),
        )
        withdrawn = factory.Trait(
            state="withdrawn",
            withdrawn_on=factory.LazyFunction(lambda: in_days(0)),
            withdrawn_by=factory.SubFactory(UserFactory),
            withdrawal_reason="Asked twice",
            seen_until=factory.LazyFunction(lambda: in_days(80)),
        )


class InformationAnswerFactory(CaseFactory):
    class Meta:
        model = InformationAnswer

    request = factory.SubFactory(InformationRequestFactory, offender=factory.SelfAttribute("..offender"), answered=True)
    kind = InformationAnswer.Kind.HELD
    text = "He held a tenancy until March"
    audience = InformationAnswer.Audience.EVERYONE
    by = factory.SubFactory(UserFactory)


class InformationChaseFactory(CaseFactory):
    class Meta:
        model = InformationChase

    request = factory.SubFactory(InformationRequestFactory, offender=factory.SelfAttribute("..offender"))
    by = factory.SubFactory(UserFactory)
