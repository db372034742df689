"""The page of a level 3 day: who of senior rank speaks for each agency, what is unanswered, what was promised."""

import pytest

from agencies.models import Membership
from panels import actions
from panels.level_3 import day
from tests.factories import AgencyFactory, CommitmentFactory, InvitationFactory, RankFactory


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


def test_an_agency_with_somebody_senior_is_represented(meeting, asked, promoted, coordinator):
    assert voice(meeting, coordinator) == (False, "Of senior rank there: Harriet (Assistant director)")

    change(asked, attendance="present")
    assert voice(meeting, coordinator) == (False, "Present. Of senior rank there: Harriet (Assistant director)")


def test_an_agency_without_somebody_senior_is_a_gap(meeting, asked, coordinator):
    assert voice(meeting, coordinator) == (True, "Nobody of senior rank is known there")


def test_an_agency_that_did_not_come_is_a_gap(meeting, asked, promoted, coordinator):
    change(asked, attendance="apologies")

    assert voice(meeting, coordinator) == (True, "Apologies. Of senior rank there: Harriet (Assistant director)")


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
