"""Annual reports, and totals that were published before."""

import factory
from django.utils import timezone

from mappa import dates
from reviews.annual.tables import definitions
from reviews.models import AnnualReport, PublishedTotal
from reviews.models.annual import first_day, last_day, year_before
from tests.factories.figures import SnapshotFactory
from tests.factories.world import AreaFactory, GuardedFactory, UserFactory, in_days

# Bedfordshire on 31 March 2023: 816 in all and 568 registered sexual offenders; how the rest divides is invented.
COUNTED = {
    "eligible": {
        "1-1": 550,
        "1-2": 14,
        "1-3": 4,
        "2-1": 235,
        "2-2": 4,
        "2-3": 1,
        "3-2": 2,
        "3-3": 1,
        "4-1": 4,
        "4-2": 1,
    },
    "managed": {"1-2": 31, "1-3": 6, "2-2": 22, "2-3": 3, "3-2": 4, "3-3": 2, "4-2": 1},
    "notification-breaches": [5, 3, 6, 4],
    "lifetime-revoked": [1, 0, 2, 0],
    "shpo": [9, 8, 12, 7],
    "shpo-travel": [1, 0, 0, 1],
    "notification-orders": [0, 0, 0, 0],
    "sro-breaches": [0, 1, 0, 0],
    "returned-licence": {"1-2": 3, "2-2": 3, "2-3": 1},
    "returned-order": {},
    "serious": {"0-2": 1},
    "population": {"people": 600_000, "year": 2024, "source": "Invented"},
}


def of_area() -> factory.Maybe:
    return factory.Maybe("offender", factory.SelfAttribute("offender.area"), factory.SubFactory(AreaFactory))


class AnnualReportFactory(GuardedFactory):
    """A draft; with `approved` or `published`, what it became."""

    class Meta:
        model = AnnualReport
        skip_postgeneration_save = True

    class Params:
        offender = None
        approved = factory.Trait(
            state="approved",
            approved_at=factory.LazyFunction(timezone.now),
            approved_by=factory.SubFactory(UserFactory),
        )
        published = factory.Trait(
            approved=True,
            state="published",
            published_at=factory.LazyFunction(timezone.now),
            published_by=factory.SubFactory(UserFactory),
        )

    area = of_area()
    year = factory.LazyFunction(lambda: year_before(dates.today()))
    due_on = factory.LazyFunction(lambda: in_days(30))
    state = "draft"
    figures = factory.SubFactory(
        SnapshotFactory,
        kind="annual-report",
        area=factory.SelfAttribute("..area"),
        first=factory.LazyAttribute(lambda row: first_day(row.factory_parent.year)),
        last=factory.LazyAttribute(lambda row: last_day(row.factory_parent.year)),
        content=factory.LazyFunction(lambda: dict(COUNTED)),
        definitions=factory.LazyFunction(lambda: [definition.as_kept() for definition in definitions()]),
    )
    arrangements = "Police, probation and prisons work together."
    commentary = "The numbers are much as they were."


class PublishedTotalFactory(GuardedFactory):
    class Meta:
        model = PublishedTotal

    class Params:
        offender = None

    area = of_area()
    year = 2021
    table = "eligible"
    number = 827
    source = "Annual report 2021-22"
    entered_by = factory.SubFactory(UserFactory)
