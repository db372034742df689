"""The smallest valid row of an import."""

import factory

from offenders.models import ImportRow, ImportRun, SourceStatus
from tests.factories.world import AgencyFactory, CaseFactory, GuardedFactory, UserFactory


class ImportRunFactory(GuardedFactory):
    class Meta:
        model = ImportRun
        exclude = ("offender",)

    offender = None  # it belongs to no case
    by = factory.SubFactory(UserFactory)
    agency = factory.SubFactory(AgencyFactory)
    area = factory.SelfAttribute("agency.area")
    state = ImportRun.State.LOADED
    file_name = "cases.csv"
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    size = 100
    encoding = "utf-8"
    delimiter = ","
    rows = 1


class ImportRowFactory(GuardedFactory):
    class Meta:
        model = ImportRow
        exclude = ("offender",)

    offender = None  # it belongs to no case
    run = factory.SubFactory(ImportRunFactory)
    area = factory.SelfAttribute("run.area")
    number = 2
    cells = factory.LazyFunction(lambda: {"surname": "Bell"})
    reasons = factory.LazyFunction(
        lambda: [{"code": "missing", "words": "First names: is empty", "column": "forenames"}]
    )


class SourceStatusFactory(CaseFactory):
    class Meta:
        model = SourceStatus

    run = factory.SubFactory(ImportRunFactory)
    source = "CAT 2 / LEVEL 2"
    category = 2
    level = 2
    by = factory.SubFactory(UserFactory)
