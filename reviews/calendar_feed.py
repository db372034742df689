"""A person's own calendar: what is due to him and the meetings he goes to, as a calendar program reads it (RFC 5545).

The program that reads it does not sign in, so that it holds what mail holds: references, days and links, and no name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from agencies.access import Perm, allowed, memberships
from agencies.models import User
from panels.agenda import times_of
from panels.models import Invitation, Meeting
from panels.notices import path_of, stretches_of
from reviews.deadlines import Kind, at
from reviews.lines import lines_of, rows_of

# The nearest so many. What is late stands on its own day, behind; meetings are kept for a month.
CAP, MOST_MEETINGS = 500, 100
BEHIND, AHEAD = timedelta(days=28), timedelta(days=366)
# How often a program is asked to look again.
LOOK_AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class Entry:
    """One line of the calendar: a day, or a time on it."""

    what: str  # its name for good, of which nobody is told more than a digest
    begins: date | datetime
    ends: date | datetime
    summary: str
    words: str
    url: str


def may_be_read(user: User) -> bool:
    """By whoever has the address, while the person himself could sign in and find work."""
    return user.is_active and bool(memberships(user))


def entries_of(user: User, on: date) -> list[Entry]:
    """What is due and where he meets, as far as he sees it at this moment: what is to come first, then what is late, the latest first."""
    yesterday = on - timedelta(days=1)
    to_come = lines_of(user, on, after=yesterday, until=on + AHEAD, most=CAP)
    late = lines_of(user, on, until=yesterday)[::-1]
    meetings = list(_meetings(user, on))
    lines = [*to_come, *late][: max(CAP - len(meetings), 0)]
    return [*meetings, *(_deadline(kind, row) for kind, row in rows_of(lines, user))]


def _deadline(kind: Kind, row: Any) -> Entry:
    """Of a compartment no reference: that a case has a victim is for nobody who looks over a shoulder at a calendar."""
    day, words = kind.due_on(row), kind.words(row)
    return Entry(
        what=f"{kind.slug}:{row.pk}",
        begins=day,
        ends=day + timedelta(days=1),
        summary=words if kind.closed else f"{words}: {at(row, kind.reference)}",
        words=_("Open My work") if kind.closed else str(kind.next_step),
        url=reverse("reviews:my_work") if kind.closed else kind.url(row),
    )


def _meetings(user: User, on: date) -> Iterator[Entry]:
    """Those he chairs, arranges, or is named to come to."""
    if not allowed(user, Perm.VIEW_CASE):
        return
    start = timezone.make_aware(datetime.combine(on, time.min))
    comes = Invitation.objects.visible_to(user).coming().filter(representative=user)
    his = Q(chair=user) | Q(arranged_by=user) | Q(pk__in=comes.values("item__meeting"))
    rows = Meeting.objects.visible_to(user).standing().filter(his)
    near = rows.filter(starts_at__gte=start - BEHIND, starts_at__lt=start + AHEAD)
    for meeting in near.order_by("starts_at", "pk")[:MOST_MEETINGS]:
        runs_it = user.pk in {meeting.chair_id, meeting.arranged_by_id}
        begins, ends = _span(meeting, None if runs_it else comes)
        yield Entry(
            what=f"meeting:{meeting.pk}",
            begins=begins,
            ends=max(begins, ends),
            summary=_("Level %(level)s MAPPA meeting: %(reference)s")
            % {"level": meeting.level, "reference": meeting.reference},
            words=_("Sign in to see whom it is about"),
            url=meeting.get_absolute_url() if runs_it else path_of(meeting),
        )


def _span(meeting: Meeting, comes: Any) -> tuple[datetime, datetime]:
    """The whole meeting, or from the first to the last person for whom he comes."""
    begins, ends = times_of(meeting)
    if comes is None:
        return meeting.starts_at, ends
    stretches = stretches_of(begins, comes.filter(item__meeting=meeting).select_related("item"))
    return stretches[0][0], stretches[-1][1]


def calendar_file(entries: list[Entry]) -> bytes:
    """The calendar. The same entries make the same file, so that a program sees at once that nothing changed."""
    file = Calendar()
    file.add("prodid", "-//mappa//due//EN")
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", "mappa")
    file.add("refresh-interval", LOOK_AGAIN, parameters={"value": "DURATION"})
    for entry in entries:
        file.add_component(_event(entry))
    made: bytes = file.to_ical()
    return made


def _event(entry: Entry) -> Event:
    address, event = settings.BASE_URL + entry.url, Event()
    event.add(
        "uid", f"{salted_hmac('reviews.calendar', entry.what).hexdigest()[:32]}@{urlsplit(settings.BASE_URL).hostname}"
    )
    # Its own beginning, and not the hour of this reading.
    event.add("dtstamp", _utc(entry.begins) if isinstance(entry.begins, datetime) else _midnight(entry.begins))
    event.add("dtstart", _utc(entry.begins))
    event.add("dtend", _utc(entry.ends))
    event.add("summary", entry.summary)
    event.add("description", f"{entry.words}: {address}")
    event.add("url", address)
    event.add("class", "PRIVATE")
    # A day on which something falls due keeps nobody from being invited elsewhere.
    event.add("transp", "OPAQUE" if isinstance(entry.begins, datetime) else "TRANSPARENT")
    return event


def _utc(moment: date | datetime) -> date | datetime:
    """In UTC, for which no time zone has to be described. A day is a day everywhere."""
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
