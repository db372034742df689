"""Mail by SMTP, against a real server that refuses, hangs and bounces."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from agencies import outbox
from agencies.delivery import arrivals
from agencies.models import OutboxMessage, User
from audit.models import AccessEvent
from tests.agencies.mail_servers import MailServer, serving
from tests.factories import UserFactory


@pytest.fixture
def server(settings, socket_enabled):
    with serving(MailServer()) as server:
        settings.EMAIL_BACKEND = "agencies.delivery.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_TIMEOUT = 0.3
        yield server


@pytest.fixture
def reader(db):
    return UserFactory(email="reader@test.invalid")


def post(user, key="review:MA-2222-2222"):
    outbox.post(key=key, to=user, subject="Review due", body="MA-2222-2222")
    return OutboxMessage.objects.get(key=key)


def send_at_once():
    OutboxMessage.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))
    return outbox.send_waiting()


def fate(message):
    message.refresh_from_db()
    return (message.state, message.tries, message.provider_status)


def test_what_the_server_said_is_kept_as_proof(server, reader):
    message = post(reader)

    assert outbox.send_waiting() == 1
    assert fate(message) == ("sent", 1, "accepted")
    assert message.provider_id == "2.0.0 Ok: queued as 0001"
    assert outbox.message_id(message.key) in server.taken[0]


def test_an_address_that_is_not_there_gets_no_more_mail(server, reader):
    server.answers["RCPT"] = "550 5.1.1 <reader@test.invalid>: no such user"
    message = post(reader)
    outbox.send_waiting()
    server.answers.clear()
    second = post(reader, key="another")

    assert outbox.send_waiting() == 0
    assert fate(message) == ("returned", 1, "550 5.1.1")
    assert fate(second) == ("returned", 1, "")
    assert (server.taken, server.connections) == ([], 1)
    assert AccessEvent.objects.get(event="mail.came_back").object_id == reader.pk


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
def test_a_server_at_odds_with_us_silences_nobody(server, reader, verb):
    server.answers[verb] = "550 5.7.1 we do not relay for you"
    message = post(reader)

    outbox.send_waiting()

    assert fate(message) == ("waiting", 1, "")
    assert not User.objects.filter(mail_returned_at__isnull=False).exists()


@pytest.mark.parametrize("verb", ["MAIL", "DATA"])
def test_a_bare_code_about_the_sender_or_the_message_silences_nobody(server, reader, verb):
    server.answers[verb] = "550 refused by policy"
    message = post(reader)

    outbox.send_waiting()

    assert fate(message) == ("waiting", 1, "")
    assert not User.objects.filter(mail_returned_at__isnull=False).exists()


def test_a_bare_code_about_the_reader_means_the_address(server, reader):
    server.answers["RCPT"] = "550 no such user"
    message = post(reader)

    outbox.send_waiting()

    assert fate(message) == ("returned", 1, "550")


def test_a_busy_server_costs_no_try_and_ends_the_run(server, reader):
    server.answers["HELLO"] = "421 4.3.2 too many connections"
    messages = [post(reader, key=f"m{number}") for number in range(3)]

    assert outbox.send_waiting() == 0
    assert [fate(message) for message in messages] == [("waiting", 0, "")] * 3
    assert server.connections == 1
    assert outbox._claim() is None


def test_a_server_that_hangs_ends_the_run_after_three(server, reader):
    server.answers["HELLO"] = None
    for number in range(5):
        post(reader, key=f"m{number}")

    assert outbox.send_waiting() == 0
    assert server.connections == 3
    assert outbox.send_waiting() == 0
    assert server.connections == 3  # for a minute nothing is tried
    assert sorted(OutboxMessage.objects.values_list("tries", flat=True)) == [0, 0, 1, 1, 1]


def test_what_got_no_answer_goes_again_under_the_same_name(server, reader):
    server.answers["DATA"] = None
    message = post(reader)
    outbox.send_waiting()
    server.answers.clear()

    assert send_at_once() == 1
    assert [outbox.message_id(message.key) in text for text in server.taken] == [True, True]


def test_a_server_that_does_not_say_goodbye_has_taken_it(server, reader):
    server.answers["QUIT"] = None
    message = post(reader)

    assert outbox.send_waiting() == 1
    assert fate(message) == ("sent", 1, "accepted")


REPORT = """From: MAILER-DAEMON@mail.test
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.test

Final-Recipient: rfc822; Reader@test.invalid
Action: {action}
Status: {status}
--b
Content-Type: text/rfc822-headers

Message-ID: {name}
Subject: Review due
--b--
"""


def report(message, status="5.1.1", action="failed"):
    text = REPORT.format(status=status, action=action, name=outbox.message_id(message.key))
    return arrivals.came_back(text.encode())


def test_a_mail_that_came_back_later_is_noted(server, reader):
    message = post(reader)
    outbox.send_waiting()

    assert report(message, action="delayed", status="4.4.1") is None
    assert report(message) == message
    assert fate(message) == ("returned", 1, "5.1.1")
    assert User.objects.get(pk=reader.pk).mail_returned_at


def test_a_mail_that_was_refused_for_what_it_is_has_failed(server, reader):
    message = post(reader)
    outbox.send_waiting()
    report(message, status="5.7.1")

    assert fate(message) == ("failed", 1, "5.7.1")
    assert not User.objects.get(pk=reader.pk).mail_returned_at


def test_a_report_about_somebody_elses_mail_changes_nothing(server, reader):
    message = post(reader)
    outbox.send_waiting()

    assert report(OutboxMessage(key="never sent")) is None
    assert arrivals.came_back(b"Subject: I am on leave\n\nBack on Monday.") is None
    assert fate(message)[0] == "sent"


def test_the_mail_server_hands_reports_to_a_command(db, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", type("Input", (), {"buffer": type("Raw", (), {"read": staticmethod(bytes)})}))

    call_command("mail_came_back")

    assert "Not about a message of ours" in capsys.readouterr().out
