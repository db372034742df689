"""What became of an action: its progress, and the documents that show it."""

import factory

from panels.models import Evidence, Progress
from tests.factories.files import DocumentFactory
from tests.factories.world import ActionFactory, GuardedFactory, OffenderFactory, UserFactory


class OfActionFactory(GuardedFactory):
    class Meta:
        abstract = True
        exclude = ("offender",)

    offender = factory.SubFactory(OffenderFactory)
    action = factory.SubFactory(ActionFactory, offender=factory.SelfAttribute("..offender"))
    by = factory.SubFactory(UserFactory)


class ProgressFactory(OfActionFactory):
    class Meta:
        model = Progress

    kind = Progress.Kind.NOTE
    text = "Two visits, nobody in"


class EvidenceFactory(OfActionFactory):
    class Meta:
        model = Evidence

    document = factory.SubFactory(DocumentFactory, offender=factory.SelfAttribute("..offender"))
