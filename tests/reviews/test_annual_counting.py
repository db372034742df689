"""What an annual report counts, and on which side of the edges of its year: 1 April 2024 to 31 March 2025."""

from datetime import date, timedelta

import pytest

from offenders.models import CategoryPeriod, Offence, Offender, OrderKind
from reviews.annual.counting import count
from tests.factories import (
    BreachFactory,
    CategoryPeriodFactory,
    ConvictionFactory,
    LevelPeriodFactory,
    NotificationBreachFactory,
    NotificationRequirementFactory,
    OffenceFactory,
    OffenderFactory,
    OrderFactory,
    OrderTermFactory,
    RecallFactory,
    RequirementReviewFactory,
    SeriousCaseFactory,
    TransferFactory,
    UserFactory,
    WhereaboutsPeriodFactory,
)

YEAR, FIRST, LAST = 2024, date(2024, 4, 1), date(2025, 3, 31)
DAY = timedelta(days=1)
BEFORE, AFTER = FIRST - DAY, LAST + DAY
LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def someone(area, probation):
    """A case of the area with levels as (level, from, until), at category 2 since long ago."""

    def make(*levels, category=2, area=area, categories=(), **more):
        row = OffenderFactory(area=area, lead_agency=probation, category=category, level=levels[-1][0], **more)
        for level, from_on, until in levels:
            LevelPeriodFactory(offender=row, level=level, from_on=from_on, until=until)
        for kind, from_on, until in categories or [(category, LONG_AGO, None)]:
            CategoryPeriodFactory(offender=row, category=kind, from_on=from_on, until=until)
        return row

    return make


def moved(row, on, to):
    """The case was handed over on a day, and is there now."""
    TransferFactory(
        offender=row,
        from_area=row.area,
        to_area=to,
        state="accepted",
        answered_on=on,
        answered_by=UserFactory(),
        new_officer=UserFactory(),
    )
    Offender._base_manager.filter(pk=row.pk).update(area=to)


def test_the_stock_is_that_of_the_end_of_31_march(someone, area):
    someone((1, LAST, None))  # came that day
    someone((1, AFTER, None))  # came the day after
    someone((1, LONG_AGO, LAST), ended_on=LAST)  # left that day
    someone((1, LONG_AGO, AFTER), ended_on=AFTER)  # left the day after

    assert count(area, YEAR)["eligible"] == {"2-1": 2}


def test_level_and_category_are_those_of_the_end_of_31_march(someone, area):
    someone((1, LONG_AGO, LAST), (2, LAST, None))
    someone((2, LONG_AGO, AFTER), (1, AFTER, None))
    someone((1, LONG_AGO, None), category=1, categories=[(2, LONG_AGO, LAST), (1, LAST, None)])
    someone((3, LONG_AGO, None), category=1, categories=[(3, LONG_AGO, AFTER), (1, AFTER, None)])

    assert count(area, YEAR)["eligible"] == {"2-2": 2, "1-1": 1, "3-3": 1}


def test_a_case_counts_where_it_was_managed_at_the_end_of_31_march(someone, area, other_area):
    moved(someone((1, LONG_AGO, None)), LAST, other_area)
    moved(someone((2, LONG_AGO, None)), AFTER, other_area)
    moved(someone((3, LONG_AGO, None), area=other_area), LAST, area)

    assert count(area, YEAR)["eligible"] == {"2-2": 1, "2-3": 1}
    assert count(other_area, YEAR)["eligible"] == {"2-1": 1}


def test_whoever_left_and_came_again_was_not_there_between(someone, area):
    someone((1, LONG_AGO, LAST - DAY), (1, AFTER, None))

    assert count(area, YEAR)["eligible"] == {}


def test_restricted_cases_count_and_undetermined_categories_show(someone, area):
    someone((1, LONG_AGO, None), restricted=True)
    row = someone((1, LONG_AGO, None))
    Offender._base_manager.filter(pk=row.pk).update(category=None)
    CategoryPeriod._base_manager.filter(offender=row).delete()

    assert count(area, YEAR)["eligible"] == {"2-1": 1, "0-1": 1}


