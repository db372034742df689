"""How late the clock and the mail are: for administrators, and for a monitoring system that has a token."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.models import Membership, OutboxMessage, Pulse, User
from agencies.pulse import pulse
from audit.models import SignInEvent
from reviews import delivery
from tests.factories import MembershipFactory, ReminderFactory, UserFactory, in_days

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def ago(**span):
    return timezone.now() - timedelta(**span)


@pytest.fixture
def on_time(db):
    """Every task came to its end just now."""
    for rhythm in delivery.RHYTHMS:
        with pulse(rhythm.name) as beat:
            beat.done = 7


def message(state="waiting", **more):
    row = OutboxMessage.objects.create(key=str(OutboxMessage.objects.count()), to=UserFactory(), state=state)
    OutboxMessage.objects.filter(pk=row.pk).update(**more)
    return row


def page(client, administrator):
    client.force_login(administrator, backend=BACKEND)
    return client.get("/delivery/").text


def test_when_everything_is_on_time_it_says_so(client, administrator, on_time):
    text = page(client, administrator)

    assert "Everything is on time" in text
    assert ">Late<" not in text


def test_a_task_that_stands_still_or_dies_each_time_is_late(client, administrator, on_time):
    Pulse.objects.filter(name="send").update(last_ended_at=ago(minutes=20), began_at=timezone.now(), ended_at=None)

    text = page(client, administrator)

    assert "Something is late" in text
    assert text.count(">Late<") == 1
    assert "20 minutes ago" in text


def test_a_task_that_never_ran_is_late_but_for_one_whose_hour_has_not_come(client, administrator, on_time):
    Pulse.objects.filter(name__in=["send", "weekly-summaries"]).delete()

    text = page(client, administrator)

    assert (text.count(">Late<"), text.count(">Not yet<"), text.count("never")) == (1, 1, 2)


def test_a_run_that_died_leaves_its_end_as_it_was(on_time):
    before = Pulse.objects.get(name="send").last_ended_at
    with pytest.raises(RuntimeError), pulse("send"):
        raise RuntimeError

    row = Pulse.objects.get(name="send")
    assert (row.ended_at, row.last_ended_at) == (None, before)


def test_what_waits_failed_or_came_back_is_counted(on_time):
    message(created_at=ago(hours=1))
    for state in ("failed", "returned", "returned"):
        message(state=state)
    message(state="failed", created_at=ago(days=9))
    message(state="sent", provider_status="sending")
    User.objects.filter(pk=UserFactory().pk).update(mail_returned_at=ago(days=1))

    found = delivery.mail(timezone.now())

    assert (found.waiting, found.failed, found.returned, found.on_its_way, found.people) == (1, 1, 2, 1, 1)
    assert found.waits_long(timezone.now())


def test_a_reminder_that_a_working_day_passed_by_is_late(on_time, offender):
    people = [MembershipFactory().user for _each in range(4)]
    late, new, silenced, gone = (ReminderFactory(offender=offender, to=person) for person in people)
    type(late)._base_manager.exclude(pk=new.pk).update(made_at=ago(days=9))
    User.objects.filter(pk=silenced.to_id).update(mail_returned_at=ago(days=1))
    # Whoever has left is told nothing more, and what waited for him alarms nobody for ever.
    Membership.objects.filter(user=gone.to_id).update(from_on=in_days(-9), until=in_days(-1))

    found = delivery.mail(timezone.now())

    assert (found.untold, found.untold_late) == (2, 1)


def test_only_administrators_open_the_page(client, coordinator):
    client.force_login(coordinator, backend=BACKEND)

    assert client.get("/delivery/").status_code == 403


def test_monitoring_reads_the_numbers_with_its_token(client, on_time, settings):
    settings.METRICS_TOKEN = "a-token"

    text = client.get("/metrics", headers={"Authorization": "Bearer a-token"}).text

    assert 'mappa_task_done{task="send"} 7\n' in text
    assert 'mappa_task_late{task="send"} 0\n' in text
    assert "# TYPE mappa_mail_waiting gauge\nmappa_mail_waiting 0\n" in text
    assert text.endswith("\n")


@pytest.mark.parametrize(
    ("set_to", "given"), [("a-token", "Bearer another"), ("a-token", ""), ("", "Bearer "), ("", "")]
)
def test_without_the_token_nobody_reads_them(client, db, settings, set_to, given):
    settings.METRICS_TOKEN = set_to

    response = client.get("/metrics", headers={"Authorization": given})

    assert (response.status_code, response.content) == (401, b"")
    tried = SignInEvent.objects.get(event="metrics.refused")
    assert (tried.actor_id, tried.detail) == (None, {})


def test_an_administrator_reads_them_and_nobody_else(client, administrator, coordinator):
    client.force_login(administrator, backend=BACKEND)
    assert client.get("/metrics").status_code == 200
    client.force_login(coordinator, backend=BACKEND)
    assert client.get("/metrics").status_code == 401
    assert SignInEvent.objects.get(event="metrics.refused").actor_id == coordinator.pk


def test_how_long_ago_is_said_in_the_unit_that_fits():
    now = timezone.now()

    words = [
        delivery.age(now - timedelta(**span), now)
        for span in ({"seconds": 5}, {"minutes": 1}, {"hours": 30}, {"days": 3})
    ]

    assert words == ["less than a minute ago", "1 minute ago", "30 hours ago", "3 days ago"]
