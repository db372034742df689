"""Standing items and breaks on an agenda: adding the usual ones, adding one, and taking one off."""

from django.db import transaction
from django.db.models import F

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from panels.actions.meetings import changed, keep_open
from panels.agenda import timetable
from panels.models import AgendaItem, Meeting, Slot

# What comes before the cases.
OPENING = (Slot.Kind.WELCOME, Slot.Kind.ACTIONS)


@transaction.atomic
def add_slot(*, meeting: Meeting, kind: str, title: str = "", minutes: int, by: User) -> Slot:
    """Put a break or a standing item at the end, before any other business."""
    require(by, Perm.SCHEDULE, on=meeting)
    meeting = keep_open(meeting, by=by)
    slot = _add(meeting, kind, title.strip(), minutes, place_at_the_end(meeting), by=by)
    changed(meeting)
    return slot


def place_at_the_end(meeting: Meeting) -> int:
    """The place of what is added last: before any other business where that stands last, which moves on."""
    entries = timetable(meeting)
    if not entries:
        return 1
    last = entries[-1]
    closing = Slot.objects.of_meeting(meeting).filter(pk=last.key, kind=Slot.Kind.BUSINESS)
    if not last.is_case and closing.update(position=last.position + 1):
        return last.position
    return last.position + 1


def _add(meeting: Meeting, kind: str, title: str, minutes: int, position: int, *, by: User) -> Slot:
    slot = Slot(meeting=meeting, kind=kind, title=title, minutes=minutes, position=position, added_by=by)
    slot.full_clean()
    slot.save()
    record("slot.added", by=by, about=slot, kind=str(kind))
    return slot


@transaction.atomic
def add_usual_slots(*, meeting: Meeting, by: User) -> list[Slot]:
    """Put the usual standing items on the agenda, as far as it has them not: two before the cases, one after them."""
    require(by, Perm.SCHEDULE, on=meeting)
    meeting = keep_open(meeting, by=by)
    there = set(Slot.objects.of_meeting(meeting).values_list("kind", flat=True))
    missing = [(kind, minutes) for kind, minutes in Slot.USUAL if kind not in there]
    opening = [one for one in missing if one[0] in OPENING]
    after = _end_of_welcome(meeting)
    AgendaItem.objects.make_room(meeting, len(opening), after=after)
    rows = Slot.objects.of_meeting(meeting).filter(position__gt=after)
    rows.update(position=F("position") + len(opening))
    found = []
    for place, (kind, minutes) in enumerate(opening, start=after + 1):
        found.append(_add(meeting, kind, "", minutes, place, by=by))
    for kind, minutes in missing[len(opening) :]:
        found.append(_add(meeting, kind, "", minutes, place_at_the_end(meeting), by=by))
    changed(meeting)
    return found


def _end_of_welcome(meeting: Meeting) -> int:
    """The place of the welcome where it stands first, after which the rest of the opening comes."""
    first = timetable(meeting)[:1]
    welcome = Slot.objects.of_meeting(meeting).filter(kind=Slot.Kind.WELCOME, pk__in=[one.key for one in first])
    return first[0].position if first and not first[0].is_case and welcome.exists() else 0


@transaction.atomic
def remove_slot(*, slot: Slot, by: User) -> None:
    """Take a break or a standing item off the agenda. Nothing of a case is lost with it."""
    require(by, Perm.SCHEDULE, on=slot)
    meeting = keep_open(slot.meeting, by=by)
    record("slot.removed", by=by, about=slot, kind=slot.kind)
    Slot.objects.visible_to(by).filter(pk=slot.pk).delete()
    changed(meeting)
