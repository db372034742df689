"""Applications under the disclosure scheme: the smallest valid row, and one at each stage."""

from datetime import timedelta

import factory
from django.utils import timezone

from agencies.models import Agency
from disclosures.models import SchemeApplication, SchemeEntry
from tests.factories.world import AgencyFactory, CaseFactory, GuardedFactory, OffenderFactory, UserFactory, in_days


def police_of_the_area(area):
    """The police of an area: those there are, or else new ones."""
    found = Agency.objects.filter(area=area, kind__code="police").first()
    return found or AgencyFactory(area=area, kind__code="police", name=f"Police, {area.name}")


class SchemeApplicationFactory(CaseFactory):
    """Matched to a case of the police's area; `unmatched=True`, with its agency, for one about nobody on record."""

    class Meta:
        model = SchemeApplication

    agency = factory.LazyAttribute(lambda o: police_of_the_area(o.offender.area))
    officer = factory.SubFactory(UserFactory)
    recorded_by = factory.SelfAttribute("officer")
    received_at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))
    channel = "telephone"
    applicant_name = "Gwen Grandmother"
    applicant_contact = "01632 960 001"
    safe_contact = "Weekday mornings only"
    relation = "relative"
    children = "Toby Child, 6"
    subject_name = "Pete Ashdown"
    subject_access = "Lives with the child"
    concern = "He bathes the child alone"
    checks_due_at = factory.LazyAttribute(lambda o: o.received_at + timedelta(hours=24))
    meeting_due_on = factory.LazyFunction(lambda: in_days(10))
    decision_due_on = factory.LazyFunction(lambda: in_days(28))
    whole_due_on = factory.LazyFunction(lambda: in_days(45))
    due_on = factory.LazyAttribute(lambda o: timezone.localdate(o.checks_due_at))

    class Params:
        unmatched = factory.Trait(offender=None)
        urgent = factory.Trait(
            immediate_at=factory.LazyFunction(timezone.now),
            immediate_words="He is alone with the child tonight",
            due_on=factory.LazyFunction(lambda: in_days(0)),
        )
        checked = factory.Trait(
            stage="meeting",
            due_on=factory.SelfAttribute("meeting_due_on"),
            checked_on=factory.LazyFunction(lambda: in_days(0)),
            checked_by=factory.SelfAttribute("officer"),
            checks="Police national computer: one caution",
        )
        met = factory.Trait(
            checked=True,
            stage="assessment",
            due_on=factory.SelfAttribute("decision_due_on"),
            met_on=factory.LazyFunction(lambda: in_days(0)),
            met_by=factory.SelfAttribute("officer"),
            met_how="in-person",
            is_identified=True,
            identity="Passport and council tax bill",
            said="She has not seen the child for a week",
            best_placed="The mother",
            education="Leaflet and helpline",
        )
        assessed = factory.Trait(
            met=True,
            stage="decision",
            assessed_on=factory.LazyFunction(lambda: in_days(0)),
            assessed_by=factory.SelfAttribute("officer"),
            consulted="Children’s services: known",
            assessment="He lives with a child of the age of his victim",
            child_sex_offender=True,
            serious_harm_to_children=True,
            necessary_for_children=True,
            presumption=True,
        )
        decided = factory.Trait(
            assessed=True,
            stage="telling",
            due_on=factory.SelfAttribute("whole_due_on"),
            outcome="disclose",
            decided_on=factory.LazyFunction(lambda: in_days(0)),
            decided_by=factory.SubFactory(UserFactory),
            decided_rank="Superintendent, Police",
            decided_with="Children’s services",
            reasons="The mother can keep him out",
        )


class SchemeEntryFactory(GuardedFactory):
    """`offender=` says to whose case the application is matched."""

    class Meta:
        model = SchemeEntry
        exclude = ("offender",)

    offender = factory.SubFactory(OffenderFactory)
    application = factory.SubFactory(SchemeApplicationFactory, offender=factory.SelfAttribute("..offender"))
    kind = "note"
    text = "She called again"
    by = factory.SubFactory(UserFactory)
