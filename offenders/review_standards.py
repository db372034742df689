"""By when a case is reviewed, read from the standards of its area."""

from datetime import date

from agencies.models import Area
from agencies.models.standard import standard
from offenders.law import reviews


def review_due(level: int, last_reviewed_on: date, area: Area | None) -> reviews.ReviewDue:
    """The last day a review may be put off to, from the standard of the level in force on the day of the last one.

    Raises UnknownStandardError where none was.
    """
    row = standard(f"level_{level}_review_weeks", area, last_reviewed_on)
    found = reviews.ReviewStandard(weeks=int(row.value), effective_from=row.from_on, citation=row.citation)
    return reviews.review_due(level, last_reviewed_on, found)
