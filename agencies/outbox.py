"""The mail outbox: a message is a row first, and is sent by whoever claims it.

Celery only wakes `send_waiting`; losing Redis delays a message and never loses it. A row is claimed for a minute
before it is sent, with a Message-ID made from its key, so that a repeated try is recognisable (security.md 4.10).
"""

from datetime import timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from agencies.models import OutboxMessage, User

LEASE = timedelta(seconds=60)
MAX_TRIES = 8
State = OutboxMessage.State


def post(*, key: str, to: User, subject: str, body: str) -> bool:
    """Put a message in the outbox, once per key. True when it is new.

    The caller's transaction decides: rolled back, it was never there. Texts hold a reference and a link, no names.
    """
    rows = OutboxMessage.objects.bulk_create(
        [OutboxMessage(key=key, to=to, subject=subject, body=body)], ignore_conflicts=True
    )
    return bool(rows) and OutboxMessage.objects.filter(key=key, tries=0).exists()


def send_waiting(limit: int = 100) -> int:
    """Send what waits, at most `limit` messages; how many went out."""
    sent = 0
    for _turn in range(limit):
        message = _claim()
        if message is None:
            break
        sent += _send(message)
    return sent


def _claim() -> OutboxMessage | None:
    now = timezone.now()
    with transaction.atomic():
        waiting = OutboxMessage.objects.filter(state__in=[State.WAITING, State.SENDING], next_try_at__lte=now)
        message = waiting.select_for_update(skip_locked=True).select_related(None).order_by("next_try_at").first()
        if message is None:
            return None
        message.state, message.next_try_at, message.tries = State.SENDING, now + LEASE, message.tries + 1
        message.save(update_fields=["state", "next_try_at", "tries"])
        return message


def _send(message: OutboxMessage) -> int:
    if not message.to.is_active:
        OutboxMessage.objects.filter(pk=message.pk).update(state=State.WITHDRAWN)
        return 0
    headers = {"Message-ID": f"<{message.key.replace(' ', '-').replace(':', '.')}@mappa.invalid>"}
    mail = EmailMessage(message.subject, message.body, to=[message.to.email], headers=headers)
    try:
        mail.send()
    except OSError:
        _try_later(message)
        return 0
    OutboxMessage.objects.filter(pk=message.pk).update(state=State.SENT, sent_at=timezone.now())
    return 1


def _try_later(message: OutboxMessage) -> None:
    """Wait twice as long after each failure; give up, visibly, after eight."""
    state = State.FAILED if message.tries >= MAX_TRIES else State.WAITING
    wait = timedelta(seconds=30 * 2**message.tries)
    OutboxMessage.objects.filter(pk=message.pk).update(state=state, next_try_at=timezone.now() + wait, tries=F("tries"))
