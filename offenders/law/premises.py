"""When staying somewhere makes it an address to notify (Sexual Offences Act 2003 s.84(1)(c) and (6))."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from offenders.law.deadlines import THREE_DAYS, Deadline
from offenders.law.periods import Length, Stretch, in_words, joined

DAYS = 7
A_YEAR = Length(years=1)
AUTHORITY = "Sexual Offences Act 2003 s.84(1)(c) and (6)"


@dataclass(frozen=True)
class QualifyingPeriod:
    """Was the qualifying period reached at one address, and on which day?"""

    met: bool
    met_on: date | None
    authority: str
    explanation: str


def qualifying_period(stays: Iterable[Stretch]) -> QualifyingPeriod:
    """7 days, or periods in any 12 months that come to 7 days; both the first and the last day of a stay count."""
    # Whatever a stay adds to, its own first seven days reach the period: more of it need not be counted.
    days = [stay.first + timedelta(days=number) for stay in joined(stays) for number in range(min(stay.days, DAYS))]
    for first, last in zip(days, days[DAYS - 1 :], strict=False):
        if last <= A_YEAR.ends(first):
            why = f"The stays came to 7 days in 12 months on {in_words(last)}: it must be notified within 3 days."
            return QualifyingPeriod(met=True, met_on=last, authority=AUTHORITY, explanation=why)
    why = "The stays come to less than 7 days in any 12 months."
    return QualifyingPeriod(met=False, met_on=None, authority=AUTHORITY, explanation=why)


def notify_by(met_on: date) -> Deadline:
    """Within three days beginning with the day on which the qualifying period was reached (s.84(1)(c))."""
    due_on = THREE_DAYS.ends(met_on)
    why = (
        f"The stays come to 7 days in 12 months on {in_words(met_on)}, so the premises must be notified within 3 days "
        f"beginning with that day, by {in_words(due_on)}."
    )
    return Deadline(due_on, AUTHORITY, why)
