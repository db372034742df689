"""The agenda of a board meeting and its papers: what is added, taken off, handed out and withdrawn."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, NotGivenError, Perm, guarded
from audit.models import Act
from mappa.forms import ANSWERS, Form, sent
from mappa.paper import MARKING
from offenders import copies
from offenders.store import DamagedFileError
from reviews import actions
from reviews.forms.board_meetings import ItemForm, PaperForm
from reviews.forms.board_members import ReasonForm
from reviews.models import BoardItem, BoardMeeting, BoardMember, BoardPaper
from reviews.views.about_board import ask_about, begun


def _items(request: AuthedRequest, meeting: BoardMeeting) -> Any:
    return BoardItem.objects.visible_to(request.user).filter(meeting=meeting)


@guarded(Perm.BOARD_PREPARE, BoardMeeting)
@ANSWERS
def add_item(request: AuthedRequest, meeting: BoardMeeting) -> HttpResponse:
    """Put a line on the agenda."""
    members = BoardMember.objects.visible_to(request.user).standing().filter(board=meeting.board)
    form = ItemForm(sent(request), members=members.select_related("person", "agency"), items=_items(request, meeting))
    return ask_about(
        request,
        meeting,
        form,
        actions.add_item,
        done=_("The line is on the agenda."),
        title=_("Add a line to the agenda"),
        button=_("Add"),
        nothing=_("This meeting was cancelled.") if meeting.is_cancelled else "",
    )


@guarded(Perm.BOARD_PREPARE, BoardItem)
@ANSWERS
def remove_item(request: AuthedRequest, item: BoardItem) -> HttpResponse:
    """Take a line off the agenda."""
    return ask_about(
        request,
        item.meeting,
        Form(sent(request)),
        actions.remove_item,
        about={"item": item},
        done=_("The line is off the agenda."),
        title=_("Remove this line from the agenda?"),
        intro=item.title,
        button=_("Remove"),
        look="warning",
        nothing=begun(item.meeting),
    )


@guarded(Perm.BOARD_PREPARE, BoardMeeting)
@ANSWERS
def add_paper(request: AuthedRequest, meeting: BoardMeeting) -> HttpResponse:
    """Bring a paper to the meeting."""
    files = request.FILES if request.method == "POST" else None
    return ask_about(
        request,
        meeting,
        PaperForm(sent(request), files, items=_items(request, meeting)),
        actions.add_paper,
        done=_("The paper is added. Those who may read it are told by mail, once a day."),
        title=_("Add a paper"),
        intro=_("A paper is never changed. Should it be wrong, withdraw it and add another."),
        button=_("Add the paper"),
        nothing=_("This meeting was cancelled.") if meeting.is_cancelled else "",
    )


@guarded(Perm.VIEW_BOARD, BoardPaper, act=Act.DOWNLOAD)
@require_safe
def board_paper(request: AuthedRequest, paper: BoardPaper) -> HttpResponse:
    """The reader's copy. That it was taken is recorded before the first byte is sent; what is withdrawn is not sent."""
    if paper.withdrawn_at is not None:
        messages.error(request, _("This paper is withdrawn, so no copy of it is handed out."))
        return redirect(paper.meeting)
    try:
        return copies.hand_out(paper, request.user, marking=MARKING, noun="board_paper")
    except DamagedFileError:
        page = render(request, "offenders/damaged.html", {"document": paper}, status=503)
        raise NotGivenError(page, event="board_paper.damaged") from None


@guarded(Perm.BOARD_PREPARE, BoardPaper)
@ANSWERS
def withdraw_paper(request: AuthedRequest, paper: BoardPaper) -> HttpResponse:
    """Take a paper out of use."""
    return ask_about(
        request,
        paper.meeting,
        ReasonForm(sent(request)),
        actions.withdraw_paper,
        about={"paper": paper},
        done=_("The paper is withdrawn."),
        title=_("Withdraw a paper"),
        intro=paper.title,
        button=_("Withdraw"),
        look="warning",
        nothing=_("This paper is withdrawn already.") if paper.withdrawn_at else "",
    )
