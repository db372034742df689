"""Who sits on a board: the list, and what changes it; and the board's groups."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, guarded
from agencies.asking import ask
from agencies.models import Membership, Role, User
from mappa import dates
from mappa.forms import ANSWERS, Form, sent
from offenders.views.record import Card, Line, Link, Part
from reviews import actions
from reviews.forms.board_members import BoardForm, EndForm, GroupForm, MemberDetailsForm, MemberForm
from reviews.models import Board, BoardMember, LayAdviser, SubGroup
from reviews.views.about_board import Asked, address, ask_of_board, board_asked_for, show, term
from reviews.views.lay_advisers import adviser_cards


@guarded(Perm.VIEW_BOARD)
@require_safe
def board_members(request: AuthedRequest) -> HttpResponse:
    """Who sits on the board for which agency, its lay advisers, and its groups."""
    asked = board_asked_for(request)
    parts = _parts(request.user, asked, asked.board) if asked.board else []
    rename = Link(address("reviews:rename_board", asked.area), _("Rename the board"))
    return show(
        request,
        asked,
        title=_("Members"),
        heading=_("Who sits on the board"),
        parts=parts,
        links=[rename] if asked.can_prepare else [],
    )


def _parts(user: User, asked: Asked, board: Board) -> list[Part]:
    may = asked.can_prepare
    rows = BoardMember.objects.visible_to(user).filter(board=board)
    members = list(rows.select_related("agency", "person", "deputy"))
    with_role = set(_holders(board).values_list("user", flat=True))
    groups = SubGroup.objects.visible_to(user).filter(board=board).select_related("lead__person")
    found = list(groups.prefetch_related(*_named(user)))
    advisers, past_advisers = adviser_cards(user, board, may_change=may)
    appoint = Link(address("reviews:appoint_member", asked.area), _("Appoint a member"))
    appoint_adviser = Link(address("reviews:appoint_adviser", asked.area), _("Record an appointment"))
    set_up = Link(address("reviews:set_up_group", asked.area), _("Set up a group"))
    return [
        Part(
            "members",
            _("Members for agencies"),
            [_member(m, may_change=may, has_role=m.person_id in with_role) for m in members if m.ended_on is None],
            [_member(m, may_change=False, has_role=True) for m in members if m.ended_on],
            appoint if may else None,
            empty=_("Nobody sits on the board yet."),
        ),
        Part(
            "advisers",
            _("Lay advisers"),
            advisers,
            past_advisers,
            appoint_adviser if may else None,
            intro=_(
                "Members of the public whom the Secretary of State appoints (Criminal Justice Act 2003, section 326)."
            ),
            empty=_("No appointment is recorded yet."),
        ),
        Part(
            "groups",
            _("Sub-groups"),
            [_group(group, may_change=may) for group in found if group.closed_at is None],
            [_group(group, may_change=False) for group in found if group.closed_at],
            set_up if may else None,
            empty=_("The board has set up no group."),
        ),
    ]


def _named(user: User) -> list[Any]:
    """Whom the groups name, each read once for all of them."""
    members = BoardMember.objects.visible_to(user).select_related("person")
    advisers = LayAdviser.objects.visible_to(user).select_related("person")
    return [Prefetch("members", queryset=members), Prefetch("advisers", queryset=advisers)]


def _holders(board: Board) -> Any:
    """Whose role opens the board's pages to them."""
    roles = [Role.Code.BOARD_MEMBER, Role.Code.COORDINATOR, Role.Code.CHAIR]
    return Membership.objects.in_force(dates.today()).filter(role__in=roles, agency__area=board.area_id)


