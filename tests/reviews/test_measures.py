"""The measures of the boards: each counts what its line in the table says, of the area, month and level that it had then."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone

from offenders.models import CategoryPeriod
from reviews import figures
from reviews.measures import MEASURES
from reviews.period import Period, Share
from reviews.recount import recount
from tests.factories import (
    ActionFactory,
    AgendaItemFactory,
    BoardAttendanceFactory,
    BoardFactory,
    BoardMeetingFactory,
    BoardMemberFactory,
    DecisionFactory,
    DriftPromptFactory,
    EmergencyAccessFactory,
    InformationReturnFactory,
    InvitationFactory,
    LayAdviserFactory,
    LevelPeriodFactory,
    MeetingFactory,
    MergeFactory,
    NotificationBreachFactory,
    OffenderFactory,
    OrderFactory,
    PlanFactory,
    PostponementFactory,
    ProgressFactory,
    RecallFactory,
    ReferralFactory,
    ReviewFactory,
    TransferFactory,
)

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
APRIL = Period(date(2026, 4, 1), date(2026, 4, 30))
SPRING = Period(date(2026, 2, 1), date(2026, 4, 30))
ON = date(2026, 5, 10)


def noon(day):
    return timezone.make_aware(datetime.combine(day, time(12)))


def managed(area, level=2, from_on=date(2024, 1, 1), until=None, **more):
    case = OffenderFactory(area=area, level=level, **more)
    LevelPeriodFactory(offender=case, level=level, from_on=from_on, until=until)
    return case


def hand_over(case, from_area, to_area, day):
    by = {"answered_by": case.registered_by, "new_officer": case.registered_by}
    TransferFactory(offender=case, from_area=from_area, to_area=to_area, state="accepted", answered_on=day, **by)


def made(row, **values):
    """A row with what no form gives it, such as the moment at which it was made."""
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def counted(slug, period=MARCH, *, by=(), on=ON, **more):
    recount(period.starts, on=on, slugs=[slug])
    return figures.count(slug, period, by=by, **more)


def test_people_are_counted_by_level_and_category_restricted_ones_too(area, other_area):
    managed(area)
    managed(area, restricted=True)
    managed(area, level=3, category=1)
    managed(area, category=None)
    managed(other_area)

    found = counted("people", area=area, by=("level", "category"))

    assert found == {(2, 2): Share(0, 2), (3, 1): Share(0, 1), (2, 0): Share(0, 1)}


def test_on_the_day_of_a_change_the_new_level_counts_and_on_the_day_of_an_exit_nothing(area):
    case = managed(area, until=date(2026, 3, 31))
    LevelPeriodFactory(offender=case, level=3, from_on=date(2026, 3, 31))
    managed(area, until=date(2026, 4, 1))
    managed(area, ended_on=date(2026, 3, 31))
    managed(area, ended_on=date(2026, 4, 1))
    managed(area, from_on=date(2026, 3, 31))
    managed(area, from_on=date(2026, 4, 1))

    assert counted("people", by=("level",)) == {(2,): Share(0, 3), (3,): Share(0, 1)}


def test_a_case_counts_in_the_area_and_category_that_it_had_then(area, other_area):
    case = managed(area, category=1)
    CategoryPeriod._base_manager.create(
        offender=case, category=2, from_on=date(2024, 1, 1), until=date(2026, 4, 1), decided_by=case.registered_by
    )
    hand_over(case, area, other_area, date(2026, 2, 28))
    hand_over(case, other_area, area, date(2026, 4, 1))

    found = counted("people", SPRING, by=("month", "area", "category"))

    assert found == {
        (date(2026, 2, 1), other_area.name, 2): Share(0, 1),
        (date(2026, 3, 1), other_area.name, 2): Share(0, 1),
        (date(2026, 4, 1), area.name, 1): Share(0, 1),
    }


def test_people_come_and_go_on_their_days_and_moves_between_areas_are_apart(area, other_area):
    managed(area, from_on=date(2026, 3, 1))
    managed(area, from_on=date(2026, 2, 28), ended_on=date(2026, 3, 31))
    moved = managed(area, from_on=date(2020, 1, 1), ended_on=date(2026, 4, 1))
    hand_over(moved, other_area, area, date(2026, 3, 1))

    found = {slug: counted(slug, area=area) for slug in ("entries", "exits", "moves-in", "moves-out")}

    assert {slug: numbers[()].whole for slug, numbers in found.items() if numbers} == {
        "entries": 1,
        "exits": 1,
        "moves-in": 1,
    }


def test_the_stock_is_the_stock_before_with_who_came_and_without_who_went(area, other_area):
    managed(area, from_on=date(2026, 3, 5))
    managed(area, from_on=date(2025, 3, 5), ended_on=date(2026, 3, 31))
    hand_over(managed(area, from_on=date(2025, 3, 5)), other_area, area, date(2026, 3, 2))
    hand_over(managed(other_area, from_on=date(2025, 3, 5)), area, other_area, date(2026, 3, 31))
    recount(SPRING.starts, on=ON)

    def number(slug, period):
        return figures.total(slug, period, area=area).whole

    came = number("entries", MARCH) + number("moves-in", MARCH)
    went = number("exits", MARCH) + number("moves-out", MARCH)

    february = Period(date(2026, 2, 1), date(2026, 2, 28))
    assert (came, went) == (2, 2)
    assert number("people", MARCH) == number("people", february) + came - went


def test_a_level_that_follows_another_went_up_or_down(area):
    case = managed(area, level=1, until=date(2026, 3, 1))
    LevelPeriodFactory(offender=case, level=3, from_on=date(2026, 3, 1), until=date(2026, 3, 20))
    LevelPeriodFactory(offender=case, level=2, from_on=date(2026, 3, 20))

    found = counted("level-changes", by=("level", "detail"))

    assert found == {(3, "up"): Share(0, 1), (2, "down"): Share(0, 1)}


def test_who_is_entered_again_left_and_came_and_changed_no_level(area):
    case = managed(area, level=2, from_on=date(2025, 1, 1), until=date(2026, 3, 9))
    LevelPeriodFactory(offender=case, level=1, from_on=date(2026, 3, 20))

    assert counted("exits", by=("level",)) == {(2,): Share(0, 1)}
    assert counted("entries", by=("level",)) == {(1,): Share(0, 1)}
    assert counted("level-changes") == {}
    assert counted("people", by=("level",)) == {(1,): Share(0, 1)}


def test_a_level_that_was_put_right_on_its_own_day_counts_for_nothing(area):
    day = date(2026, 3, 9)
    case = managed(area, level=1, from_on=date(2025, 1, 1), until=day)
    LevelPeriodFactory(offender=case, level=3, from_on=day, until=day)
    LevelPeriodFactory(offender=case, level=1, from_on=day)
    new = managed(area, level=1, from_on=day, until=day)
    LevelPeriodFactory(offender=new, level=2, from_on=day)

    assert counted("level-changes") == counted("exits") == {}
    assert counted("entries", by=("level",)) == {(2,): Share(0, 1)}
    assert counted("people", by=("level",)) == {(1,): Share(0, 1), (2,): Share(0, 1)}


def test_two_records_that_were_made_one_are_one_person_at_the_higher_level(area):
    case = managed(area, level=1, from_on=date(2025, 1, 1))
    LevelPeriodFactory(offender=case, level=2, from_on=date(2025, 6, 1), until=date(2026, 4, 9))
    MergeFactory(offender=case)

    found = counted("people", SPRING, by=("month", "level"))

    months = {month.month: (level, share.whole) for (month, level), share in found.items()}
    assert months == {2: (2, 1), 3: (2, 1), 4: (1, 1)}


def test_a_plan_is_current_until_its_review_date_and_from_when_it_was_shared(area, coordinator):
    for review_on, shared in [(date(2026, 3, 31), 1), (date(2026, 3, 30), 1), (date(2026, 9, 1), 40)]:
        case = managed(area)
        signed = {"signed_at": noon(date(2026, 3, shared % 31)), "signed_by": coordinator}
        shared_at = noon(date(2026, 3, 1) + timedelta(days=shared))
        PlanFactory(
            offender=case, state="current", review_on=review_on, shared_at=shared_at, shared_by=coordinator, **signed
        )
    managed(area)

    assert counted("plans-current", by=("level",)) == {(2,): Share(1, 4)}


@pytest.mark.parametrize(
    ("held", "superseded", "share"),
    [
        (9, None, Share(1, 1)),
        (11, None, Share(0, 1)),
        (None, None, Share(0, 1)),
        (None, 10, None),
        (None, 11, Share(0, 1)),
    ],
    ids=["on its day", "late", "never", "superseded in time", "superseded when late"],
)
def test_a_review_is_on_time_when_it_was_held_by_its_day(area, held, superseded, share):
    days = {"held_on": held, "superseded_on": superseded}
    when = {name: date(2026, 3, day) for name, day in days.items() if day}
    ReviewFactory(offender=OffenderFactory(area=area), level=2, due_on=date(2026, 3, 10), **when)

    assert counted("reviews-on-time", by=("level",)) == ({(2,): share} if share else {})


def test_a_review_that_a_meeting_held_is_not_late_while_its_minutes_are_written_in_time(area):
    for day, minutes_due_on in ((9, ON), (11, ON), (8, ON - timedelta(days=1))):
        case = OffenderFactory(area=area)
        ReviewFactory(offender=case, level=2, due_on=date(2026, 3, 10))
        meeting = MeetingFactory(
            area=area, starts_at=noon(date(2026, 3, day)), state="held", minutes_due_on=minutes_due_on
        )
        AgendaItemFactory(offender=case, meeting=meeting)

    assert counted("reviews-on-time") == {(): Share(0, 2)}  # held late, and minutes that are late


def test_what_is_not_past_its_day_and_not_done_is_not_counted_yet(area, chair):
    case = OffenderFactory(area=area)
    ReviewFactory(offender=case, level=2, due_on=ON)
    ActionFactory(offender=case, due_on=ON)
    MeetingFactory(area=area, minutes_due_on=ON)
    ReferralFactory(offender=case, made_at=noon(date(2026, 5, 2)), due_on=ON)
    may = Period(date(2026, 5, 1), date(2026, 5, 31))

    slugs = ["reviews-on-time", "actions-on-time", "minutes-on-time", "referral-decisions-on-time"]

    assert [counted(slug, may) for slug in slugs] == [{}, {}, {}, {}]


def test_attendance_is_by_agency_and_a_deputy_counts_and_a_conflict_does_not(area, housing_agency, police):
    meeting = MeetingFactory(area=area, starts_at=noon(date(2026, 3, 31)), state="held")
    item = AgendaItemFactory(offender=OffenderFactory(area=area), meeting=meeting)
    other = AgendaItemFactory(offender=OffenderFactory(area=area), meeting=meeting)
    InvitationFactory(item=item, offender=None, agency=housing_agency, attendance="absent")
    InvitationFactory(item=item, offender=None, agency=police, attendance="deputy")
    InvitationFactory(item=other, offender=None, agency=housing_agency, attendance="")
    InvitationFactory(item=other, offender=None, agency=police, attendance="conflict")

    assert counted("attendance", by=("agency", "duty", "detail"), area=area) == {
        (housing_agency.name, housing_agency.kind.duty, "absent"): Share(0, 1),
        (police.name, "responsible_authority", "deputy"): Share(1, 1),
    }


def test_an_agency_is_in_time_when_it_was_there_before_the_case_began(area, police, housing_agency, chair):
    began = noon(date(2026, 3, 3))
    meeting = MeetingFactory(area=area, starts_at=began, state="held")
    item = AgendaItemFactory(offender=OffenderFactory(area=area), meeting=meeting, started_at=began, started_by=chair)
    for agency, minutes in [(police, 0), (housing_agency, 10)]:
        arrived = began + timedelta(minutes=minutes)
        InvitationFactory(item=item, offender=None, agency=agency, attendance="present", arrived_at=arrived)

    assert counted("arrivals-on-time") == {(): Share(1, 2)}


def test_information_is_on_time_by_the_first_that_was_sent(area, police, housing_agency, probation, monkeypatch):
    meeting = MeetingFactory(area=area, starts_at=noon(date(2026, 3, 20)), state="held")
    item = AgendaItemFactory(offender=OffenderFactory(area=area), meeting=meeting)
    for agency, sent in [(police, (10, 12)), (housing_agency, (11,)), (probation, ())]:
        due = {"information_due_on": date(2026, 3, 10)}
        row = InvitationFactory(item=item, offender=None, agency=agency, **due)
        for number, day in enumerate(sent, 1):
            back = InformationReturnFactory(item=item, offender=None, invitation=row, number=number)
            type(back)._base_manager.filter(pk=back.pk).update(sent_at=noon(date(2026, 3, day)))

    found = counted("information-on-time", by=("agency",))

    assert found == {(police.name,): Share(1, 1), (housing_agency.name,): Share(0, 1), (probation.name,): Share(0, 1)}


def test_each_case_that_was_discussed_needs_a_decision_about_disclosure(area):
    meeting = MeetingFactory(area=area, level=3, starts_at=noon(date(2026, 3, 31)), state="approved")
    first, _second = (AgendaItemFactory(offender=OffenderFactory(area=area), meeting=meeting) for _each in range(2))
    DecisionFactory(item=first, offender=None)
    AgendaItemFactory(
        offender=OffenderFactory(area=area), meeting=MeetingFactory(area=area, starts_at=noon(date(2026, 3, 30)))
    )

    assert counted("disclosure-considered", by=("level",)) == {(3,): Share(1, 2)}


def test_of_minutes_that_are_written_in_time_no_decision_is_missed_yet(area):
    for day, due_on in ((1, ON), (2, ON - timedelta(days=1))):
        meeting = MeetingFactory(area=area, starts_at=noon(date(2026, 3, day)), state="held", minutes_due_on=due_on)
        AgendaItemFactory(offender=OffenderFactory(area=area), meeting=meeting)
        DecisionFactory(item=AgendaItemFactory(offender=OffenderFactory(area=area), meeting=meeting), offender=None)

    assert counted("disclosure-considered") == {(): Share(2, 3)}


def test_minutes_are_on_time_when_approved_by_their_day_and_a_cancelled_meeting_has_none(area, chair):
    due = {"area": area, "minutes_due_on": date(2026, 3, 10)}
    for day, approved in enumerate((date(2026, 3, 10), date(2026, 3, 11), None), 1):
        by = (
            {"approved_at": noon(approved), "approved_by": chair, "state": "approved"}
            if approved
            else {"state": "held"}
        )
        MeetingFactory(starts_at=noon(date(2026, 3, day)), **due, **by)
    MeetingFactory(starts_at=noon(date(2026, 3, 9)), state="cancelled", **due)

    assert counted("minutes-on-time") == {(): Share(1, 3)}
    assert counted("meetings", by=("detail",)) == {("held",): Share(0, 3), ("cancelled",): Share(0, 1)}


def test_actions_are_overdue_by_agency_and_age_at_the_end_of_the_month(area, probation):
    case = OffenderFactory(area=area, lead_agency=probation)
    long_ago = {"made_at": noon(date(2025, 1, 1))}
    for due in (date(2026, 3, 31), date(2026, 3, 30), date(2026, 3, 3), date(2026, 3, 2), date(2025, 12, 1)):
        made(ActionFactory(offender=case, due_on=due), **long_ago)
    made(ActionFactory(offender=case, due_on=date(2026, 3, 1), done=True), **long_ago, done_on=date(2026, 3, 31))
    made(
        ActionFactory(offender=case, due_on=date(2026, 3, 1), withdrawn=True),
        **long_ago,
        withdrawn_at=noon(date(2026, 3, 9)),
    )

    found = counted("actions-overdue", by=("agency", "detail"))

    name = probation.name
    assert found == {(name, "to-28"): Share(0, 2), (name, "to-84"): Share(0, 1), (name, "over-84"): Share(0, 1)}


def test_an_action_was_overdue_where_and_when_it_was_whatever_it_was_given_since(area, other_area, probation, police):
    case = OffenderFactory(area=other_area, lead_agency=probation)
    hand_over(case, area, other_area, date(2026, 4, 20))
    action = ActionFactory(offender=case, agency=police, due_on=date(2026, 6, 1))
    made(action, made_at=noon(date(2026, 1, 1)))
    later = PostponementFactory(offender=case, action=action, from_due_on=date(2026, 3, 9), to_due_on=date(2026, 6, 1))
    made(later, at=noon(date(2026, 4, 1)))
    given = ProgressFactory(offender=case, action=action, kind="reassigned", from_agency=probation, to_agency=police)
    made(given, at=noon(date(2026, 4, 10)))

    found = counted("actions-overdue", SPRING, by=("month", "area", "agency", "detail"))

    assert found == {(date(2026, 3, 1), area.name, probation.name, "to-28"): Share(0, 1)}


def test_an_action_that_was_handed_on_late_was_late_by_whoever_had_it(area, probation, police):
    case = OffenderFactory(area=area, lead_agency=probation)
    action = ActionFactory(offender=case, agency=police, due_on=date(2026, 3, 9))
    given = ProgressFactory(offender=case, action=action, kind="reassigned", from_agency=probation, to_agency=police)
    made(given, at=noon(date(2026, 3, 12)))

    assert counted("actions-on-time", by=("agency",)) == {(probation.name,): Share(0, 1)}


def test_actions_are_on_time_by_the_day_that_their_owner_says(area, probation):
    case = OffenderFactory(area=area, lead_agency=probation)
    for day in (10, 11):
        made(ActionFactory(offender=case, due_on=date(2026, 3, 10), done=True), done_on=date(2026, 3, day))
    ActionFactory(offender=case, due_on=date(2026, 3, 10), withdrawn=True)

    assert counted("actions-on-time", by=("agency",)) == {(probation.name,): Share(1, 2)}


def test_referrals_wait_in_working_days_for_a_decision_and_a_first_meeting(area, coordinator):
    made_on, decided_on = date(2026, 3, 2), date(2026, 3, 6)
    case = OffenderFactory(area=area)
    answered = {"outcome": "accepted", "decided_at": noon(decided_on), "decided_by": coordinator}
    ReferralFactory(offender=case, made_at=noon(made_on), due_on=decided_on, **answered, meet_by=date(2026, 3, 10))
    AgendaItemFactory(offender=case, meeting=MeetingFactory(area=area, starts_at=noon(date(2026, 3, 11)), state="held"))
    ReferralFactory(offender=OffenderFactory(area=area), made_at=noon(made_on), due_on=date(2026, 3, 5))
    ReferralFactory(offender=OffenderFactory(area=area), draft=True, made_by=coordinator)
    recount(MARCH.starts, on=ON)

    assert figures.waits("referral-decision-days", MARCH).numbers == {4: 1}
    assert figures.waits("referral-meeting-days", MARCH).median == 7
    assert figures.total("referral-decisions-on-time", MARCH) == Share(1, 2)
    assert figures.total("referral-meetings-on-time", MARCH) == Share(0, 1)
    assert figures.count("referrals", MARCH, by=("detail",)) == {("accepted",): Share(0, 1), ("",): Share(0, 1)}


def test_a_month_begins_and_ends_at_midnight_in_london(area):
    for hour in (22, 23):  # 23:30 in London, and 00:30
        when = datetime(2026, 3, 31, hour, 30, tzinfo=UTC)
        made(DriftPromptFactory(offender=OffenderFactory(area=area)), made_at=when)

    assert counted("drift-prompts", SPRING, by=("month",)) == {
        (date(2026, 3, 1),): Share(0, 1),
        (date(2026, 4, 1),): Share(0, 1),
    }


def test_what_the_law_did_is_counted_at_the_level_of_that_day(area):
    case = managed(area, level=3, until=date(2026, 3, 20))
    LevelPeriodFactory(offender=case, level=1, from_on=date(2026, 3, 20))
    RecallFactory(
        offender=case, decided_on=date(2026, 3, 19), returned_on=date(2026, 3, 20), returned_by=case.registered_by
    )
    NotificationBreachFactory(offender=case, discovered_on=date(2026, 3, 1))
    order = OrderFactory(offender=case, made_on=date(2026, 3, 31), starts_on=date(2026, 3, 31))

    assert counted("recalls", by=("level",)) == {(3,): Share(0, 1)}
    assert counted("returns-to-custody", by=("level",)) == {(1,): Share(0, 1)}
    assert counted("notification-breaches", by=("level", "detail")) == {(3, "open"): Share(0, 1)}
    assert counted("orders-made", by=("detail",)) == {(order.kind.code,): Share(0, 1)}


def test_members_of_the_board_come_in_person_or_by_a_deputy_and_lay_advisers_for_no_agency(
    area, police, housing_agency
):
    board = BoardFactory(area=area)
    meeting = BoardMeetingFactory(board=board, starts_at=noon(date(2026, 3, 10)))
    for agency, state in [(police, "deputy"), (housing_agency, "apologies")]:
        member = BoardMemberFactory(board=board, agency=agency)
        BoardAttendanceFactory(meeting=meeting, member=member, state=state)
    BoardAttendanceFactory(meeting=meeting, member=None, adviser=LayAdviserFactory(board=board))

    found = counted("board-attendance", by=("agency", "detail"), area=area)

    assert found == {(police.name, "deputy"): Share(1, 1), (housing_agency.name, "apologies"): Share(0, 1)}


def test_of_another_area_nothing_is_counted(area, other_case):
    ReviewFactory(offender=other_case, due_on=date(2026, 3, 1))
    LevelPeriodFactory(offender=other_case)
    ReferralFactory(offender=other_case, made_at=noon(date(2026, 3, 1)))
    ActionFactory(offender=other_case, due_on=date(2026, 3, 1))
    recount(MARCH.starts, on=ON)

    assert [slug for slug in MEASURES if figures.count(slug, MARCH, area=area)] == []
    assert figures.total("people", MARCH).whole == 1


def emergency(case, day, *, at=None, reviewed_on=None, finding="justified", **more):
    """One that ended after its hour, reviewed or not."""
    began = at or noon(day)
    ended = began + timedelta(hours=1)
    if reviewed_on:
        more |= {"reviewed_at": noon(reviewed_on), "reviewed_by": case.registered_by, "finding": finding}
    known = {"opened_at": began, "expires_at": ended, "ended_at": ended, "review_due_on": day + timedelta(days=2)}
    return EmergencyAccessFactory(offender=case, **known | more)


def test_emergencies_are_counted_in_the_month_they_were_opened_by_what_was_found(area, other_area):
    case = managed(area)
    emergency(case, date(2026, 3, 1), reviewed_on=date(2026, 3, 2))
    emergency(case, date(2026, 3, 31), reviewed_on=date(2026, 4, 1), finding="not-justified")
    emergency(case, date(2026, 3, 31), at=datetime(2026, 3, 31, 22, 30, tzinfo=UTC))  # 23:30 in London
    emergency(case, date(2026, 4, 1), at=datetime(2026, 3, 31, 23, 30, tzinfo=UTC))  # 1 April there
    emergency(managed(other_area), date(2026, 3, 5))

    found = counted("emergency-openings", area=area, by=("detail",))

    assert found == {("justified",): Share(0, 1), ("not-justified",): Share(0, 1), ("",): Share(0, 1)}


def test_an_emergency_is_reviewed_in_time_on_its_day_and_counts_against_it_once_that_is_past(area):
    case, day = managed(area), date(2026, 3, 2)
    emergency(case, day, reviewed_on=date(2026, 3, 4))
    emergency(case, day, reviewed_on=date(2026, 3, 5))
    emergency(case, day)
    emergency(case, day, review_due_on=ON)  # still to be reviewed, and not late

    assert counted("emergency-reviews-on-time", area=area) == {(): Share(1, 3)}
