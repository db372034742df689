"""The agenda as a page shows it: what comes when, for how long, who comes for it, and what is still open of each case."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypedDict

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.access import memberships
from agencies.models import User
from mappa import dates
from mappa.templatetags.mappa import clock
from offenders.models import Identifier
from panels.models import Action, AgendaItem, Invitation, Meeting, Slot


class Entry(NamedTuple):
    """A line of a meeting's agenda, whoever may read more of it: only these numbers are told."""

    position: int
    is_case: bool
    key: int
    minutes: int


# The item, the agency and its name.
Invited = tuple[int, int, str]


class Row(TypedDict):
    """One line of the agenda as somebody reads it. Cases are numbered; breaks and standing items are not."""

    is_case: bool
    reference: str
    number: int
    name: str
    crn: str
    starts: str
    minutes: int
    invited: int
    guests: str
    pinned: bool
    url: str
    move_url: str
    record_url: str
    open_actions: int
    late: str
    outstanding: bool
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class Agenda:
    """What one reader sees of an agenda."""

    rows: list[Row]
    cases: int
    ends: str
    length: str
    runs_over: bool
    # For each agency of the reader: from when until when it is needed, and for how many people.
    mine: list[str]
    mark: str
    can_restore: bool


def timetable(meeting: Meeting) -> list[Entry]:
    """Every line of a meeting the caller already holds, in order. A line starts when all before it are done."""
    items = [
        Entry(place, is_case=True, key=key, minutes=minutes)
        for place, key, minutes in AgendaItem.objects.timetable_of(meeting)
    ]
    slots = Slot.objects.of_meeting(meeting).values_list("position", "pk", "minutes")
    return sorted([*items, *(Entry(place, is_case=False, key=key, minutes=minutes) for place, key, minutes in slots)])


def mark_of(entries: Iterable[Entry]) -> str:
    """What changes when the order does, and only then: a page says which order it showed."""
    words = ",".join(f"{'i' if entry.is_case else 's'}{entry.key}" for entry in entries)
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def times_of(meeting: Meeting) -> tuple[dict[int, datetime], datetime]:
    """When each item starts, by its key, and when the meeting ends."""
    begins, ends = _begins(meeting, timetable(meeting))
    return {key: at for (is_case, key), at in begins.items() if is_case}, ends


def _begins(meeting: Meeting, entries: list[Entry]) -> tuple[dict[tuple[bool, int], datetime], datetime]:
    now, found = timezone.localtime(meeting.starts_at), {}
    for entry in entries:
        found[entry.is_case, entry.key] = now
        now += timedelta(minutes=entry.minutes)
    return found, now


def agenda_of(meeting: Meeting, user: User) -> Agenda:
    """The agenda as far as the user sees it. A guest sees his own items, and of the rest only what lies between them."""
    entries = timetable(meeting)
    begins, ends = _begins(meeting, entries)
    items = list(meeting.items.visible_to(user).select_related("offender"))
    slots = meeting.slots.visible_to(user)
    lines: list[AgendaItem | Slot] = [*items, *slots]
    lines.sort(key=place_of)
    if not any(m.agency.is_responsible_authority and m.agency.area_id == meeting.area_id for m in memberships(user)):
        lines = _between(lines)
    invited = list(Invitation.objects.of_meeting(meeting).coming().values_list("item", "agency", "agency__name"))
    facts = _Facts(items, user, begins, invited)
    rows: list[Row] = []
    for line in lines:
        number = 1 + sum(row["is_case"] for row in rows)
        rows.append(facts.row(line, number, is_first=not rows, is_last=line is lines[-1]))
    over, words = _length_words(meeting, ends)
    return Agenda(
        rows=rows,
        cases=len(items),
        ends=clock(ends),
        length=words,
        runs_over=over,
        mine=_mine(items, begins, invited, user),
        mark=mark_of(entries),
        can_restore=any(line.former_position is not None for line in lines),
    )


def place_of(line: AgendaItem | Slot) -> Entry:
    """Where a line stands: as `timetable` sorts."""
    return Entry(line.position, isinstance(line, AgendaItem), line.pk, line.minutes)


def _between(lines: list[AgendaItem | Slot]) -> list[AgendaItem | Slot]:
    cases = [number for number, line in enumerate(lines) if isinstance(line, AgendaItem)]
    return lines[cases[0] : cases[-1] + 1] if cases else []


def _length_words(meeting: Meeting, ends: datetime) -> tuple[bool, str]:
    """Whether the agenda takes longer than the meeting is planned for, and by how much."""
    minutes = round((ends - meeting.ends_at).total_seconds()) // 60
    planned = clock(meeting.ends_at)
    if minutes > 0:
        words = ngettext(
            "That is %(minutes)s minute after the planned end at %(planned)s.",
            "That is %(minutes)s minutes after the planned end at %(planned)s.",
            minutes,
        )
        return True, words % {"minutes": minutes, "planned": planned}
    return False, _("The meeting is planned until %s.") % planned


