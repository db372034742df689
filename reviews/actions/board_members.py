"""Who sits on a board: set up, appointed, changed and ended; and the groups that it sets up."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Parts, Perm, require
from agencies.models import Agency, AgencyKind, Area, Membership, Rank, Role, User
from agencies.models.membership import MembershipQuerySet
from audit.record import record
from mappa import dates
from offenders.actions.case import reason_in_words
from reviews.models import Board, BoardMember, LayAdviser, SubGroup
from reviews.plain_words import refuse_references

Duty = AgencyKind.Duty


@transaction.atomic
def set_up_board(*, area: Area, name: str, by: User) -> Board:
    """Give an area its board. Every other page of the board begins with it."""
    require(by, Perm.BOARD_PREPARE, on=Parts(area=area.pk))
    if Board.objects.visible_to(by).filter(area=area).exists():
        raise ValidationError(_("This area has its board already. Open its members instead."))
    board = Board(area=area, name=name.strip())
    board.full_clean()
    board.save()
    record("board.set_up", by=by, about=board)
    return board


@transaction.atomic
def rename_board(*, board: Board, name: str, by: User) -> Board:
    """Give a board another name."""
    require(by, Perm.BOARD_PREPARE, on=board)
    row = hold_board(board, by=by)
    row.name = name.strip()
    row.full_clean()
    row.save(update_fields=["name"])
    record("board.renamed", by=by, about=row)
    return row


def hold_board(board: Board, *, by: User) -> Board:
    """The board, fresh and locked until the transaction ends: of two who change who sits on it, one waits."""
    return Board.objects.visible_to(by).select_for_update(of=("self",)).select_related("area").get(pk=board.pk)


def seatable(board: Board) -> list[Agency]:
    """The agencies of the area that can be on the board."""
    duties = [Duty.RESPONSIBLE_AUTHORITY, Duty.CO_OPERATE, Duty.ASSOCIATE]
    rows = Agency.objects.filter(area=board.area_id, is_active=True, kind__duty__in=duties)
    return list(rows.order_by("kind__position", "name"))


def eligible(area_id: int) -> MembershipQuerySet:
    """Who can sit on the board of an area: its senior people, and whoever holds the role already. No lay adviser."""
    rows = Membership.objects.in_force(dates.today()).filter(agency__area=area_id)
    rows = rows.filter(Q(role=Role.Code.BOARD_MEMBER) | Q(rank__order__gte=Rank.MANAGER))
    advisers = Membership.objects.filter(role=Role.Code.LAY_ADVISER, agency__area=area_id)
    rows = rows.exclude(user__in=advisers.values("user")).exclude(role=Role.Code.INTEGRATION)
    return rows.select_related("user", "rank", "agency").order_by("user__name", "pk")


def _refuse_people(board: Board, person: User, deputy: User | None) -> None:
    known = set(eligible(board.area_id).values_list("user", flat=True))
    if person.pk not in known:
        raise ValidationError({"person": _("Choose a senior person of this area")})
    if deputy is not None and deputy.pk not in known:
        raise ValidationError({"deputy": _("Choose a senior person of this area")})
    if deputy == person:
        raise ValidationError({"deputy": _("Choose someone else than the member")})


@transaction.atomic
def appoint_member(
    *,
    board: Board,
    agency: Agency,
    person: User,
    post: str,
    deputy: User | None,
    from_on: date,
    until: date | None,
    by: User,
) -> BoardMember:
    """Seat an agency's senior manager on the board, with a deputy."""
    require(by, Perm.BOARD_PREPARE, on=board)
    board = hold_board(board, by=by)
    if agency not in seatable(board):
        raise ValidationError({"agency": _("Choose an agency of this area")})
    _refuse_people(board, person, deputy)
    _refuse_order(from_on, until)
    row = BoardMember(board=board, agency=agency, person=person, post=post.strip(), deputy=deputy, added_by=by)
    row.from_on, row.until = from_on, until
    row.full_clean()
    row.save()
    record("board_member.appointed", by=by, about=row, agency=agency.pk, person=person.pk)
    return row


def _refuse_order(from_on: date, until: date | None) -> None:
    if until is not None and until < from_on:
        raise ValidationError({"until": _("The term must end after it starts")})


def _standing(member: BoardMember, *, by: User) -> BoardMember:
    """The member, fresh and under the lock of the board. Raises ValidationError for one that has ended."""
    hold_board(member.board, by=by)
    row = BoardMember.objects.visible_to(by).select_related("board").get(pk=member.pk)
    if row.ended_on is not None:
        raise ValidationError(_("This membership has ended. Appoint the member anew instead."))
    return row


