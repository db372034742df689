"""The smallest valid rows of categories: decisions, periods, proposals."""

from datetime import date
from typing import Any

import factory

from offenders.models import CategoryDecision, CategoryPeriod, CategoryProposal, Conviction, Offender
from tests.factories.sentences import sentenced
from tests.factories.world import CaseFactory, UserFactory, in_days


class CategoryDecisionFactory(CaseFactory):
    class Meta:
        model = CategoryDecision

    kind = CategoryDecision.Kind.DANGEROUS
    reasons = "Two threats to a former partner within a week"
    decided_on = date(2025, 6, 2)
    recorded_by = factory.SubFactory(UserFactory)


class CategoryPeriodFactory(CaseFactory):
    class Meta:
        model = CategoryPeriod

    category = Offender.Category.VIOLENT
    from_on = date(2024, 3, 1)
    explanation = "Test"
    decided_by = factory.SubFactory(UserFactory)


class CategoryProposalFactory(CaseFactory):
    class Meta:
        model = CategoryProposal

    kind = CategoryProposal.Kind.EXIT
    from_category = Offender.Category.VIOLENT
    explanation = "No basis is in force"
    as_of = factory.LazyFunction(lambda: in_days(0))
    due_on = factory.LazyFunction(lambda: in_days(5))
    made_by = factory.SubFactory(UserFactory)


def typed_day(name: str, day: date | None) -> dict[str, object]:
    """A day as the three boxes of a form send it."""
    parts = (day.day, day.month, day.year) if day else ("", "", "")
    return dict(zip((f"{name}_day", f"{name}_month", f"{name}_year"), parts, strict=True))


def convict(offender: Offender, **known: Any) -> Conviction:
    """A conviction in category 2 without an end, or whatever else is said: `schedule_3`, `ends_in` days, `months`."""
    flags = {"schedule_3": known.get("schedule_3", False), "schedule_15_part": known.get("schedule_15_part", 1)}
    return sentenced(
        offender=offender,
        offence__schedule_3=flags["schedule_3"],
        offence__schedule_15_part=flags["schedule_15_part"],
        dealt_with_on=known.get("on", date(2024, 3, 1)),
        term_months=known.get("months", 18),
        licence_ends_on=in_days(known["ends_in"]) if "ends_in" in known else None,
    )


def minor(offender: Offender) -> Conviction:
    """An offence that was dealt with and gives no category by law."""
    return convict(offender, schedule_15_part=None, months=6)
