"""What needs a person today: the table of deadlines read for one user, in sections, worst first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from time import monotonic
from typing import Any, TypedDict

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils import dateformat, timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies import counts
from agencies.access import Perm, allowed, memberships
from agencies.delegating import stood_in_for
from agencies.models import Delegation, Role, User
from offenders.models import Offender
from offenders.visibility import one_scope
from panels.models import Meeting
from reviews.deadlines import Kind, at
from reviews.lines import MOST, Line, lines_of, rows_of

R = Role.Code
# How far ahead the list looks, and how much of it a page shows.
HORIZON = timedelta(days=28)
WEEK = timedelta(days=7)
PAGE = 50
# How much of a list besides the reader's own the page shows, before it leads to the whole.
FEW = 10
# Counting stops here: "more than 1,000" says enough, and costs the same for a small area and a large one.
CAP = 1000
# So long a run counts for the navigation: less than until the next begins.
COUNTING_SECONDS = 240


class When(StrEnum):
    """The sections of the list."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"


TITLES: dict[When, str | Promise] = {
    When.OVERDUE: gettext_lazy("Overdue"),
    When.TODAY: gettext_lazy("Due today"),
    When.WEEK: gettext_lazy("Due in the next 7 days"),
    When.LATER: gettext_lazy("Later, in the next 4 weeks"),
}


def when_of(due: date, on: date) -> When:
    if due <= on:
        return When.TODAY if due == on else When.OVERDUE
    return When.WEEK if due <= on + WEEK else When.LATER


class Task(TypedDict):
    """One line of the list, ready to show."""

    subject: str
    detail: str
    url: str
    what: str
    note: str
    due: date
    next: str
    next_url: str
    why_url: str


@dataclass(frozen=True)
class Section:
    """A heading of the list: how many there are, and those that this page shows."""

    slug: str
    title: str
    count: int
    tasks: list[Task]


@dataclass(frozen=True)
class Work:
    """One page of a list, and the counts of the whole."""

    sections: list[Section] = field(default_factory=list)
    counts: dict[When, int] = field(default_factory=dict)
    has_more: bool = False

    @property
    def tasks(self) -> list[Task]:
        return [task for section in self.sections for task in section.tasks]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def overdue(self) -> int:
        return self.counts[When.OVERDUE]

    @property
    def this_week(self) -> int:
        return self.counts[When.TODAY] + self.counts[When.WEEK]

    @property
    def to_do_today(self) -> int:
        """What the navigation counts."""
        return self.counts[When.OVERDUE] + self.counts[When.TODAY]


def work_of(user: User, on: date, page: int = 1, when: str = "") -> Work:
    """The user's open deadlines, worst first: one query for all kinds, and one for each kind that the page shows."""
    lines = lines_of(user, on, until=on + HORIZON)
    return page_of(lines, on, page, partial(rows_of, user=user), when=when)


def count_for_navigation(on: date) -> int:
    """Count anew for whoever may be signed in what he has to do today; for how many.

    Who signed in last comes first, and whom the time does not reach counts himself by opening My work: of thousands one run
    would still be at it when the next begins, until every worker only counts.
    """
    since, until = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE), monotonic() + COUNTING_SECONDS
    people = User.objects.filter(is_active=True, last_login__gte=since).order_by("-last_login", "pk")
    number = 0
    for user in people.iterator():
        with one_scope():
            counts.keep(user, len(lines_of(user, on, until=on)), on)
        number += 1
        if monotonic() >= until:
            break
    return number


def page_of(
    lines: Sequence[Line],
    on: date,
    page: int,
    read: Callable[[Sequence[Line]], list[tuple[Kind, Any]]],
    *,
    when: str = "",
    length: int = PAGE,
) -> Work:
    """A page of some lines, in sections."""
    numbers = dict.fromkeys(When, 0)
    for line in lines:
        numbers[when_of(line.due, on)] += 1
    chosen = [line for line in lines if not when or when_of(line.due, on) == when]
    shown = [task(kind, row) for kind, row in read(chosen[(page - 1) * length : page * length])]
    here = {name: [one for one in shown if when_of(one["due"], on) is name] for name in When}
    sections = [Section(name, str(TITLES[name]), numbers[name], tasks) for name, tasks in here.items() if tasks]
    return Work(sections, numbers, has_more=len(chosen) > page * length)


def task(kind: Kind, row: Any, note: str = "", *, is_anothers: bool = False) -> Task:
    """One line: a person by name, as only this page and never a mail says it, or a meeting.

    What is another's to do leads to the case, as its mail does: the next step may be none that the reader may take.
    """
    case = kind.case_of(row)
    called = kind.subject or meeting_words
    step = (_("Open the case"), case.get_absolute_url()) if is_anothers and case else (kind.next_step, kind.url(row))
    return Task(
        subject=case.full_name if case else called(row),
        detail=str(at(row, kind.reference)) if case is None else case.reference,
        url=kind.page_of(row),
        what=kind.words(row),
        note=note,
        due=kind.due_on(row),
        next=str(step[0]),
        next_url=step[1],
        why_url=why_url(kind, row),
    )


def why_url(kind: Kind, row: Model) -> str:
    """Where it is said why somebody is shown this."""
    return f"{reverse('reviews:why')}?{urlencode({'kind': kind.slug, 'row': at(row, kind.reference)})}"


