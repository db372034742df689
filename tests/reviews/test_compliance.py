"""What a board lacks: each check at its edge."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.models import Standard
from mappa import dates
from reviews.compliance import checks
from tests.factories import (
    AgencyFactory,
    BoardAttendanceFactory,
    BoardFactory,
    BoardMeetingFactory,
    BoardMemberFactory,
    BusinessPlanFactory,
    HoursEntryFactory,
    LayAdviserFactory,
    ObservationFactory,
    in_days,
)
from tests.reviews.boards import BACKEND, look


@pytest.fixture
def board(area):
    return BoardFactory(area=area)


def found(board, user, title):
    """What the check of a title says, and whether something is missing."""
    [check] = [check for check in checks(board, dates.today(), user) if check.title == title]
    return check.is_missing, check.words


def test_one_lay_adviser_is_one_too_few(board, coordinator):
    LayAdviserFactory(board=board)
    assert found(board, coordinator, "Lay advisers") == (
        True,
        "The board has 1 lay adviser in office; 2 are appointed to each area.",
    )

    LayAdviserFactory(board=board)

    assert found(board, coordinator, "Lay advisers")[0] is False


def test_an_adviser_whose_term_ran_out_yesterday_is_in_office_no_more(board, coordinator):
    LayAdviserFactory(board=board)
    LayAdviserFactory(board=board, until=in_days(-1))

    assert found(board, coordinator, "Lay advisers")[0] is True
    assert "Ends soon, or has ended" in found(board, coordinator, "Terms that end")[1]


def test_a_board_without_a_prison_member_is_told(board, coordinator, police, probation):
    for agency in (police, probation):
        BoardMemberFactory(board=board, agency=agency)

    missing, words = found(board, coordinator, "The Responsible Authority")
    assert missing
    assert "Prison" in words
    BoardMemberFactory(board=board, agency=AgencyFactory(kind__code="prison", area=board.area))
    assert found(board, coordinator, "The Responsible Authority")[0] is False


@pytest.mark.parametrize(("months", "is_missing"), [(3, False), (5, True)])
def test_five_months_without_a_meeting_are_too_long(board, coordinator, today, months, is_missing):
    last = dates.add_months(today, -months)
    BoardMeetingFactory(board=board, starts_at=timezone.now() - (today - last))
    BoardMeetingFactory(board=board)

    assert found(board, coordinator, "A meeting at least every 4 months")[0] is is_missing


def test_an_agency_below_the_standard_is_named_with_its_count(board, coordinator, housing_agency):
    member = BoardMemberFactory(board=board, agency=housing_agency)
    for days, state in ((10, "came"), (100, "deputy"), (200, "apologies"), (300, "absent")):
        meeting = BoardMeetingFactory(board=board, starts_at=timezone.now() - timedelta(days=days))
        BoardAttendanceFactory(meeting=meeting, member=member, state=state)

    words = found(board, coordinator, "Attendance of members")[1]

    assert words == "Below 75%: Housing, Bedfordshire came to 2 of 4."


def test_an_adviser_who_observed_none_this_quarter_is_named(board, coordinator, lay_adviser, area):
    LayAdviserFactory(board=board, person=lay_adviser)
    assert found(board, coordinator, "Meetings observed by lay advisers") == (
        True,
        "Fewer than 1 observed this quarter: Lee.",
    )

    ObservationFactory(
        meeting__area=area, meeting__starts_at=timezone.now(), adviser=lay_adviser, observed_at=timezone.now()
    )

    assert found(board, coordinator, "Meetings observed by lay advisers")[0] is False


def test_hours_are_checked_for_those_who_read_them(board, coordinator, information_officer, lay_adviser):
    HoursEntryFactory(adviser=LayAdviserFactory(board=board, person=lay_adviser), hours=9)

    assert found(board, coordinator, "Hours of lay advisers") == (True, "More than 8 hours this month: Lee.")
    assert "Hours of lay advisers" not in {check.title for check in checks(board, dates.today(), information_officer)}


def test_a_plan_nobody_agreed_is_no_plan(board, coordinator):
    BusinessPlanFactory(board=board)

    assert found(board, coordinator, "A business plan") == (True, "No agreed business plan covers today.")


def test_what_has_no_standard_is_not_checked(board, coordinator):
    Standard.objects.filter(name="lay_advisers_each_board").delete()

    assert "Lay advisers" not in {check.title for check in checks(board, dates.today(), coordinator)}


def test_the_page_opens_for_a_new_board_and_for_none(client, lay_adviser, area, django_assert_max_num_queries):
    assert (
        "This area has no board yet. Co-ordination sets it up." in look(client, lay_adviser, "/board/compliance/").text
    )
    BoardFactory(area=area)

    client.force_login(lay_adviser, backend=BACKEND)
    with django_assert_max_num_queries(45):
        response = client.get("/board/compliance/")

    assert "The board has not met yet." in response.text


def test_the_glossary_says_what_a_lay_adviser_is(client, lay_adviser):
    assert 'id="lay-adviser"' in look(client, lay_adviser, "/board/glossary/").text
