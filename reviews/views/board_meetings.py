"""Meetings of a board: the list, one meeting with its agenda, papers, attendance and decisions, and what changes them."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.models import User
from mappa.forms import ANSWERS, Form, sent
from mappa.paging import page_of
from mappa.templatetags.mappa import long_date
from offenders.views.record import Card, Line, Link, Part
from reviews import actions
from reviews.actions.board_meetings import expected_at
from reviews.forms.board_meetings import AttendanceForm, BoardMeetingForm, DecisionForm
from reviews.forms.board_members import ReasonForm
from reviews.models import BoardAttendance, BoardDecision, BoardItem, BoardMeeting, BoardPaper
from reviews.views.about_board import address, ask_about, ask_of_board, begun, board_asked_for, of_row, show, when


@guarded(Perm.VIEW_BOARD)
@require_safe
def board_meetings(request: AuthedRequest) -> HttpResponse:
    """The meetings to come, and those that were held, latest first."""
    asked = board_asked_for(request)
    rows = BoardMeeting.objects.visible_to(request.user).filter(board=asked.board)
    page = page_of(rows.begun(), request, by="starts_at", newest_first=True)
    coming = [_card(meeting) for meeting in rows.coming()[:12]]
    cancelled = rows.filter(cancelled_at__isnull=False).order_by("-starts_at")[:12]
    parts = [
        Part("coming", _("To come"), coming, empty=_("No meeting is arranged.")),
        Part(
            "held",
            _("Held"),
            [_card(meeting) for meeting in page.rows],
            [_card(meeting) for meeting in cancelled],
            empty=_("No meeting has been held yet."),
        ),
    ]
    arrange = Link(address("reviews:arrange_board_meeting", asked.area), _("Arrange a meeting"))
    return show(
        request,
        asked,
        title=_("Meetings"),
        heading=_("Meetings of the board"),
        parts=parts,
        page=page,
        button=arrange if asked.can_prepare else None,
    )


def _card(meeting: BoardMeeting) -> Card:
    lines = [Line(_("Place"), meeting.place)]
    if meeting.is_cancelled:
        lines.append(Line(_("Why it was cancelled"), meeting.cancel_reason))
    tag = _("Cancelled") if meeting.is_cancelled else ""
    return Card(when(meeting), lines, [Link(meeting.get_absolute_url(), _("Open"))], tag)


@guarded(Perm.VIEW_BOARD, BoardMeeting)
@require_safe
def board_meeting(request: AuthedRequest, meeting: BoardMeeting) -> HttpResponse:
    """The agenda with its papers, who came, and what was decided."""
    asked = of_row(request.user, meeting.board)
    may = asked.can_prepare and not meeting.is_cancelled
    user = request.user
    links = [("move_board_meeting", _("Move it")), ("cancel_board_meeting", _("Cancel it"))]
    return show(
        request,
        asked,
        title=_("Board meeting"),
        heading=when(meeting),
        intro=meeting.place,
        inset=_("This meeting is cancelled: %s") % meeting.cancel_reason if meeting.is_cancelled else "",
        back=Link(address("reviews:board_meetings", asked.area), _("Meetings")),
        links=[_link(f"reviews:{name}", meeting, words) for name, words in links]
        if may and not meeting.has_begun
        else [],
        parts=[
            _agenda(user, meeting, may=may),
            _papers(user, meeting, may=may),
            *([_attendance(user, meeting, may=may), _decisions(user, meeting, may=may)] if meeting.has_begun else []),
        ],
    )


def _link(route: str, row: Any, words: str, about: str = "") -> Link:
    return Link(reverse(route, args=[row.reference]), words, about)


def _hidden(count: int) -> str:
    """What stands where something is for members alone."""
    words = ngettext(
        "%s more is for members alone, and is not shown.", "%s more are for members alone, and are not shown.", count
    )
    return words % count if count else ""


def _agenda(user: User, meeting: BoardMeeting, *, may: bool) -> Part:
    items = BoardItem.objects.visible_to(user).filter(meeting=meeting).select_related("led_by__person")
    found = list(items)
    remove = may and not meeting.has_begun
    cards = [
        Card(
            item.title,
            [Line(_("Led by"), item.led_by.person.name if item.led_by else ""), *_closed_line(item)],
            [_link("reviews:remove_item", item, _("Remove"))] if remove else [],
            item.get_purpose_display(),
            "blue",
        )
        for item in found
    ]
    hidden = BoardItem.objects.closed_count(meeting) - sum(item.is_closed for item in found)
    add = _link("reviews:add_item", meeting, _("Add a line"))
    return Part(
        "agenda", _("Agenda"), cards, add=add if may else None, intro=_hidden(hidden), empty=_("Nothing is on it yet.")
    )


def _closed_line(row: Any) -> list[Line]:
    return [Line(_("Who reads it"), _("Members alone"))] if row.is_closed else []


def _papers(user: User, meeting: BoardMeeting, *, may: bool) -> Part:
    rows = list(BoardPaper.objects.visible_to(user).filter(meeting=meeting).select_related("item", "by"))
    hidden = BoardPaper.objects.closed_count(meeting) - sum(paper.is_closed for paper in rows)
    due = ""
    if meeting.papers_due_on and not meeting.has_begun:
        due = _("Papers are due on %s.") % long_date(meeting.papers_due_on)
    add = _link("reviews:add_paper", meeting, _("Add a paper"))
    return Part(
        "papers",
        _("Papers"),
        [_paper(paper, may=may) for paper in rows if paper.withdrawn_at is None],
        [_paper(paper, may=False) for paper in rows if paper.withdrawn_at],
        add if may else None,
        intro=f"{due} {_hidden(hidden)}".strip(),
        empty=_("No paper was added yet."),
    )


def _paper(paper: BoardPaper, *, may: bool) -> Card:
    lines = [
        Line(_("For"), paper.item.title if paper.item else _("The meeting as a whole")),
        Line(_("Added"), _("%(day)s by %(name)s") % {"day": long_date(paper.at), "name": paper.by.name}),
        *_closed_line(paper),
    ]
    if paper.withdrawn_at:
        return Card(paper.title, [*lines, Line(_("Why it was withdrawn"), paper.withdrawal_reason)], [], _("Withdrawn"))
    links = [_link("reviews:board_paper", paper, _("Open (%s)") % paper.file_kind.upper())]
    if may:
        links.append(_link("reviews:withdraw_paper", paper, _("Withdraw")))
    return Card(paper.title, lines, links)


def _attendance(user: User, meeting: BoardMeeting, *, may: bool) -> Part:
    rows = BoardAttendance.objects.visible_to(user).filter(meeting=meeting)
    rows = rows.select_related("member__agency", "member__person", "adviser__person")
    lines = [Line(_who(row), row.get_state_display()) for row in rows]
    came = sum(row.state in {BoardAttendance.State.CAME, BoardAttendance.State.DEPUTY} for row in rows)
    title = _("%(came)s of %(all)s came") % {"came": came, "all": len(lines)}
    add = _link("reviews:take_attendance", meeting, _("Correct attendance") if lines else _("Take attendance"))
    cards = [Card(title, lines)] if lines else []
    return Part("attendance", _("Who came"), cards, add=add if may else None, empty=_("Attendance was not taken yet."))


def _who(row: BoardAttendance) -> str:
    if row.member:
        return f"{row.member.agency.name}: {row.member.person.name}"
    return _("Lay adviser: %s") % (row.adviser.person.name if row.adviser else "")


def _decisions(user: User, meeting: BoardMeeting, *, may: bool) -> Part:
    rows = BoardDecision.objects.visible_to(user).filter(meeting=meeting)
    found = list(rows.select_related("item", "recorded_by", "confirmed_by", "meeting__board"))
    hidden = BoardDecision.objects.closed_count(meeting) - sum(row.is_closed for row in found)
    decides = may and allowed(user, Perm.BOARD_DECIDE, on=meeting)
    add = _link("reviews:record_decision", meeting, _("Record a decision"))
    return Part(
        "decisions",
        _("Decisions"),
        [_decision(row, may_confirm=decides and row.recorded_by_id != user.pk) for row in found],
        add=add if may else None,
        intro=_hidden(hidden),
        empty=_("No decision is recorded."),
    )


def _decision(row: BoardDecision, *, may_confirm: bool) -> Card:
    lines = [Line(_("Why"), row.reasons), Line(_("Written down by"), row.recorded_by.name), *_closed_line(row)]
    if row.item:
        lines.insert(0, Line(_("On"), row.item.title))
    if row.confirmed_by:
        lines.append(Line(_("Confirmed by"), row.confirmed_by.name))
    link = _link("reviews:confirm_decision", row, _("Confirm"))
    is_open = row.confirmed_at is None
    tag, colour = (_("To confirm"), "yellow") if is_open else (_("Confirmed"), "green")
    return Card(row.text, lines, [link] if may_confirm and is_open else [], tag, colour)


@guarded(Perm.BOARD_PREPARE)
@ANSWERS
def arrange_board_meeting(request: AuthedRequest) -> HttpResponse:
    """Arrange a meeting of the board."""
    asked = board_asked_for(request, Perm.BOARD_PREPARE)
    return ask_of_board(
        request,
        asked,
        BoardMeetingForm(sent(request)),
        actions.arrange_board_meeting,
        back=address("reviews:board_meetings", asked.area),
        done=_("The meeting is arranged. Members and lay advisers are told by mail."),
        title=_("Arrange a meeting of the board"),
        button=_("Arrange"),
    )


def _not_begun(meeting: BoardMeeting) -> str:
    """Why nothing can be said of a meeting yet."""
    if meeting.is_cancelled:
        return _("This meeting was cancelled. Open another, or arrange one.")
    return "" if meeting.has_begun else _("This meeting has not begun. Come back when it has.")


@guarded(Perm.BOARD_PREPARE, BoardMeeting)
@ANSWERS
def move_board_meeting(request: AuthedRequest, meeting: BoardMeeting) -> HttpResponse:
    """Move a meeting."""
    starts = timezone.localtime(meeting.starts_at)
    initial = {"on": starts.date(), "at": f"{starts:%H:%M}", "place": meeting.place}
    return ask_about(
        request,
        meeting,
        BoardMeetingForm(sent(request), initial=initial),
        actions.move_board_meeting,
        done=_("The meeting is moved. Members and lay advisers are told by mail."),
        title=_("Move the meeting"),
        button=_("Move"),
        nothing=begun(meeting),
    )


@guarded(Perm.BOARD_PREPARE, BoardMeeting)
@ANSWERS
def cancel_board_meeting(request: AuthedRequest, meeting: BoardMeeting) -> HttpResponse:
    """Call a meeting off."""
    return ask_about(
        request,
        meeting,
        ReasonForm(sent(request)),
        actions.cancel_board_meeting,
        done=_("The meeting is cancelled. Members and lay advisers are told by mail."),
        title=_("Cancel the meeting"),
        button=_("Cancel the meeting"),
        keep=_("Keep it"),
        look="warning",
        nothing=begun(meeting),
    )


@guarded(Perm.BOARD_PREPARE, BoardMeeting)
@ANSWERS
def take_attendance(request: AuthedRequest, meeting: BoardMeeting) -> HttpResponse:
    """Say who came, of those who sat on the board that day."""
    members, advisers = expected_at(meeting, by=request.user)
    rows = BoardAttendance.objects.visible_to(request.user).filter(meeting=meeting)
    taken = {
        (row.member or row.adviser).reference: row.state  # type: ignore[union-attr]
        for row in rows.select_related("member", "adviser")
    }
    nobody = "" if members or advisers else _("Nobody sat on the board that day. Appoint its members first.")
    return ask_about(
        request,
        meeting,
        AttendanceForm(sent(request), members=members, advisers=advisers, initial=taken),
        actions.take_attendance,
        done=_("Attendance is taken."),
        title=_("Who came?"),
        button=_("Save"),
        nothing=_not_begun(meeting) or nobody,
    )


@guarded(Perm.BOARD_PREPARE, BoardMeeting)
@ANSWERS
def record_decision(request: AuthedRequest, meeting: BoardMeeting) -> HttpResponse:
    """Write down what the board decided."""
    return ask_about(
        request,
        meeting,
        DecisionForm(sent(request), items=BoardItem.objects.visible_to(request.user).filter(meeting=meeting)),
        actions.record_decision,
        done=_("The decision is written down, for a member to confirm."),
        title=_("Record a decision"),
        intro=_("A member of the board who did not write it confirms it. After that it is not changed."),
        button=_("Record"),
        nothing=_not_begun(meeting),
    )


@guarded(Perm.BOARD_DECIDE, BoardDecision)
@ANSWERS
def confirm_decision(request: AuthedRequest, decision: BoardDecision) -> HttpResponse:
    """Confirm a decision that somebody else wrote down."""
    done = _("This decision is confirmed.") if decision.confirmed_at else ""
    own = _("Whoever wrote a decision down does not confirm it. Ask another member.")
    return ask_about(
        request,
        decision.meeting,
        Form(sent(request)),
        actions.confirm_decision,
        about={"decision": decision},
        done=_("The decision is confirmed."),
        title=_("Confirm this decision?"),
        intro=f"{decision.text} {decision.reasons}",
        button=_("Confirm"),
        nothing=done or (own if decision.recorded_by_id == request.user.pk else ""),
    )
