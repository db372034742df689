"""The board's figures: numbers of every case of the area, restricted ones too, and of no other area."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from agencies import working_days
from mappa.guard import UnguardedQueryError
from offenders.models import Offender
from reviews import performance
from reviews.performance import Period, Share
from tests.factories import (
    ActionFactory,
    AgendaItemFactory,
    DriftPromptFactory,
    InvitationFactory,
    LevelPeriodFactory,
    MeetingFactory,
    OffenderFactory,
    ReferralFactory,
    ReviewFactory,
    UserFactory,
    in_days,
)


@pytest.fixture
def period(today):
    return Period(today - timedelta(days=90), today)


def noon(day):
    return timezone.make_aware(datetime.combine(day, time(12)))


def managed(area, level=2, from_on=date(2024, 1, 1), **more):
    case = OffenderFactory(area=area, level=level, **more)
    LevelPeriodFactory(offender=case, level=level, from_on=from_on)
    return case


def test_the_period_before_is_as_long():
    assert Period(date(2026, 7, 1), date(2026, 11, 22)).before() == Period(date(2026, 2, 1), date(2026, 6, 30))


def test_people_are_counted_by_category_and_level_restricted_ones_too(area, other_area, today):
    managed(area)
    managed(area, restricted=True)
    managed(area, level=3, category=1)
    managed(other_area)

    assert performance.people(area, today) == {(2, 2): 2, (1, 3): 1}


def test_people_of_the_past_are_counted_as_they_were(area, today):
    case = managed(area)
    case.levels.visible_to(UserFactory(is_system=True)).update(until=today)
    LevelPeriodFactory(offender=case, level=1, from_on=today)
    managed(area, ended_on=today)

    assert performance.people_at_active_levels(area, [in_days(-1), today]) == [2, 0]


def test_a_review_is_on_time_when_it_was_held_by_its_day(area, period, today):
    case = OffenderFactory(area=area)
    for due, held in [(-10, -10), (-9, -12), (-8, -7), (0, None)]:
        held_on = None if held is None else in_days(held)
        ReviewFactory(offender=case, level=2, due_on=in_days(due), held_on=held_on)
    ReviewFactory(offender=OffenderFactory(area=area), level=2, due_on=in_days(-1))

    assert performance.reviews_on_time(area, period, today) == {2: Share(2, 4)}


@pytest.mark.parametrize(("superseded", "share"), [(-8, {}), (-5, {2: Share(0, 1)})], ids=["in time", "when late"])
def test_a_superseded_review_counts_only_when_it_was_late(area, period, today, superseded, share):
    case = OffenderFactory(area=area)
    ReviewFactory(offender=case, level=2, due_on=in_days(-7), superseded_on=in_days(superseded))

    assert performance.reviews_on_time(area, period, today) == share


def test_attendance_is_by_kind_and_a_deputy_counts(area, housing_agency, police, period):
    item = AgendaItemFactory(offender=OffenderFactory(area=area), meeting__starts_at=timezone.now() - timedelta(days=5))
    InvitationFactory(item=item, offender=None, agency=housing_agency, attendance="absent")
    InvitationFactory(item=item, offender=None, agency=police, attendance="deputy")
    other = AgendaItemFactory(offender=OffenderFactory(area=area), meeting=item.meeting)
    InvitationFactory(item=other, offender=None, agency=housing_agency, attendance="")
    InvitationFactory(item=other, offender=None, agency=police, attendance="conflict")

    found = {kind.name: (kind.is_authority, kind.share) for kind in performance.attendance(area, period)}

    assert found == {
        police.kind.name: (True, Share(1, 1)),
        housing_agency.kind.name: (False, Share(0, 1)),
    }


def test_actions_are_overdue_by_agency(offender, probation, today, period):
    ActionFactory(offender=offender, due_on=in_days(-1))
    ActionFactory(offender=offender, due_on=today)
    ActionFactory(offender=offender, due_on=in_days(-1), done=True)
    ActionFactory(offender=offender, due_on=in_days(-1), withdrawn=True)

    assert performance.actions_overdue(offender.area, today) == [(probation.name, 1)]


def test_minutes_are_on_time_when_approved_by_their_day(area, chair, period, today):
    now = timezone.now()
    for due, approved in [(in_days(-3), now - timedelta(days=3)), (in_days(-3), now), (in_days(-3), None)]:
        by = {"approved_at": approved, "approved_by": chair, "state": "approved"} if approved else {}
        MeetingFactory(area=area, minutes_due_on=due, **by)
    MeetingFactory(area=area, minutes_due_on=in_days(3))

    assert performance.minutes_on_time(area, period, today) == Share(1, 3)


def test_referrals_are_counted_by_outcome(area, period, coordinator):
    ReferralFactory(offender=OffenderFactory(area=area))
    decided = {"outcome": "accepted", "decided_at": timezone.now(), "decided_by": coordinator}
    ReferralFactory(offender=OffenderFactory(area=area), **decided)

    assert performance.referrals(area, period) == {"": 1, "accepted": 1}


def test_referrals_wait_in_working_days_for_a_decision_and_a_first_meeting(area, period, coordinator, today):
    made, decided = working_days.step(today, -9, set()), working_days.step(today, -5, set())
    met = working_days.step(today, -2, set())
    case = OffenderFactory(area=area)
    answered = {"outcome": "accepted", "decided_at": noon(decided), "decided_by": coordinator}
    ReferralFactory(offender=case, made_at=noon(made), due_on=decided, **answered, meet_by=in_days(-9))
    meeting = MeetingFactory(area=area, starts_at=noon(met), state="held")
    AgendaItemFactory(offender=case, meeting=meeting)
    ReferralFactory(offender=OffenderFactory(area=area), made_at=noon(made), due_on=in_days(-1))
    ReferralFactory(offender=OffenderFactory(area=area), draft=True, made_by=coordinator)

    waits = performance.referral_waits(area, period, today)

    assert (waits.decided, waits.met) == ([4], [7])
    assert (waits.decided_on_time, waits.met_on_time) == (Share(1, 2), Share(0, 1))
    assert performance.Waits.usual([1, 4, 9, 9]) == 4
    assert performance.Waits.usual([]) is None


def test_prompts_are_counted_by_what_became_of_them(area, period, coordinator):
    DriftPromptFactory(offender=OffenderFactory(area=area))
    DriftPromptFactory(offender=OffenderFactory(area=area), rule="near-victim")
    answered = {"outcome": "dismissed", "answered_at": timezone.now(), "answered_by": coordinator, "answer_reason": "x"}
    DriftPromptFactory(offender=OffenderFactory(area=area, restricted=True), **answered)

    assert performance.drift_prompts(area, period) == {"": 2, "dismissed": 1}


def test_nothing_to_count_is_no_per_cent():
    assert Share(0, 0).percent is None
    assert Share(899, 1000).percent == 89


@pytest.mark.parametrize(
    "name",
    ["people", "reviews_on_time", "attendance", "minutes_on_time", "referrals", "drift_prompts", "actions_overdue"],
)
def test_another_areas_cases_are_not_counted(name, area, other_case, period, today):
    ReviewFactory(offender=other_case, due_on=in_days(-1))
    LevelPeriodFactory(offender=other_case)
    ReferralFactory(offender=other_case)
    ActionFactory(offender=other_case, due_on=in_days(-1))
    DriftPromptFactory(offender=other_case)
    arguments = {"people": (today,), "actions_overdue": (today,), "referrals": (period,), "attendance": (period,)}
    arguments["drift_prompts"] = (period,)

    found = getattr(performance, name)(area, *arguments.get(name, (period, today)))

    assert not found or found == Share(0, 0)


def test_the_look_past_visibility_ends_with_the_count(area, today):
    performance.people(area, today)

    with pytest.raises(UnguardedQueryError):
        Offender.objects.count()