@transaction.atomic
def change_member(*, member: BoardMember, post: str, deputy: User | None, until: date | None, by: User) -> BoardMember:
    """Change the post, the deputy or the end of the term. Another person is another membership."""
    require(by, Perm.BOARD_PREPARE, on=member)
    row = _standing(member, by=by)
    if deputy is not None and deputy != row.deputy:
        _refuse_people(row.board, row.person, deputy)
    _refuse_order(row.from_on, until)
    before = row.until
    row.post, row.deputy, row.until = post.strip(), deputy, until
    row.full_clean()
    row.save(update_fields=["post", "deputy", "until"])
    record("board_member.changed", by=by, about=row, until=str(until or ""), before=str(before or ""))
    return row


@transaction.atomic
def make_chair(*, member: BoardMember, by: User) -> BoardMember:
    """Say who chairs the board; whoever chaired it does not any more. Nobody makes himself the chair."""
    require(by, Perm.BOARD_PREPARE, on=member)
    row = _standing(member, by=by)
    if row.person_id == by.pk:
        raise ValidationError(_("Nobody makes himself the chair. Ask co-ordination or another member."))
    others = BoardMember.objects.visible_to(by).standing().filter(board=row.board)
    others.exclude(pk=row.pk).update(is_chair=False)
    row.is_chair = True
    row.full_clean()
    row.save(update_fields=["is_chair"])
    record("board.chair_named", by=by, about=row, person=row.person_id)
    return row


@transaction.atomic
def end_member(*, member: BoardMember, ended_on: date, reason: str, by: User) -> BoardMember:
    """End a membership. What the member owns in the business plan stays until it is given to another."""
    require(by, Perm.BOARD_PREPARE, on=member)
    row = _standing(member, by=by)
    refuse_references(reason=reason)
    row.end_reason = reason_in_words(reason, missing=_("Enter why the membership ends"))
    row.ended_on, row.ended_by, row.is_chair = _last_day(ended_on, row.from_on), by, False
    row.full_clean()
    row.save(update_fields=["ended_on", "ended_by", "end_reason", "is_chair"])
    record("board_member.ended", by=by, about=row)
    return row


def _last_day(ended_on: date, from_on: date) -> date:
    if ended_on > dates.today():
        raise ValidationError({"ended_on": _("The last day must be today or in the past")})
    if ended_on < from_on:
        raise ValidationError({"ended_on": _("The last day must not be before the first")})
    return ended_on


@transaction.atomic
def set_up_group(
    *,
    board: Board,
    name: str,
    purpose: str,
    lead: BoardMember | None,
    members: Iterable[BoardMember],
    advisers: Iterable[LayAdviser],
    by: User,
) -> SubGroup:
    """Set up a group that does part of the board's work."""
    require(by, Perm.BOARD_PREPARE, on=board)
    group = SubGroup(board=hold_board(board, by=by), set_up_by=by)
    _write_group(group, name, purpose, lead, members, advisers)
    record("board_group.set_up", by=by, about=group)
    return group


@transaction.atomic
def change_group(
    *,
    group: SubGroup,
    name: str,
    purpose: str,
    lead: BoardMember | None,
    members: Iterable[BoardMember],
    advisers: Iterable[LayAdviser],
    by: User,
) -> SubGroup:
    """Change what a group is for, and who is in it."""
    require(by, Perm.BOARD_PREPARE, on=group)
    row = _open_group(group, by=by)
    _write_group(row, name, purpose, lead, members, advisers)
    record("board_group.changed", by=by, about=row)
    return row


def _write_group(
    group: SubGroup,
    name: str,
    purpose: str,
    lead: BoardMember | None,
    members: Iterable[BoardMember],
    advisers: Iterable[LayAdviser],
) -> None:
    members, advisers = list(members), list(advisers)
    seated = [*members, *([lead] if lead else [])]
    if ({row.board_id for row in seated} | {row.board_id for row in advisers}) - {group.board_id}:
        raise ValidationError(_("Choose members and lay advisers of this board"))
    refuse_references(name=name, purpose=purpose)
    group.name, group.purpose, group.lead = name.strip(), purpose.strip(), lead
    group.full_clean()
    group.save()
    group.members.set(members, clear=True)  # without reading them: the guard would not let it
    group.advisers.set(advisers, clear=True)


def _open_group(group: SubGroup, *, by: User) -> SubGroup:
    hold_board(group.board, by=by)
    row = SubGroup.objects.visible_to(by).select_related("board").get(pk=group.pk)
    if row.closed_at is not None:
        raise ValidationError(_("This group is closed. Set up another."))
    return row


@transaction.atomic
def close_group(*, group: SubGroup, by: User) -> SubGroup:
    """Close a group whose work is done."""
    require(by, Perm.BOARD_PREPARE, on=group)
    row = _open_group(group, by=by)
    row.closed_at, row.closed_by = timezone.now(), by
    row.save(update_fields=["closed_at", "closed_by"])
    record("board_group.closed", by=by, about=row)
    return row
