"""What lay advisers ask and tell the board, and its answers."""

import pytest

from agencies.models import OutboxMessage
from reviews.models import BoardQuestion
from tests.factories import BoardFactory, BoardQuestionFactory, in_days
from tests.reviews.boards import BACKEND, look, send

GOOD = {"kind": "question", "title": "Housing", "text": "Why so few meetings?"}


@pytest.fixture
def question(area, lay_adviser):
    return BoardQuestionFactory(board=BoardFactory(area=area), asked_by=lay_adviser)


def test_a_lay_adviser_asks_and_the_board_is_told(client, lay_adviser, board_member, coordinator, area):
    BoardFactory(area=area)

    send(client, lay_adviser, "/board/questions/ask/", GOOD)

    question = BoardQuestion.objects.visible_to(board_member).get()
    assert (question.asked_by, question.due_on > in_days(20)) == (lay_adviser, True)
    mails = OutboxMessage.objects.filter(key__startswith="board-question:")
    assert {mail.to for mail in mails} == {board_member, coordinator}
    assert "Housing" not in mails[0].subject + mails[0].body


def test_no_case_is_named_to_the_board(client, lay_adviser, area):
    BoardFactory(area=area)

    response = send(client, lay_adviser, "/board/questions/ask/", GOOD | {"text": "What of ma-7q2f-k9xd?"})

    assert "Take out ma-7q2f-k9xd" in response.text
    assert not BoardQuestion.objects.visible_to(lay_adviser).exists()


def test_a_second_click_asks_once(client, lay_adviser, area):
    BoardFactory(area=area)

    send(client, lay_adviser, "/board/questions/ask/", GOOD)
    response = send(client, lay_adviser, "/board/questions/ask/", GOOD)

    assert "perhaps by a second click" in response.text
    assert "Why so few meetings?" in response.text


def test_the_board_answers_and_whoever_asked_is_told(client, lay_adviser, board_member, question):
    url = f"/board/questions/{question.reference}/answer/"

    assert send(client, lay_adviser, url, {"answer": "x"}).status_code == 403
    send(client, board_member, url, {"answer": "It names a deputy."})

    assert "It names a deputy." in look(client, lay_adviser, question.get_absolute_url()).text
    assert OutboxMessage.objects.filter(key__startswith="board-answer:", to=lay_adviser).exists()


def test_nobody_answers_himself(client, board_member, area):
    own = BoardQuestionFactory(board=BoardFactory(area=area), asked_by=board_member)

    response = send(client, board_member, f"/board/questions/{own.reference}/answer/", {"answer": "Yes"})

    assert "Whoever asked does not answer." in response.text


def test_whoever_asked_asks_again_once_it_is_answered(client, lay_adviser, board_member, question):
    url = f"/board/questions/{question.reference}/ask-again/"
    early = send(client, lay_adviser, url, {"text": "And now?"})
    send(client, board_member, f"/board/questions/{question.reference}/answer/", {"answer": "Soon."})

    send(client, lay_adviser, url, {"text": "When is soon?"})

    assert "The board has not answered yet." in early.text
    assert BoardQuestion.objects.visible_to(lay_adviser).get(follows=question).text == "When is soon?"
    assert "Only whoever asked can ask again" in send(client, board_member, url, {"text": "Me too"}).text


def test_a_chair_of_meetings_and_an_information_officer_only_read(client, chair, information_officer, question):
    for reader in (chair, information_officer):
        assert look(client, reader, question.get_absolute_url()).status_code == 200
        assert send(client, reader, "/board/questions/ask/", GOOD).status_code == 403


def test_another_areas_question_does_not_exist(client, outsider, question):
    assert look(client, outsider, question.get_absolute_url()).status_code == 404


def test_the_list_costs_the_same_however_many_were_asked(client, lay_adviser, question, django_assert_max_num_queries):
    for _each in range(8):
        BoardQuestionFactory(board=question.board)

    client.force_login(lay_adviser, backend=BACKEND)
    with django_assert_max_num_queries(18):
        client.get("/board/questions/")
