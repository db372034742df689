from celery import shared_task
from django.utils import timezone

from agencies.models.user import system_user
from agencies.pulse import pulse
from assurance.unusual import look, sample
from mappa import dates


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def look_at_news() -> None:
    """Look for unusual access in what was recorded since the last look. Run each hour."""
    with pulse("unusual-access") as beat:
        beat.done = look.look_at_news(now=timezone.now(), by=system_user())


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def look_at_yesterday() -> None:
    """Judge everybody's whole day once more. Run several times a night; each day is judged once."""
    look.look_at_day(on=dates.today() - dates.ONE_DAY, by=system_user())


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def draw_access_samples() -> None:
    """Draw last month's accesses to be looked at. What is drawn is not drawn again."""
    sample.draw_samples(on=dates.today(), by=system_user())
