"""The order of an agenda: one place up or down, how long a line takes, what is fixed, and the order mappa proposes."""

from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from panels.actions.meetings import changed, keep_open
from panels.agenda import mark_of, place_of, timetable
from panels.models import AgendaItem, Meeting, Slot

Line = AgendaItem | Slot
L = TypeVar("L", AgendaItem, Slot)
UP, DOWN = "up", "down"


def lines_of(meeting: Meeting, *, by: User) -> list[Line]:
    """The lines of the agenda that the person sees, in order."""
    items, slots = meeting.items.visible_to(by).select_related("offender"), meeting.slots.visible_to(by)
    return sorted([*items, *slots], key=place_of)


def refuse_stale(meeting: Meeting, seen: str) -> None:
    """Raise ValidationError when the order is no longer the one the person was looking at. Without a mark nothing is asked."""
    if seen and seen != mark_of(timetable(meeting)):
        words = _(
            "Someone else changed the agenda meanwhile. Nothing was changed now: look at it again, then do it anew."
        )
        raise ValidationError(words, code="stale")


def keep_line(line: L, *, by: User) -> tuple[Meeting, L]:
    """The meeting, locked while it may still change, and the line as it is now.

    Raises ValidationError where somebody took it off the agenda since the page was read.
    """
    meeting = keep_open(line.meeting, by=by)
    found: L | None = type(line).objects.visible_to(by).filter(pk=line.pk).first()
    if found is None:
        raise ValidationError(
            _("Someone took this off the agenda meanwhile. Nothing was changed now: look at it again."), code="stale"
        )
    return meeting, found


@transaction.atomic
def move(*, item: L, way: str, seen: str = "", by: User) -> int:
    """Move a line one place up or down among those the person sees; its new place, counted from 1."""
    require(by, Perm.SCHEDULE, on=item)
    meeting, item = keep_line(item, by=by)
    refuse_stale(meeting, seen)
    lines = lines_of(meeting, by=by)
    here = lines.index(item)
    there = here + (-1 if way == UP else 1)
    if 0 <= there < len(lines):
        # Positions may have been equal or have gaps after a removal: they are given anew, in order.
        places = _rising([line.position for line in lines])
        lines[here], lines[there] = lines[there], lines[here]
        _put(lines, places)
        changed(meeting)
        record("item.moved", by=by, about=item)
        return there + 1
    return here + 1


def _rising(places: list[int]) -> list[int]:
    found: list[int] = []
    for place in places:
        found.append(max(place, found[-1] + 1) if found else place)
    return found


def _put(lines: list[Line], places: list[int]) -> None:
    for place, line in zip(places, lines, strict=True):
        if line.position != place:
            line.position = place
            line.save(update_fields=["position"])


@transaction.atomic
def give_time(*, item: L, minutes: int, by: User) -> L:
    """Say how many minutes a line takes: what follows starts earlier or later."""
    require(by, Perm.SCHEDULE, on=item)
    meeting, item = keep_line(item, by=by)
    item.minutes = minutes
    item.full_clean()
    item.save(update_fields=["minutes"])
    changed(meeting)
    record("item.time_given", by=by, about=item, minutes=minutes)
    return item


@transaction.atomic
def pin(*, item: AgendaItem, pinned: bool, by: User) -> AgendaItem:
    """Keep a case at its place when the agenda is arranged, or let it move."""
    require(by, Perm.SCHEDULE, on=item)
    meeting, item = keep_line(item, by=by)
    item.pinned = pinned
    item.save(update_fields=["pinned"])
    changed(meeting)
    record("item.pinned" if pinned else "item.unpinned", by=by, about=item)
    return item


@transaction.atomic
def reorder(*, meeting: Meeting, order: list[str], seen: str, by: User) -> Meeting:
    """Put the lines in this order, by their references, and remember the order before it.

    Breaks, standing items and what the chair fixed keep their places. Raises ValidationError when the agenda is no longer
    the one that was looked at.
    """
    require(by, Perm.SCHEDULE, on=meeting)
    meeting = keep_open(meeting, by=by)
    refuse_stale(meeting, seen)
    lines = lines_of(meeting, by=by)
    by_reference = {line.reference: line for line in lines}
    if sorted(order) != sorted(by_reference) or not seen:
        raise ValidationError(_("This is not the order of this agenda. Open the page again."), code="stale")
    wanted = [by_reference[reference] for reference in order]
    if any(is_fixed(line) and wanted[place] is not line for place, line in enumerate(lines)):
        raise ValidationError(
            _("Breaks, standing items and people kept at their place stay where they are."), code="stale"
        )
    places = _rising([line.position for line in lines])
    for line in lines:
        line.former_position = line.position
        line.save(update_fields=["former_position"])
    _put(wanted, places)
    changed(meeting)
    record("agenda.arranged", by=by, about=meeting, order=order)
    return meeting


def is_fixed(line: Line) -> bool:
    """It keeps its place when the agenda is arranged."""
    return isinstance(line, Slot) or line.pinned


@transaction.atomic
def restore_order(*, meeting: Meeting, by: User) -> Meeting:
    """Put back the order from before the agenda was arranged, once. What was added since keeps its place."""
    require(by, Perm.SCHEDULE, on=meeting)
    meeting = keep_open(meeting, by=by)
    lines = lines_of(meeting, by=by)
    places = _rising([line.position for line in lines])
    moved = [line for line in lines if line.former_position is not None]
    if not moved:
        raise ValidationError(_("The order from before was put back already, or the agenda was never arranged."))
    former = iter(sorted(moved, key=lambda line: (line.former_position or 0, place_of(line))))
    wanted = [next(former) if line.former_position is not None else line for line in lines]
    _put(wanted, places)
    for line in moved:
        line.former_position = None
        line.save(update_fields=["former_position"])
    changed(meeting)
    record("agenda.order_restored", by=by, about=meeting)
    return meeting