@dataclass(frozen=True)
class Standing:
    """For whom the user stands in, and that colleague's work as far as the user sees it."""

    delegation: Delegation
    work: Work

    @property
    def has_more(self) -> bool:
        return self.work.total > len(self.work.tasks)


def standing_in(user: User, on: date, page: int = 1, only: str = "") -> list[Standing]:
    """The work of everybody for whom the user stands in, without what is his own anyhow; or a page of one's alone."""
    wanted = [row for row in stood_in_for(user, on) if only in {"", row.reference}]
    own = set(lines_of(user, on, until=on + HORIZON)) if wanted else set()
    found = []
    for row in wanted:
        theirs = lines_of(row.person, on, until=on + HORIZON, seen_by=user)
        read = partial(rows_of, user=row.person, seen_by=user)
        lines = [line for line in theirs if line not in own]
        found.append(Standing(row, page_of(lines, on, page, read, length=PAGE if only else FEW)))
    return found


def meeting_words(meeting: Meeting) -> str:
    """A meeting as lists call it: "Level 3 meeting, 18 November"."""
    held_on = timezone.localtime(meeting.starts_at)
    return _("Level %(level)s meeting, %(date)s") % {
        "level": meeting.level,
        "date": dateformat.format(held_on, "j F"),
    }


def next_due(user: User, on: date) -> str:
    """What comes first after the horizon, in words; nothing when nothing does."""
    for kind, row in rows_of(lines_of(user, on, after=on + HORIZON, most=1), user):
        day = kind.due_on(row)
        return f"{kind.words(row)}, {dateformat.format(day, 'j F Y' if day.year != on.year else 'j F')}"
    return ""


class Tile(TypedDict):
    """A number that leads somewhere."""

    number: str
    text: str
    url: str
    tone: str


def counted(number: int) -> str:
    """A count that was stopped at the cap says so."""
    return _("more than %(cap)s") % {"cap": f"{CAP:,}"} if number > CAP else f"{number:,}"


def of_many(number: int) -> str:
    """A count of a list that is read to its end, or says that it was not."""
    return _("more than %(cap)s") % {"cap": f"{MOST:,}"} if number >= MOST else f"{number:,}"


def tiles(user: User, work: Work, on: date) -> list[Tile]:
    """Overdue, this week, meetings, caseload."""
    meetings, caseload = meetings_this_week(user, on), caseload_of(user)
    words, people = caseload
    return [
        Tile(
            number=of_many(work.overdue),
            text=_("overdue"),
            url=f"?when={When.OVERDUE}#tasks",
            tone="over" if work.overdue else "",
        ),
        Tile(
            number=of_many(work.this_week), text=_("due this week"), url="#tasks", tone="soon" if work.this_week else ""
        ),
        Tile(
            number=counted(meetings),
            text=ngettext("meeting this week", "meetings this week", meetings),
            url=reverse("panels:meetings"),
            tone="",
        ),
        Tile(number=counted(people), text=words, url=reverse("offenders:people"), tone=""),
    ]


def meetings_this_week(user: User, on: date) -> int:
    """Meetings the user can see that begin in the coming seven days."""
    start = timezone.make_aware(datetime.combine(on, time.min))
    rows = Meeting.objects.visible_to(user).filter(starts_at__gte=start, starts_at__lt=start + WEEK + timedelta(days=1))
    return rows.standing().order_by().values("pk")[: CAP + 1].count()


def caseload_of(user: User) -> tuple[str, int]:
    """Co-ordination and chairs watch levels 2 and 3; everybody else has the people they lead on."""
    rows = Offender.objects.visible_to(user).current().order_by().values("pk")
    if holds(user, (R.COORDINATOR, R.CHAIR)):
        people = rows.filter(level__gte=Offender.Level.ACTIVE)[: CAP + 1].count()
        return ngettext("person at level 2 or 3", "people at level 2 or 3", people), people
    people = rows.filter(lead_officer=user)[: CAP + 1].count()
    return ngettext("person in your caseload", "people in your caseload", people), people


def holds(user: User, roles: Sequence[Role.Code]) -> bool:
    """Does the user hold one of the roles today?"""
    return any(R(membership.role_id) in roles for membership in memberships(user))


class Elsewhere(TypedDict):
    """Where the work of a person without cases is."""

    text: str
    url: str
    link: str


def elsewhere(user: User) -> Elsewhere:
    """Whoever sees no case is told plainly what this page holds, and where to go."""
    if holds(user, (R.ADMINISTRATOR,)):
        return Elsewhere(
            text=_("You run the service and see no cases. Agencies, people and standards are kept in Administration."),
            url=reverse("admin:index"),
            link=_("Go to Administration"),
        )
    if holds(user, (R.LAY_ADVISER, R.BOARD_MEMBER)):
        return Elsewhere(
            text=_("Your work is with the board: how the arrangements are doing, and what to ask about them."),
            url=reverse("reviews:board"),
            link=_("Go to Board"),
        )
    if allowed(user, Perm.REVIEW_ACCESS):
        return Elsewhere(
            text=_("You answer for how the record is used, and see no cases. What waits for you stands below."),
            url=reverse("assurance:logs"),
            link=_("Go to the access log"),
        )
    if allowed(user, Perm.NATIONAL_FIGURES):
        return Elsewhere(
            text=_("You compare areas and see no cases. Their figures stand side by side under National."),
            url=reverse("reviews:national"),
            link=_("Go to National"),
        )
    return Elsewhere(
        text=_("You hold no role that has work here today. Ask your agency’s contact point."), url="", link=""
    )