def _member(member: BoardMember, *, may_change: bool, has_role: bool) -> Card:
    lines = [
        Line(_("Member"), f"{member.person.name}, {member.post}"),
        Line(_("Deputy"), member.deputy.name if member.deputy else ""),
        Line(_("Term"), term(member.from_on, member.ended_on or member.until)),
    ]
    if member.ended_on:
        lines.append(Line(_("Why it ended"), member.end_reason))
    if not has_role:
        words = _("None that opens the board's pages. The agency's contact point or an administrator gives it.")
        lines.append(Line(_("Role in mappa"), words))
    links = [Link(reverse("reviews:change_member", args=[member.reference]), _("Change"))]
    if not member.is_chair:
        links.append(Link(reverse("reviews:make_chair", args=[member.reference]), _("Make chair")))
    links.append(Link(reverse("reviews:end_member", args=[member.reference]), _("End")))
    tag = _("Chair of the board") if member.is_chair else ""
    return Card(member.agency.name, lines, links if may_change else [], tag, "blue")


def _group(group: SubGroup, *, may_change: bool) -> Card:
    names = [*(m.person.name for m in group.members.all()), *(a.person.name for a in group.advisers.all())]
    lines = [
        Line(_("What it is for"), group.purpose),
        Line(_("Led by"), group.lead.person.name if group.lead else ""),
        Line(_("Members"), ", ".join(sorted(names))),
    ]
    links = [
        Link(reverse("reviews:change_group", args=[group.reference]), _("Change")),
        Link(reverse("reviews:close_group", args=[group.reference]), _("Close")),
    ]
    return Card(group.name, lines, links if may_change else [])


@guarded(Perm.BOARD_PREPARE)
@ANSWERS
def set_up_board(request: AuthedRequest) -> HttpResponse:
    """Give the area its board."""
    asked = board_asked_for(request, Perm.BOARD_PREPARE)
    return ask(
        request,
        BoardForm(sent(request), initial={"name": f"{asked.area} Strategic Management Board"}),
        actions.set_up_board,
        about={"area": asked.area},
        back=address("reviews:board_members", asked.area),
        done=_("The board is set up. Now say who sits on it."),
        title=_("Set up the board"),
        caption=str(asked.area),
        button=_("Set up the board"),
        nothing=_("This area has its board already.") if asked.board else "",
    )


@guarded(Perm.BOARD_PREPARE)
@ANSWERS
def rename_board(request: AuthedRequest) -> HttpResponse:
    """Give the board another name."""
    asked = board_asked_for(request, Perm.BOARD_PREPARE)
    return ask_of_board(
        request,
        asked,
        BoardForm(sent(request), initial={"name": asked.name}),
        actions.rename_board,
        back=address("reviews:board_members", asked.area),
        done=_("The board has another name."),
        title=_("Rename the board"),
        button=_("Save"),
    )


@guarded(Perm.BOARD_PREPARE)
@ANSWERS
def appoint_member(request: AuthedRequest) -> HttpResponse:
    """Seat an agency's senior manager on the board."""
    asked = board_asked_for(request, Perm.BOARD_PREPARE)
    return ask_of_board(
        request,
        asked,
        MemberForm(sent(request), board=asked.board or Board(area=asked.area)),
        actions.appoint_member,
        back=address("reviews:board_members", asked.area),
        done=_("The member is appointed."),
        title=_("Appoint a member"),
        intro=_("To sit on the board opens no page: for that a person needs the role of board member."),
        button=_("Appoint"),
    )


def _ended(member: BoardMember) -> str:
    return _("This membership has ended. Appoint the member anew instead.") if member.ended_on else ""


@guarded(Perm.BOARD_PREPARE, BoardMember)
@ANSWERS
def change_member(request: AuthedRequest, member: BoardMember) -> HttpResponse:
    """Change a member's post, deputy or term."""
    initial = {"post": member.post, "deputy": member.deputy_id, "until": member.until}
    return ask(
        request,
        MemberDetailsForm(sent(request), initial=initial, board=member.board),
        actions.change_member,
        about={"member": member},
        back=member.get_absolute_url(),
        done=_("The change is saved."),
        title=_("Change a member"),
        caption=member.agency.name,
        intro=_("Where another person takes the seat, end this membership and appoint the other."),
        button=_("Save"),
        nothing=_ended(member),
    )


