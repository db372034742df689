"""Whatever dies, each reminder is told in exactly one message. The long form is python -m bench.faults (bench/README.md)."""

import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.utils import timezone

from agencies.models import OutboxMessage
from agencies.models.user import system_user
from agencies.outbox import message_id
from bench.faults import proof
from bench.faults.mailbox import Kept
from reviews.models import Reminder
from running.place import CHECKOUT
from tests.factories import ReminderFactory

# Of its own, and not of this process: here no test may open a network socket, and nothing may die.
SHORT = [sys.executable, "-m", "bench.faults", "--short", "--deadlines", "300", "--people", "24", "--faults", "3"]


def test_nothing_is_lost_or_told_twice_whatever_dies():
    command = [*SHORT, "--pause", "2", "--patience", "240"]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:
        try:
            said, _nothing = run.communicate(timeout=600)
        finally:
            # Asked to end, it takes its servers and workers with it; killed, it would leave them behind.
            run.terminate()

    assert run.returncode == 0, said[-3000:]
    assert "Every reminder was told in exactly one message." in said


@pytest.fixture
def told(offender, practitioner):
    """One reminder, in one message that was sent, and the mailbox where it lies."""
    message = OutboxMessage.objects.create(key="reminder:1", to=practitioner, state=OutboxMessage.State.SENT)
    reminder = ReminderFactory(offender=offender, to=practitioner, message=message)
    mail = Kept(practitioner.email, "Your work", f"Level 1 review: {reminder.reference}\nDue today\n")
    return reminder, SimpleNamespace(kept={message_id(message.key): mail}, unlike=[])


def found(told, wanted=None, done=frozenset()):
    reminder, mailbox = told
    due = (reminder.kind, reminder.reference, reminder.due_on, reminder.stage, reminder.to_id)
    return " ".join(proof.faults_found({due} if wanted is None else wanted, done, mailbox))


def test_the_proof_is_content_with_what_was_told_once(told):
    assert not found(told)


def test_the_proof_finds_what_was_never_made_and_what_nobody_wanted(told, today):
    assert "1 made, and not wanted" in found(told, wanted=set())
    assert "1 never made" in found(told, wanted={("order-end", "OR-2222-2222", today, "1-after", 1)})


def test_the_proof_finds_a_mail_that_no_server_accepted(told):
    told[1].kept.clear()

    assert "1 sent, and never accepted" in found(told)


def test_the_proof_finds_a_reminder_that_two_mails_say(told, practitioner):
    other = OutboxMessage.objects.create(key="reminder:2", to=practitioner, state=OutboxMessage.State.SENT)
    ReminderFactory(offender=told[0].offender, to=practitioner, message=other, stage="1-after", kind="flag-review")
    [mail] = told[1].kept.values()
    told[1].kept[message_id(other.key)] = replace(mail, body=mail.body * 2)

    assert "1 saying something else" in found(told)


def test_the_proof_finds_what_was_withdrawn_though_nobody_had_done_it(told):
    Reminder.objects.visible_to(system_user()).update(withdrawn_at=timezone.now())

    assert "1 withdrawn, though nothing was done" in found(told)
    assert "withdrawn" not in found(told, done={told[0].reference})
