"""A message is a row first, goes out once, and is never lost."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.message import sanitize_address
from django.db import connection, transaction
from django.utils import timezone

from agencies import outbox
from agencies.models import OutboxMessage
from agencies.tasks import send_outbox
from tests.factories import UserFactory


def post(user, key="review:MA-2222-2222"):
    return outbox.post(key=key, to=user, subject="Review due", body="MA-2222-2222")


@pytest.fixture
def reader(db):
    return UserFactory(email="reader@test.invalid")


def make_due():
    OutboxMessage.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))


class Failing:
    """A mail server that is down."""

    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, messages):
        raise ConnectionRefusedError


class Particular:
    """A mail server's client that reads addresses."""

    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, messages):
        for message in messages:
            sanitize_address(message.to[0], "utf-8")


def test_a_message_is_new_once(reader):
    assert post(reader) is True
    assert post(reader) is False
    assert OutboxMessage.objects.count() == 1


def test_a_message_that_was_sent_is_not_new_again(reader):
    post(reader)
    outbox.send_waiting()

    assert post(reader) is False
    assert outbox.send_waiting() == 0


def test_what_is_rolled_back_was_never_posted(reader):
    with transaction.atomic():
        post(reader)
        transaction.set_rollback(True)

    assert not OutboxMessage.objects.exists()


def test_the_task_sends_what_waits(reader):
    post(reader)

    send_outbox.apply(throw=True)

    assert [m.to for m in mail.outbox] == [["reader@test.invalid"]]
    assert OutboxMessage.objects.get().state == "sent"


def test_the_message_id_is_always_that_of_the_key(reader):
    post(reader)
    outbox.send_waiting()

    assert mail.outbox[0].extra_headers["Message-ID"] == outbox.message_id("review:MA-2222-2222")
    assert outbox.message_id("a") != outbox.message_id("b")


def test_a_person_who_has_left_gets_nothing(reader):
    post(reader)
    reader.is_active = False
    reader.save()

    assert outbox.send_waiting() == 0
    assert (len(mail.outbox), OutboxMessage.objects.get().state) == (0, "withdrawn")


def test_what_fails_is_tried_later_and_then_given_up_visibly(reader, settings):
    settings.EMAIL_BACKEND = "tests.agencies.test_outbox.Failing"
    post(reader)

    for _each in range(8):
        outbox.send_waiting()
        make_due()

    message = OutboxMessage.objects.get()
    assert (message.state, message.tries) == ("failed", 8)


def test_a_message_that_failed_once_waits_before_the_next_try(reader, settings):
    settings.EMAIL_BACKEND = "tests.agencies.test_outbox.Failing"
    post(reader)
    outbox.send_waiting()

    message = OutboxMessage.objects.get()
    assert message.state == "waiting"
    assert message.next_try_at > timezone.now() + timedelta(seconds=30)


def test_a_message_whose_sender_died_is_sent_by_the_next(reader):
    post(reader)
    outbox._claim()
    assert outbox.send_waiting() == 0
    make_due()

    assert outbox.send_waiting() == 1


def test_a_sender_that_lost_its_claim_sends_nothing(reader):
    post(reader)
    late = outbox._claim()
    make_due()
    outbox._claim()

    assert outbox._send(late) is outbox.Outcome.NOT_TO_SEND
    assert mail.outbox == []


def test_a_message_that_cannot_be_written_stops_no_other(reader, monkeypatch):
    def broken(_message):
        return OutboxMessage.objects.get(key="there is none")

    monkeypatch.setitem(outbox.WRITERS, "broken", broken)
    for number in range(4):
        outbox.post_unwritten(key=f"morning:{number}", to=reader, writer="broken")
    post(reader)

    assert outbox.send_waiting() == 1
    assert set(OutboxMessage.objects.filter(writer="broken").values_list("state", "tries")) == {("waiting", 1)}


def test_an_address_that_cannot_be_read_stops_no_other(reader, settings):
    settings.EMAIL_BACKEND = "tests.agencies.test_outbox.Particular"
    post(UserFactory(email="rea@der@test.invalid"), key="first")
    post(reader)

    assert outbox.send_waiting() == 1
    assert OutboxMessage.objects.get(key="first").state == "waiting"


def test_a_message_that_kills_its_senders_is_given_up(reader):
    post(reader)
    OutboxMessage.objects.update(tries=outbox.MAX_TRIES, state="sending")

    assert outbox.send_waiting() == 0
    assert OutboxMessage.objects.get().state == "failed"


def test_of_many_callers_at_once_one_hears_that_it_is_new(at_once):
    user = UserFactory()

    answers = at_once(lambda: post(user), 6)

    assert sorted(answers) == [False] * 5 + [True]


def test_many_senders_at_once_send_each_message_once(at_once):
    user = UserFactory()
    for number in range(20):
        post(user, key=f"review:{number}")

    sent = at_once(outbox.send_waiting, 4)

    assert sum(sent) == len(mail.outbox) == 20
    assert len({m.extra_headers["Message-ID"] for m in mail.outbox}) == 20


class Slow:
    """A mail server that answers only after the lease has run out."""

    sent = 0

    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, messages):
        Slow.sent += 1
        second = threading.Thread(target=send_and_close)
        second.start()
        second.join(10)


def send_and_close():
    outbox.send_waiting()
    connection.close()


def test_a_sender_slower_than_its_lease_is_not_overtaken(committed, settings, monkeypatch):
    settings.EMAIL_BACKEND = "tests.agencies.test_outbox.Slow"
    monkeypatch.setattr(outbox, "LEASE", timedelta(seconds=-1))
    post(UserFactory())

    outbox.send_waiting(limit=1)

    assert Slow.sent == 1
    assert OutboxMessage.objects.get().state == "sent"
