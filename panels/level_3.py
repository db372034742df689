"""A level 3 day: whether somebody senior speaks for each agency, what that level asks of each person, and what was promised.

Level 3 is for cases that need senior representation (domain.md 2.1): people who can commit resources then and there.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from agencies.models import Membership, Rank, User
from panels.commitments import Promised, promised
from panels.models import AgendaItem, Decision, Invitation, Meeting


@dataclass(frozen=True)
class Voice:
    """Who speaks for an agency about one person, in words; a gap where nobody senior does."""

    agency: str
    words: str
    is_gap: bool


@dataclass(frozen=True)
class Talk:
    """One person of the day."""

    item: AgendaItem
    voices: list[Voice]
    unanswered: list[str]
    promised: list[Promised]


@dataclass(frozen=True)
class AgencyDay:
    """One agency over the day: for how many people it is invited, and for how many nobody senior speaks for it."""

    agency: str
    people: int
    gaps: int
    seniors: str


Held = dict[tuple[int, int], Membership]


def day(meeting: Meeting, user: User) -> tuple[list[Talk], list[AgencyDay]]:
    """The day person by person and agency by agency, in a number of queries that does not grow with it."""
    items = list(meeting.items.visible_to(user).select_related("offender", "meeting").order_by("position", "pk"))
    invited = list(_invited(items, meeting))
    held = _held(invited, meeting)
    voices: dict[int, list[Voice]] = defaultdict(list)
    for row in invited:
        voices[row.item_id].append(_voice(row, held))
    decisions = {row.item_id: row for row in Decision.objects.visible_to(user).filter(item__in=items)}
    said = promised(items, user)
    talks = [Talk(item, voices[item.pk], _unanswered(decisions.get(item.pk)), said[item.pk]) for item in items]
    return talks, _agencies(invited, voices, held)


def _invited(items: list[AgendaItem], meeting: Meeting) -> Iterable[Invitation]:
    rows = Invitation.objects.of_meeting(meeting).filter(item__in=items)
    return rows.select_related("agency").order_by("agency__name", "item__position")


def _held(invited: list[Invitation], meeting: Meeting) -> Held:
    """The highest membership of each person of the invited agencies on the day, by agency and user."""
    rows = Membership.objects.in_force(meeting.held_on).filter(agency__in={row.agency_id for row in invited})
    rows = rows.select_related("user", "rank").order_by("user__name", "pk")
    found: Held = {}
    for row in rows:
        key = (row.agency_id, row.user_id)
        if key not in found or found[key].rank_order < row.rank_order:
            found[key] = row
    return found


def _voice(row: Invitation, held: Held) -> Voice:
    """Whether the agency came, and who of senior rank may speak for it: its own people, as long as nobody says who comes."""
    seniors = _seniors(row.agency_id, held)
    known = _("Of senior rank there: %s") % seniors if seniors else _("Nobody of senior rank is known there")
    said = f"{row.get_attendance_display()}. " if row.attendance else ""
    is_away = row.attendance in {Invitation.Attendance.APOLOGIES, Invitation.Attendance.ABSENT}
    return Voice(row.agency.name, f"{said}{known}", is_away or not seniors)


def _seniors(agency: int, held: Held) -> str:
    """Who of senior rank works for an agency, by name and rank."""
    rows = [m for (of, _user), m in held.items() if of == agency and m.rank_order >= Rank.SENIOR]
    return ", ".join(f"{m.user.name} ({m.rank.name})" for m in rows if m.rank)


def _unanswered(decision: Decision | None) -> list[str]:
    """What level 3 asks of each person and nobody has answered yet."""
    if decision is None:
        return [_("No decision is recorded")]
    return []


def _agencies(invited: list[Invitation], voices: dict[int, list[Voice]], held: Held) -> list[AgencyDay]:
    names = {row.agency_id: row.agency.name for row in invited}
    found = []
    for key, name in names.items():
        theirs = [voice for each in voices.values() for voice in each if voice.agency == name]
        found.append(AgencyDay(name, len(theirs), sum(voice.is_gap for voice in theirs), _seniors(key, held)))
    return found
