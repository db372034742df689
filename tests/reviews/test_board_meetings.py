"""Meetings of a board: arranged, their agenda and papers, who came, what was decided; and what lay advisers do not read."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from agencies.models import OutboxMessage
from audit.models import AccessEvent
from reviews.models import BoardAttendance, BoardDecision, BoardItem, BoardMeeting, BoardPaper
from tests.factories import (
    BoardDecisionFactory,
    BoardFactory,
    BoardItemFactory,
    BoardMeetingFactory,
    BoardMemberFactory,
    BoardPaperFactory,
    LayAdviserFactory,
    a_pdf,
    in_days,
)
from tests.reviews.boards import BACKEND, look, send, typed


@pytest.fixture
def board(area):
    return BoardFactory(area=area)


@pytest.fixture
def coming(board):
    return BoardMeetingFactory(board=board)


@pytest.fixture
def held(board):
    return BoardMeetingFactory(board=board, starts_at=timezone.now() - timedelta(days=1))


def test_a_meeting_is_arranged_and_everybody_on_the_board_is_told(
    client, coordinator, lay_adviser, board_member, board
):
    sent = {"at": "2pm", "place": "County Hall"} | typed("on", in_days(30))

    send(client, coordinator, "/board/meetings/arrange/", sent)

    meeting = BoardMeeting.objects.visible_to(lay_adviser).get()
    assert meeting.papers_due_on < in_days(24)
    assert set(OutboxMessage.objects.values_list("to", flat=True)) == {lay_adviser.pk, board_member.pk}
    assert not any("County Hall" in mail.body for mail in OutboxMessage.objects.all())


def test_a_meeting_in_the_past_is_refused(client, coordinator, board):
    sent = {"at": "2pm", "place": "County Hall"} | typed("on", in_days(-1))

    response = send(client, coordinator, "/board/meetings/arrange/", sent)

    assert "Choose a day and time in the future" in response.text


def test_a_cancelled_meeting_stays_with_its_reason(client, coordinator, coming):
    send(client, coordinator, f"/board/meetings/{coming.reference}/cancel/", {"reason": "Snow"})

    assert "This meeting is cancelled: Snow" in look(client, coordinator, coming.get_absolute_url()).text
    refused = send(client, coordinator, f"/board/meetings/{coming.reference}/move/", {})
    assert "This meeting was cancelled." in refused.text


def test_no_reason_that_everybody_reads_names_a_case(client, coordinator, board, coming, today):
    member, paper = BoardMemberFactory(board=board), BoardPaperFactory(meeting=coming)
    closed = BoardPaperFactory(meeting=coming, is_closed=True)
    sent = {"reason": "As MA-7Q2F-K9XD shows"} | typed("ended_on", today)
    group = {"name": "Quality", "purpose": "To look at MA-7Q2F-K9XD"}

    for url, words in (
        (f"/board/meetings/{coming.reference}/cancel/", sent),
        (f"/board/meetings/papers/{paper.reference}/withdraw/", sent),
        (f"/board/members/{member.reference}/end/", sent),
        (f"/board/members/advisers/{LayAdviserFactory(board=board).reference}/end/", sent),
        ("/board/members/groups/set-up/", group),
    ):
        assert "Take out MA-7Q2F-K9XD" in send(client, coordinator, url, words).text
    assert send(client, coordinator, f"/board/meetings/papers/{closed.reference}/withdraw/", sent).status_code == 302


def test_a_line_is_put_before_another(client, coordinator, coming):
    first = BoardItemFactory(meeting=coming, title="Minutes")
    sent = {"title": "Welcome", "purpose": "note", "before": first.pk}

    send(client, coordinator, f"/board/meetings/{coming.reference}/add-line/", sent)

    lines = BoardItem.objects.visible_to(coordinator)
    assert list(lines.values_list("title", flat=True)) == ["Welcome", "Minutes"]


def test_a_line_with_a_paper_stays(client, coordinator, coming):
    item = BoardItemFactory(meeting=coming)
    BoardPaperFactory(meeting=coming, item=item)

    response = send(client, coordinator, f"/board/meetings/lines/{item.reference}/remove/", {})

    assert "A paper was added for this line" in response.text


def test_a_paper_is_added_told_of_and_handed_out(client, coordinator, lay_adviser, coming):
    file = SimpleUploadedFile("figures.pdf", a_pdf())

    send(client, coordinator, f"/board/meetings/{coming.reference}/add-paper/", {"file": file, "title": "Figures"})

    paper = BoardPaper.objects.visible_to(lay_adviser).get()
    response = look(client, lay_adviser, f"/board/meetings/papers/{paper.reference}/")
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert AccessEvent.objects.filter(event="board_paper.downloaded", object_id=paper.pk).exists()
    assert OutboxMessage.objects.filter(key__startswith="board-papers:", to=lay_adviser).exists()


def test_what_is_for_members_alone_is_not_there_for_a_lay_adviser(client, lay_adviser, information_officer, coming):
    paper = BoardPaperFactory(meeting=coming, title="Review of one case", is_closed=True)
    BoardItemFactory(meeting=coming, title="One case", is_closed=True)

    for reader in (lay_adviser, information_officer):
        page = look(client, reader, coming.get_absolute_url())
        assert look(client, reader, f"/board/meetings/papers/{paper.reference}/").status_code == 404
        assert "one case" not in page.text.lower()
        assert page.text.count("1 more is for members alone, and is not shown.") == 2


def test_a_paper_of_a_closed_line_is_closed(client, coordinator, coming):
    item = BoardItemFactory(meeting=coming, is_closed=True)
    sent = {"file": SimpleUploadedFile("case.pdf", a_pdf()), "title": "Case", "item": item.pk}

    response = send(client, coordinator, f"/board/meetings/{coming.reference}/add-paper/", sent)

    assert "This line of the agenda is for members alone. Tick the box here too" in response.text
    assert not BoardPaper.objects.visible_to(coordinator).exists()


def test_a_withdrawn_paper_is_not_handed_out(client, coordinator, board_member, coming):
    paper = BoardPaperFactory(meeting=coming)

    send(client, coordinator, f"/board/meetings/papers/{paper.reference}/withdraw/", {"reason": "Wrong figures"})

    assert look(client, board_member, f"/board/meetings/papers/{paper.reference}/").status_code == 302


def test_attendance_is_taken_of_those_who_sat_there_that_day(client, coordinator, held):
    member, adviser = BoardMemberFactory(board=held.board), LayAdviserFactory(board=held.board)
    BoardMemberFactory(board=held.board, from_on=in_days(0))
    url = f"/board/meetings/{held.reference}/attendance/"

    refused = send(client, coordinator, url, {member.reference: "came"})
    send(client, coordinator, url, {member.reference: "deputy", adviser.reference: "came"})

    assert "Say whether" in refused.text
    taken = BoardAttendance.objects.visible_to(coordinator)
    assert sorted(taken.values_list("state", flat=True)) == ["came", "deputy"]


def test_nobody_took_attendance_before_a_meeting_begins(client, coordinator, coming):
    BoardMemberFactory(board=coming.board)

    response = send(client, coordinator, f"/board/meetings/{coming.reference}/attendance/", {})

    assert "This meeting has not begun." in response.text


def test_a_decision_is_written_by_one_and_confirmed_by_another(client, coordinator, board_member, held):
    sent = {"text": "Minutes in five days", "reasons": "They were late"}
    send(client, coordinator, f"/board/meetings/{held.reference}/decide/", sent)
    decision = BoardDecision.objects.visible_to(board_member).get()
    url = f"/board/meetings/decisions/{decision.reference}/confirm/"

    assert send(client, coordinator, url, {}).status_code == 403
    assert send(client, board_member, url, {}).status_code == 302
    assert BoardDecision.objects.visible_to(board_member).get().confirmed_by == board_member


def test_nobody_confirms_what_he_wrote_down(client, board_member, held):
    decision = BoardDecisionFactory(meeting=held, recorded_by=board_member)

    response = send(client, board_member, f"/board/meetings/decisions/{decision.reference}/confirm/", {})

    assert "Whoever wrote a decision down does not confirm it." in response.text


def test_a_meeting_of_another_area_does_not_exist(client, outsider, coming):
    assert look(client, outsider, coming.get_absolute_url()).status_code == 404


def test_the_page_costs_the_same_however_long_the_agenda(client, board_member, held, django_assert_max_num_queries):
    for _each in range(6):
        BoardPaperFactory(meeting=held, item=BoardItemFactory(meeting=held))
        BoardDecisionFactory(meeting=held)

    client.force_login(board_member, backend=BACKEND)
    with django_assert_max_num_queries(26):
        client.get(held.get_absolute_url())
