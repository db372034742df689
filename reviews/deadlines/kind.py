"""One kind of deadline, and the stages at which it is reminded of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise

from agencies import working_days
from agencies.models import User
from offenders.models import Offender
from reviews.deadlines.parts import Part, at

Words = str | Promise


@dataclass(frozen=True)
class Kind:
    """One kind of deadline. Paths are those of the rows that `open` gives."""

    slug: str
    # The kind by itself, where no row is at hand: on the page of kinds and beside numbers.
    title: Words
    words: Callable[[Any], str]
    # The rows still to be done, as far as this user sees them.
    open: Callable[[User], QuerySet[Any]]
    due: str
    # From where that day comes, and what ends the deadline, in words.
    standard: Words
    done: Words
    area: str
    whose: tuple[Part, ...]
    next_step: Words
    url: Callable[[Any], str]
    # Working days from the due date: -5 is five before, 0 the day itself, 1 the day after. Without any, no mail is sent.
    stages: tuple[int, ...]
    # The standards by which the day is reckoned, where standards are: reviews/deadlines/sources.py reads them.
    figures: tuple[str, ...] = ()
    # Of a compartment: a mail is read by more than those who may open it, so it names no case and leads to My work.
    closed: bool = False
    # Where the case is found from the row; empty where it is about no single case.
    case: str = "offender"
    reference: str = "reference"
    # What My work calls a row that is about no case which the reader sees; without it, as a meeting is called.
    subject: Callable[[Any], str] | None = None
    # Who is mailed, where that is fewer than those who find it in My work.
    mailed: tuple[Part, ...] = ()
    # Told at once, on any day and at any hour: somebody may come to harm before the next morning. From this stage on.
    urgent: bool = False
    urgent_from: int = 0
    # Whether it climbs to the manager, the co-ordination and the board when it is late. A personal matter does not, nor what
    # ends by itself.
    climbs: bool = True
    # Whether co-ordination hears of it when nobody is there whose it is. Not of a draft, nor of a membership, of whose end
    # the person hears himself.
    needs_somebody: bool = True

    def rule(self, user: User, on: date) -> Q:
        """Which rows are this user's to act on."""
        rule = Q(pk__in=[])
        for part in self.whose:
            rule |= part.mine(user, on)
        return rule

    def mine(self, user: User, on: date) -> QuerySet[Any]:
        """The open rows on which this user must act: sees them, and the part is his."""
        return self.open(user).filter(self.rule(user, on))

    def due_on(self, row: Any) -> date:
        due: date = at(row, self.due)
        return due

    def case_of(self, row: Any) -> Offender | None:
        if isinstance(row, Offender):
            return row
        case: Offender | None = at(row, self.case) if self.case else None
        return case

    def first_look(self, on: date) -> date:
        """What falls due after this day has certainly reached no stage yet. Seven days hold five working ones, but at holidays."""
        return on + timedelta(days=-min(self.stages) * 7 // 5 + 21)

    def page_of(self, row: Any) -> str:
        """Where it is read what the row is about: the case, the row's own page, or where the next step is taken."""
        about = self.case_of(row) or row
        found: Callable[[], str] | None = getattr(about, "get_absolute_url", None)
        return found() if found else self.url(row)

    def candidates(self, rows: Sequence[Any], on: date) -> set[tuple[int, int]]:
        """Pairs of row and user that may have to act, to be decided by `mine` for each user."""
        return {pair for part in self.mailed or self.whose for pair in part.candidates(rows, on)}


def stage_name(days: int) -> str:
    """How a stage is stored: "5-before", "on-the-day", "1-after"."""
    return f"{abs(days)}-{'before' if days < 0 else 'after'}" if days else "on-the-day"


def reached_on(stages: Sequence[int], due: date, on: date, closed: working_days.Closed) -> int | None:
    """The stage a deadline has reached on a day, in working days from its due date; none before the first.

    The latest whose day has come counts, however long ago that was: a catching-up run says once what holds now, and not what
    held on each day that it missed, and what is overdue is never given up.
    """
    return max((days for days in stages if working_days.step(due, days, closed) <= on), default=None)


def stage_on(stages: Sequence[int], due: date, on: date, closed: working_days.Closed) -> str:
    """The same as it is stored, or nothing."""
    reached = reached_on(stages, due, on, closed)
    return "" if reached is None else stage_name(reached)


def to(route: str) -> Callable[[Any], str]:
    return lambda row: reverse(route, args=[row.reference])
