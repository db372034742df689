"""What "arrange for me" would do to one agenda: its order and the waiting of each agency, before and after."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import Agency, User
from mappa.templatetags.mappa import clock
from panels.actions.order import is_fixed, lines_of
from panels.agenda import mark_of, timetable
from panels.arranging import EXACT, Line, Stay, arrange, stays, waiting
from panels.models import AgendaItem, Invitation, Meeting


@dataclass(frozen=True)
class Shown:
    """A line at its proposed place."""

    name: str
    starts: str
    minutes: int
    is_case: bool
    moved: str
    stays: bool


@dataclass(frozen=True)
class Wait:
    """An agency's stay, in words, in the order as it is and as it would be."""

    agency: str
    before: str
    after: str


@dataclass(frozen=True)
class Proposal:
    """The order mappa proposes, and what it saves."""

    lines: list[Shown]
    agencies: list[Wait]
    exempt: list[str]
    before: int
    after: int
    stretches_before: int
    stretches_after: int
    order: list[str]
    mark: str
    is_exact: bool

    @property
    def helps(self) -> bool:
        return (self.after, -self.stretches_after) < (self.before, -self.stretches_before)


def proposal_for(meeting: Meeting, user: User) -> Proposal:
    """The best order of a meeting's agenda. An item the user does not see stays where it is, and so does all that is fixed."""
    entries, shown = timetable(meeting), lines_of(meeting, by=user)
    seen = {(isinstance(line, AgendaItem), line.pk): line for line in shown}
    needed, exempt = _needed(meeting)
    lines = [
        Line(
            key=f"{entry.is_case}-{entry.key}",
            minutes=entry.minutes,
            agencies=frozenset(needed[entry.key] if entry.is_case and (True, entry.key) in seen else ()),
            fixed=(entry.is_case, entry.key) not in seen or is_fixed(seen[entry.is_case, entry.key]),
        )
        for entry in entries
    ]
    arranged = arrange(lines)
    before, after = stays(lines), stays(arranged)
    by_key = {f"{is_case}-{key}": line for (is_case, key), line in seen.items()}
    starts, begins = _starts(lines, meeting), _starts(arranged, meeting)
    names = dict(Agency.objects.filter(pk__in=before).values_list("pk", "name"))
    return Proposal(
        lines=[
            Shown(
                name=_name(by_key[line.key]),
                starts=clock(begins[line.key]),
                minutes=line.minutes,
                is_case=isinstance(by_key[line.key], AgendaItem),
                moved=_("before: %s") % clock(starts[line.key]) if begins[line.key] != starts[line.key] else "",
                stays=isinstance(by_key[line.key], AgendaItem) and line.fixed,
            )
            for line in arranged
            if line.key in by_key
        ],
        agencies=[
            Wait(name, _words(before[key], meeting), _words(after[key], meeting))
            for key, name in sorted(names.items(), key=lambda pair: pair[1])
        ],
        exempt=exempt,
        before=waiting(lines),
        after=waiting(arranged),
        stretches_before=sum(stay.is_one_stretch for stay in before.values()),
        stretches_after=sum(stay.is_one_stretch for stay in after.values()),
        order=[by_key[line.key].reference for line in arranged if line.key in by_key],
        mark=mark_of(entries),
        is_exact=sum(not line.fixed for line in lines) <= EXACT,
    )


def _needed(meeting: Meeting) -> tuple[dict[int, set[int]], list[str]]:
    """The agencies whose waiting counts, by item; and the names of those that sit through the whole meeting anyway."""
    found: dict[int, set[int]] = defaultdict(set)
    exempt: set[str] = set()
    for row in Invitation.objects.of_meeting(meeting).coming().select_related("agency__kind").order_by():
        if row.agency.is_responsible_authority and row.agency.area_id == meeting.area_id:
            exempt.add(row.agency.name)
        else:
            found[row.item_id].add(row.agency_id)
    return found, sorted(exempt)


def _name(line: object) -> str:
    return line.offender.full_name if isinstance(line, AgendaItem) else str(getattr(line, "name", ""))


def _starts(lines: Sequence[Line], meeting: Meeting) -> dict[str, datetime]:
    now, found = timezone.localtime(meeting.starts_at), {}
    for line in lines:
        found[line.key] = now
        now += timedelta(minutes=line.minutes)
    return found


def _words(stay: Stay, meeting: Meeting) -> str:
    """9:30am to 10:30am, waits 20 minutes."""
    start = timezone.localtime(meeting.starts_at)
    times = {
        "from": clock(start + timedelta(minutes=stay.begins)),
        "until": clock(start + timedelta(minutes=stay.ends)),
        "minutes": stay.waits,
    }
    if stay.is_one_stretch:
        return _("%(from)s to %(until)s, in one stretch") % times
    return (
        ngettext(
            "%(from)s to %(until)s, waits %(minutes)s minute",
            "%(from)s to %(until)s, waits %(minutes)s minutes",
            stay.waits,
        )
        % times
    )
