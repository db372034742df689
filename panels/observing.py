"""What a lay adviser sees of a meeting, and how many were observed: numbers and times, and nobody's name."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from agencies.models import Area, User
from agencies.models.standard import UnknownStandardError, value
from agencies.models.user import system_user
from mappa import dates
from panels.agenda import times_of
from panels.models import AgendaItem, Meeting, Observation
from panels.models.observation import ObservationQuerySet

MONTHS = 3


class Slot(NamedTuple):
    """One case on the agenda as an observer sees it."""

    number: int
    starts_at: datetime
    minutes: int


def slots_of(meeting: Meeting) -> list[Slot]:
    """Every item of the agenda by its number, start and minutes; nothing of whom it is about."""
    begins, _ends = times_of(meeting)
    timetable = AgendaItem.objects.timetable_of(meeting)
    return [Slot(number, begins[key], minutes) for number, (_place, key, minutes) in enumerate(timetable, start=1)]


def may_confirm(observation: Observation, user: User) -> bool:
    """Is it for this person to say that he was there, and has it begun?"""
    meeting = observation.meeting
    begun = meeting.starts_at <= timezone.now() and not meeting.is_cancelled
    return begun and observation.adviser_id == user.pk and observation.observed_at is None


def quarter_of(on: date) -> tuple[date, date]:
    """The first and the last day of the quarter of the year that a day is in."""
    first = on.replace(month=on.month - (on.month - 1) % MONTHS, day=1)
    return first, dates.add_months(first, MONTHS) - dates.ONE_DAY


def wanted(area: Area, on: date) -> int | None:
    """How many meetings a lay adviser observes each quarter by the standard; None where the area has none."""
    try:
        return value("lay_adviser_meetings_per_quarter", area, on)
    except UnknownStandardError:
        return None


def of_adviser(adviser: User, on: date) -> int:
    """How many meetings an adviser has observed in the quarter of a day."""
    return _observed(on).filter(adviser=adviser).count()


def of_area(area: Area, on: date) -> dict[int, int]:
    """How many meetings each lay adviser of an area observed in the quarter of a day, by user; who observed none is left out."""
    found: dict[int, int] = {}
    for adviser in _observed(on).filter(meeting__area=area).values_list("adviser", flat=True):
        found[adviser] = found.get(adviser, 0) + 1
    return found


def _observed(on: date) -> ObservationQuerySet:
    """What advisers say they observed in the quarter. Numbers only: whoever asks, all of them count."""
    first, last = quarter_of(on)
    began = timezone.make_aware(datetime.combine(first, datetime.min.time()))
    ended = timezone.make_aware(datetime.combine(last + timedelta(days=1), datetime.min.time()))
    rows = Observation.objects.visible_to(system_user()).standing()
    return rows.filter(
        observed_at__isnull=False, meeting__starts_at__gte=began, meeting__starts_at__lt=ended
    ).order_by()
