"""The business plan: written by one, agreed by another, and what becomes of its actions."""

import pytest

from agencies.models import OutboxMessage
from reviews.models import BusinessPlan, PlanAction, PlanStep
from tests.factories import BoardFactory, BoardMemberFactory, BusinessPlanFactory, PlanActionFactory, in_days
from tests.reviews.boards import look, send, typed


@pytest.fixture
def plan(area, coordinator):
    return BusinessPlanFactory(board=BoardFactory(area=area), written_by=coordinator)


@pytest.fixture
def action(plan, board_member):
    return PlanActionFactory(plan=plan, owner=BoardMemberFactory(board=plan.board, person=board_member))


def now(plan, user):
    return BusinessPlan.objects.visible_to(user).get(pk=plan.pk)


def test_a_plan_is_written_and_a_member_agrees_it(client, coordinator, board_member, area):
    BoardFactory(area=area)
    sent = {"title": "Plan 2026", "aims": "Fewer late reviews"} | typed("from_on", in_days(0))
    send(client, coordinator, "/board/plan/write/", sent | typed("until", in_days(364)))
    plan = BusinessPlan.objects.visible_to(coordinator).get()

    read = {"version": plan.version}
    assert send(client, coordinator, f"/board/plan/{plan.reference}/agree/", read).status_code == 403
    send(client, board_member, f"/board/plan/{plan.reference}/agree/", read)

    assert now(plan, coordinator).agreed_by == board_member


def words(plan, aims):
    """A plan with other aims, as sent by somebody who read it."""
    sent = {"title": plan.title, "aims": aims, "version": plan.version}
    return sent | typed("from_on", plan.from_on) | typed("until", plan.until)


def test_what_was_changed_meanwhile_is_neither_agreed_nor_lost(client, coordinator, board_member, plan):
    url = f"/board/plan/{plan.reference}"
    assert plan.version in look(client, board_member, f"{url}/agree/").text
    send(client, coordinator, f"{url}/change/", words(plan, "50% fewer late"))

    agreed = send(client, board_member, f"{url}/agree/", {"version": plan.version}).text
    changed = send(client, coordinator, f"{url}/change/", words(plan, "My own aims")).text

    row = now(plan, board_member)
    assert (row.agreed_at, row.aims) == (None, "50% fewer late")
    for page in (agreed, changed):
        assert "Someone else changed this plan meanwhile" in page
        assert "50% fewer late" in page
        assert row.version in page
    assert "My own aims" in changed
    send(client, board_member, f"{url}/agree/", {"version": row.version})
    assert now(plan, board_member).agreed_by == board_member


def test_nobody_agrees_what_he_wrote(client, board_member, plan):
    send(client, board_member, f"/board/plan/{plan.reference}/change/", words(plan, "More"))

    read = {"version": now(plan, board_member).version}
    response = send(client, board_member, f"/board/plan/{plan.reference}/agree/", read)

    assert "Whoever wrote the plan does not agree it." in response.text
    assert now(plan, board_member).agreed_at is None


def test_two_agreed_plans_share_no_day(client, board_member, plan):
    twin = BusinessPlanFactory(board=plan.board)

    send(client, board_member, f"/board/plan/{plan.reference}/agree/", {"version": plan.version})
    response = send(client, board_member, f"/board/plan/{twin.reference}/agree/", {"version": twin.version})

    assert "An agreed plan covers some of these days." in response.text


def test_an_action_is_given_to_a_member_who_is_told(client, coordinator, board_member, plan):
    owner = BoardMemberFactory(board=plan.board, person=board_member)
    sent = {"title": "Train chairs", "measure": "All trained", "owner": owner.pk} | typed("due_on", in_days(40))

    send(client, coordinator, f"/board/plan/{plan.reference}/add-action/", sent)

    action = PlanAction.objects.visible_to(board_member).get()
    assert (action.owner, action.due_on) == (owner, in_days(40))
    assert "Train" not in OutboxMessage.objects.get(to=board_member).body


def test_an_action_is_moved_with_a_reason_and_done(client, board_member, action):
    url, owner = f"/board/plan/actions/{action.reference}/update/", {"owner": action.owner_id}
    was = action.due_on

    refused = send(client, board_member, url, owner | {"kind": "moved", "words": "Holidays"})
    send(client, board_member, url, owner | {"kind": "moved", "words": "Holidays"} | typed("due_on", in_days(60)))
    send(client, board_member, url, owner | {"kind": "done", "words": "All trained"})

    assert "Enter the new day" in refused.text
    action = PlanAction.objects.visible_to(board_member).get()
    assert (action.state, action.due_on) == ("done", in_days(60))
    steps = PlanStep.objects.visible_to(board_member)
    assert list(steps.order_by("pk").values_list("kind", "was_due_on")) == [("moved", was), ("done", in_days(60))]


def test_a_lay_adviser_reads_the_plan_and_changes_nothing(client, lay_adviser, action):
    assert "Train chairs" in look(client, lay_adviser, action.plan.get_absolute_url()).text
    assert send(client, lay_adviser, f"/board/plan/actions/{action.reference}/update/", {}).status_code == 403


def test_a_plan_of_another_area_does_not_exist(client, outsider, plan):
    assert look(client, outsider, plan.get_absolute_url()).status_code == 404
