"""One's own sessions: two at most, seen and ended by their owner; new devices told by mail."""

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from agencies.models import KnownDevice, OutboxMessage, Pulse
from agencies.own_sessions import end_all, family, renew
from agencies.sessions import read_typed
from agencies.tasks import forget_old_sessions
from audit.models import SignInEvent
from tests.agencies.signing_in import SECRET, code, sign_in

EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36 Edg/142.0"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


def browser(person, agent=EDGE):
    client = Client(headers={"User-Agent": agent})
    sign_in(client, person)
    return client


def test_of_three_the_oldest_ends_and_is_told_why(bob):
    first, second, third = browser(bob), browser(bob), browser(bob)

    answer = first.get("/people/", follow=True)

    assert "you signed in elsewhere" in answer.text
    assert [each.get("/people/").status_code for each in (second, third)] == [200, 200]
    assert SignInEvent.objects.get(event="session.ended").detail == {"why": "elsewhere"}
    assert SignInEvent.objects.get(event="session.refused").actor_id == bob.pk


def test_in_a_demo_many_play_one_person(settings, bob):
    settings.DEMO = True

    assert [each.get("/people/").status_code for each in [browser(bob) for _each in range(3)]] == [200] * 3


def test_they_are_listed_with_browser_and_time_and_ended_by_their_owner(bob):
    other, mine = browser(bob, FIREFOX), browser(bob)

    page = mine.get("/account/")
    mine.post("/account/sessions/end/")

    assert [row[0] for row in page.context["sessions"]] == ["Edge on Windows (this one)", "Firefox on Linux"]
    assert "Before this you last signed in" in page.text
    assert other.get("/people/").status_code == 302
    assert mine.get("/people/").status_code == 200


def test_nobody_ends_anothers(bob, manager):
    hers = Client()
    hers.force_login(manager, backend="allauth.account.auth_backends.AuthenticationBackend")

    browser(bob).post("/account/sessions/end/")

    assert hers.get("/people/").status_code == 200


def test_a_change_of_what_somebody_may_ends_all(bob):
    client = browser(bob)

    assert end_all(bob, why="changed") == 1
    assert "your account was changed" in client.get("/people/", follow=True).text


def adds_an_app(client, bob):
    secret = client.get("/account/app/").context["secret"].replace(" ", "")
    client.post("/account/app/", {"code": code(secret)})
    assert Authenticator.objects.get().user == bob


def removes_the_app(client, bob):
    TOTP.activate(bob, SECRET)
    client.post("/account/app/remove/")
    assert not Authenticator.objects.exists()


def makes_recovery_codes(client, bob):
    TOTP.activate(bob, SECRET)
    assert len(client.post("/account/recovery-codes/").context["codes"]) == 10


@pytest.mark.parametrize("changes", [adds_an_app, removes_the_app, makes_recovery_codes])
def test_a_change_of_a_factor_ends_every_other_session(bob, changes):
    other, mine = browser(bob), browser(bob)

    changes(mine, bob)

    assert "your account was changed" in other.get("/people/", follow=True).text
    assert mine.get("/people/").status_code == 200


def test_a_request_on_its_way_does_not_save_an_ended_session_again(bob):
    client = browser(bob)
    on_its_way = SessionStore(client.session.session_key)
    assert on_its_way["used"]

    end_all(bob, why="access")

    on_its_way["used"] = 1
    with pytest.raises(UpdateError):
        on_its_way.save()
    assert client.get("/people/").status_code == 302


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_whoever_is_ended_while_his_request_goes_on_is_asked_to_sign_in(bob, monkeypatch, headers):
    client = browser(bob)

    def ended_meanwhile(request):
        end_all(request.user, why="access")
        request.session["factor"] = "totp"
        return ""

    monkeypatch.setattr("agencies.account.own.to_do", ended_meanwhile)
    answer = client.get("/account/", headers=headers)

    assert "/sign-in/" in (answer.headers.get("Location") or answer.headers["HX-Redirect"])
    assert "your account was changed" in client.get("/sign-in/").text


def test_a_change_on_its_way_gives_no_new_key_to_an_ended_session(bob, rf):
    request = rf.get("/")
    request.session = browser(bob).session
    end_all(bob, why="access")

    with pytest.raises(SessionInterrupted):
        renew(request, request.session.cycle_key)


def test_what_was_typed_into_an_ended_session_is_its_owners(bob, manager):
    client = browser(bob)
    end_all(bob, why="access")

    kept = client.post("/people/register/", {"surname": "Ashdown"})

    assert read_typed(kept.context["carried"])["owner"] == bob.pk
    assert "Ashdown" not in kept.context["carried"]


def test_a_session_without_use_ends_from_its_sign_in_on(bob):
    client = browser(bob)

    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=16), tick=False):
        assert client.get("/people/").status_code == 302


def test_each_night_sessions_whose_time_is_over_go(bob):
    browser(bob)
    open_one = browser(bob)
    old = Session.objects.exclude(session_key=open_one.session.session_key)
    old.update(expire_date=timezone.now() - timezone.timedelta(minutes=1))

    forget_old_sessions.apply()

    assert Session.objects.get().session_key == UserSession.objects.get().session_key == open_one.session.session_key
    assert Pulse.objects.get(name="old-sessions").done == 1


def test_a_new_device_is_told_by_mail_with_time_and_browser_and_no_address(bob):
    first = browser(bob)
    assert not OutboxMessage.objects.exists()
    sign_in(first, bob)
    browser(bob, FIREFOX)

    mail = OutboxMessage.objects.get(to=bob)
    assert mail.subject == "Your account was used on a new device"
    assert "Firefox on Linux" in mail.body
    assert "127.0.0.1" not in mail.body
    assert KnownDevice.objects.filter(user=bob).count() == 2


def test_signing_out_clears_what_the_browser_kept(bob):
    assert browser(bob).post("/sign-out/").headers["Clear-Site-Data"] == '"cache", "storage"'


def test_browsers_are_called_as_people_call_them():
    assert [family(EDGE), family(FIREFOX), family("")] == ["Edge on Windows", "Firefox on Linux", "Another browser"]
