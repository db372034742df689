"""Telling people of what falls due: one message each working morning, and at once what cannot wait.

A message is put in the outbox without words, with the reminders it tells. What it says is written when it is sent
(reviews/message_words.py): what was closed, moved or given to another since then is withdrawn, and not said.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from agencies import outbox, working_days
from agencies.models import Membership, MessageChoice, OutboxMessage, User
from reviews.deadlines import Kind
from reviews.models import Reminder

WRITER = "reminders"
# In London. Whoever starts earlier finds everything in My work.
MORNING = time(7)


def post_mornings(*, now: datetime, by: User) -> int:
    """Put this morning's message of everybody who is still to be told something in the outbox, once a day; how many.

    Nothing before seven, nor where nobody works today.
    """
    here = timezone.localtime(now)
    if here.time() < MORNING:
        return 0
    return sum(_post_morning(user, here.date(), by) for user in _without_message(here.date(), by))


def _without_message(on: date, by: User) -> Iterator[User]:
    """Whoever works today, is to be told something, and has no message of this morning."""
    areas = working_days.areas_at_work(on)
    waiting = set(Reminder.objects.visible_to(by).untold().order_by().values_list("to", flat=True).distinct())
    keys = [morning_key(user, on) for user in waiting]
    waiting -= set(OutboxMessage.objects.filter(key__in=keys).values_list("to", flat=True))
    held = Membership.objects.standing(on).filter(user__in=waiting, agency__area__in=areas)
    yield from User.objects.filter(pk__in=held.values("user")).order_by("pk")


def morning_key(user: int, on: date) -> str:
    return f"morning:{user}:{on}"


@transaction.atomic
def _post_morning(user: User, on: date, by: User) -> int:
    message = outbox.post_unwritten(key=morning_key(user.pk, on), to=user, writer=WRITER)
    if message is None:
        return 0
    Reminder.objects.visible_to(by).untold().filter(to=user).update(message=message)
    return 1


def tell_again(*, by: User) -> int:
    """Let the next morning tell what a message should have told that did not arrive; how many reminders."""
    return Reminder.objects.visible_to(by).undelivered().update(message=None)


def post_at_once(kind: Kind, made: Sequence[Reminder], *, by: User) -> int:
    """Post reminders of one kind that were just made and do not wait: urgent ones, and those of people who chose so.

    What one person is told of at the same time is one message: a hundred that are found at once are no hundred mails.
    Of one deadline a person is mailed once a day: what is changed back and forth waits for the morning. How many messages.
    """
    people = {reminder.to_id for reminder in made}
    choosers = MessageChoice.objects.filter(user__in=people, rhythm=MessageChoice.Rhythm.AT_ONCE)
    at_once = set(choosers.values_list("user", flat=True))
    wanted = [r for r in made if (r.is_urgent or r.to_id in at_once) and r.rung != Reminder.Rung.BOARD]
    if not wanted:
        return 0
    reached = User.objects.filter(pk__in=people, is_active=True, mail_returned_at__isnull=True).in_bulk()
    told = _told_today(kind, {reminder.reference for reminder in wanted}, by)
    posts: defaultdict[int, list[Reminder]] = defaultdict(list)
    for reminder in wanted:
        if reminder.to_id in reached and (reminder.reference, reminder.to_id) not in told:
            told.add((reminder.reference, reminder.to_id))
            posts[reminder.to_id].append(reminder)
    return sum(_post(reached[user], reminders, by) for user, reminders in posts.items())


def _told_today(kind: Kind, references: Collection[str], by: User) -> set[tuple[str, int]]:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Reminder.objects.visible_to(by).filter(
        kind=kind.slug, reference__in=references, message__created_at__gte=midnight
    )
    return set(rows.values_list("reference", "to"))


def _post(user: User, reminders: Sequence[Reminder], by: User) -> int:
    """One message of some reminders, under the name of the first."""
    r = reminders[0]
    key = f"reminder:{r.kind}:{r.reference}:{r.due_on}:{r.stage}:{user.pk}"
    message = outbox.post_unwritten(key=key, to=user, writer=WRITER)
    if message is None:
        return 0
    Reminder.objects.visible_to(by).filter(pk__in=[one.pk for one in reminders]).update(message=message)
    return 1
