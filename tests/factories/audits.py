"""Audits: a sample of an area and month, an audit of it, its scores and findings."""

from datetime import timedelta

import factory
from django.utils import timezone

from mappa import dates
from reviews.models import Audit, AuditFinding, AuditForm, AuditSample, AuditScore
from tests.factories.panels import meeting_of
from tests.factories.world import AreaFactory, GuardedFactory, OffenderFactory, UserFactory


def last_month():
    return dates.add_months(dates.today().replace(day=1), -1)


class AuditSampleFactory(GuardedFactory):
    class Meta:
        model = AuditSample

    class Params:
        offender = None

    area = factory.Maybe("offender", factory.SelfAttribute("offender.area"), factory.SubFactory(AreaFactory))
    kind = "case"
    # Each of another month: an area has one a month.
    month = factory.Sequence(lambda n: dates.add_months(last_month(), -n))
    form = factory.LazyAttribute(lambda o: AuditForm.objects.get(kind=o.kind, edition="2012"))
    seed = "0" * 32
    digest = "0" * 64
    asked = 5
    drawn_by = factory.SubFactory(UserFactory)


SENT = {"sent_at": factory.LazyFunction(timezone.now)}
CHECKED = {"checked_at": factory.LazyFunction(timezone.now), "checked_by": factory.SubFactory(UserFactory)}
SIGNED = {"signed_at": factory.LazyFunction(timezone.now), "signed_by": factory.SubFactory(UserFactory)}


class AuditFactory(GuardedFactory):
    """Of a case, being audited. `sent`, `checked` and `signed` bring it further."""

    class Meta:
        model = Audit

    class Params:
        of_meeting = factory.Trait(
            offender=None,
            meeting=meeting_of(),
            sample=factory.SubFactory(
                AuditSampleFactory, kind="meeting", area=factory.SelfAttribute("..meeting.area"), offender=None
            ),
        )
        sent = factory.Trait(state=Audit.State.TO_CHECK, **SENT)
        checked = factory.Trait(state=Audit.State.TO_SIGN, **SENT, **CHECKED)
        signed = factory.Trait(state=Audit.State.SIGNED, due_on=None, **SENT, **CHECKED, **SIGNED)

    offender = factory.SubFactory(OffenderFactory)
    sample = factory.SubFactory(AuditSampleFactory, offender=factory.SelfAttribute("..offender"))
    place = factory.Sequence(lambda n: n)
    stratum = "Level 2, Probation"
    state = Audit.State.TO_DO
    auditor = factory.SubFactory(UserFactory)
    due_on = factory.LazyFunction(lambda: dates.today() + timedelta(days=20))


class AuditScoreFactory(GuardedFactory):
    class Meta:
        model = AuditScore
        exclude = ("offender",)

    offender = factory.SubFactory(OffenderFactory)
    audit = factory.SubFactory(AuditFactory, offender=factory.SelfAttribute("..offender"))
    question = factory.LazyAttribute(lambda o: o.audit.sample.form.questions.first())
    score = 3


class AuditFindingFactory(GuardedFactory):
    class Meta:
        model = AuditFinding
        exclude = ("offender",)

    offender = factory.SubFactory(OffenderFactory)
    audit = factory.SubFactory(AuditFactory, offender=factory.SelfAttribute("..offender"))
    words = "Agencies did not bring a report"
    action = factory.Sequence(lambda n: f"Ask for reports a week before ({n})")
    owner = factory.SubFactory(UserFactory)
    due_on = factory.LazyFunction(lambda: dates.today() + timedelta(days=30))
    made_by = factory.SubFactory(UserFactory)
