"""Mail by GOV.UK Notify, against a server that answers as Notify does, late, or not at all."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies import outbox
from agencies.delivery.arrivals import ask_what_became
from agencies.delivery.notify import seconds_to_wait
from agencies.models import OutboxMessage, User
from agencies.tasks import ask_after_mail
from tests.agencies.mail_servers import SECRET, SERVICE, Notify, serving
from tests.agencies.test_mail_by_smtp import fate, post, send_at_once
from tests.factories import UserFactory


@pytest.fixture
def notify(settings, socket_enabled):
    with serving(Notify()) as server:
        settings.EMAIL_BACKEND = "agencies.delivery.notify.EmailBackend"
        settings.NOTIFY_URL, settings.NOTIFY_KEY, settings.NOTIFY_TEMPLATE = server.url, (SERVICE, SECRET), "template"
        settings.EMAIL_TIMEOUT = 0.3
        yield server


@pytest.fixture
def reader(db):
    return UserFactory(email="reader@test.invalid")


@pytest.fixture
def sent(notify, reader):
    message = post(reader)
    outbox.send_waiting()
    message.refresh_from_db()
    return message


def becomes(notify, status):
    notify.messages["message-1"]["status"] = status
    return ask_what_became()


def silenced():
    return list(User.objects.filter(mail_returned_at__isnull=False))


def test_everything_goes_by_one_template_under_our_reference(notify, sent):
    assert fate(sent) == ("sent", 1, "created")
    assert sent.provider_id == "message-1"
    assert notify.calls[0][2] == {
        "email_address": "reader@test.invalid",
        "template_id": "template",
        "personalisation": {"subject": "Review due", "body": "MA-2222-2222"},
        "reference": outbox.message_id(sent.key)[1:41],
    }


def test_what_got_no_answer_is_looked_up_and_not_sent_twice(notify, reader):
    notify.refusals = [None]
    message = post(reader)

    assert (outbox.send_waiting(), send_at_once()) == (0, 1)
    assert len(notify.messages) == 1
    assert fate(message) == ("sent", 2, "created")
    assert message.provider_id == "message-1"


def test_what_never_reached_notify_is_sent_after_the_look(notify, reader):
    notify.refusals = [(500, {}, "Internal server error")]
    message = post(reader)

    assert (outbox.send_waiting(), send_at_once()) == (0, 1)
    assert fate(message) == ("sent", 2, "created")


def test_too_many_requests_wait_as_long_as_notify_says_and_cost_no_try(notify, reader):
    notify.refusals = [(429, {"Retry-After": "120"}, "Exceeded rate limit")]
    messages = [post(reader, key=f"m{number}") for number in range(3)]

    assert outbox.send_waiting() == 0
    assert len(notify.calls) == 1
    assert [fate(message) for message in messages] == [("waiting", 0, "")] * 3
    assert all(119 < (m.next_try_at - timezone.now()).total_seconds() + 1 < 122 for m in messages)


def test_a_wait_may_be_a_moment_or_missing_and_is_never_endless():
    assert seconds_to_wait("") == seconds_to_wait("soon") == 60
    assert seconds_to_wait("Fri, 01 Jan 2100 00:00:00 GMT") == seconds_to_wait("999999999") == 6 * 60 * 60
    assert seconds_to_wait("Fri, 01 Jan 2021 00:00:00 -0000") == 1


def test_an_address_that_is_none_gets_no_more_mail(notify, reader):
    notify.refusals = [(400, {}, "email_address Not a valid email address")]
    message = post(reader)
    outbox.send_waiting()

    assert fate(message) == ("returned", 1, "400 not a valid address")
    assert silenced() == [reader]


def test_a_wrong_key_or_template_silences_nobody(notify, reader, settings):
    message = post(reader)
    settings.NOTIFY_KEY = (SERVICE, "wrong")
    outbox.send_waiting()
    settings.NOTIFY_KEY = (SERVICE, SECRET)
    notify.refusals = [(400, {}, "Template not found")] * 2
    send_at_once()

    assert fate(message) == ("waiting", 2, "")
    assert silenced() == []


def test_a_redirect_is_not_followed_with_the_key(notify, reader):
    notify.refusals = [(302, {"Location": notify.url + "/elsewhere"}, "")]
    message = post(reader)
    outbox.send_waiting()

    assert fate(message)[0] == "waiting"
    assert len(notify.calls) == 1


def test_what_arrived_is_asked_after_no_more(notify, sent):
    assert becomes(notify, "delivered") == 1
    assert fate(sent) == ("sent", 1, "delivered")
    assert sent.asked_at
    assert ask_what_became() == 0


def test_what_never_arrives_came_back(notify, sent, reader):
    becomes(notify, "permanent-failure")

    assert fate(sent) == ("returned", 1, "permanent-failure")
    assert silenced() == [reader]


def test_the_failure_of_an_old_address_says_nothing_of_the_new(notify, sent, reader):
    User.objects.filter(pk=reader.pk).update(email="new@test.invalid")
    becomes(notify, "permanent-failure")

    assert fate(sent)[0] == "returned"
    assert silenced() == []


def test_what_nobody_took_in_three_days_has_failed(notify, sent):
    becomes(notify, "temporary-failure")

    assert fate(sent) == ("failed", 1, "temporary-failure")


def test_what_notify_could_not_hand_on_goes_again(notify, sent):
    becomes(notify, "technical-failure")

    assert fate(sent)[0] == "waiting"
    assert send_at_once() == 1
    assert len(notify.messages) == 2


def test_what_is_on_its_way_is_asked_after_again_in_some_minutes(notify, sent):
    ask_after_mail.apply(throw=True)
    assert ask_what_became() == 0
    OutboxMessage.objects.update(asked_at=timezone.now() - timedelta(minutes=6))

    assert ask_what_became() == 1
    assert fate(sent) == ("sent", 1, "created")


def test_what_notify_has_forgotten_or_never_says_is_left(notify, sent):
    notify.messages.clear()
    ask_what_became()

    assert fate(sent) == ("sent", 1, "never said")


def test_asking_stops_when_notify_is_busy_or_down(notify, sent):
    notify.refusals = [(429, {}, "Exceeded rate limit")]
    assert ask_what_became() == 0
    notify.refusals = [(500, {}, "Internal server error")]
    assert ask_what_became() == 0

    assert fate(sent) == ("sent", 1, "created")


def test_a_calendar_does_not_go_with_it_and_the_words_say_where_it_is(notify, reader):
    outbox.post(key="m", to=reader, subject="Meeting", body="https://mappa.test/x", calendar="BEGIN:VCALENDAR")
    outbox.send_waiting()

    body = notify.messages["message-1"]["personalisation"]["body"]
    assert body == "https://mappa.test/x\n\nA file for your calendar is on that page."


def test_what_came_back_is_sent_once_more_when_somebody_wants_it(notify, sent, reader):
    becomes(notify, "permanent-failure")
    User.objects.update(mail_returned_at=None)

    assert outbox.send_again(sent)
    assert outbox.send_waiting() == 1
    assert len(notify.messages) == 2
    assert not outbox.send_again(sent)
