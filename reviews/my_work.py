"""What needs a person today: the table of deadlines read for one user."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypedDict

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.access import Perm, allowed, memberships
from agencies.models import Role, User
from offenders.models import Offender
from panels.models import Meeting
from reviews.deadlines import KINDS, OF_EVERYBODY, WITHOUT_CASES, Kind, at

R = Role.Code
# How far ahead the list looks, and how much of it a page shows.
HORIZON = timedelta(days=28)
WEEK = timedelta(days=7)
PAGE = 50
LAST_PAGE = 20
# Counting stops here: "more than 1,000" says enough, and costs the same for a small area and a large one.
CAP = 1000


class Task(TypedDict):
    """One line of the list, ready to show."""

    subject: str
    detail: str
    url: str
    what: str
    due: date
    next: str
    next_url: str


@dataclass(frozen=True)
class Work:
    """The list and its counts."""

    tasks: list[Task]
    overdue: int
    this_week: int
    has_more: bool
    next_due: str  # what comes after the horizon, in words, when nothing is due


def kinds_of(user: User) -> list[Kind]:
    """The kinds of deadline that one of the user's roles can have: a lay adviser's page asks no case anything.

    Vetting and memberships are everybody's, also of whoever has no role any more because they have ended.
    """
    if allowed(user, Perm.VIEW_CASE):
        return list(KINDS)
    return list(WITHOUT_CASES if allowed(user, Perm.BOARD_BUSINESS) else OF_EVERYBODY)


def work_of(user: User, on: date, page: int = 1) -> Work:
    """The user's open deadlines, worst first: two queries for each kind, however many rows there are."""
    found: list[tuple[date, int, int, Any, Kind]] = []
    overdue = this_week = 0
    until = page * PAGE + 1
    for order, kind in enumerate(kinds_of(user)):
        mine = kind.mine(user, on).filter(**{f"{kind.due}__lte": on + HORIZON})
        counts = mine.order_by().aggregate(
            overdue=Count("pk", filter=Q(**{f"{kind.due}__lt": on})),
            this_week=Count("pk", filter=Q(**{f"{kind.due}__range": (on, on + WEEK)})),
        )
        overdue, this_week = overdue + counts["overdue"], this_week + counts["this_week"]
        found += [(kind.due_on(row), order, row.pk, row, kind) for row in mine.order_by(kind.due, "pk")[:until]]
    found.sort(key=lambda line: line[:3])
    shown = found[(page - 1) * PAGE : page * PAGE]
    return Work(
        tasks=[task(kind, row) for *_order, row, kind in shown],
        overdue=overdue,
        this_week=this_week,
        has_more=len(found) > page * PAGE and page < LAST_PAGE,
        next_due="" if found else next_due(user, on),
    )


def task(kind: Kind, row: Any) -> Task:
    """One line: a person by name, as only this page and never a mail says it, or a meeting."""
    case = kind.case_of(row)
    called = kind.subject or meeting_words
    return Task(
        subject=case.full_name if case else called(row),
        detail=str(at(row, kind.reference)) if case is None else case.reference,
        url=kind.page_of(row),
        what=kind.words(row),
        due=kind.due_on(row),
        next=str(kind.next_step),
        next_url=kind.url(row),
    )


def meeting_words(meeting: Meeting) -> str:
    """A meeting as lists call it: "Level 3 meeting, 18 November"."""
    held_on = timezone.localtime(meeting.starts_at)
    return _("Level %(level)s meeting, %(date)s") % {
        "level": meeting.level,
        "date": dateformat.format(held_on, "j F"),
    }


def next_due(user: User, on: date) -> str:
    """What comes first after the horizon, in words; nothing when nothing does."""
    comes: list[tuple[date, str]] = []
    for kind in kinds_of(user):
        row = kind.mine(user, on).filter(**{f"{kind.due}__gt": on + HORIZON}).order_by(kind.due, "pk").first()
        if row is not None:
            comes.append((kind.due_on(row), kind.words(row)))
    if not comes:
        return ""
    day, words = min(comes)
    return f"{words}, {dateformat.format(day, 'j F Y' if day.year != on.year else 'j F')}"


class Tile(TypedDict):
    """A number that leads somewhere."""

    number: str
    text: str
    url: str
    tone: str


def counted(number: int) -> str:
    """A count that was stopped at the cap says so."""
    return _("more than %(cap)s") % {"cap": f"{CAP:,}"} if number > CAP else f"{number:,}"


def tiles(user: User, work: Work, on: date) -> list[Tile]:
    """Overdue, this week, meetings, caseload."""
    meetings, caseload = meetings_this_week(user, on), caseload_of(user)
    words, people = caseload
    return [
        Tile(number=f"{work.overdue:,}", text=_("overdue"), url="#tasks", tone="over" if work.overdue else ""),
        Tile(
            number=f"{work.this_week:,}", text=_("due this week"), url="#tasks", tone="soon" if work.this_week else ""
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
    if allowed(user, Perm.VIEW_BOARD):
        return Elsewhere(
            text=_(
                "Nothing yet. The access log and the reviews of emergency access will be listed here when this version grows to hold them. Until then, figures without cases are under Board."
            ),
            url=reverse("reviews:board"),
            link=_("Go to Board"),
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