def test_the_year_has_whoever_was_at_level_2_or_3_at_the_end_of_any_of_its_days(someone, area):
    someone((2, LONG_AGO, FIRST), (1, FIRST, None))  # until the day before
    someone((2, LONG_AGO, FIRST + DAY), (1, FIRST + DAY, None))  # its first day
    someone((1, LONG_AGO, LAST), (2, LAST, None))  # its last day
    someone((1, LONG_AGO, AFTER), (2, AFTER, None))  # from the day after
    someone((1, LONG_AGO, FIRST), (2, FIRST, FIRST), (1, FIRST, None))  # at the end of no day

    assert count(area, YEAR)["managed"] == {"2-2": 2}


def test_each_person_is_in_the_year_once_at_the_highest_level(someone, area):
    june, july = date(2024, 6, 1), date(2024, 7, 1)
    someone((2, LONG_AGO, june), (3, june, july), (2, july, None))
    # In the category of the last day at that level.
    someone((3, LONG_AGO, july), (2, july, None), categories=[(3, LONG_AGO, june), (1, june, None)], category=1)

    assert count(area, YEAR)["managed"] == {"2-3": 1, "1-3": 1}


def test_the_year_has_people_where_they_were_last_at_that_level(someone, area, other_area):
    june = date(2024, 6, 1)
    moved(someone((2, LONG_AGO, june), (1, june, None)), june, other_area)
    moved(someone((2, LONG_AGO, None)), june, other_area)

    assert count(area, YEAR)["managed"] == {"2-2": 1}
    assert count(other_area, YEAR)["managed"] == {"2-2": 1}


def test_orders_of_the_year_count_by_quarter(someone, area):
    row, shpo = someone((1, LONG_AGO, None)), OrderKind.objects.get(code="shpo")
    for made_on in (BEFORE, FIRST, LAST, AFTER):
        OrderFactory(offender=row, kind=shpo, made_on=made_on)
    OrderFactory(offender=row, kind=shpo, made_on=FIRST, interim=True)
    OrderFactory(
        offender=row, kind=shpo, made_on=FIRST, ended_on=FIRST, ending="error", end_reason="x", ended_by=UserFactory()
    )
    OrderTermFactory(kind="travel", order=OrderFactory(offender=row, kind=shpo, made_on=date(2024, 7, 1)), offender=row)
    OrderFactory(offender=row, kind=OrderKind.objects.get(code="notification-order"), made_on=date(2024, 12, 31))

    found = count(area, YEAR)

    assert found["shpo"] == [1, 1, 0, 1]
    assert found["shpo-travel"] == [0, 1, 0, 0]
    assert found["notification-orders"] == [0, 0, 1, 0]


def test_a_breach_of_notification_counts_each_person_once_by_caution_or_conviction(someone, area):
    decided = {"decided_by": UserFactory(), "discovered_on": LONG_AGO}
    twice, convicted = someone((1, LONG_AGO, None)), someone((1, LONG_AGO, None))
    NotificationBreachFactory(offender=twice, action="cautioned", action_on=FIRST, **decided)
    NotificationBreachFactory(offender=twice, action="cautioned", action_on=LAST, **decided)
    NotificationBreachFactory(offender=someone((1, LONG_AGO, None)), action="charged", action_on=LAST, **decided)
    NotificationBreachFactory(offender=someone((1, LONG_AGO, None)), action="cautioned", action_on=AFTER, **decided)
    failing = Offence.objects.get(code="SOA91")
    ConvictionFactory(offender=convicted, offence=failing, dealt_with_on=LAST)
    ConvictionFactory(offender=twice, offence=failing, dealt_with_on=LAST)
    ConvictionFactory(
        offender=convicted, offence=OffenceFactory(statute="Sexual Offences Act 2003 s.9"), dealt_with_on=FIRST
    )

    assert count(area, YEAR)["notification-breaches"] == [1, 0, 0, 1]


