"""The page of a level 3 day: who of senior rank speaks for each agency, what is unanswered, what was promised."""

import pytest

from agencies.models import Membership
from panels import actions
from panels.level_3 import day
from tests.factories import AgencyFactory, CommitmentFactory, DecisionFactory, InvitationFactory, RankFactory


@pytest.fixture
def senior(db):
    return RankFactory(name="Assistant director", order=30)


@pytest.fixture
def enhanced(meeting, level_2, coordinator):
    """The meeting is of level 3, and Martin is on its agenda."""
    type(meeting)._base_manager.update(level=3)
    type(level_2)._base_manager.filter(pk=level_2.pk).update(level=3)
    for row in (meeting, level_2):
        row.refresh_from_db()
    return actions.add_item(meeting=meeting, offender=level_2, minutes=30, by=coordinator)


@pytest.fixture
def asked(enhanced, housing_agency, housing):
    return InvitationFactory(item=enhanced, agency=housing_agency, offender=None)


@pytest.fixture
def promoted(housing, senior):
    Membership.objects.filter(user=housing).update(rank=senior)
    return housing


def change(row, **values):
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def voice(meeting, user):
    [talk], _agencies = day(meeting, user)
    [found] = talk.voices
    return found.is_gap, found.words


def accepts(asked, person, **values):
    change(asked, responded_by=person, responded_at=asked.invited_at, **{"response": "accepted"} | values)


def test_a_senior_person_who_accepted_is_to_come(meeting, asked, promoted, coordinator):
    accepts(asked, promoted, representative=promoted)

    assert voice(meeting, coordinator) == (False, "Harriet, Assistant director, is to come")


def test_whoever_is_to_come_and_is_not_of_senior_rank_is_a_gap(meeting, asked, housing, coordinator):
    accepts(asked, housing, representative=housing)

    assert voice(meeting, coordinator) == (True, "Harriet, is to come: not of senior rank")


def test_who_declined_is_a_gap_with_the_reason(meeting, asked, housing, coordinator):
    accepts(asked, housing, response="declined", response_reason="No tenancy with us")

    assert voice(meeting, coordinator) == (True, "Declined: No tenancy with us")


def test_a_senior_person_who_came_speaks_for_the_agency(meeting, asked, promoted, coordinator):
    change(asked, attendance="present", attended_by=promoted, attended_name="Harriet")

    assert voice(meeting, coordinator) == (False, "Harriet, Assistant director, came")


def test_whoever_came_and_is_not_of_senior_rank_is_a_gap(meeting, asked, housing, coordinator):
    change(asked, attendance="present", attended_by=housing, attended_name="Harriet")

    assert voice(meeting, coordinator) == (True, "Harriet, came: not of senior rank")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Nobody is named yet"),
        ({"attendance": "apologies", "attendance_reason": "Ill"}, "Apologies: Ill"),
        ({"attendance": "absent"}, "Absent"),
        ({"attendance": "present"}, "Somebody came. Who it was is not recorded"),
        (
            {"attendance": "present", "attended_name": "I. Peel", "attended_role": "Manager"},
            "I. Peel (Manager) came. Whether of senior rank is not known: ask, and name somebody who is",
        ),
    ],
)
def test_everything_else_is_a_gap_in_words(meeting, asked, coordinator, values, words):
    change(asked, **values)

    assert voice(meeting, coordinator) == (True, words)


def test_what_level_3_asks_is_shown_until_it_is_answered(meeting, enhanced, coordinator):
    DecisionFactory(item=enhanced, level=3, is_critical=True, critical_reasons="x", offender=None)

    [talk], _agencies = day(meeting, coordinator)

    assert talk.unanswered == ["Whether a media plan is needed"]


def test_over_the_day_the_page_says_how_often_an_agency_is_missing_and_who_could_come(
    sign_in, meeting, asked, promoted, coordinator
):
    change(asked, attendance="absent")

    page = sign_in(coordinator).get(f"/meetings/{meeting.reference}/level-3/").text

    assert "Missing for 1 of 1" in page
    assert "Harriet (Assistant director)" in page


def test_questions_of_level_3_and_commitments_are_shown(sign_in, meeting, enhanced, asked, coordinator):
    CommitmentFactory(item=enhanced, agency=asked.agency, offender=None)

    page = sign_in(coordinator).get(f"/meetings/{meeting.reference}/level-3/").text

    assert "No decision is recorded" in page
    assert "A surveillance team" in page


def test_the_page_asks_no_more_for_more(
    sign_in, meeting, enhanced, asked, area, coordinator, django_assert_max_num_queries
):
    for _each in range(6):
        InvitationFactory(item=enhanced, agency=AgencyFactory(area=area), offender=None)
    client = sign_in(coordinator)

    with django_assert_max_num_queries(20):
        client.get(f"/meetings/{meeting.reference}/level-3/")


def test_a_meeting_of_level_2_has_no_such_page(sign_in, meeting, item, coordinator):
    response = sign_in(coordinator).get(f"/meetings/{meeting.reference}/level-3/")

    assert response.headers["Location"] == f"/meetings/{meeting.reference}/"


def test_who_only_comes_does_not_see_it(sign_in, meeting, asked, area_officer):
    assert sign_in(area_officer).get(f"/meetings/{meeting.reference}/level-3/").status_code == 403
