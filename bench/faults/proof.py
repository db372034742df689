"""What mappa was to tell beside what the mail server accepted."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.utils import timezone

from agencies.models import OutboxMessage
from agencies.models.user import system_user
from agencies.outbox import message_id
from bench.faults.mailbox import Kept, Mailbox
from bench.faults.world import Reminded
from reviews.models import Reminder

State, Rung = OutboxMessage.State, Reminder.Rung
# What a mail says: a line that ends with a reference, a number for the board, and how many more there are.
LINE = re.compile(r": ([A-Z]{2}-\w{4}-\w{4})$", re.MULTILINE)
NUMBER = re.compile(r"^Area \d+, .+: (\d+)$", re.MULTILINE)
MORE = re.compile(r"^And (\d+) more in My work", re.MULTILINE)
SEVEN = 7


def reminders() -> Any:
    return Reminder.objects.visible_to(system_user())


def made() -> set[Reminded]:
    return set(reminders().values_list("kind", "reference", "due_on", "stage", "to"))


def is_made(wanted: set[Reminded]) -> bool:
    """Whether all of these are made; of many it is counted first whether that can be."""
    return reminders().count() >= len(wanted) and wanted <= made()


def waiting() -> int:
    """Messages that are still to go out."""
    return OutboxMessage.objects.filter(state__in=[State.WAITING, State.SENDING]).count()


def untold() -> int:
    """Reminders that stand, and were not told."""
    return reminders().filter(withdrawn_at__isnull=True).exclude(message__state=State.SENT).count()


def counts(mailbox: Mailbox) -> Iterator[tuple[str, int]]:
    yield "reminders made", reminders().count()
    by_rung = Counter(reminders().order_by().values_list("rung", flat=True))
    yield from ((f"  as {rung}", by_rung[rung.value]) for rung in Rung if by_rung[rung.value])
    yield (
        "  of which withdrawn, being done before they were told",
        reminders().filter(withdrawn_at__isnull=False).count(),
    )
    yield "messages", OutboxMessage.objects.count()
    yield "  of a morning", OutboxMessage.objects.filter(key__startswith="morning:").count()
    yield "  of which tried more than once", OutboxMessage.objects.filter(tries__gt=1).count()
    accepted = sum(mailbox.accepted.values())
    yield "mails that the server accepted", accepted
    yield "  repeated Message-IDs, which a mailbox drops", accepted - len(mailbox.accepted)


def faults_found(wanted: set[Reminded], done: set[str], mailbox: Mailbox) -> Iterator[str]:
    """Everything that is not as it must be; nothing, when each reminder was told in exactly one message."""
    there = made()
    yield from listed("never made", wanted - there)
    yield from listed("made, and not wanted", there - wanted)
    gone = reminders().filter(withdrawn_at__isnull=False)
    yield from listed("withdrawn, though nothing was done", gone.exclude(reference__in=done))
    yield from listed("in no message that was sent", untold_rows())
    yield from in_the_mailbox(mailbox)
    yield from listed("saying something else", said_otherwise(mailbox))
    yield from listed("of a morning, before seven", before_seven())


def untold_rows() -> list[str]:
    rows = reminders().filter(withdrawn_at__isnull=True).exclude(message__state=State.SENT)
    return [f"{r} {r.stage}: {r.message and r.message.state}" for r in rows.select_related("message")]


def in_the_mailbox(mailbox: Mailbox) -> Iterator[str]:
    """What was sent is what was accepted: the same messages, each to its reader."""
    sent = dict(OutboxMessage.objects.filter(state=State.SENT).values_list("key", "to__email"))
    numbers = {message_id(key): address for key, address in sent.items()}
    yield from listed("sent, and never accepted", numbers.keys() - mailbox.kept.keys())
    yield from listed("accepted, and of no message that was sent", mailbox.kept.keys() - numbers.keys())
    yield from listed("to somebody else", [n for n, mail in mailbox.kept.items() if mail.to != numbers.get(n, mail.to)])
    yield from listed("the same number to two people", mailbox.unlike)


def said_otherwise(mailbox: Mailbox) -> Iterator[str]:
    """Each mail says the deadlines of its reminders, and none besides. One that is reminded of twice there has one line."""
    told: defaultdict[str, list[Reminder]] = defaultdict(list)
    for reminder in reminders().filter(withdrawn_at__isnull=True, message__isnull=False).select_related("message"):
        told[message_id(reminder.message.key)].append(reminder)
    for number, rows in told.items():
        mail = mailbox.kept.get(number)
        if mail is not None and not says(mail, rows):
            yield f"{rows[0].message.key}: {mail.body[:300]}"


def says(mail: Kept, rows: Collection[Reminder]) -> bool:
    lines = deadlines(r for r in rows if r.rung != Rung.BOARD)
    read = LINE.findall(mail.body)
    more, number = (sum(map(int, pattern.findall(mail.body))) for pattern in (MORE, NUMBER))
    known = {reference for _kind, reference, _due in lines}
    return (
        set(read) <= known and len(read) + more == len(lines) and number == sum(1 for r in rows if r.rung == Rung.BOARD)
    )


def deadlines(rows: Iterable[Reminder]) -> set[tuple[str, str, Any]]:
    return {(r.kind, r.reference, r.due_on) for r in rows}


def before_seven() -> list[str]:
    mornings = OutboxMessage.objects.filter(key__startswith="morning:")
    return [m.key for m in mornings if timezone.localtime(m.created_at).hour < SEVEN]


def listed(what: str, rows: Any) -> Iterator[str]:
    rows = list(rows)
    if rows:
        yield f"{len(rows):,} {what}, such as {rows[:3]}"
