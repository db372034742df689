"""No mail and no calendar holds anything of a case, a victim or a contact, over the whole of the demo's world.

Every text of every protected table is marked first, so that a word of one is known wherever it turns up, and every day of
birth is looked for. What is read is what is sent: the outbox after it was emptied, and the calendars.
"""

import re
from datetime import date, datetime, time
from io import StringIO

import pytest
import time_machine
from django.apps import apps
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Left
from django.test import override_settings
from django.utils import timezone

from agencies import outbox
from agencies.models import OutboxMessage, User
from agencies.models.user import system_user
from agencies.working_days import step
from mappa import dates
from mappa.guard import ProtectedModel
from offenders.models import Offender, TimelineEntry, Victim
from offenders.visibility import one_scope
from reviews import messages, reminders, weekly
from reviews.calendar_feed import calendar_file, entries_of
from reviews.deadlines import BY_SLUG, KINDS
from reviews.models import Reminder

# No reference holds it, for it has letters that references do without, and no word does.
MARK = "Qoul"
# What is made by mappa and names nothing: references, and the codes and digests by which rows are found.
MADE = {
    "reference",
    "source",
    "fact",
    "besides",
    "meeting_reference",
    "digest",
    "sha256",
    "key",
    "series",
    "kind",
    "stage",
}
# A second day is so many working days later: every stage and rung comes in one of both weeks.
LATER, CALENDARS = 5, 25
# A shorter text, such as the number of a level, says nothing by itself.
SHORTEST = 8
# Rows name each other by it in some columns, and mail may say it.
REFERENCE = re.compile(r"[A-Z]{2}-[A-Z0-9]{4}-[A-Z0-9]{4}")
PLAIN = re.compile(r"https?://[\w.:-]+(/[\w./-]*)?(\?[a-z=&-]+|\?row=[A-Z]{2}(-[2-9A-Z]{4}){2})?")
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DATES = re.compile(rf"\b(\d{{1,2}}) ({MONTHS}) (\d{{4}})\b|\b(\d{{4}})-?(\d\d)-?(\d\d)\b")


def texts_of(model):
    """The columns of a table in which somebody may have written."""
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField)
        # What happened to a case is called by mappa; what somebody says of it stands beside that.
        is_made = field.name in MADE or field == TimelineEntry._meta.get_field("title")
        if is_text and not field.choices and not is_made:
            yield field


def mark(model):
    """Mark every text of a table. Of one of which rows are final, the texts themselves, to be looked for as they are."""
    try:
        with transaction.atomic():
            for field in texts_of(model):
                marked = Concat(Value(MARK), F(field.name), output_field=models.TextField())
                if field.max_length:
                    marked = Left(marked, field.max_length)
                written(model, field).update(**{field.name: marked})
    except (IntegrityError, ProgrammingError):
        return {text for field in texts_of(model) for text in written(model, field).values_list(field.name, flat=True)}
    return set()


def written(model, field):
    return model._base_manager.filter(~Q(**{field.name: ""}), **{f"{field.name}__isnull": False}).order_by()


def birthdays():
    found = set()
    for model in (Offender, Victim):
        found |= set(model._base_manager.filter(born_on__isnull=False).values_list("born_on", flat=True))
    return found


def dates_in(text):
    for day, month, year, *iso in DATES.findall(text):
        parts = (int(part) for part in iso) if iso[0] else (int(year), MONTHS.split("|").index(month) + 1, int(day))
        try:
            yield date(*parts)
        except ValueError:
            continue


def leaks(text, born):
    """What a text says that no mail may say."""
    marked = re.findall(rf"\S*{MARK}\S*", text, re.IGNORECASE)
    return marked + [str(day) for day in dates_in(text) if day in born]


