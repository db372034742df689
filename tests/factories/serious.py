"""Serious further offences and their reviews."""

from datetime import timedelta

import factory
from django.utils import timezone

from mappa import dates
from reviews.models import ChronologyEntry, Recommendation, ReportSection, ReviewFinding, SeriousCase
from tests.factories.world import (
    GuardedFactory,
    OffenderFactory,
    TimelineEntryFactory,
    UserFactory,
)

NOTIFIED = {"notified_at": factory.LazyFunction(timezone.now), "notified_by": factory.SubFactory(UserFactory)}
DECIDED = {
    "decided_at": factory.LazyFunction(timezone.now),
    "decided_by": factory.SubFactory(UserFactory),
    "decision_reasons": "It is mandatory",
}
REPORTED = {"reported_at": factory.LazyFunction(timezone.now), "reported_by": factory.SubFactory(UserFactory)}
ACCEPTED = {"accepted_at": factory.LazyFunction(timezone.now), "accepted_by": factory.SubFactory(UserFactory)}
State = SeriousCase.State


class SeriousCaseFactory(GuardedFactory):
    """A charge, to be notified; `notified`, `reviewed`, `reported` and `accepted` bring it further."""

    class Meta:
        model = SeriousCase

    class Params:
        notified = factory.Trait(state=State.TO_DECIDE, **NOTIFIED)
        reviewed = factory.Trait(state=State.UNDER_REVIEW, **NOTIFIED, **DECIDED)
        reported = factory.Trait(state=State.TO_ACCEPT, **NOTIFIED, **DECIDED, **REPORTED)
        accepted = factory.Trait(state=State.ACCEPTED, **NOTIFIED, **DECIDED, **REPORTED, **ACCEPTED)

    offender = factory.SubFactory(OffenderFactory)
    area = factory.SelfAttribute("offender.area")
    offence = SeriousCase.Offence.RAPE
    # Each of another day: a charge is recorded once.
    committed_on = factory.Sequence(lambda n: dates.today() - timedelta(days=20 + n))
    charged_on = factory.SelfAttribute("committed_on")
    level = 2
    trigger = SeriousCase.Trigger.MANDATORY
    trigger_words = "Managed at level 2 then"
    notice = "What happened"
    recorded_by = factory.SubFactory(UserFactory)
    due_on = factory.LazyFunction(lambda: dates.today() + timedelta(days=5))


class OfReviewFactory(GuardedFactory):
    """A row of a review; `offender=` says of which case."""

    class Meta:
        abstract = True
        exclude = ("offender",)

    offender = factory.SubFactory(OffenderFactory)
    serious = factory.SubFactory(SeriousCaseFactory, reviewed=True, offender=factory.SelfAttribute("..offender"))


class ReportSectionFactory(OfReviewFactory):
    class Meta:
        model = ReportSection

    heading = ReportSection.Heading.WHY
    text = "The board asked for it"
    saved_by = factory.SubFactory(UserFactory)


class ChronologyEntryFactory(OfReviewFactory):
    class Meta:
        model = ChronologyEntry

    source = factory.SubFactory(TimelineEntryFactory, offender=factory.SelfAttribute("..serious.offender"))
    at = factory.LazyFunction(timezone.now)
    title = "Moved"
    drawn_by = factory.SubFactory(UserFactory)


class ReviewFindingFactory(OfReviewFactory):
    class Meta:
        model = ReviewFinding

    kind = ReviewFinding.Kind.LEARNING
    words = "Information was late"
    made_by = factory.SubFactory(UserFactory)


class RecommendationFactory(OfReviewFactory):
    class Meta:
        model = Recommendation

    words = factory.Sequence(lambda n: f"Ask for information earlier ({n})")
    owner = factory.SubFactory(UserFactory)
    due_on = factory.LazyFunction(lambda: dates.today() + timedelta(days=60))
    made_by = factory.SubFactory(UserFactory)
