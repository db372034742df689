"""By when a case is reviewed, and when working days end: the figures are data (agencies), the reasoning is here."""

from dataclasses import dataclass
from datetime import date, timedelta

from offenders.law.periods import in_words

NATIONS = ("england", "wales")
WORKING_DAYS = "Banking and Financial Dealings Act 1971 Schedule 1 (bank holidays of England and Wales)"


@dataclass(frozen=True)
class ReviewStandard:
    """How many weeks may lie between reviews, since when, and who says so."""

    weeks: int
    effective_from: date
    citation: str


@dataclass(frozen=True)
class ReviewDue:
    """The last day for the next review, and the standard it follows."""

    due_on: date
    standard: ReviewStandard
    authority: str
    explanation: str


@dataclass(frozen=True)
class WorkingDays:
    """A day so many working days away."""

    due_on: date
    authority: str
    explanation: str


def review_due(level: int, last_reviewed_on: date, standard: ReviewStandard) -> ReviewDue:
    """So many weeks after the last review, by the standard in force on that day (MAPPA Guidance; domain.md 3.1)."""
    due_on = last_reviewed_on + timedelta(weeks=standard.weeks)
    why = (
        f"Level {level} is reviewed at least every {standard.weeks} weeks by the standard in force on "
        f"{in_words(last_reviewed_on)}, so by {in_words(due_on)}."
    )
    return ReviewDue(due_on=due_on, standard=standard, authority=standard.citation, explanation=why)


def working_days(first: date, days: int, due_on: date) -> WorkingDays:
    """The answer of agencies.working_days, with its reasoning."""
    unit = "working day" if days == 1 else "working days"
    why = (
        f"{in_words(due_on)} is {days} {unit} after {in_words(first)}, leaving out weekends, bank holidays and days "
        "closed everywhere."
    )
    return WorkingDays(due_on=due_on, authority=WORKING_DAYS, explanation=why)
