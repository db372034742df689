"""One person's day in the access log, with what rules ask about it: the acts, the cases, the colleagues, and what is usual."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from statistics import median
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import ExtractHour, TruncDate
from django.utils import timezone

from agencies.access import EMERGENCY
from agencies.models import Area, Membership, Role, User
from agencies.models.standard import value
from agencies.models.user import system_user
from assurance import access_log
from assurance.access_log import COPIES, DENIED, Asked
from mappa import dates
from offenders import names
from offenders.models import Flag, Offender, Purpose

# So many acts of one day are looked at: whoever did more is found by the first of them.
MOST = 20_000
# How far back somebody's usual use is taken from.
USUAL = timedelta(days=30)
# Purposes that were said, where a part in the case would have been recorded instead (offenders/models/purpose.py). Whoever opened
# it in an emergency has no part in it either.
SAID = frozenset(Purpose.Code.values) | {EMERGENCY}
# By what somebody looks for people, or learns that there is a record.
LOOKED_FOR = frozenset({"case.searched", "case.duplicates_looked_for", "case.existence_told", "api.cases_searched"})
# Kinds of flag that say of a case that many would like to look (offenders/migrations/0005_flag_kinds.py).
SOUGHT = ("media-interest",)


@dataclass(frozen=True)
class Line:
    """One line of the log, as rules read it."""

    at: datetime
    event: str
    act: str
    is_denied: bool
    case: int | None
    reference: str
    purpose: str
    request_id: str

    @property
    def is_search(self) -> bool:
        return self.event in LOOKED_FOR

    @property
    def is_copy(self) -> bool:
        return not self.is_denied and self.act in COPIES


@dataclass(frozen=True)
class Case:
    """Of a case no more than rules ask: whose name it bears, and whether it is sought after."""

    reference: str
    last: frozenset[str]
    words: frozenset[str]
    is_sought: bool


@dataclass(frozen=True)
class Found:
    """What a rule found: in which case, if in one, and the numbers that say it."""

    case: int | None = None
    numbers: Mapping[str, int] | None = None


class Day:
    """Everything is read when a rule asks for it, and once."""

    def __init__(self, person: User, on: date, membership: Membership, limits: "Limits") -> None:
        self.person, self.on, self.membership = person, on, membership
        self.limits = limits

    def limit(self, name: str) -> int:
        """A figure of the person's area."""
        return self.limits.of(self.membership.agency.area, name)

    @cached_property
    def acts(self) -> list[Line]:
        rows = access_log.of_person(self.person.pk, Asked(self.on, self.on)).order_by("at", "pk")
        values = rows.values_list("at", "event", "act", "outcome", "case_id", "reference", "purpose", "request_id")[
            :MOST
        ]
        return [
            Line(timezone.localtime(at), event, act, outcome == DENIED, case, reference, purpose, request_id)
            for at, event, act, outcome, case, reference, purpose, request_id in values
        ]

    @cached_property
    def done(self) -> list[Line]:
        """What was allowed, and about a case."""
        return [act for act in self.acts if act.case is not None and not act.is_denied]

    @cached_property
    def opened(self) -> dict[int, list[Line]]:
        """The acts by case, each in the order in which it was first opened."""
        found: dict[int, list[Line]] = {}
        for act in self.done:
            found.setdefault(act.case or 0, []).append(act)
        return found

    @cached_property
    def cases(self) -> dict[int, Case]:
        rows = Offender.objects.visible_to(system_user()).filter(pk__in=self.opened).order_by()
        flags = Flag.objects.visible_to(system_user()).open().filter(offender__in=self.opened, kind__code__in=SOUGHT)
        sought = set(flags.values_list("offender", flat=True))
        return {
            pk: Case(reference, words_of(last), words_of(last) | words_of(first), pk in sought)
            for pk, reference, last, first in rows.values_list("pk", "reference", "surname", "forenames")
        }

    def has_part_in(self, case: int) -> bool:
        """A part in the case was recorded, and no purpose had to be said."""
        return not any(act.purpose in SAID for act in self.opened[case])

    @cached_property
    def own_words(self) -> frozenset[str]:
        return words_of(self.person.name)

    @cached_property
    def own_last(self) -> str:
        """The last word of the person's name."""
        return next(iter(reversed(names.fold(self.person.name).split())), "")

    @cached_property
    def colleagues(self) -> list[frozenset[str]]:
        """The names of everybody else in the agency."""
        return [words for key, words in self.limits.people_of(self.membership.agency_id) if key != self.person.pk]

    @cached_property
    def usual_people(self) -> int:
        """How many different people he opens on a day, in the middle of the days on which he opened any."""
        rows = self._before().exclude(case_id=None).annotate(day=TruncDate("at")).values("day")
        counts = [row["n"] for row in rows.annotate(n=Count("case_id", distinct=True)).order_by()]
        return int(median(counts)) if counts else 0

    def nights_before(self, first: int, last: int) -> int:
        """On how many days of the last month he worked at these hours, or at a weekend when this is one."""
        rows = self._before().annotate(day=TruncDate("at"), hour=ExtractHour("at"))
        rule = Q(hour__gte=first) | Q(hour__lt=last)
        if self.is_weekend:
            rule |= Q(at__iso_week_day__in=[6, 7])
        days: int = rows.filter(rule).values("day").distinct().count()
        return days

    @property
    def is_weekend(self) -> bool:
        return self.on.isoweekday() > 5

    def _before(self) -> Any:
        asked = Asked(self.on - USUAL, self.on - dates.ONE_DAY)
        return access_log.of_person(self.person.pk, asked).exclude(outcome=DENIED).order_by()

    def said_before(self, cases: Iterable[int]) -> Counter[int]:
        """On how many days of the last month he said a purpose for each of these cases, this one too."""
        rows = Purpose.objects.visible_to(system_user()).filter(user=self.person, offender__in=list(cases))
        days = rows.filter(on__gt=self.on - USUAL, on__lte=self.on).order_by().values_list("offender", flat=True)
        return Counter(days)

    @cached_property
    def refused(self) -> list[str]:
        """The references that were refused, as often as they were tried: not of what he sees, and was refused a page of."""
        tried = [act.reference for act in self.acts if act.is_denied and act.reference and act.case is None]
        if not tried:
            return []
        seen = Offender.objects.visible_to(self.person).filter(reference__in=set(tried)).order_by()
        his = set(seen.values_list("reference", flat=True))
        return [reference for reference in tried if reference not in his]

    @cached_property
    def kept_from(self) -> dict[str, int]:
        """Of them those which cases bear, with the key of the case: somebody was kept from them."""
        if not self.refused:
            return {}
        rows = Offender.objects.visible_to(system_user()).filter(reference__in=set(self.refused)).order_by()
        return dict(rows.values_list("reference", "pk"))

    @property
    def days_left(self) -> int | None:
        """How many days the person will still work there, where that is known."""
        until = self.membership.until
        return (until - self.on).days if until else None


def words_of(name: str) -> frozenset[str]:
    return frozenset(names.fold(name).split())


class Limits:
    """What many days ask the same: the figures of each area, and who works in an agency."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._values: dict[tuple[int, str], int] = {}
        self._people: dict[int, list[tuple[int, frozenset[str]]]] = {}

    def of(self, area: Area, name: str) -> int:
        if (area.pk, name) not in self._values:
            self._values[area.pk, name] = value(name, area, self.on)
        return self._values[area.pk, name]

    def people_of(self, agency: int) -> list[tuple[int, frozenset[str]]]:
        if agency not in self._people:
            held = Membership.objects.in_force(self.on).filter(agency=agency).exclude(role=Role.Code.INTEGRATION)
            people = User.objects.filter(pk__in=held.values("user")).values_list("pk", "name")
            self._people[agency] = [(key, words_of(name)) for key, name in people]
        return self._people[agency]
