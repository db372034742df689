"""The mail outbox: a message is a row first, and is sent by whoever claims it.

Celery only wakes `send_waiting`; losing Redis delays a message and never loses it. A row is claimed for a minute,
and stays locked while it is sent, so that no second sender, however late the first, sends it too. Only a sender that
dies between sending and saying so leaves the outcome unknown: the next try carries the same Message-ID, made from
the key, by which a mail system recognises it (security.md 4.10).
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.mail import get_connection
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.delivery import AddressRefusedError, AskedToWaitError, Mail, addresses
from agencies.models import Agency, Membership, OutboxMessage, Role, User
from mappa import dates
from mappa.failures import log_failure

# Of every subject about a case or a meeting (Government Security Classifications: the caveat stands on mail too).
MARKING = "OFFICIAL-SENSITIVE"
LONGEST = 120  # characters of a subject
LEASE = timedelta(seconds=60)
MAX_TRIES = 8
# So many failures in a row are the provider's and not the messages': the others wait a while, and hold up no worker.
IN_A_ROW, REST = 3, timedelta(seconds=60)
State = OutboxMessage.State


class Outcome(Enum):
    """What became of one turn of a sender."""

    WENT_OUT = 1
    NOT_TO_SEND = 2
    IN_TROUBLE = 3
    ASKED_TO_WAIT = 4


@dataclass(frozen=True)
class Words:
    """What a message says; `kept` stands for it in the outbox where it holds what nobody may read there, such as a link."""

    subject: str
    body: str
    kept: str = ""


# Writers by name, for messages whose words are only known when they are sent; nothing to say any more withdraws the message.
# The rooms above put theirs here when they are ready.
Writer = Callable[[OutboxMessage], Words | None]
WRITERS: dict[str, Writer] = {}


def post(
    *, key: str, to: User, subject: str, body: str, calendar: str = "", about: Any = None, address: str = ""
) -> bool:
    """Put a message in the outbox, once per key. True when this call put it there.

    The caller's transaction decides: rolled back, it was never there. Of two callers at once the second waits for
    the first, and hears False when that commits. Texts hold a reference and a link, no names; so does a calendar.
    `about` is the row, if any, that the reader must still see when it is sent; `address` another than his own.
    """
    subject = subject if about is None else marked(subject)
    words = {"to": to, "address": address, "subject": subject, "body": body, "calendar": calendar, **_about(about)}
    _message, is_new = OutboxMessage.objects.get_or_create(key=key, defaults=words)
    return is_new


def marked(subject: str) -> str:
    """A subject as a mail about a case or a meeting bears it; a row to be about brings it by itself."""
    return subject if subject.startswith(MARKING) else f"{MARKING}: {subject}"[:LONGEST]


def _about(row: Any) -> dict[str, Any]:
    if row is None:
        return {"about_type": None, "about_id": None}
    return {"about_type": ContentType.objects.get_for_model(row), "about_id": row.pk}


def post_unwritten(*, key: str, to: User, writer: str) -> OutboxMessage | None:
    """Put a message in the outbox that its writer fills when it is sent. Nothing when there is one of that key already."""
    message, is_new = OutboxMessage.objects.get_or_create(key=key, defaults={"to": to, "writer": writer})
    return message if is_new else None


def last_of(series: str) -> OutboxMessage | None:
    """The newest message of a series, which `follow` writes."""
    return OutboxMessage.objects.filter(key__startswith=f"{series}:").order_by("-pk").first()


def follow(*, series: str, to: User, subject: str, body: str, calendar: str = "", about: Any = None) -> bool:
    """Tell anew what changes in steps. True when there is something new to hear.

    The last message of the series is given the new words while it waits; what was sent is followed by another, and what the
    last one ended with is never sent again. The caller holds a lock: two at once would tell it twice.
    """
    last = last_of(series)
    if last is not None and last.body.endswith(body) and last.state not in {State.WITHDRAWN, State.FAILED}:
        return False
    words = {"subject": subject if about is None else marked(subject), "body": body, "calendar": calendar}
    if last is not None and _unclaimed(last).update(**words, **_about(about)):
        return True
    number = OutboxMessage.objects.filter(key__startswith=f"{series}:").count() + 1
    return post(key=f"{series}:{number}", to=to, about=about, **words)


def take_back(message: OutboxMessage) -> bool:
    """Withdraw a message that nobody has begun to send. False when it is too late."""
    return bool(_unclaimed(message).update(state=State.WITHDRAWN))


def _unclaimed(message: OutboxMessage) -> Any:
    return OutboxMessage.objects.filter(pk=message.pk, state=State.WAITING, tries=0)


def recipients(agency: Agency) -> list[User]:
    """Whom to tell in an agency: its contact points; without any, its practitioners."""
    rows = Membership.objects.in_force(dates.today()).filter(agency=agency).select_related("user")
    for role in (Role.Code.CONTACT_POINT, Role.Code.PRACTITIONER):
        found = {m.user_id: m.user for m in rows.filter(role=role)}
        if found:
            return list(found.values())
    return []


def tell_agency(
    agency: Agency, *, about: Any, key: str, subject: str, words: str, path: str, besides: Iterable[User] = ()
) -> None:
    """Mail those of an agency, and `besides`, who see what it is about: a reference and a link, and nothing about anyone.

    Whoever is excluded from a case, or not named on a restricted one, does not learn from the mail that there is one.
    """
    for user in {user.pk: user for user in (*recipients(agency), *besides)}.values():
        tell_person(user, about=about, key=f"{key}:{user.pk}", subject=subject, words=words, path=path)


def tell_person(user: User, *, about: Any, key: str, subject: str, words: str, path: str) -> None:
    """Mail somebody who sees what it is about: a reference and a link, and nothing about anyone."""
    if type(about).objects.visible_to(user).filter(pk=about.pk).exists():
        post(key=key, to=user, subject=subject, body=f"{words}\n\n{settings.BASE_URL}{path}", about=about)


def send_waiting(limit: int = 100) -> int:
    """Send what waits, at most `limit` messages; how many went out. A provider that is down or busy ends the run."""
    sent = troubles = 0
    for _turn in range(limit):
        message = _claim()
        if message is None:
            break
        outcome = _send(message)
        sent += outcome is Outcome.WENT_OUT
        troubles = troubles + 1 if outcome is Outcome.IN_TROUBLE else 0
        if troubles == IN_A_ROW:
            _hold_back(timezone.now() + REST)
        if outcome is Outcome.ASKED_TO_WAIT or troubles == IN_A_ROW:
            break
    return sent


def _claim() -> OutboxMessage | None:
    """Take the message that has waited longest, for a minute. One being sent is locked, and passed over."""
    now = timezone.now()
    with transaction.atomic():
        waiting = OutboxMessage.objects.filter(state__in=[State.WAITING, State.SENDING], next_try_at__lte=now)
        message = waiting.select_for_update(skip_locked=True).order_by("next_try_at", "pk").first()
        if message is None:
            return None
        if message.tries >= MAX_TRIES:
            # Eight senders died on it: a person must look before a ninth does.
            message.state = State.FAILED
        else:
            message.state, message.next_try_at, message.tries = State.SENDING, now + LEASE, message.tries + 1
        message.save(update_fields=["state", "next_try_at", "tries"])
        return message


@transaction.atomic
def _send(claimed: OutboxMessage) -> Outcome:
    """Send a claimed message, under its lock, unless somebody has claimed it since."""
    mine = OutboxMessage.objects.filter(pk=claimed.pk, state=State.SENDING, tries=claimed.tries)
    # Waits: another sender that looks for work may hold the row for a moment without having claimed it.
    message = mine.select_for_update().first()
    if message is None:
        return Outcome.NOT_TO_SEND
    if message.to.mail_returned_at:
        outcome, message.state = Outcome.NOT_TO_SEND, State.RETURNED
    else:
        outcome = _write_and_deliver(message)
    message.save(
        update_fields=[
            "state", "next_try_at", "tries", "sent_at", "subject", "body", "provider_id", "provider_status",
        ]
    )  # fmt: skip
    return outcome


def _write_and_deliver(message: OutboxMessage) -> Outcome:
    """One message that cannot be written stops no other: it is tried later, and given up like one that cannot be sent."""
    try:
        with transaction.atomic():
            words = _words(message)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the next is sent
        log_failure(f"Message {message.pk} could not be written", error)
        _try_later(message)
        return Outcome.NOT_TO_SEND
    if words is None:
        message.state = State.WITHDRAWN
        return Outcome.NOT_TO_SEND
    message.subject, message.body = words.subject, words.body
    outcome = _deliver(message)
    message.body = words.kept or words.body
    return outcome


def _words(message: OutboxMessage) -> Words | None:
    """What it says now; nothing where its reader may not hear it any more."""
    if not message.to.is_active or not _still_sees(message):
        return None
    if message.writer:
        return WRITERS[message.writer](message)
    return Words(message.subject, message.body)


def _still_sees(message: OutboxMessage) -> bool:
    model = message.about_type.model_class() if message.about_type else None
    if model is None:
        return message.about_type is None
    rows = model.objects.visible_to(message.to)  # type: ignore[attr-defined]
    return bool(rows.filter(pk=message.about_id).exists())


def _deliver(message: OutboxMessage) -> Outcome:
    """Hand a message to the provider, and write down what it says."""
    now = timezone.now()
    try:
        mail = _mail(message)
        mail.send()
    except AddressRefusedError as refusal:
        message.state, message.provider_status = State.RETURNED, str(refusal)[:60]
        addresses.came_back(message.to, message.goes_to)
        return Outcome.NOT_TO_SEND
    except AskedToWaitError as asked:
        # Nothing was tried: it is as if nobody had claimed it.
        message.state, message.tries = State.WAITING, message.tries - 1
        message.next_try_at = now + timedelta(seconds=asked.seconds)
        _hold_back(message.next_try_at)
        return Outcome.ASKED_TO_WAIT
    except OSError:
        _try_later(message)
        return Outcome.IN_TROUBLE
    except ValueError as error:
        # Its address, as a library reads it: that is nothing to do with the next message.
        log_failure(f"Message {message.pk} could not be addressed", error)
        _try_later(message)
        return Outcome.NOT_TO_SEND
    except Exception as error:  # noqa: BLE001 - an answer that nobody foresaw
        log_failure(f"Message {message.pk} could not be sent", error)
        _try_later(message)
        return Outcome.IN_TROUBLE
    message.state, message.sent_at = State.SENT, now
    message.provider_id, message.provider_status = mail.provider_id, mail.provider_status
    return Outcome.WENT_OUT


def _mail(message: OutboxMessage) -> Mail:
    provider = get_connection()
    name = {"Message-ID": message_id(message.key)}
    mail = Mail(message.subject, message.body, to=[message.goes_to], headers=name, connection=provider)
    mail.is_again = message.tries > 1
    if message.calendar and getattr(provider, "carries_files", True):
        mail.attach("meeting.ics", message.calendar, "text/calendar")
    elif message.calendar:
        mail.body += "\n\n" + _("A file for your calendar is on that page.")
    return mail


@transaction.atomic
def _hold_back(until: datetime) -> None:
    """Let everything that waits wait so long. What another sender holds is passed over: two do not wait for each other."""
    waiting = OutboxMessage.objects.filter(state=State.WAITING, next_try_at__lt=until)
    keys = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True))
    OutboxMessage.objects.filter(pk__in=keys).update(next_try_at=until)


def message_id(key: str) -> str:
    """The Message-ID of a key: always the same one, in characters that mail allows."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@mappa.invalid>"


def _try_later(message: OutboxMessage) -> None:
    """Give up, visibly, after eight tries."""
    message.state = State.FAILED if message.tries >= MAX_TRIES else State.WAITING
    message.next_try_at = timezone.now() + wait_after(message.tries)


def wait_after(tries: int) -> timedelta:
    """Twice as long after each failure."""
    return timedelta(seconds=30 * 2**tries)


def send_again(message: OutboxMessage) -> bool:
    """Let a message that failed or came back wait for sending once more. False when it is neither.

    It has had its first try: a provider that can be asked is asked whether that went out after all.
    """
    stuck = OutboxMessage.objects.filter(pk=message.pk, state__in=[State.FAILED, State.RETURNED])
    return bool(stuck.update(state=State.WAITING, tries=1, next_try_at=timezone.now(), provider_status=""))
