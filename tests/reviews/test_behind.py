"""What lies behind a figure: references of cases that the reader sees anyway, and nothing of the others."""

from datetime import timedelta

import pytest

from audit.models import AccessEvent
from mappa import dates
from offenders.models import Review
from tests.factories import OffenderFactory, ReviewFactory
from tests.reviews.test_board import BACKEND


@pytest.fixture
def late(offender):
    """Peter Ashdown's review of last month was never held; that of a restricted case neither."""
    due = dates.today().replace(day=1) - timedelta(days=3)
    closed = OffenderFactory(area=offender.area, lead_agency=offender.lead_agency, level=2, restricted=True)
    Review._base_manager.filter(offender=offender).update(due_on=due)
    ReviewFactory(offender=closed, level=2, due_on=due)
    return offender


def look_behind(client, user, query="measure=reviews-on-time"):
    client.force_login(user, backend=BACKEND)
    return client.get(f"/board/behind/?{query}")


def test_a_coordinator_sees_the_references_of_cases_he_sees_and_it_is_recorded(client, coordinator, late):
    response = look_behind(client, coordinator)

    assert [case.reference for case in response.context["page"].rows] == [late.reference]
    assert late.reference in response.text
    assert "Ashdown" not in response.text
    event = AccessEvent.objects.filter(event="board.looked_behind").get()
    assert (event.actor_id, event.detail["shown"]) == (coordinator.pk, [late.reference])


def test_a_board_member_who_sees_no_case_reads_the_page_and_no_reference(client, board_member, late):
    response = look_behind(client, board_member)

    assert "There is no case behind this figure that your role lets you see." in response.text
    assert late.reference not in response.text


def test_only_those_that_missed_are_chosen(client, coordinator, late):
    ReviewFactory(
        offender=OffenderFactory(area=late.area, lead_agency=late.lead_agency),
        level=2,
        due_on=dates.today().replace(day=1) - timedelta(days=3),
        held_on=dates.today().replace(day=1) - timedelta(days=5),
    )

    everyone, missed = (
        look_behind(client, coordinator, f"measure=reviews-on-time{more}") for more in ("", "&missed=1")
    )

    assert len(everyone.context["page"].rows) == 2
    assert [case.reference for case in missed.context["page"].rows] == [late.reference]


def test_no_figure_asked_for_leads_back_to_the_page(client, coordinator, area):
    assert look_behind(client, coordinator, "").url == "/board/?area=bedfordshire"


@pytest.mark.parametrize("measure", ["no-such", "drift-prompts"])
def test_a_measure_that_opens_nothing_is_not_found(client, coordinator, area, measure):
    assert look_behind(client, coordinator, f"measure={measure}").status_code == 404


def test_nothing_behind_is_shown_of_another_area(client, coordinator, other_area):
    assert look_behind(client, coordinator, "measure=people&area=north-wales").status_code == 403


def test_the_list_costs_the_same_however_many_cases(client, coordinator, late, django_assert_max_num_queries):
    for _each in range(6):
        case = OffenderFactory(area=late.area, lead_agency=late.lead_agency)
        ReviewFactory(offender=case, level=2, due_on=dates.today().replace(day=1) - timedelta(days=3))
    client.force_login(coordinator, backend=BACKEND)

    with django_assert_max_num_queries(20):
        assert len(client.get("/board/behind/?measure=reviews-on-time").context["page"].rows) == 7
