"""Passwords: long, of any characters, not guessable; changed by their owner, or by a link that works once."""

import hashlib
import re
import unicodedata
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.account import links
from agencies.models import OutboxMessage, User
from agencies.passwords import SERVICE_WORDS, is_in_file
from agencies.tasks import send_outbox, send_password_link
from audit.models import SignInEvent
from tests.agencies.signing_in import BACKEND, PASSWORD, SECRET, sign_in

NEW = "marble canoe seven lanterns"
SCRIPTS = sorted((Path(__file__).parents[2] / "static" / "app").glob("*.js"))


@pytest.fixture(autouse=True)
def _fresh(db, monkeypatch):
    monkeypatch.setattr(send_password_link, "delay", send_password_link)


@pytest.mark.parametrize(
    "password",
    [
        "too short a one", "marble canoe seven lanterns", "ζεστό ψωμί κάθε πρωί", "correct horse battery", "8274619305571", "x y" * 60,
    ],
)  # fmt: skip
def test_length_alone_and_nothing_of_its_characters_is_asked(bob, password):
    if 15 <= len(password) <= 128:
        validate_password(password, bob)
    else:
        with pytest.raises(ValidationError, match="characters"):
            validate_password(password, bob)


@pytest.mark.parametrize(
    "password",
    [
        "password12345678", "!!Qwertyuiop123456", "p@ssw0rd2026!!!!", "abcabcabcabcabcabc", "aaaaaaaaaaaaaaaaa", "qwertyuiopasdfgh",
        "zyxwvutsrqponmlkji", "mappa-visor-2026-mappa", "Bedfordshire2026!!", "bob-probation-bedfordshire",
    ],
)  # fmt: skip
def test_what_others_would_guess_is_refused_with_what_to_do(bob, password):
    with pytest.raises(ValidationError, match=r"Use (three or four )?words"):
        validate_password(password, bob)


def test_the_words_of_this_service_are_written_down():
    told = (Path(__file__).parents[2] / "docs" / "sign-in.md").read_text()

    assert [word for word in sorted(SERVICE_WORDS) if f"`{word}`" not in told] == []


def test_what_leaked_is_refused_by_a_file_of_any_length(tmp_path, settings, bob):
    leaked = [
        hashlib.sha1(f"leaked password number {n}".encode(), usedforsecurity=False).hexdigest().upper()
        for n in range(500)
    ]
    file = tmp_path / "pwned.txt"
    file.write_text("\r\n".join(f"{digest}:{n}" for n, digest in enumerate(sorted(leaked))))
    settings.BREACHED_PASSWORDS_PATH = str(file)

    assert all(is_in_file(f"leaked password number {n}", file) for n in range(500))
    assert not any(is_in_file(f"another password number {n}", file) for n in range(500))
    with pytest.raises(ValidationError, match="known from a leak"):
        validate_password("leaked password number 77", bob)


def test_it_is_taken_exactly_as_it_is_typed(client, bob):
    typed = unicodedata.normalize("NFD", "  Café crème à la carte  ")
    sign_in(client, bob)
    client.post("/account/password/", {"current": PASSWORD, "password": typed, "again": typed})

    def opens(password):
        return Client().post("/sign-in/", {"login": bob.email, "password": password}).status_code == 302

    others = (typed.strip(), unicodedata.normalize("NFC", typed), typed.lower(), typed[:-1])
    assert [opens(password) for password in others] == [False] * 4
    assert opens(typed)


def test_no_box_for_one_shows_it_and_none_refuses_pasting(client, bob):
    pages = [client.get("/sign-in/").text]
    client.get(link_for(client, bob))
    pages.append(client.get("/sign-in/new-password/").text)
    sign_in(client, bob)
    pages += [client.get(path).text for path in ("/account/password/", "/again/")]

    boxes = [re.findall(r'<input[^>]*name="(?:password|again|current)"[^>]*>', page) for page in pages]
    assert [len(found) for found in boxes] == [1, 2, 3, 1]
    assert [box for found in boxes for box in found if 'type="password"' not in box or "maxlength" in box] == []
    assert "paste" not in "".join(path.read_text() for path in SCRIPTS)


def test_it_is_kept_by_argon2id_alone(bob):
    assert bob.password.startswith("argon2$argon2id$")
    assert PASSWORD not in bob.password


def test_its_owner_changes_it_and_other_sessions_end(client, bob):
    other = Client()
    sign_in(other, bob)
    sign_in(client, bob)

    wrong = client.post("/account/password/", {"current": "no", "password": NEW, "again": "not the same"})
    client.post("/account/password/", {"current": PASSWORD, "password": NEW, "again": NEW})

    bob.refresh_from_db()
    assert {"current", "again"} == set(wrong.context["form"].errors)
    assert bob.check_password(NEW)
    assert client.get("/people/").status_code == 200
    assert other.get("/people/").status_code == 302
    assert "changed the password" in OutboxMessage.objects.get(to=bob, subject="Your password was changed").body


def link_for(client, person):
    client.post("/sign-in/forgotten/", {"email": person.email.upper()})
    body = links.write(OutboxMessage.objects.filter(to=person, writer=links.WRITER).latest("pk")).body
    return re.search(r"https://mappa\.test(\S+)", body)[1]


