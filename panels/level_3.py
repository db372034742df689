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
    return rows.select_related("agency", "attended_by", "representative").order_by("agency__name", "item__position")


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
    words, is_gap = _came(row, held) if row.attendance else _coming(row, held)
    return Voice(row.agency.name, words, is_gap)


def _coming(row: Invitation, held: Held) -> tuple[str, bool]:
    if row.response == Invitation.Response.DECLINED:
        return _("Declined: %s") % row.response_reason, True
    if row.representative is not None:
        return _ranked(row.representative, row, held, came=False)
    return _("Nobody is named yet"), True


def _came(row: Invitation, held: Held) -> tuple[str, bool]:
    if row.attendance not in Invitation.CAME:
        reason = f": {row.attendance_reason}" if row.attendance_reason else ""
        return f"{row.get_attendance_display()}{reason}", True
    if row.attended_by is not None:
        return _ranked(row.attended_by, row, held, came=True)
    if row.attended_name:
        name = f"{row.attended_name} ({row.attended_role})" if row.attended_role else row.attended_name
        return _("%s came. Whether of senior rank is not known: ask, and name somebody who is") % name, True
    return _("Somebody came. Who it was is not recorded"), True


def _ranked(user: User, row: Invitation, held: Held, *, came: bool) -> tuple[str, bool]:
    membership = held.get((row.agency_id, user.pk))
    rank = membership.rank.name if membership and membership.rank else ""
    name = f"{user.name}, {rank}" if rank else user.name
    if membership is not None and membership.rank_order >= Rank.SENIOR:
        return (_("%s, came") if came else _("%s, is to come")) % name, False
    return (_("%s, came: not of senior rank") if came else _("%s, is to come: not of senior rank")) % name, True


def _seniors(agency: int, held: Held) -> str:
    """Who of senior rank works for an agency, by name and rank."""
    rows = [m for (of, _user), m in held.items() if of == agency and m.rank_order >= Rank.SENIOR]
    return ", ".join(f"{m.user.name} ({m.rank.name})" for m in rows if m.rank)


def _unanswered(decision: Decision | None) -> list[str]:
    """What level 3 asks of each person and nobody has answered yet."""
    if decision is None:
        return [_("No decision is recorded")]
    found = []
    if decision.is_critical is None:
        found.append(_("Whether this is a critical public protection case"))
    if decision.needs_media_plan is None:
        found.append(_("Whether a media plan is needed"))
    return found


def _agencies(invited: list[Invitation], voices: dict[int, list[Voice]], held: Held) -> list[AgencyDay]:
    names = {row.agency_id: row.agency.name for row in invited}
    found = []
    for key, name in names.items():
        theirs = [voice for each in voices.values() for voice in each if voice.agency == name]
        found.append(AgencyDay(name, len(theirs), sum(voice.is_gap for voice in theirs), _seniors(key, held)))
    return found
