"""What the pages of a board have in common: which board is asked for, and how a page of cards is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.access import AuthedRequest, Parts, Perm, allowed
from agencies.asking import ask
from agencies.models import Area, User
from mappa.forms import Form
from mappa.paging import Page
from mappa.templatetags.mappa import clock, long_date
from offenders.views.record import Link, Part
from reviews.board import area_asked_for, areas_of
from reviews.models import Board, BoardMeeting


@dataclass(frozen=True)
class Asked:
    """The area whose board is asked for, those that the reader may choose, and its board where it has one."""

    area: Area
    areas: list[Area]
    board: Board | None
    can_prepare: bool

    @property
    def name(self) -> str:
        return self.board.name if self.board else _("Board of %s") % self.area


def board_asked_for(request: AuthedRequest, perm: Perm = Perm.VIEW_BOARD) -> Asked:
    """The board of the area that the address names, or of the first of the reader's.

    Raises PermissionDenied for an area for which he does not hold `perm`.
    """
    area = area_asked_for(request.user, request.GET.get("area", ""), perm)
    board = Board.objects.visible_to(request.user).filter(area=area).select_related("area").first()
    return Asked(area, areas_of(request.user, perm), board, can_prepare=may_prepare(request.user, area))


def may_prepare(user: User, area: Area) -> bool:
    return allowed(user, Perm.BOARD_PREPARE, on=Parts(area=area.pk))


def address(route: str, area: Area) -> str:
    """A page of the board of an area, which has no reference of its own."""
    return f"{reverse(route)}?area={area.slug}"


def ask_of_board(
    request: AuthedRequest, asked: Asked, form: Form, verb: Callable[..., object], **words: Any
) -> HttpResponse:
    """A question about the board itself; where the area has none, the page that says so."""
    if asked.board is None:
        return redirect(address("reviews:board_members", asked.area))
    return ask(request, form, verb, about={"board": asked.board}, caption=asked.name, **words)


def show(
    request: AuthedRequest, asked: Asked, *, title: str, parts: Sequence[Part], page: Page | None = None, **words: Any
) -> HttpResponse:
    """A page of the board. `words`: perhaps heading, intro, caption, button, a Link, links besides, and inset."""
    context = {"asked": asked, "area": asked.area, "areas": asked.areas, "title": title, "page": page, "parts": parts}
    set_up = Link(address("reviews:set_up_board", asked.area), _("Set up the board"))
    return render(request, "reviews/board_record.html", context | {"caption": asked.name, "set_up": set_up} | words)


def of_row(user: User, board: Board) -> Asked:
    """The same for the page of one row, whose area is known."""
    return Asked(board.area, [], board, can_prepare=may_prepare(user, board.area))


def term(from_on: Any, until: Any) -> str:
    """A term in words."""
    if until is None:
        return _("From %s") % long_date(from_on)
    return _("%(from)s to %(until)s") % {"from": long_date(from_on), "until": long_date(until)}


def when(meeting: BoardMeeting) -> str:
    """A meeting as lists call it."""
    return f"{long_date(meeting.starts_at)}, {clock(meeting.starts_at)}"


def ask_about(request: AuthedRequest, meeting: BoardMeeting, form: Form, verb: Any, **words: Any) -> HttpResponse:
    """A question about one meeting."""
    known = {"about": {"meeting": meeting}, "caption": when(meeting), "back": meeting.get_absolute_url()}
    return ask(request, form, verb, **(known | words))


def begun(meeting: BoardMeeting) -> str:
    """Why a meeting cannot be changed any more."""
    if meeting.is_cancelled:
        return _("This meeting was cancelled. Open another, or arrange one.")
    return _("This meeting has begun, so this cannot be changed any more.") if meeting.has_begun else ""
