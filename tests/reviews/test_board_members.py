"""Who sits on a board: set up, appointed, made chair and ended."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from reviews import actions
from reviews.models import Board, BoardMember, SubGroup
from tests.factories import BoardFactory, BoardMemberFactory, LayAdviserFactory, MembershipFactory, in_days
from tests.reviews.boards import BACKEND, look, send, typed


@pytest.fixture
def board(area):
    return BoardFactory(area=area)


@pytest.fixture
def good(probation, manager, chair, today):
    """Maya sits on the board for probation, with Chris as her deputy."""
    return {"agency": probation.pk, "person": manager.pk, "post": "Head of PDU", "deputy": chair.pk} | typed(
        "from_on", today
    )


def test_an_area_without_a_board_is_given_one(client, coordinator, area):
    assert "This area has no board yet." in look(client, coordinator, "/board/members/").text

    response = send(client, coordinator, "/board/members/set-up/", {"name": "Bedfordshire board"})

    assert response.status_code == 302
    assert Board.objects.visible_to(coordinator).get().name == "Bedfordshire board"


def test_a_second_board_is_refused(client, coordinator, board):
    response = send(client, coordinator, "/board/members/set-up/", {"name": "Another"})

    assert "This area has its board already." in response.text


def test_a_board_is_renamed(client, coordinator, board):
    send(client, coordinator, "/board/members/rename/", {"name": "Public protection board"})

    assert Board.objects.visible_to(coordinator).get().name == "Public protection board"


def test_whatever_needs_a_board_says_so_where_there_is_none(client, coordinator, good):
    assert send(client, coordinator, "/board/members/appoint/", good).url == "/board/members/?area=bedfordshire"


def test_coordination_appoints_a_member(client, coordinator, board, good, manager):
    response = send(client, coordinator, "/board/members/appoint/", good)

    assert response.status_code == 302
    member = BoardMember.objects.visible_to(coordinator).get()
    assert (member.person, member.post, member.until) == (manager, "Head of PDU", None)
    assert "Maya, Head of PDU" in look(client, coordinator, "/board/members/").text


def test_an_agency_has_one_member(client, coordinator, board, good, probation):
    BoardMemberFactory(board=board, agency=probation)

    response = send(client, coordinator, "/board/members/appoint/", good)

    assert "This agency has a member on the board." in response.text
    assert 'value="Head of PDU"' in response.text


def test_a_lay_adviser_reads_who_sits_there_and_appoints_nobody(client, lay_adviser, board, good):
    BoardMemberFactory(board=board)

    assert "Head of Public Protection" in look(client, lay_adviser, "/board/members/").text
    assert send(client, lay_adviser, "/board/members/appoint/", good).status_code == 403


def test_a_member_of_another_area_does_not_exist(client, outsider, board):
    member = BoardMemberFactory(board=board)

    assert send(client, outsider, f"/board/members/{member.reference}/end/", {}).status_code == 404


def test_a_member_is_made_chair_in_place_of_another(client, coordinator, board):
    before, after = BoardMemberFactory(board=board, is_chair=True), BoardMemberFactory(board=board)

    send(client, coordinator, f"/board/members/{after.reference}/make-chair/", {})

    seated = BoardMember.objects.visible_to(coordinator)
    assert [seated.get(pk=row.pk).is_chair for row in (before, after)] == [False, True]


def test_nobody_makes_himself_the_chair(board, board_member):
    own = BoardMemberFactory(board=board, person=board_member)

    with pytest.raises(ValidationError, match="Nobody makes himself"):
        actions.make_chair(member=own, by=board_member)


def test_who_left_stays_in_the_history_with_the_reason(client, coordinator, board, today):
    member = BoardMemberFactory(board=board, is_chair=True)

    send(
        client, coordinator, f"/board/members/{member.reference}/end/", {"reason": "Retired"} | typed("ended_on", today)
    )

    member = BoardMember.objects.visible_to(coordinator).get()
    assert (member.ended_on, member.end_reason, member.is_chair) == (today, "Retired", False)
    with pytest.raises(ValidationError, match="has ended"):
        actions.change_member(member=member, post="x", deputy=None, until=None, by=coordinator)


def test_nobody_leaves_in_the_future(client, coordinator, board):
    member = BoardMemberFactory(board=board)
    sent = {"reason": "Retired"} | typed("ended_on", in_days(3))

    response = send(client, coordinator, f"/board/members/{member.reference}/end/", sent)

    assert "The last day must be today or in the past" in response.text


def test_a_group_of_the_board_is_set_up_and_closed(client, coordinator, board):
    member, adviser = BoardMemberFactory(board=board), LayAdviserFactory(board=board)
    sent = {"name": "Quality", "purpose": "Audits", "lead": member.pk, "members": [member.pk], "advisers": [adviser.pk]}

    send(client, coordinator, "/board/members/groups/set-up/", sent)

    group = SubGroup.objects.visible_to(coordinator).get()
    assert list(group.advisers.visible_to(coordinator)) == [adviser]
    send(client, coordinator, f"/board/members/groups/{group.reference}/close/", {})
    assert not SubGroup.objects.visible_to(coordinator).open().exists()


def test_a_member_of_another_board_is_in_no_group(coordinator, board, other_area):
    stranger = BoardMemberFactory(board=BoardFactory(area=other_area))

    with pytest.raises(ValidationError, match="of this board"):
        actions.set_up_group(
            board=board, name="Quality", purpose="Audits", lead=stranger, members=[], advisers=[], by=coordinator
        )


def test_the_action_itself_refuses_a_lay_adviser(lay_adviser, board):
    with pytest.raises(PermissionDenied):
        actions.make_chair(member=BoardMemberFactory(board=board), by=lay_adviser)


def test_the_page_costs_the_same_however_many_sit_there(client, coordinator, board, django_assert_max_num_queries):
    for _each in range(8):
        BoardMemberFactory(board=board)
        LayAdviserFactory(board=board)
        MembershipFactory(agency__area=board.area)

    client.force_login(coordinator, backend=BACKEND)
    with django_assert_max_num_queries(26):
        client.get("/board/members/")
