"""Figures are read by period, beside the one before and the other areas, and say when they were counted."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from agencies.models.user import system_user
from mappa import dates
from mappa.guard import UnguardedQueryError
from offenders.models import Offender
from reviews import figures, tasks
from reviews.figures import Spread, Waits
from reviews.forms import last_months
from reviews.measures import MEASURES
from reviews.models import CountedMonth, Figure, Snapshot
from reviews.period import Period, Share, month_end, whole_months
from reviews.recount import LATELY, LONG, months_back, never_counted, recount
from reviews.snapshots import definitions_on, freeze
from tests.factories import (
    AgencyFactory,
    AgendaItemFactory,
    AreaFactory,
    FigureFactory,
    InvitationFactory,
    LevelPeriodFactory,
    MeetingFactory,
    OffenderFactory,
    ReviewFactory,
)

FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)
SPRING = Period(FEBRUARY, date(2026, 3, 31))


def reviews(area, month, part, whole, level=2):
    FigureFactory(measure="reviews-on-time", area=area, month=month, part=part, whole=whole, level=level)


def test_a_period_knows_its_months_and_the_one_before():
    period = Period(date(2026, 7, 1), date(2026, 11, 22))

    assert period.before() == Period(date(2026, 2, 1), date(2026, 6, 30))
    assert (period.months, period.starts[0], period.starts[-1]) == (5, date(2026, 7, 1), date(2026, 11, 1))
    assert whole_months(date(2026, 1, 9), date(2026, 2, 3)) == Period(date(2026, 1, 1), date(2026, 2, 28))


def test_of_nothing_there_is_no_per_cent_and_it_is_rounded_down():
    assert Share(0, 0).percent is None
    assert Share(899, 1000).percent == 89


def test_what_happened_is_summed_over_months_and_told_apart_as_asked(area, other_area):
    reviews(area, FEBRUARY, 1, 2)
    reviews(area, MARCH, 3, 4)
    reviews(area, MARCH, 0, 1, level=3)
    reviews(other_area, MARCH, 9, 9)

    assert figures.count("reviews-on-time", SPRING, area=area, by=("level",)) == {(2,): Share(4, 6), (3,): Share(0, 1)}
    assert figures.total("reviews-on-time", SPRING, area=area, level=(2, 3)) == Share(4, 7)
    assert figures.total("reviews-on-time", SPRING) == Share(13, 16)
    assert figures.series("reviews-on-time", SPRING, area=area, level=3) == [
        (FEBRUARY, Share(0, 0)),
        (MARCH, Share(0, 1)),
    ]


def test_what_there_is_is_that_of_the_last_month(area):
    FigureFactory(area=area, month=FEBRUARY, whole=5)
    FigureFactory(area=area, month=MARCH, whole=7)

    assert figures.total("people", SPRING, area=area) == Share(0, 7)
    assert figures.series("people", SPRING, area=area) == [(FEBRUARY, Share(0, 5)), (MARCH, Share(0, 7))]


def test_waits_of_any_months_have_an_exact_middle(area):
    for month, days, number in [(FEBRUARY, 1, 2), (FEBRUARY, 9, 1), (MARCH, 9, 2), (MARCH, 3, 1)]:
        FigureFactory(measure="referral-decision-days", area=area, month=month, days=days, whole=number)

    found = figures.waits("referral-decision-days", SPRING, area=area)

    assert (found.count, found.median, found.quantile(0.9), found.within(3)) == (6, 3, 9, Share(3, 6))
    assert (Waits().median, Waits().within(3)) == (None, Share(0, 0))


def test_an_area_is_compared_with_the_period_before_and_the_spread_of_the_others(area, other_area):
    third, fourth = AreaFactory(slug="dorset", name="Dorset"), AreaFactory(slug="essex", name="Essex")
    for each, part in [(area, 5), (other_area, 7), (third, 8)]:
        reviews(each, MARCH, part, 10)
    reviews(fourth, MARCH, 3, 4)
    reviews(area, FEBRUARY, 1, 2)
    march = Period(MARCH, date(2026, 3, 31))
    assert figures.compared("reviews-on-time", march, area).before is None  # never counted

    CountedMonth.objects.create(measure="reviews-on-time", month=FEBRUARY, counted_at=timezone.now())
    found = figures.compared("reviews-on-time", march, area)

    assert (found.now, found.before) == (Share(5, 10), Share(1, 2))
    assert found.others == Spread(3, 70, 75, 80)
    assert figures.compared("people", march, area).others == Spread()


def test_of_two_other_areas_no_number_is_said(area, other_area):
    for each, part in [(area, 5), (other_area, 1), (AreaFactory(slug="dorset", name="Dorset"), 2)]:
        reviews(each, MARCH, part, 10)

    assert figures.compared("reviews-on-time", Period(MARCH, date(2026, 3, 31)), area).others == Spread(2)


def test_what_did_not_happen_elsewhere_is_none_where_anybody_is_managed(area, other_area):
    AreaFactory(slug="dorset", name="Dorset")
    others = [AreaFactory(slug=f"area-{n}", name=f"Area {n}") for n in range(2)]
    for each in (area, other_area, *others):
        FigureFactory(area=each, month=MARCH)

    found = figures.compared("recalls", Period(MARCH, date(2026, 3, 31)), area)

    assert (found.now, found.others) == (Share(0, 0), Spread(3, 0, 0, 0))


def test_waits_are_compared_with_the_middles_of_the_others(area, other_area):
    more = [AreaFactory(slug=f"area-{n}", name=f"Area {n}") for n in range(2)]
    for each, days in [(area, 4), (other_area, 2), (more[0], 3), (more[1], 7)]:
        FigureFactory(measure="referral-decision-days", area=each, month=MARCH, days=days, whole=3)

    now, before, others = figures.compared_waits("referral-decision-days", Period(MARCH, date(2026, 3, 31)), area)

    assert (now.median, before, others) == (4, None, Spread(3, 2, 3, 7))


def test_what_was_counted_before_its_months_were_over_is_not_settled(area):
    recount(SPRING.starts, on=date(2026, 5, 1))
    CountedMonth.objects.update(counted_at=datetime(2026, 3, 31, 22, 30, tzinfo=UTC))  # 23:30 in London
    assert not figures.is_settled(SPRING)

    CountedMonth.objects.update(counted_at=datetime(2026, 3, 31, 23, 30, tzinfo=UTC))
    assert figures.is_settled(SPRING)
    assert not figures.is_settled(Period(FEBRUARY, date(2026, 4, 30)))


def test_two_years_are_compared_whole(today):
    year = last_months(12, today)

    assert year.before().first in months_back(today, LONG)


def test_a_measure_that_there_is_not_is_refused(area):
    with pytest.raises(ValidationError, match="There is no measure"):
        figures.total("nothing", SPRING, area=area)


def test_counting_again_replaces_and_is_the_same_twice(area):
    case = OffenderFactory(area=area, level=2)
    LevelPeriodFactory(offender=case, level=2, from_on=date(2026, 1, 1))
    for _each in range(2):
        recount(SPRING.starts, on=date(2026, 5, 1))
    Offender._base_manager.update(ended_on=MARCH)

    recount([MARCH], on=date(2026, 5, 1), slugs=["people"])

    assert figures.series("people", SPRING, area=area) == [(FEBRUARY, Share(0, 1)), (MARCH, Share(0, 0))]


def test_the_running_month_is_counted_as_of_today_and_months_to_come_are_not(area, today):
    LevelPeriodFactory(offender=OffenderFactory(area=area, level=2), level=2, from_on=today)

    recount([today.replace(day=1), dates.add_months(today.replace(day=1), 1)], on=today, slugs=["people"])

    assert Figure.objects.visible_to(system_user()).count() == 1
    assert CountedMonth.objects.count() == 1


def test_a_page_learns_how_fresh_its_figures_are_and_what_was_never_counted(area):
    before = timezone.now()
    recount([FEBRUARY], on=date(2026, 5, 1))

    found = figures.freshness(SPRING)

    assert before <= found.counted_at <= timezone.now()
    assert found.missing == [MARCH]
    assert figures.freshness(Period(MARCH, MARCH)).counted_at is None


def test_the_hour_counts_two_months_and_what_was_never_counted_and_the_night_two_years(db, today):
    tasks.recount_lately()
    assert never_counted(today) == []
    CountedMonth.objects.filter(measure="people").delete()

    tasks.recount_two_years()

    counted = CountedMonth.objects.filter(measure="people").values_list("month", flat=True)
    assert list(counted) == months_back(today, LONG)
    assert LATELY < LONG


def test_the_command_counts_since_a_month_and_says_what_it_did(area, today, capsys):
    call_command("recount", "--since", f"{today:%Y-%m}", "--measure", "people")

    assert "people: 0 figures of 1 months" in capsys.readouterr().out


@pytest.mark.parametrize("since", ["soon", "1980-01", "2999-01"])
def test_the_command_refuses_a_month_that_cannot_be(db, since):
    with pytest.raises(CommandError, match="--since is a"):
        call_command("recount", "--since", since)


def test_behind_a_figure_are_the_cases_that_the_reader_sees(area, offender, coordinator, board_member, today):
    ReviewFactory(offender=offender, level=2, due_on=today - dates.ONE_DAY, held_on=today)
    ReviewFactory(offender=OffenderFactory(area=area, restricted=True), level=2, due_on=today - dates.ONE_DAY)
    period = Period((today - dates.ONE_DAY).replace(day=1), month_end(today))
    recount(period.starts, on=today)

    def behind(user, slug="reviews-on-time", **more):
        return list(figures.drill(slug, period, area, user, today=today, **more))

    assert figures.total("reviews-on-time", period, area=area) == Share(0, 2)
    assert behind(coordinator, level=2, missed=True) == [offender]
    assert behind(coordinator, level=3) == behind(board_member) == behind(coordinator, "drift-prompts") == []
    assert behind(coordinator, "people", level=1) == [offender]


def test_what_was_done_before_its_day_is_behind_the_running_month(area, offender, coordinator):
    today = date(2026, 5, 10)
    ReviewFactory(offender=offender, level=2, due_on=date(2026, 5, 20), held_on=today)
    may = Period(date(2026, 5, 1), today)
    recount(may.starts, on=today)

    found = figures.drill("reviews-on-time", may, area, coordinator, today=today)

    assert figures.total("reviews-on-time", may, area=area) == Share(1, 1)
    assert list(found) == [offender]


def test_what_was_never_sent_is_behind_what_was_missed(area, offender, coordinator, police):
    meeting = MeetingFactory(area=area, starts_at=timezone.now() - timedelta(days=2), state="held")
    item = AgendaItemFactory(offender=offender, meeting=meeting)
    InvitationFactory(item=item, offender=None, agency=police, information_due_on=date(2026, 3, 3))
    march = Period(MARCH, date(2026, 3, 31))

    found = figures.drill(
        "information-on-time", march, area, coordinator, today=dates.today(), missed=True, agency=police.name
    )

    assert list(found) == [offender]


def test_every_measure_counts_what_it_opens(area, today, coordinator):
    """The same rows: no measure fails to be opened by what it is kept by."""
    period = Period(today.replace(day=1), today)
    agency = AgencyFactory(area=area)
    values = {"level": 2, "category": 1, "agency": agency.name, "detail": "x"}

    for measure in MEASURES.values():
        where = {name: (values[name],) for name in measure.dimensions}
        for missed in (False, True):
            assert not figures.drill(measure.slug, period, area, coordinator, today=today, missed=missed, **where)


def test_figures_are_not_read_without_saying_by_whom(area):
    with pytest.raises(UnguardedQueryError):
        Figure.objects.count()


def frozen(area, by, **more):
    content = {"month": MARCH, "numbers": (1, 2)}
    values = {
        "kind": "board-pack",
        "area": area,
        "period": SPRING,
        "content": content,
        "definitions": definitions_on(area, SPRING),
    }
    return freeze(**(values | more), by=by)


def test_frozen_figures_say_when_they_no_longer_say_what_they_said(area, coordinator):
    snapshot = frozen(area, coordinator)

    kept = Snapshot.objects.visible_to(coordinator).get()
    assert kept.is_intact()
    assert kept.content == {"month": "2026-03-01", "numbers": [1, 2]}
    kept.content["numbers"] = [1, 3]
    assert not kept.is_intact()
    assert snapshot.digest == kept.digest


def test_frozen_figures_cannot_be_changed_or_taken_away(area, coordinator):
    frozen(area, coordinator)
    rows = Snapshot.objects.visible_to(coordinator)

    for act in (lambda: rows.update(reason="x"), lambda: rows.delete()):
        with pytest.raises(IntegrityError, match="final"), transaction.atomic():
            act()


def test_figures_of_the_future_and_of_another_area_are_not_frozen(area, other_area, coordinator, board_member, today):
    earlier = frozen(area, coordinator)
    elsewhere = AgencyFactory(name="Board, North Wales", kind__code="board", area=other_area)
    board_member.memberships.create(agency=elsewhere, role_id="board-member", from_on=date(2026, 1, 1))

    with pytest.raises(ValidationError, match="Choose months that have ended"):
        frozen(area, coordinator, period=Period(MARCH, today))
    with pytest.raises(ValidationError, match="of the same area and kind"):
        frozen(other_area, board_member, corrects=earlier, reason="Wrong")
    with pytest.raises(ValidationError, match="Say what was wrong"):
        frozen(area, board_member, corrects=earlier)