def test_lifetime_notification_counts_when_it_was_determined_that_it_ends(someone, area):
    row = someone((1, LONG_AGO, None))
    for determined_on, outcome in ((FIRST, "ends"), (LAST, "continues"), (AFTER, "ends"), (LAST, "ends")):
        RequirementReviewFactory(
            offender=row, applied_on=LONG_AGO, determined_on=determined_on, outcome=outcome, determined_by=UserFactory()
        )
    NotificationRequirementFactory(offender=row, basis="sro_breach", relevant_on=FIRST)
    NotificationRequirementFactory(offender=row, basis="sro_breach", relevant_on=BEFORE)

    found = count(area, YEAR)

    assert found["lifetime-revoked"] == [1, 0, 0, 1]
    assert found["sro-breaches"] == [1, 0, 0, 0]


def recalled(row, decided_on, returned_on, **more):
    RecallFactory(offender=row, decided_on=decided_on, returned_on=returned_on, returned_by=UserFactory(), **more)


def test_a_return_counts_on_its_day_at_the_level_of_the_day_of_the_recall(someone, area, today):
    recalled(someone((2, LONG_AGO, BEFORE), (1, BEFORE, None)), BEFORE, FIRST)  # at level 2 as that day began
    recalled(someone((3, LONG_AGO, None)), LAST, AFTER)  # returned the day after
    recalled(someone((1, LONG_AGO, None)), LAST, LAST)  # at level 1
    twice = someone((2, LONG_AGO, date(2024, 8, 1)), (3, date(2024, 8, 1), None))
    recalled(twice, FIRST, FIRST)
    recalled(twice, LAST, LAST)
    mistaken = {"withdrawn_at": f"{today}T12:00Z", "withdrawn_by": UserFactory(), "withdrawal_reason": "Another person"}
    recalled(someone((2, LONG_AGO, None)), FIRST, FIRST, **mistaken)

    assert count(area, YEAR)["returned-licence"] == {"2-2": 1, "2-3": 1}


def test_a_return_for_breach_of_an_order_needs_the_conviction_for_it(someone, area):
    order = {"kind": OrderKind.objects.get(code="shpo"), "made_on": LONG_AGO}
    for outcome, received_on in (("convicted", LAST), ("convicted", AFTER), ("warned", LAST)):
        row = someone((2, LONG_AGO, None))
        settled = {"outcome": outcome, "settled_on": date(2025, 6, 1), "settled_by": UserFactory()}
        BreachFactory(offender=row, order=OrderFactory(offender=row, **order), happened_on=date(2025, 3, 1), **settled)
        WhereaboutsPeriodFactory(
            offender=row, kind="custody", move="reception", place="HMP Bedford", from_on=received_on
        )

    assert count(area, YEAR)["returned-order"] == {"2-2": 1}


def test_charges_with_serious_further_offences_count_by_level(someone, area, other_area):
    row = someone((2, LONG_AGO, None))
    for charged_on in (BEFORE, FIRST, LAST):
        SeriousCaseFactory(offender=row, committed_on=charged_on, level=2)
    SeriousCaseFactory(offender=someone((1, LONG_AGO, None)), committed_on=LAST, level=None)  # not managed then
    SeriousCaseFactory(offender=someone((1, LONG_AGO, None)), committed_on=FIRST, level=1)

    assert count(area, YEAR)["serious"] == {"0-2": 1, "0-1": 1}
    assert count(other_area, YEAR)["serious"] == {}


def test_an_event_belongs_to_the_area_of_its_day(someone, area, other_area):
    row = someone((1, LONG_AGO, None))
    OrderFactory(offender=row, kind=OrderKind.objects.get(code="shpo"), made_on=FIRST)
    moved(row, date(2024, 5, 1), other_area)

    assert count(area, YEAR)["shpo"] == [1, 0, 0, 0]
    assert count(other_area, YEAR)["shpo"] == [0, 0, 0, 0]


def test_an_area_without_a_case_has_noughts(other_area, area, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        found = count(other_area, YEAR)

    assert found["eligible"] == found["managed"] == found["population"] == {}
    assert found["shpo"] == [0, 0, 0, 0]
