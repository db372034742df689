"""Records of disclosure to third parties, and what somebody has typed of one."""

import factory
from django.utils import timezone

from disclosures.models import Disclosure, DisclosureDecision, DisclosureDraft, DisclosureReview
from tests.factories.world import CaseFactory, UserFactory, in_days


class DisclosureDecisionFactory(CaseFactory):
    class Meta:
        model = DisclosureDecision

    decision = DisclosureDecision.Decision.NO
    reasons = "Nobody at risk"
    recorded_by = factory.SubFactory(UserFactory)


class DisclosureFactory(CaseFactory):
    """To a head teacher; waits until somebody authorises it."""

    class Meta:
        model = Disclosure

    entry = factory.SubFactory(
        DisclosureDecisionFactory,
        offender=factory.SelfAttribute("..offender"),
        decision="yes",
        to_whom="Jo Example, Head teacher",
        reasons="Pupils pass the address",
        recorded_by=factory.SelfAttribute("..author"),
    )
    author = factory.SubFactory(UserFactory)
    risk = "Contact with children"
    at_risk = "Pupils of the school"
    recipient = "school"
    recipient_name = "Jo Example"
    recipient_role = "Head teacher"
    recipient_organisation = "Example School"
    recipient_address = "1 School Lane"
    information = "He must not be alone with pupils"
    necessity = "Only the school can watch its gates"
    proportionality = "One person is told one thing"
    harm = "Others may learn of it"
    self_disclosure = "He will not"
    joint = "Police with probation"
    representations_sought = True
    representations = "He agrees"
    victim = "Nothing identifies the victim"
    child_sex_offender = True
    serious_harm_to_children = True
    necessary_for_children = True
    asked_for = False
    presumption = True
    tell_by = factory.LazyFunction(lambda: in_days(5))
    review_on = factory.LazyFunction(lambda: in_days(60))
    authorise_by = factory.LazyFunction(lambda: in_days(2))

    class Params:
        authorised = factory.Trait(
            outcome="authorised",
            authorised_on=factory.LazyFunction(lambda: in_days(-3)),
            authorised_at=factory.LazyFunction(timezone.now),
            authorised_by=factory.SubFactory(UserFactory),
            authorised_rank="Superintendent, Police",
            authorised_reasons="All tests are met",
            conditions="Tell nobody else",
            needs_undertaking=True,
        )
        delivered = factory.Trait(
            authorised=True,
            delivered_on=factory.LazyFunction(lambda: in_days(-1)),
            delivered_how="in-person",
            delivered_by="PC Example, police",
            undertaking_on=factory.LazyFunction(lambda: in_days(-1)),
            person_told=True,
            person_told_words="The day before, by probation",
            delivery_recorded_at=factory.LazyFunction(timezone.now),
            delivery_recorded_by=factory.SubFactory(UserFactory),
        )


class DisclosureReviewFactory(CaseFactory):
    class Meta:
        model = DisclosureReview

    disclosure = factory.SubFactory(DisclosureFactory, offender=factory.SelfAttribute("..offender"))
    was_due_on = factory.LazyFunction(lambda: in_days(0))
    reviewed_on = factory.LazyFunction(lambda: in_days(0))
    found = "The school keeps to it"
    by = factory.SubFactory(UserFactory)


class DisclosureDraftFactory(CaseFactory):
    class Meta:
        model = DisclosureDraft

    user = factory.SelfAttribute("offender.lead_officer")
    kept_until = factory.LazyFunction(lambda: in_days(28))