def test_a_link_sets_it_once_and_does_not_sign_in(client, bob):
    link = link_for(client, bob)
    page = client.get(link)
    assert page.headers["Location"] == "/sign-in/new-password/"

    refused = client.post("/sign-in/new-password/", {"password": "short", "again": "short"})
    answer = client.post("/sign-in/new-password/", {"password": NEW, "again": NEW})

    bob.refresh_from_db()
    assert link.split("/")[3] not in str(client.session.items())
    assert "15 characters" in refused.text
    assert answer.headers["Location"] == "/sign-in/"
    assert bob.check_password(NEW)
    assert client.get("/people/").status_code == 302
    client.get(link)
    assert client.get("/sign-in/new-password/").status_code == 410


def test_a_password_set_by_a_link_ends_every_session(client, bob):
    signed_in = Client()
    sign_in(signed_in, bob)
    client.get(link_for(client, bob))

    client.post("/sign-in/new-password/", {"password": NEW, "again": NEW})

    assert "your account was changed" in signed_in.get("/people/", follow=True).text


def test_a_link_skips_no_second_factor(client, bob):
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(bob, SECRET)
    client.get(link_for(client, bob))
    client.post("/sign-in/new-password/", {"password": NEW, "again": NEW})

    answer = client.post("/sign-in/", {"login": bob.email, "password": NEW})

    assert answer.headers["Location"] == "/sign-in/code/"


def test_a_link_ends_after_an_hour_at_a_sign_in_and_when_it_was_changed(client, bob):
    link = link_for(client, bob)
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=61), tick=False):
        client.get(link)
        assert client.get("/sign-in/new-password/").status_code == 410
    client.get(link[:-3] + "aa/")
    assert client.get("/sign-in/new-password/").status_code == 410
    sign_in(Client(), bob)
    client.get(link)
    assert client.get("/sign-in/new-password/").status_code == 410


def test_a_link_that_is_wrong_or_spent_is_on_record_once(client, bob):
    link = link_for(client, bob)

    client.get(link[:-3] + "aa/")
    for _look in range(2):
        assert client.get("/sign-in/new-password/").status_code == 410

    event = SignInEvent.objects.get(event="password.link_refused")
    assert (event.ip, event.detail) == ("127.0.0.1", {})


def test_who_is_known_is_not_told(client, bob, uninvited):
    uninvited.memberships.update(until="2020-01-01")
    answers = [
        client.post("/sign-in/forgotten/", {"email": email}).text.replace(email, "…")
        for email in (bob.email, "nobody@test.invalid", uninvited.email)
    ]

    assert len(set(answers)) == 1
    assert list(OutboxMessage.objects.values_list("to", flat=True)) == [bob.pk]
    assert SignInEvent.objects.filter(event="password.reset_refused").count() == 2


def test_the_page_looks_for_nobody(client, bob, monkeypatch):
    monkeypatch.setattr(send_password_link, "delay", lambda number: None)
    counts = []
    for email in (bob.email, "nobody@test.invalid"):
        with CaptureQueriesContext(connection) as asked:
            client.post("/sign-in/forgotten/", {"email": email})
        counts.append([query["sql"].split()[0] for query in asked])
        assert not any("agencies_user" in query["sql"] for query in asked)

    assert counts[0] == counts[1]
    assert "test.invalid" not in str(SignInEvent.objects.values_list("detail", flat=True))


def test_the_link_stands_in_no_table(client, bob, mailoutbox):
    client.post("/sign-in/forgotten/", {"email": bob.email})
    assert OutboxMessage.objects.get().body == ""

    send_outbox.apply()

    assert re.search(r"/sign-in/new-password/\S{40}", mailoutbox[0].body)
    assert "the link is not kept" in OutboxMessage.objects.get().body
    assert "/sign-in/new-password/" not in OutboxMessage.objects.get().body


def test_a_link_that_would_come_too_late_or_was_sent_is_not_sent(client, bob):
    client.post("/sign-in/forgotten/", {"email": bob.email})
    number = SignInEvent.objects.get(event="password.reset_asked").detail["number"]

    assert not links.send(number)
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=61), tick=False):
        assert links.write(OutboxMessage.objects.get()) is None


def test_the_password_of_now_is_not_guessed_without_end(client, bob):
    sign_in(client, bob)
    form = {"password": NEW, "again": NEW}
    for _try in range(10):
        client.post("/account/password/", form | {"current": "something else entirely"})

    page = client.post("/account/password/", form | {"current": PASSWORD})

    assert "Too many tries" in page.text
    assert User.objects.get(pk=bob.pk).check_password(PASSWORD)


def test_links_are_not_sent_without_end(client, bob):
    codes = [client.post("/sign-in/forgotten/", {"email": bob.email}).status_code for _try in range(6)]

    assert codes == [200] * 5 + [429]


def test_changing_it_asks_again_who_sits_there(client, bob):
    client.force_login(bob, backend=BACKEND)
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=6), tick=False):
        assert client.get("/account/password/").headers["Location"] == "/again/?next=%2Faccount%2Fpassword%2F"
