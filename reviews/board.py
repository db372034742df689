"""The board's figures of one area and period, and who reads them: members, or the public's two.

Lay advisers read the same figures with small numbers hidden, the others rounded (reviews/suppression.py) and shares
as "7 in 10". Their words are in board_words.py, the page in board_page.py, and what to ask in board_questions.py.
"""

from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import PermissionDenied

from agencies.access import GRANTS, Perm, memberships
from agencies.models import Area, Role, User
from agencies.models.standard import UnknownStandardError, value
from mappa import dates
from offenders.models import Offender
from reviews import performance
from reviews.performance import KindAttendance, Waits
from reviews.period import Period, Share
from reviews.readers import READS_ALL

R = Role.Code
LEVELS: tuple[int, ...] = tuple(int(level) for level in Offender.Level)
CATEGORIES: tuple[int, ...] = (*(int(category) for category in Offender.Category), 0)
MONTHS_SHOWN = 6


def areas_of(user: User) -> list[Area]:
    """The areas whose board pages the user may open, by name."""
    held = [m for m in memberships(user) if R(m.role_id) in GRANTS[Perm.VIEW_BOARD]]
    return sorted({m.agency.area for m in held}, key=lambda area: area.name)


def area_asked_for(user: User, slug: str) -> Area:
    """The area named, or the first of the user's. Raises PermissionDenied for one that is not his."""
    areas = areas_of(user)
    found = [area for area in areas if area.slug == slug] if slug else areas
    if not found:
        raise PermissionDenied(Perm.VIEW_BOARD)
    return found[0]


def reads_all(user: User, area: Area) -> bool:
    """Does one of the user's roles in this area read small numbers too?"""
    return any(R(m.role_id) in READS_ALL and m.agency.area_id == area.pk for m in memberships(user))


@dataclass(frozen=True)
class Figures:
    """Everything the page says, as numbers, of a period and the one before it."""

    period: Period
    people: dict[tuple[int, int], int]
    months: list[tuple[date, int]]
    active_before: int
    reviews: dict[int, Share]
    reviews_before: dict[int, Share]
    attendance: list[KindAttendance]
    overdue: list[tuple[str, int]]
    overdue_before: int
    minutes: Share
    minutes_before: Share
    referrals: dict[str, int]
    prompts: dict[str, int]
    targets: dict[str, int | None]
    waits: Waits = field(default_factory=Waits)

    @property
    def active(self) -> dict[tuple[int, int], int]:
        """People at level 2 or 3, by category and level."""
        return {key: count for key, count in self.people.items() if key[1] in performance.ACTIVE}


def figures(area: Area, period: Period, today: date) -> Figures:
    """Count it all: a dozen queries, however many cases there are."""
    before = period.before()
    ends = month_ends(period.last)
    counts = performance.people_at_active_levels(area, [before.last, *ends])
    return Figures(
        period=period,
        people=performance.people(area, period.last),
        months=list(zip(ends, counts[1:], strict=True)),
        active_before=counts[0],
        reviews=performance.reviews_on_time(area, period, today),
        reviews_before=performance.reviews_on_time(area, before, today),
        attendance=performance.attendance(area, period),
        overdue=performance.actions_overdue(area, period.last),
        overdue_before=sum(count for _name, count in performance.actions_overdue(area, before.last)),
        minutes=performance.minutes_on_time(area, period, today),
        minutes_before=performance.minutes_on_time(area, before, today),
        referrals=performance.referrals(area, period),
        prompts=performance.drift_prompts(area, period),
        targets={name: target(name, area, period.last) for name in TARGETS},
        waits=performance.referral_waits(area, period, today),
    )


TARGETS = (
    "kpi_level_1_reviews_percent",
    "kpi_level_2_reviews_percent",
    "kpi_level_3_reviews_percent",
    "kpi_ra_attendance_percent",
    "kpi_dtc_attendance_percent",
    "kpi_minutes_percent",
)


def target(name: str, area: Area, on: date) -> int | None:
    """The standard in force, where there is one: a board without a target still has figures."""
    try:
        return value(name, area, on)
    except UnknownStandardError:
        return None


def month_ends(last: date) -> list[date]:
    """The ends of the last six months, the last day itself being the latest."""
    firsts = [dates.add_months(last.replace(day=1), -ago) for ago in range(MONTHS_SHOWN - 1)]
    return [*(first - dates.ONE_DAY for first in reversed(firsts)), last]
