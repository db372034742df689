"""When the demo's meetings are, and the course of a case through them."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from offenders.models import Offender

ACTIVE, ENHANCED = Offender.Level.ACTIVE, Offender.Level.ENHANCED
HISTORY = timedelta(days=548)  # eighteen months
WEEKS = {1: 16, 2: 16, 3: 8}
EVERY = {ACTIVE: 14, ENHANCED: 28}  # days between meetings
ROUND = {ACTIVE: 6, ENHANCED: 2}  # a case comes to every so-manieth meeting
PLANNED = {ACTIVE: 3, ENHANCED: 2}  # meetings arranged ahead


@dataclass
class Period:
    """A time at one level."""

    level: int
    from_on: date
    until: date | None
    reason: str


@dataclass
class Held:
    """A review with its level, when it was due and when it was held."""

    level: int
    due_on: date
    held_on: date | None


@dataclass
class Course:
    """What has happened to a case that was, or is, managed by meetings."""

    level: int
    periods: list[Period] = field(default_factory=list)
    reviews: list[Held] = field(default_factory=list)
    # For each meeting by number, the level decided there and the date set for the next review; none when it is ahead.
    decided: dict[int, tuple[int, date] | None] = field(default_factory=dict)
    referred_on: date | None = None
    accepted_on: date | None = None


def day_of(level: int, number: int, on: date) -> date:
    """The day of a meeting: 0 is the last one held, 1 the next."""
    if level == ACTIVE:  # a Tuesday two to eight days ago
        last = on - timedelta(days=2 + (on.weekday() - 1 - 2) % 7)
    else:  # a Thursday 16 to 22 days ago
        last = on - timedelta(days=16 + (on.weekday() - 3 - 16) % 7)
    return last + timedelta(days=EVERY[Offender.Level(level)] * number)


def first_number(level: int, on: date) -> int:
    """The number of the first meeting of the history."""
    number = 0
    while day_of(level, number - 1, on) >= on - HISTORY:
        number -= 1
    return number


def course(rng: Random, level: int, slot: int, on: date, *, rounds: int, ended: bool = False) -> Course:
    """The course of a case at level 2 or 3 that comes to the meetings of its slot, for so many rounds already.

    With `ended`, its last meeting put it back to level 1.
    """
    step = ROUND[Offender.Level(level)]
    numbers = [1 + slot - step * n for n in range(rounds, 0, -1)]
    if ended:
        numbers = [number - step for number in numbers]
    numbers = [number for number in numbers if number >= first_number(level, on)]
    upcoming = 1 + slot
    first = numbers[0] if numbers else upcoming
    accepted_on = min(day_of(level, first, on) - timedelta(days=15), on - timedelta(days=2))
    found = Course(
        level=level,
        referred_on=accepted_on - timedelta(days=rng.randint(4, 9)),
        accepted_on=accepted_on,
    )
    due_on = accepted_on + timedelta(weeks=WEEKS[level])
    for number in numbers:
        held_on = day_of(level, number, on)
        decided = 1 if ended and number == numbers[-1] else level
        next_on = _next_review(rng, level, number + step, on)
        found.decided[number] = (decided, next_on)
        if is_unapproved(level, number):
            continue
        found.reviews.append(Held(level, due_on, held_on))
        due_on = next_on
    if ended:
        left_on = day_of(level, numbers[-1], on)
        found.periods = [
            Period(level, accepted_on, left_on, "Referral accepted"),
            Period(1, left_on, None, f"Level {level} meeting: risk now managed by the lead agency"),
        ]
        found.level = 1
        return found
    found.periods = [Period(level, accepted_on, None, "Referral accepted")]
    found.reviews.append(Held(level, due_on, None))
    if upcoming == 1:
        found.decided[1] = None
    return found


def _next_review(rng: Random, level: int, number: int, on: date) -> date:
    """The date a meeting sets for the next review: that of the case's next meeting, one in eight a week before it."""
    if is_unapproved(level, number):  # so that it is not overdue while the chair reads
        return day_of(level, number, on) + timedelta(days=10)
    return day_of(level, number, on) - timedelta(days=7 if rng.random() < 0.12 else 0)


def is_unapproved(level: int, number: int) -> bool:
    """The last level 2 meeting is held, and its minutes are still before the chair."""
    return level == ACTIVE and number == 0


def ordinary_reviews(rng: Random, level: int, began: date, due_on: date, on: date, history: timedelta) -> list[Held]:
    """The open review and, backwards from it, those that were held: one in eight of them late."""
    span = timedelta(weeks=WEEKS[level])
    found = [Held(level, due_on, None)]
    held_on = min(due_on - span + timedelta(days=rng.randint(0, 12)), on - timedelta(days=1))
    earliest = max(began, on - history)
    while held_on > earliest:
        late = rng.random() < 0.125
        due = held_on - timedelta(days=rng.randint(1, 25)) if late else held_on + timedelta(days=rng.randint(0, 10))
        found.append(Held(level, max(due, began), held_on))
        held_on = due - span + timedelta(days=rng.randint(0, 12))
    return found
