"""How tests let a day come: the clock walks the deadlines, the morning comes, the mail goes out."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from agencies import outbox
from agencies.models import OutboxMessage
from agencies.models.user import system_user
from agencies.working_days import step
from mappa import dates
from reviews import messages, reminders
from reviews.models import Reminder


def working_today():
    return step(dates.today(), 0, set())


def walk(on=None):
    return reminders.remind_all(on=on or dates.today(), by=system_user())


def at(hour, minute=0, *, day=None):
    """A moment in London of the next working day, today if it is one, or of another day."""
    day = day or step(dates.today() - timedelta(days=1), 1, set())
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def morning(now=None):
    """Seven has come, and what waits is sent; how many messages were posted."""
    posted = messages.post_mornings(now=now or at(7), by=system_user())
    outbox.send_waiting()
    return posted


def reminded(user):
    """What somebody is reminded of, told or not."""
    return list(Reminder.objects.visible_to(system_user()).filter(to=user).order_by("pk"))


def mailed(user):
    """What somebody was sent, oldest first."""
    return list(OutboxMessage.objects.filter(to=user, state="sent").order_by("pk"))