def everything_sent():
    """Every word of the outbox, of what went out with what hangs on it, and of the calendars that people read of their own."""
    for message in OutboxMessage.objects.order_by("pk"):
        yield f"{message.subject}\n{message.body}\n{message.calendar}"
    for message in mail.outbox:
        attached = [part[1] if isinstance(part, tuple) else part.as_string() for part in message.attachments]
        yield "\n".join([message.subject, message.body, *map(str, attached), *map(str, message.extra_headers.values())])
    for user in User.objects.filter(is_active=True, email__endswith="@demo.invalid").order_by("pk")[:CALENDARS]:
        with one_scope():
            # A long line goes on in the next.
            yield calendar_file(entries_of(user, dates.today())).decode().replace("\r\n ", "")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The demo with every text marked, after some days of reminders, mornings and a Monday, all of it sent."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(DEMO=True):
            call_command("demo", stdout=StringIO())
        protected = [model for model in apps.get_models() if issubclass(model, ProtectedModel)]
        kept = {text for model in protected for text in mark(model) if len(text) >= SHORTEST}
        by, first = system_user(), step(dates.today() - dates.ONE_DAY, 1, set())
        mail.outbox = []
        for on in (first, step(first, LATER, set())):
            at = timezone.make_aware(datetime.combine(on, time(9)))
            with time_machine.travel(at, tick=False):
                reminders.remind_all(on=on, by=by)
                messages.post_mornings(now=at, by=by)
                weekly.post_weeks(now=at)
                while outbox.send_waiting():
                    pass
        yield list(everything_sent()), kept
        transaction.set_rollback(True)


@pytest.fixture
def said(world, db):
    return world[0]


def test_mail_of_every_sort_was_sent(said):
    keys = list(OutboxMessage.objects.filter(state=OutboxMessage.State.SENT).values_list("key", flat=True))

    assert {key.split(":")[0] for key in keys} >= {"morning", "weekly"}
    assert sum("BEGIN:VEVENT" in text for text in said) > 10
    told = set(Reminder.objects.visible_to(system_user()).values_list("kind", flat=True))
    assert len(told) > len(KINDS) / 2


# Mail about a person's own account, which names no case and no meeting.
OF_AN_ACCOUNT = {"account", "invitation", "unconfirmed", "unused", "vetting-ended", "mail-works"}


def test_every_mail_but_of_an_account_bears_the_marking(said):
    kept = OutboxMessage.objects.exclude(subject="").values_list("key", "subject")
    bare = {key.split(":")[0] for key, subject in kept if not subject.startswith("OFFICIAL-SENSITIVE: ")}

    assert kept.count() > 100
    assert bare <= OF_AN_ACCOUNT


def test_no_mail_and_no_calendar_says_anything_of_a_case(said):
    born = birthdays()

    assert len(said) > 100
    assert [found for text in said if (found := leaks(text, born))] == []


def test_no_mail_repeats_what_somebody_wrote_where_nothing_is_changed(world, said):
    everything, kept = "\n".join(said), world[1]

    assert len(kept) > 100
    assert [text for text in kept if text in everything and not REFERENCE.fullmatch(text)] == []


def test_the_scan_would_find_a_name_a_number_and_a_day_of_birth(said):
    case = Offender._base_manager.order_by("pk").first()
    victim = Victim._base_manager.exclude(contact="").first()
    born = birthdays()

    assert case.surname.startswith(MARK)
    assert leaks(f"Review of {case.full_name}", born)
    assert leaks(f"Telephone: {victim.contact}", born)
    assert leaks(f"Born on {case.born_on:%-d %B %Y}", born)
    assert leaks(f"DTSTART:{case.born_on:%Y%m%d}", born)
    assert not leaks("Level 1 review: MA-2222-2222, due on 3 May 2031", born)


def test_the_scan_would_find_a_kind_whose_words_name_somebody(said):
    kind = BY_SLUG["case-review"]
    message = OutboxMessage.objects.filter(
        pk__in=Reminder.objects.visible_to(system_user())
        .filter(kind="case-review", withdrawn_at=None)
        .values("message")
    ).first()
    words = kind.words
    object.__setattr__(kind, "words", lambda review: f"Review of {review.offender.full_name}")
    try:
        written = outbox.WRITERS[message.writer](message)
    finally:
        object.__setattr__(kind, "words", words)

    assert leaks(f"{written.subject}\n{written.body}", birthdays())


def test_no_address_of_a_page_in_a_mail_holds_more_than_references(said):
    links = {link for text in said for link in re.findall(r"https?://\S+", text)}

    assert links
    assert not [link for link in links if not PLAIN.fullmatch(link) or re.search(r"[A-Z][a-z]", link)]
    assert User.objects.filter(email__endswith="@demo.invalid").exists()
