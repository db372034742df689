"""What falls due of a manager's team: for each colleague numbers, and his list, of what the manager sees by himself."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import urlencode

from agencies import working_days
from agencies.models import Agency, Delegation, User
from agencies.teams import people_of
from reviews.lines import lines_of, rows_of
from reviews.my_work import HORIZON, When, Work, page_of, when_of

# Each colleague costs a query of all kinds of deadline, and a third of a second: more on a page would keep a manager waiting.
A_PAGE = 5


@dataclass(frozen=True)
class Member:
    """One colleague: how much is due when, and how late the oldest is."""

    person: User
    url: str
    overdue: int
    today: int
    week: int
    later: int
    working_days_late: int
    away: Delegation | None


def team_of(agency: Agency, reader: User, on: date, page: int = 1) -> tuple[list[Member], bool]:
    """A page of the team by name, and whether there are more."""
    people = list(people_of([agency], on).exclude(pk=reader.pk)[(page - 1) * A_PAGE : page * A_PAGE + 1])
    shown = people[:A_PAGE]
    away = {row.person_id: row for row in Delegation.objects.in_force(on).filter(person__in=shown).select_related("to")}
    dues = {
        person.pk: [line.due for line in lines_of(person, on, until=on + HORIZON, seen_by=reader)] for person in shown
    }
    late = [min(days) for days in dues.values() if days and min(days) < on]
    closed = working_days.closed_days(agency.area, min(late), on) if late else set()
    return [_member(person, dues[person.pk], on, closed, away.get(person.pk)) for person in shown], len(people) > A_PAGE


def _member(
    person: User, dues: Sequence[date], on: date, closed: working_days.Closed, away: Delegation | None
) -> Member:
    counts = Counter(when_of(due, on) for due in dues)
    return Member(
        person=person,
        url=f"{reverse('reviews:team_member')}?{urlencode({'who': token_of(person)})}",
        overdue=counts[When.OVERDUE],
        today=counts[When.TODAY],
        week=counts[When.WEEK],
        later=counts[When.LATER],
        working_days_late=working_days.between(min(dues), on, closed) if counts[When.OVERDUE] else 0,
        away=away,
    )


def token_of(person: User) -> str:
    """A colleague in an address: neither a name nor a key leaves the server."""
    return salted_hmac("reviews.team", str(person.pk)).hexdigest()[:16]


def member_named(token: str, agencies: Sequence[Agency], reader: User, on: date) -> User | None:
    """The colleague of whom an address speaks, in a team that the reader manages."""
    people = people_of(agencies, on).exclude(pk=reader.pk)
    return next((person for person in people if token_of(person) == token), None)


def work_of_member(person: User, reader: User, on: date, page: int) -> Work:
    """A colleague's list, of what the reader sees by himself."""
    lines = lines_of(person, on, until=on + HORIZON, seen_by=reader)
    return page_of(lines, on, page, partial(rows_of, user=person, seen_by=reader))
