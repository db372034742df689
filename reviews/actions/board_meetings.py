"""Meetings of a board: arranged, moved and cancelled, their agenda and papers, who came, and what was decided."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import working_days
from agencies.access import Perm, require
from agencies.models import User
from agencies.models.standard import value
from audit.record import record
from mappa.files import safe_name
from mappa.templatetags.mappa import clock, long_date
from offenders.actions import files
from offenders.actions.case import reason_in_words, refuse_twice
from reviews.board_mail import EVERYBODY, MEMBERS, people_of, tell
from reviews.models import (
    Board,
    BoardAttendance,
    BoardDecision,
    BoardItem,
    BoardMeeting,
    BoardMember,
    BoardPaper,
    LayAdviser,
)
from reviews.plain_words import refuse_references


@transaction.atomic
def arrange_board_meeting(*, board: Board, on: date, at: time, place: str, by: User) -> BoardMeeting:
    """Arrange a meeting of the board; its members and lay advisers are told."""
    require(by, Perm.BOARD_PREPARE, on=board)
    refuse_references(place=place)
    row = BoardMeeting(board=board, place=place.strip(), arranged_by=by)
    _set_time(row, on, at)
    row.full_clean()
    row.save()
    record("board_meeting.arranged", by=by, about=row)
    _tell(row, _("Board meeting arranged"), by=by, key="arranged")
    return row


def _set_time(row: BoardMeeting, on: date, at: time) -> None:
    row.starts_at = timezone.make_aware(datetime.combine(on, at))
    if row.starts_at <= timezone.now():
        raise ValidationError({"on": _("Choose a day and time in the future")})
    days = value("board_papers_working_days", row.board.area, on)
    # Seven days hold five working days at most; the rest is room for holidays and closures.
    closed = working_days.closed_days(row.board.area, on - timedelta(days=days * 2 + 30), on)
    row.papers_due_on = working_days.step(on, -days, closed)


def _tell(row: BoardMeeting, what: str, *, by: User, key: str) -> None:
    """Everybody on the board hears day and time; where, and what about, is read after signing in."""
    words = f"{what}: {long_date(row.starts_at)}, {clock(row.starts_at)}."
    people = people_of(row.board.area, EVERYBODY)
    tell(
        row, people, key=f"board-{key}:{row.reference}:{timezone.now():%Y%m%d%H%M%S}", subject=what, words=words, but=by
    )


def _hold(meeting: BoardMeeting, *, by: User) -> BoardMeeting:
    """The meeting, fresh and locked until the transaction ends. Raises ValidationError for one that was cancelled."""
    rows = BoardMeeting.objects.visible_to(by).select_for_update(of=("self",)).select_related("board__area")
    row = rows.get(pk=meeting.pk)
    if row.is_cancelled:
        raise ValidationError(_("This meeting was cancelled. Open another, or arrange one."))
    return row


def _to_come(meeting: BoardMeeting, *, by: User) -> BoardMeeting:
    row = _hold(meeting, by=by)
    if row.has_begun:
        raise ValidationError(_("This meeting has begun, so this cannot be changed any more."))
    return row


@transaction.atomic
def move_board_meeting(*, meeting: BoardMeeting, on: date, at: time, place: str, by: User) -> BoardMeeting:
    """Move a meeting to another day, time or place before it begins."""
    require(by, Perm.BOARD_PREPARE, on=meeting)
    row = _to_come(meeting, by=by)
    before = (row.starts_at, row.place)
    refuse_references(place=place)
    row.place = place.strip()
    _set_time(row, on, at)
    if (row.starts_at, row.place) == before:
        raise ValidationError(_("Nothing is different. Change the day, the time or the place."))
    row.full_clean()
    row.save(update_fields=["starts_at", "place", "papers_due_on"])
    record("board_meeting.moved", by=by, about=row, before=str(before[0]))
    _tell(row, _("Board meeting changed"), by=by, key="moved")
    return row


@transaction.atomic
def cancel_board_meeting(*, meeting: BoardMeeting, reason: str, by: User) -> BoardMeeting:
    """Call a meeting off. It stays, with the reason."""
    require(by, Perm.BOARD_PREPARE, on=meeting)
    row = _to_come(meeting, by=by)
    refuse_references(reason=reason)
    row.cancel_reason = reason_in_words(reason, missing=_("Enter why the meeting is cancelled"))
    row.cancelled_at, row.cancelled_by = timezone.now(), by
    row.full_clean()
    row.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    record("board_meeting.cancelled", by=by, about=row)
    _tell(row, _("Board meeting cancelled"), by=by, key="cancelled")
    return row


@transaction.atomic
def add_item(
    *,
    meeting: BoardMeeting,
    title: str,
    purpose: str,
    led_by: BoardMember | None,
    before: BoardItem | None,
    is_closed: bool,
    by: User,
) -> BoardItem:
    """Put a line on the agenda: at its end, or before another line."""
    require(by, Perm.BOARD_PREPARE, on=meeting)
    row = _hold(meeting, by=by)
    if led_by is not None and led_by.board_id != row.board_id:
        raise ValidationError({"led_by": _("Choose a member of this board")})
    if not is_closed:
        refuse_references(title=title)
    lines = BoardItem.objects.visible_to(by).filter(meeting=row)
    refuse_twice(lines.filter(title=title.strip()))
    item = BoardItem(meeting=row, title=title.strip(), purpose=purpose, led_by=led_by, is_closed=is_closed, added_by=by)
    item.position = _place_before(lines, before)
    item.full_clean()
    item.save()
    record("board_item.added", by=by, about=item)
    return item


def _place_before(lines: Any, before: BoardItem | None) -> int:
    """The place of a new line; those from there on make room."""
    found = lines.filter(pk=before.pk).first() if before else None
    if found is None:
        return (lines.order_by().aggregate(last=Max("position"))["last"] or 0) + 1
    for line in lines.filter(position__gte=found.position):
        line.position += 1
        line.save(update_fields=["position"])
    return int(found.position)


@transaction.atomic
def remove_item(*, item: BoardItem, by: User) -> None:
    """Take a line off the agenda, unless a paper or a decision belongs to it."""
    require(by, Perm.BOARD_PREPARE, on=item)
    _to_come(item.meeting, by=by)
    if BoardPaper.objects.visible_to(by).filter(item=item).exists():
        raise ValidationError(_("A paper was added for this line, so it stays on the agenda."))
    if BoardDecision.objects.visible_to(by).filter(item=item).exists():
        raise ValidationError(_("A decision was recorded on this line, so it stays on the agenda."))
    record("board_item.removed", by=by, about=item)
    BoardItem.objects.visible_to(by).filter(pk=item.pk).delete()


def add_paper(
    *,
    meeting: BoardMeeting,
    file: "UploadedFile[Any]",
    title: str,
    item: BoardItem | None,
    is_closed: bool,
    by: User,
) -> BoardPaper:
    """Bring a paper to a meeting. Raises ValidationError for a file that is not taken, with why."""
    require(by, Perm.BOARD_PREPARE, on=meeting)
    if not is_closed:
        refuse_references(title=title)
    kind, scanned = files.checked(file, meeting, by=by)
    with transaction.atomic():
        row = BoardPaper(meeting=_hold(meeting, by=by), item=item, title=title.strip(), is_closed=is_closed, by=by)
        row.file_name = safe_name(file.name or "")
        for name, kept in files.keep(file.file, kind, scanned).items():
            setattr(row, name, kept)
        standing = BoardPaper.objects.visible_to(by).standing().filter(meeting=row.meeting)
        refuse_twice(standing.filter(sha256=row.sha256, title=row.title))
        row.full_clean()
        row.save()
        record("board_paper.added", by=by, about=row, file=row.file_kind, size=row.size, sha256=row.sha256)
        _tell_of_paper(row, by=by)
    return row


def _tell_of_paper(row: BoardPaper, *, by: User) -> None:
    """Once a day and person, however many papers are added; whoever may not read it does not hear of it."""
    words = _("There are papers for the board meeting of %s.") % long_date(row.meeting.starts_at)
    tell(
        row,
        people_of(row.board.area, EVERYBODY),
        key=f"board-papers:{row.meeting.reference}:{timezone.localdate()}",
        subject=_("Papers for a board meeting"),
        words=words,
        but=by,
    )


@transaction.atomic
def withdraw_paper(*, paper: BoardPaper, reason: str, by: User) -> BoardPaper:
    """Take a paper out of use, and say why. Its file is kept, and not handed out any more."""
    require(by, Perm.BOARD_PREPARE, on=paper)
    _hold(paper.meeting, by=by)
    row = BoardPaper.objects.visible_to(by).get(pk=paper.pk)
    if not row.is_closed:
        refuse_references(reason=reason)
    files.take_out(row, reason_in_words(reason, missing=_("Enter why the paper is withdrawn")), by=by)
    record("board_paper.withdrawn", by=by, about=row)
    return row


def expected_at(meeting: BoardMeeting, *, by: User) -> tuple[list[BoardMember], list[LayAdviser]]:
    """The members and the lay advisers who sat on the board on the day of a meeting."""
    day = timezone.localdate(meeting.starts_at)
    members = BoardMember.objects.visible_to(by).sitting_on(day).filter(board=meeting.board_id)
    advisers = LayAdviser.objects.visible_to(by).sitting_on(day).filter(board=meeting.board_id)
    return list(members.select_related("agency", "person", "deputy")), list(advisers.select_related("person"))


@transaction.atomic
def take_attendance(*, meeting: BoardMeeting, states: Mapping[str, str], by: User) -> None:
    """Say who came, of those who sat on the board that day; `states` by the reference of each. It can be put right."""
    require(by, Perm.BOARD_PREPARE, on=meeting)
    row = _hold(meeting, by=by)
    if not row.has_begun:
        raise ValidationError(_("This meeting has not begun. Take attendance when it has."))
    members, advisers = expected_at(row, by=by)
    places: list[dict[str, Any]] = [{"member": member} for member in members]
    places += [{"adviser": adviser} for adviser in advisers]
    for place in places:
        [person] = place.values()
        attendance = BoardAttendance.objects.visible_to(by).filter(meeting=row, **place).first()
        attendance = attendance or BoardAttendance(meeting=row, **place)
        attendance.state, attendance.taken_by = states.get(person.reference, ""), by
        attendance.full_clean()
        attendance.save()
    record("board_meeting.attendance_taken", by=by, about=row, expected=len(places))


@transaction.atomic
def record_decision(
    *, meeting: BoardMeeting, item: BoardItem | None, text: str, reasons: str, is_closed: bool, by: User
) -> BoardDecision:
    """Write down what the board decided and why, for a member to confirm."""
    require(by, Perm.BOARD_PREPARE, on=meeting)
    row = _hold(meeting, by=by)
    if not row.has_begun:
        raise ValidationError(_("This meeting has not begun. Record its decisions when it has."))
    if not is_closed:
        refuse_references(text=text, reasons=reasons)
    decision = BoardDecision(meeting=row, item=item, text=text.strip(), reasons=reasons.strip(), recorded_by=by)
    decision.is_closed = is_closed
    refuse_twice(BoardDecision.objects.visible_to(by).filter(meeting=row, text=decision.text))
    decision.full_clean()
    decision.save()
    record("board_decision.recorded", by=by, about=decision)
    tell(
        decision,
        people_of(row.board.area, MEMBERS),
        key=f"board-decision:{decision.reference}",
        subject=_("Decision of the board to confirm: %s") % decision.reference,
        words=_("A decision of the board was written down, and waits for a member to confirm it."),
        but=by,
    )
    return decision


@transaction.atomic
def confirm_decision(*, decision: BoardDecision, by: User) -> BoardDecision:
    """A member of the board confirms a decision that somebody else wrote down. From then on it stands."""
    require(by, Perm.BOARD_DECIDE, on=decision)
    _hold(decision.meeting, by=by)
    row = BoardDecision.objects.visible_to(by).get(pk=decision.pk)
    if row.confirmed_at is not None:
        raise ValidationError(_("This decision was confirmed already. Nothing was changed."))
    if row.recorded_by_id == by.pk:
        raise ValidationError(_("Whoever wrote a decision down does not confirm it. Ask another member."))
    row.confirmed_at, row.confirmed_by = timezone.now(), by
    row.full_clean()
    row.save(update_fields=["confirmed_at", "confirmed_by"])
    record("board_decision.confirmed", by=by, about=row)
    return row
