from celery import shared_task

from agencies.models.user import system_user
from mappa import dates
from reviews.reminders import remind_all


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def remind() -> None:
    """Remind of what falls due. Run often; each reminder is made once."""
    remind_all(on=dates.today(), by=system_user())
