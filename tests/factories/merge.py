"""The smallest valid row of merging, suspecting duplicates and keeping filters."""

import factory

from offenders.models import DuplicateSuspicion, Merge, MergedRow, SavedView
from tests.factories.world import CaseFactory, GuardedFactory, OffenderFactory, UserFactory


class MergeFactory(CaseFactory):
    class Meta:
        model = Merge

    merged = factory.SubFactory(
        OffenderFactory,
        area=factory.SelfAttribute("..offender.area"),
        lead_agency=factory.SelfAttribute("..offender.lead_agency"),
        merged_into=factory.SelfAttribute("..offender"),
        restricted=True,
    )
    merged_reference = factory.SelfAttribute("merged.reference")
    reason = "The same person"
    made_by = factory.SubFactory(UserFactory)


class MergedRowFactory(GuardedFactory):
    class Meta:
        model = MergedRow
        exclude = ("offender",)

    offender = factory.SubFactory(OffenderFactory)
    merge = factory.SubFactory(MergeFactory, offender=factory.SelfAttribute("..offender"))
    model = "offenders.Offender"
    row = factory.SelfAttribute("merge.merged_id")
    before = factory.LazyFunction(dict)


class DuplicateSuspicionFactory(GuardedFactory):
    class Meta:
        model = DuplicateSuspicion
        exclude = ("offender",)

    offender = factory.SubFactory(OffenderFactory)
    first = factory.SelfAttribute("offender")
    second = factory.SubFactory(
        OffenderFactory,
        area=factory.SelfAttribute("..first.area"),
        lead_agency=factory.SelfAttribute("..first.lead_agency"),
    )
    birth = DuplicateSuspicion.Birth.SAME
    source = DuplicateSuspicion.Source.SEARCH


class SavedViewFactory(GuardedFactory):
    class Meta:
        model = SavedView
        exclude = ("offender",)

    offender = None  # it belongs to no case
    user = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"View {n}")
    filters = factory.LazyFunction(lambda: {"level": "2"})