class _Facts:
    """What is said beside each line, read for all of them at once."""

    def __init__(
        self,
        items: list[AgendaItem],
        user: User,
        begins: dict[tuple[bool, int], datetime],
        invited: list[Invited],
    ) -> None:
        cases = [item.offender_id for item in items]
        self.begins = begins
        self.crns = crns(cases, user)
        self.open = open_actions(cases, user)
        self.invited: dict[int, list[str]] = {}
        for item, _agency, name in invited:
            self.invited.setdefault(item, []).append(name)
        self.outstanding = bool(self.open)

    def row(self, line: AgendaItem | Slot, number: int, *, is_first: bool, is_last: bool) -> Row:
        starts = clock(self.begins[isinstance(line, AgendaItem), line.pk])
        if isinstance(line, AgendaItem):
            return self._case(line, number, starts, is_first=is_first, is_last=is_last)
        return Row(
            is_case=False,
            reference=line.reference,
            number=0,
            name=line.name,
            crn="",
            starts=starts,
            minutes=line.minutes,
            invited=0,
            guests="",
            pinned=False,
            url="",
            move_url=reverse("panels:change_slot", args=[line.reference]),
            record_url="",
            open_actions=0,
            late="",
            outstanding=line.kind == Slot.Kind.ACTIONS and self.outstanding,
            is_first=is_first,
            is_last=is_last,
        )

    def _case(self, item: AgendaItem, number: int, starts: str, *, is_first: bool, is_last: bool) -> Row:
        due, guests = self.open.get(item.offender_id, []), self.invited.get(item.pk, [])
        return Row(
            is_case=True,
            reference=item.reference,
            number=number,
            name=item.offender.full_name,
            crn=self.crns.get(item.offender_id, ""),
            starts=starts,
            minutes=item.minutes,
            invited=len(guests),
            guests="; ".join(sorted(guests)),
            pinned=item.pinned,
            url=item.get_absolute_url(),
            move_url=reverse("panels:move", args=[item.reference]),
            record_url=reverse("panels:case_actions", args=[item.offender.reference]),
            open_actions=len(due),
            late=late_words(due),
            outstanding=False,
            is_first=is_first,
            is_last=is_last,
        )


def _mine(
    items: list[AgendaItem], begins: dict[tuple[bool, int], datetime], invited: list[Invited], user: User
) -> list[str]:
    found = []
    by_key = {item.pk: item for item in items}
    for name, agency in sorted({(m.agency.name, m.agency_id) for m in memberships(user)}):
        its = [by_key[item] for item, one, _name in invited if one == agency and item in by_key]
        if its:
            comes = min(begins[True, item.pk] for item in its)
            goes = max(begins[True, item.pk] + timedelta(minutes=item.minutes) for item in its)
            words = ngettext(
                "%(agency)s: %(from)s to %(until)s, %(people)s person",
                "%(agency)s: %(from)s to %(until)s, %(people)s people",
                len(its),
            )
            found.append(words % {"agency": name, "from": clock(comes), "until": clock(goes), "people": len(its)})
    return found


def crns(cases: Iterable[int], user: User) -> dict[int, str]:
    """The CRN of each case, by the case's key."""
    rows = Identifier.objects.visible_to(user).filter(kind=Identifier.Kind.CRN, offender__in=list(cases))
    return dict(rows.values_list("offender", "value"))


def open_actions(cases: Iterable[int], user: User) -> dict[int, list[date]]:
    """When the open actions of each case are due, the oldest first, by the case's key."""
    found: dict[int, list[date]] = {}
    rows = Action.objects.visible_to(user).open().filter(offender__in=list(cases)).order_by("due_on", "pk")
    for case, due_on in rows.values_list("offender", "due_on"):
        found.setdefault(case, []).append(due_on)
    return found


def late_words(due: list[date]) -> str:
    """How many of these days are past, and by how much the first is: nothing when none is."""
    today = dates.today()
    late = [day for day in due if day < today]
    if not late:
        return ""
    days = (today - min(late)).days
    if len(late) == 1:
        words = ngettext("1 late by %(days)s day", "1 late by %(days)s days", days)
    else:
        words = ngettext(
            "%(count)s late, the oldest by %(days)s day", "%(count)s late, the oldest by %(days)s days", days
        )
    return words % {"count": len(late), "days": days}


class Carried(TypedDict):
    """Open actions of an agency about people on the agenda."""

    agency: str
    actions: list[Action]


def outstanding(meeting: Meeting, user: User) -> list[Carried]:
    """The open actions about everybody on the agenda, by agency, the latest first. For whoever takes the minutes."""
    cases = meeting.items.visible_to(user).order_by().values("offender")
    rows = Action.objects.visible_to(user).open().filter(offender__in=cases).select_related("agency", "offender")
    found: dict[str, list[Action]] = {}
    for action in rows.order_by("agency__name", "due_on", "pk"):
        found.setdefault(action.agency.name, []).append(action)
    return [Carried(agency=agency, actions=actions) for agency, actions in found.items()]
