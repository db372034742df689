"""The access log: the audit's record of what was opened, asked by case, by person or by agency, a page at a time.

Each way has an index of its own with the time (audit/models.py), and every question has a first and a last day: so it
answers as quickly of a hundred million acts as of a thousand. Nothing is counted that is not shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core import signing
from django.db.models import Count, Q, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.dateparse import parse_datetime

from agencies.models import User
from audit.models import AccessEvent, Act
from mappa import dates
from mappa.paging import PAGE

SALT = "assurance.access_log.place"
DENIED = AccessEvent.Outcome.DENIED


@dataclass(frozen=True)
class Asked:
    """Which acts: both days are counted, in London."""

    since: date
    until: date
    act: str = ""
    person: int | None = None
    case: int | None = None
    purpose: str = ""
    denied: bool = False

    @property
    def is_narrow(self) -> bool:
        """Is more asked for than days?"""
        return bool(self.act or self.purpose or self.denied) or self.person is not None

    def rule(self) -> Q:
        rule = Q(at__gte=dates.midnight(self.since), at__lt=dates.midnight(self.until + timedelta(days=1)))
        if self.act:
            rule &= Q(act=self.act)
        if self.person is not None:
            rule &= Q(actor_id=self.person)
        if self.case is not None:
            rule &= Q(case_id=self.case)
        if self.purpose:
            rule &= Q(purpose=self.purpose)
        return rule & Q(outcome=DENIED) if self.denied else rule


def of_case(case: int, asked: Asked) -> QuerySet[AccessEvent]:
    """What was done with one case."""
    return AccessEvent.objects.filter(asked.rule(), case_id=case)


def of_person(person: int, asked: Asked) -> QuerySet[AccessEvent]:
    """What one person did."""
    return AccessEvent.objects.filter(asked.rule(), actor_id=person)


def of_agency(agency: int, asked: Asked) -> QuerySet[AccessEvent]:
    """What was done for one agency."""
    return AccessEvent.objects.filter(asked.rule(), agency_id=agency)


@dataclass(frozen=True)
class LogPage:
    """Some acts, newest first, and where the next page begins; empty on the last."""

    events: list[AccessEvent]
    next: str
    is_first: bool


def page_of(events: QuerySet[AccessEvent], place: str = "") -> LogPage:
    """A page that begins where the one before ended: `place` is what that one gave. One that is not ours is the beginning."""
    after = _read(place)
    if after:
        at, pk = after
        events = events.filter(at__lte=at).exclude(at=at, pk__gte=pk)
    found = list(events.order_by("-at", "-pk")[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    return LogPage(found, _place(found[-1]) if more else "", is_first=after is None)


def _place(event: AccessEvent) -> str:
    return signing.dumps([event.at.isoformat(), event.pk], salt=SALT)


def _read(place: str) -> tuple[datetime, int] | None:
    try:
        at, pk = signing.loads(place, salt=SALT) if place else ("", 0)
    except (signing.BadSignature, ValueError):
        return None
    moment = parse_datetime(at) if at else None
    return (moment, int(pk)) if moment else None


# Of people who opened a case, as many are offered as a filter.
PEOPLE = 200


def people_in(events: QuerySet[AccessEvent]) -> list[User]:
    """Who did these, by name: for choosing one of them."""
    keys = events.exclude(actor_id=None).order_by().values("actor_id").distinct()[:PEOPLE]
    return list(User.objects.filter(pk__in=[row["actor_id"] for row in keys]))


def token_of(person: User | int) -> str:
    """A person in an address: neither a name nor a key leaves the server."""
    return salted_hmac("assurance.access_log", str(getattr(person, "pk", person))).hexdigest()[:16]


def named(token: str, people: Iterable[Any]) -> int | None:
    """The key of the person whom an address speaks of, among those it may."""
    return next((key for key in people if token_of(key) == token), None)


@dataclass(frozen=True)
class Amounts:
    """How much an agency used the record in some days, in numbers: of nobody, and of no case."""

    people: int
    cases: int
    opened: int
    changed: int
    copied: int
    refused: int


# What was taken by one request is one copy, however many lines tell of it: the page's, the file's, one of each case in it.
COPIES = (Act.DOWNLOAD, Act.PRINT, Act.EXPORT)


def amounts_of(agency: int, since: date, until: date) -> Amounts:
    """The numbers of one agency: one question, by its index."""
    rows = of_agency(agency, Asked(since, until))
    allowed = ~Q(outcome=DENIED)
    found = rows.aggregate(
        people=Count("actor_id", distinct=True, filter=allowed),
        cases=Count("case_id", distinct=True, filter=allowed),
        opened=Count("pk", filter=allowed & Q(act__in=[Act.VIEW, Act.LIST, Act.REVEAL])),
        changed=Count("pk", filter=allowed & Q(act=Act.CHANGE)),
        copied=Count("request_id", distinct=True, filter=allowed & Q(act__in=COPIES)),
        refused=Count("pk", filter=Q(outcome=DENIED)),
    )
    return Amounts(**found)
