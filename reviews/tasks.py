from celery import shared_task

from agencies.models.user import system_user
from mappa import dates
from reviews import quarters, recount
from reviews.annual import actions as annual_reports
from reviews.reminders import remind_all
from reviews.samples import draw_samples


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def remind() -> None:
    """Remind of what falls due. Run often; each reminder is made once."""
    remind_all(on=dates.today(), by=system_user())


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def recount_lately() -> None:
    """Count the running month and the one before again, and whatever of two years was never counted. Run each hour."""
    today = dates.today()
    recount.recount(recount.months_back(today, recount.LATELY), on=today)
    if months := recount.never_counted(today):
        recount.recount(months, on=today)


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def recount_two_years() -> None:
    """Count two years again: what was recorded late belongs to its own month. Run each night."""
    today = dates.today()
    recount.recount(recount.months_back(today, recount.LONG), on=today)


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def publish_quarters() -> None:
    """Publish for lay readers the quarters that have settled. Run each night; each is published once."""
    quarters.publish(on=dates.today())


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def draw_audit_samples() -> None:
    """Draw the samples of last month that nobody has drawn."""
    draw_samples(by=system_user())


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def open_due_reports() -> None:
    """Let the annual report of the year that has ended stand as due. Run often; each is opened once."""
    annual_reports.open_due_reports(by=system_user())
