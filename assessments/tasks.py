from celery import shared_task

from agencies.models.user import system_user
from assessments import drift
from mappa import dates


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def look_for_drift() -> None:
    """Put before people what the rules find in every case. Run often; each fact is put once."""
    drift.look_at_all(on=dates.today(), by=system_user())
