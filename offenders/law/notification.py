"""How long a registered sexual offender must notify (Sexual Offences Act 2003 s.82(1))."""

from datetime import date

from mappa.dates import age
from offenders.law.periods import Length

INDEFINITE = {"life", "imprisonment_for_public_protection", "restricted_hospital_order"}
CUSTODY = {"imprisonment", "detention"}


def last_day(*, disposal: str, term: Length, dealt_with_on: date, born_on: date) -> date | None:
    """The last day on which the requirements apply; None when they are indefinite.

    The period begins with the conviction, finding or caution, not the release (s.82(6)); under 18 on that day it is
    halved (s.82(2)). A conditional discharge has the length of the discharge, which is passed as `term`.
    """
    length = _adult_length(disposal, term)
    if length is None:
        return None
    if age(born_on, dealt_with_on) < 18 and disposal != "conditional_discharge":
        months = length.years * 6 + length.months // 2
        length = Length(years=months // 12, months=months % 12)
    return length.ends(dealt_with_on)


def _adult_length(disposal: str, term: Length) -> Length | None:
    if disposal in INDEFINITE or (disposal in CUSTODY and term.is_at_least_months(30)):
        return None
    if disposal in CUSTODY:
        return Length(years=10) if term.is_more_than_months(6) else Length(years=7)
    if disposal == "conditional_discharge" and term != Length():
        return term
    return {"hospital_order": Length(years=7), "caution": Length(years=2)}.get(disposal, Length(years=5))
