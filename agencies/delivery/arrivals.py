"""What became of the mail that a provider took: whether it arrived, asked of a provider that can say (GOV.UK Notify).

An SMTP server that took a message tells later, if ever, by a mail of its own: `came_back` reads those.
"""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, message_from_string
from email.message import Message

from django.core.mail import get_connection
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from agencies import outbox
from agencies.delivery import AskedToWaitError, addresses
from agencies.delivery.notify import COULD_NOT, GAVE_UP, NEVER_ARRIVES, UnknownError
from agencies.delivery.smtp import ADDRESS
from agencies.models import OutboxMessage
from agencies.models.outbox import ON_ITS_WAY
from agencies.outbox import IN_A_ROW, MAX_TRIES, State, message_id

# Notify tries for three days.
LONGEST = timedelta(days=5)
EVERY = timedelta(minutes=5)
NEVER_SAID = "never said"


def ask_what_became(limit: int = 200) -> int:
    """Ask after what is on its way, longest unasked first; how many answered. A provider that is down or busy ends the run."""
    provider = get_connection()
    if not hasattr(provider, "status_of"):
        return 0
    answered = troubles = 0
    for message in _to_ask()[:limit]:
        try:
            status, address = provider.status_of(message.provider_id)
        except AskedToWaitError:
            break
        except UnknownError:
            status, address = NEVER_SAID, ""
        except OSError:
            troubles += 1
            if troubles == IN_A_ROW:
                break
            continue
        troubles = 0
        answered += 1
        _note(message, status, address)
    return answered


def _to_ask() -> QuerySet[OutboxMessage]:
    rows = OutboxMessage.objects.on_its_way().exclude(asked_at__gt=timezone.now() - EVERY)
    return rows.select_related("to").order_by(F("asked_at").asc(nulls_first=True), "pk")


@transaction.atomic
def _note(asked: OutboxMessage, status: str, address: str) -> None:
    """Write down what became of a message. One that Notify could not hand on is sent again, and one that nobody took is not."""
    message = OutboxMessage.objects.on_its_way().select_for_update(of=("self",)).filter(pk=asked.pk).first()
    if message is None:
        return
    now = timezone.now()
    message.provider_status, message.asked_at = status[:60], now
    if status == NEVER_ARRIVES:
        message.state = State.RETURNED
        addresses.came_back(message.to, address)
    elif status == COULD_NOT and message.tries < MAX_TRIES:
        message.state, message.next_try_at = State.WAITING, now + outbox.wait_after(message.tries)
    elif status in GAVE_UP:
        message.state = State.FAILED
    elif status in ON_ITS_WAY and message.sent_at and message.sent_at < now - LONGEST:
        message.provider_status = NEVER_SAID
    message.save(update_fields=["state", "provider_status", "asked_at", "next_try_at"])


@transaction.atomic
def came_back(mail: bytes) -> OutboxMessage | None:
    """Read a mail that says that one of ours did not arrive (RFC 3464), and note it; the message it is about.

    Nothing for a mail that says something else, such as that somebody is on leave or that it will be tried again.
    """
    report = message_from_bytes(mail)
    for status, address in _failures(report):
        sent = OutboxMessage.objects.filter(to__email=address, state=State.SENT).select_for_update(of=("self",))
        names = set(_names(report))
        message = next((row for row in sent.order_by("-pk") if message_id(row.key) in names), None)
        if message is not None:
            is_wrong_address = bool(ADDRESS.fullmatch(status))
            message.state = State.RETURNED if is_wrong_address else State.FAILED
            message.provider_status = status[:60]
            message.save(update_fields=["state", "provider_status"])
            if is_wrong_address:
                addresses.came_back(message.to, address)
            return message
    return None


def _failures(report: Message) -> Iterator[tuple[str, str]]:
    """Status and address of each reader who did not get it, under each address the report calls him by."""
    for part in report.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.get_payload():
            if isinstance(block, Message) and str(block.get("Action", "")).strip().lower() == "failed":
                for name in ("Original-Recipient", "Final-Recipient"):
                    address = str(block.get(name, "")).rpartition(";")[2].strip().lower()
                    if address:
                        yield str(block.get("Status", "")).strip(), address


def _names(report: Message) -> Iterator[str]:
    """The Message-IDs of what the report gives back: the whole mail, or only what stood above it."""
    for part in report.walk():
        if part.get_content_type() == "text/rfc822-headers":
            part = message_from_string(str(part.get_payload()))
        elif part is report:
            continue
        if "Message-ID" in part:
            yield str(part["Message-ID"]).strip()