@guarded(Perm.BOARD_PREPARE, BoardMember)
@ANSWERS
def make_chair(request: AuthedRequest, member: BoardMember) -> HttpResponse:
    """Say who chairs the board."""
    return ask(
        request,
        Form(sent(request)),
        actions.make_chair,
        about={"member": member},
        back=member.get_absolute_url(),
        done=_("The board has a new chair."),
        title=_("Make this member the chair of the board?"),
        caption=f"{member.person.name}, {member.agency.name}",
        intro=_("Whoever chairs the board now does not any more."),
        button=_("Make chair"),
        nothing=_ended(member),
    )


@guarded(Perm.BOARD_PREPARE, BoardMember)
@ANSWERS
def end_member(request: AuthedRequest, member: BoardMember) -> HttpResponse:
    """End a membership."""
    return ask(
        request,
        EndForm(sent(request), initial={"ended_on": dates.today()}),
        actions.end_member,
        about={"member": member},
        back=member.get_absolute_url(),
        done=_("The membership has ended."),
        title=_("End a membership"),
        caption=f"{member.person.name}, {member.agency.name}",
        intro=_("What the member owns in the business plan stays until it is given to another."),
        button=_("End the membership"),
        look="warning",
        nothing=_ended(member),
    )


def _group_form(request: AuthedRequest, board: Board | None, **more: Any) -> GroupForm:
    members = BoardMember.objects.visible_to(request.user).standing().filter(board=board)
    advisers = LayAdviser.objects.visible_to(request.user).standing().filter(board=board)
    return GroupForm(
        sent(request),
        members=members.select_related("person", "agency"),
        advisers=advisers.select_related("person"),
        **more,
    )


@guarded(Perm.BOARD_PREPARE)
@ANSWERS
def set_up_group(request: AuthedRequest) -> HttpResponse:
    """Set up a group of the board."""
    asked = board_asked_for(request, Perm.BOARD_PREPARE)
    return ask_of_board(
        request,
        asked,
        _group_form(request, asked.board),
        actions.set_up_group,
        back=address("reviews:board_members", asked.area),
        done=_("The group is set up."),
        title=_("Set up a group"),
        button=_("Set up the group"),
    )


@guarded(Perm.BOARD_PREPARE, SubGroup)
@ANSWERS
def change_group(request: AuthedRequest, group: SubGroup) -> HttpResponse:
    """Change what a group is for, and who is in it."""
    initial: dict[str, Any] = {"name": group.name, "purpose": group.purpose, "lead": group.lead_id}
    initial["members"] = list(group.members.visible_to(request.user).values_list("pk", flat=True))
    initial["advisers"] = list(group.advisers.visible_to(request.user).values_list("pk", flat=True))
    return ask(
        request,
        _group_form(request, group.board, initial=initial),
        actions.change_group,
        about={"group": group},
        back=group.get_absolute_url(),
        done=_("The group is changed."),
        title=_("Change a group"),
        caption=group.name,
        button=_("Save"),
        nothing=_closed(group),
    )


def _closed(group: SubGroup) -> str:
    return _("This group is closed. Set up another.") if group.closed_at else ""


@guarded(Perm.BOARD_PREPARE, SubGroup)
@ANSWERS
def close_group(request: AuthedRequest, group: SubGroup) -> HttpResponse:
    """Close a group whose work is done."""
    return ask(
        request,
        Form(sent(request)),
        actions.close_group,
        about={"group": group},
        back=group.get_absolute_url(),
        done=_("The group is closed."),
        title=_("Close this group?"),
        caption=group.name,
        intro=_("It stays on the page of members under “Earlier”."),
        button=_("Close the group"),
        look="warning",
        nothing=_closed(group),
    )
