"""How long a sexual or a terrorist offender must notify (Sexual Offences Act 2003 s.82; Counter-Terrorism Act 2008 s.53)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from offenders.law.disposals import CUSTODY, HOSPITAL, INDETERMINATE, Disposal
from offenders.law.periods import Length, Stretch, in_words, is_under, joined

REGIMES = ("SOA2003", "CTA2008")
INDEFINITE = INDETERMINATE | {"restricted_hospital_order"}
SOA = "Sexual Offences Act 2003 s.82"
CTA = "Counter-Terrorism Act 2008"


@dataclass(frozen=True)
class NotificationPeriod:
    """For how long the requirements apply. Neither indefinite nor with a period: they do not apply at all."""

    indefinite: bool
    period: Length | None
    starts_on: date
    last_day: date | None
    authority: str
    explanation: str


def period(
    *, regime: str, born_on: date, relevant_on: date, disposal: Disposal, custody: Iterable[Stretch] = ()
) -> NotificationPeriod:
    """The notification period of either Act, from the day of the conviction, finding or caution."""
    if regime == "CTA2008":
        return _terrorist(born_on, relevant_on, disposal, custody)
    return _sexual(born_on, relevant_on, disposal)


def _sexual(born_on: date, relevant_on: date, disposal: Disposal) -> NotificationPeriod:
    """SOA 2003 s.82(1): the table. It begins with the relevant date, not the release, and custody does not stop it
    (s.82(6)); under 18 on that day the fixed periods are halved, the indefinite one and a discharge are not (s.82(2)).
    """
    length, why = _adult_length(disposal)
    if length is None:
        return NotificationPeriod(
            indefinite=True,
            period=None,
            starts_on=relevant_on,
            last_day=None,
            authority=f"{SOA}(1)",
            explanation=f"{why}, so the requirements apply without end, unless ended on review (ss.91A to 91F).",
        )
    halved = is_under(18, born_on, relevant_on) and disposal.kind != "conditional_discharge"
    length = length.halved() if halved else length
    half = ", one half because the person was under 18 on that date" if halved else ""
    last_day = length.ends(relevant_on)
    return NotificationPeriod(
        indefinite=False,
        period=length,
        starts_on=relevant_on,
        last_day=last_day,
        authority=f"{SOA}(1){', (2)' if halved else ''} and (6)",
        explanation=(
            f"{why}, so the requirements apply for {length}{half}, beginning with {in_words(relevant_on)} and ending "
            f"with {in_words(last_day)}; time in custody counts."
        ),
    )


def _adult_length(disposal: Disposal) -> tuple[Length | None, str]:
    """The row of the table in s.82(1) for an adult, and its description; None is indefinite."""
    if disposal.kind in INDEFINITE:
        return None, "The sentence is for life, for public protection or a hospital order with restrictions"
    if disposal.kind in CUSTODY:
        return _of_custody(disposal.length)
    if disposal.kind == "conditional_discharge":
        return disposal.discharge, "A conditional discharge counts for its own period"
    if disposal.kind == "hospital_order":
        return Length(years=7), "It is a hospital order without restrictions"
    if disposal.kind == "caution":
        return Length(years=2), "It is a caution"
    return Length(years=5), "It is a disposal that the table does not name"


def _of_custody(term: Length) -> tuple[Length | None, str]:
    if term.is_at_least_months(30):
        return None, "The term is 30 months or more"
    if term.is_more_than_months(6):
        return Length(years=10), "The term is more than 6 months but less than 30 months"
    return Length(years=7), "The term is 6 months or less"


def _terrorist(
    born_on: date, dealt_with_on: date, disposal: Disposal, custody: Iterable[Stretch]
) -> NotificationPeriod:
    """CTA 2008 s.53: 30, 15 or 10 years beginning with the day dealt with; 10 for whoever was under 18.

    It asks for an age of 16 (s.44) and for a sentence of 12 months or a hospital order (s.45). Days in custody, in
    hospital or in immigration detention do not count (s.53(7); Explanatory Notes para 140).
    """
    reason = _does_not_apply(born_on, dealt_with_on, disposal)
    if reason:
        return NotificationPeriod(
            indefinite=False,
            period=None,
            starts_on=dealt_with_on,
            last_day=None,
            authority=f"{CTA} ss.44 and 45",
            explanation=f"{reason}, so the requirements do not apply.",
        )
    length, why = _terrorist_length(born_on, dealt_with_on, disposal)
    last_day, disregarded = _without(custody, dealt_with_on, length.ends(dealt_with_on))
    return NotificationPeriod(
        indefinite=False,
        period=length,
        starts_on=dealt_with_on,
        last_day=last_day,
        authority=f"{CTA} s.53",
        explanation=(
            f"{why}, so the requirements apply for {length}, beginning with {in_words(dealt_with_on)} and ending with "
            f"{in_words(last_day)}; {disregarded} {'day' if disregarded == 1 else 'days'} in custody did not count."
        ),
    )


def _does_not_apply(born_on: date, dealt_with_on: date, disposal: Disposal) -> str:
    if is_under(16, born_on, dealt_with_on):
        return "The person was under 16 when dealt with (s.44)"
    if not is_trigger(disposal) or disposal.kind == "guardianship_order":
        return "The sentence is neither 12 months or more nor a hospital order (s.45)"
    return ""


def is_trigger(disposal: Disposal) -> bool:
    """Not for a term of less than 12 months, or indeterminate, or a hospital or guardianship order: the sentences of
    CJA 2003 s.327(3) and, but for guardianship (which s.327(4G) reads into it), of CTA 2008 s.45."""
    if disposal.kind in CUSTODY:
        return disposal.length.is_at_least_months(12)
    return disposal.kind in INDETERMINATE | HOSPITAL


def _terrorist_length(born_on: date, on: date, disposal: Disposal) -> tuple[Length, str]:
    if is_under(18, born_on, on):
        return Length(years=10), "The person was 16 or 17"
    if disposal.kind in INDETERMINATE or (disposal.kind in CUSTODY and disposal.length.is_at_least_months(120)):
        return Length(years=30), "The sentence is for life, indeterminate or for 10 years or more"
    if disposal.kind in CUSTODY and disposal.length.is_at_least_months(60):
        return Length(years=15), "The term is 5 years or more but less than 10"
    return Length(years=10), "The sentence is less than 5 years or a hospital order"


def _without(custody: Iterable[Stretch], starts_on: date, ends_on: date) -> tuple[date, int]:
    """The last day of a period that stands still in custody, and how many days that was."""
    disregarded = 0
    for stretch in joined(custody):
        if stretch.last >= starts_on and stretch.first <= ends_on:
            days = Stretch(max(stretch.first, starts_on), stretch.last).days
            disregarded += days
            ends_on += timedelta(days=days)
    return ends_on, disregarded


def while_order_lasts(starts_on: date, ends_on: date | None) -> NotificationPeriod:
    """Somebody not otherwise subject is subject for as long as the order lasts (SOA 2003 ss.103G and 107(3) and (4)).

    Without an end, until further order: that is not the indefinite period which is reviewed under s.91A.
    """
    until = f"and it ends with {in_words(ends_on)}" if ends_on else "which has no end date"
    return NotificationPeriod(
        indefinite=False,
        period=None,
        starts_on=starts_on,
        last_day=ends_on,
        authority="Sexual Offences Act 2003 s.103G",
        explanation=f"The requirements apply for as long as the order lasts, from {in_words(starts_on)}, {until}.",
    )
