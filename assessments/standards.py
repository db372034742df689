"""By when an assessment is reviewed and countersigned, read from the standards of the area."""

from datetime import date, timedelta

from agencies import working_days
from agencies.models import Area
from agencies.models.standard import value
from offenders.models import Offender

# One standard for each overall level; what nobody knows is found out soon.
NAMES = {
    None: "assessment_review_weeks_unknown",
    Offender.Rosh.LOW: "assessment_review_weeks_low",
    Offender.Rosh.MEDIUM: "assessment_review_weeks_medium",
    Offender.Rosh.HIGH: "assessment_review_weeks_high",
    Offender.Rosh.VERY_HIGH: "assessment_review_weeks_very_high",
}


def review_limit(overall: int | None, area: Area, assessed_on: date) -> date:
    """The last day for the next review, from the standard of the level in force on the day of the assessment.

    Raises UnknownStandardError where none was.
    """
    level = None if overall is None else Offender.Rosh(overall)
    return assessed_on + timedelta(weeks=value(NAMES[level], area, assessed_on))


def countersign_limit(area: Area, on: date) -> date:
    """By when a manager looks at an assessment recorded on a day. Raises UnknownStandardError."""
    return working_days.after(on, value("assessment_countersign_working_days", area, on), area)
