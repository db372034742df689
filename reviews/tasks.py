from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from agencies.models import Pulse
from agencies.models.user import system_user
from agencies.pulse import pulse
from mappa import dates
from reviews import actions, messages, my_work, quarters, recount, weekly
from reviews.annual import actions as annual_reports
from reviews.reminders import NotWholeError, remind_all, remind_urgently
from reviews.samples import draw_samples

# A morning is told after a walk that began no longer ago, and has ended.
FRESH = timedelta(minutes=90)


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def remind(*, ask_again: bool = False) -> None:
    """Remind of what falls due. Run each hour, and each night asking again whose it is; each reminder is made once."""
    with pulse("reminders") as beat:
        messages.tell_again(by=system_user())
        actions.let_go_reminders(on=dates.today(), by=system_user())
        try:
            beat.done = remind_all(on=dates.today(), by=system_user(), ask_again=ask_again)
        except NotWholeError:
            # Of everything else the morning is told; that something is wrong, the page of the service's health and the log say.
            beat.is_whole = False


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def remind_urgent() -> None:
    """Remind of what is told at once. Run each minute."""
    with pulse("urgent-reminders") as beat:
        beat.done = remind_urgently(on=dates.today(), by=system_user())


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def tell_mornings() -> None:
    """Post the morning's messages. Run often from seven on: each person has one a day, after a walk that found everything."""
    now = timezone.now()
    walk = Pulse.objects.filter(name="reminders", began_at__gt=now - FRESH).first()
    if walk is None:
        remind()
    elif walk.ended_at is None:
        # It is finding what is to be told. This runs again in five minutes; if it died, the next walk begins within the hour.
        return
    with pulse("morning-messages") as beat:
        beat.done = messages.post_mornings(now=now, by=system_user())


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def count_work() -> None:
    """Count what whoever is signed in has to do today, for the number in the navigation. Run every few minutes."""
    with pulse("count-work") as beat:
        beat.done = my_work.count_for_navigation(dates.today())


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def tell_weeks() -> None:
    """Post the summaries that begin a week. Run often from seven on: each person has one a week."""
    with pulse("weekly-summaries") as beat:
        beat.done = weekly.post_weeks(now=timezone.now())


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
