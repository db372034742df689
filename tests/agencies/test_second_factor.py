"""A second factor: set up before anything else opens, asked for at each sign-in, and encrypted at rest."""

import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver

from agencies.models import OutboxMessage
from agencies.second_factor import encrypt_anew, factor_required
from audit.models import SignInEvent
from mappa import encryption
from offenders.api.rules.serializers import QUESTIONS
from tests.agencies.signing_in import BACKEND, PASSWORD, SECRET, code, sign_in

OPEN = {
    "add_app", "add_passkey", "again", "again_by_agency", "own_account", "recovery_codes", "send_again", "still_here",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _required(settings, db):
    settings.SECOND_FACTOR = "required"


def views(resolver):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry)
        else:
            yield entry.callback


def test_a_person_without_one_opens_nothing_but_its_setting_up(client, rf, bob):
    sign_in(client, bob)
    assert client.get("/people/").headers["Location"] == "/account/"
    assert "Set up a second way" in client.get("/account/").text

    request = rf.get("/")
    request.user, request.session = bob, {}
    gate = factor_required(lambda _request: None).process_view
    opened = [view for view in views(get_resolver()) if gate(request, view, (), {}) is None]
    assert {v.__name__ for v in opened if getattr(v, "login_required", True) and not hasattr(v, "cls")} == OPEN


def test_nor_the_numbers_and_the_rules_which_ask_nobody_to_sign_in(client, administrator):
    administrator.set_password(PASSWORD)
    administrator.save()
    sign_in(client, administrator)

    def answers():
        rules = [client.post(f"/api/v1/rules/{name}/", "{}", content_type="application/json") for name in QUESTIONS]
        return {client.get("/metrics").status_code, *(response.status_code for response in rules)}

    assert answers() == {401, 403}
    assert client.get("/metrics").status_code == 401
    prove_by(client, "webauthn")
    assert answers() == {200, 400}


def prove_by(client, factor):
    session = client.session
    session["factor"] = factor
    session.save()


def test_an_app_is_set_up_by_its_first_code_and_then_all_opens(client, bob):
    sign_in(client, bob)
    secret = client.get("/account/app/").context["secret"].replace(" ", "")

    wrong = client.post("/account/app/", {"code": "000000"})
    right = client.post("/account/app/", {"code": code(secret)})

    assert "does not match" in wrong.text
    assert wrong.context["secret"].replace(" ", "") == secret
    assert right.headers["Location"] == "/account/recovery-codes/"
    assert client.get("/people/").status_code == 200
    assert SignInEvent.objects.get(event="factor.added").detail == {"factor": "totp"}
    assert "added an authenticator app" in OutboxMessage.objects.get(to=bob).body


def test_its_secret_is_encrypted_at_rest_and_under_a_new_key(settings, bob, app):
    before = Authenticator.objects.get().data["secret"]
    settings.FIELD_KEYS = {"new": b"n" * 32} | settings.FIELD_KEYS

    assert encrypt_anew() == 1

    after = Authenticator.objects.get().data["secret"]
    assert SECRET not in before
    assert encryption.is_current(after)
    assert TOTP(Authenticator.objects.get()).validate_code(code())


def test_the_password_alone_opens_nothing(client, bob, app):
    asked = sign_in(client, bob)

    assert asked.headers["Location"] == "/sign-in/code/"
    assert client.get("/people/").headers["Location"].startswith("/sign-in/")


def test_the_code_signs_in_with_a_new_session_and_what_was_typed_is_kept(client, bob, app):
    client.get("/sign-in/")
    sign_in(client, bob)
    before = client.session.session_key

    answer = client.post("/sign-in/code/", {"code": code()})

    assert answer.headers["Location"] == "/"
    assert client.session.session_key != before
    assert client.session["factor"] == "totp"
    assert client.get("/people/").status_code == 200


def test_a_code_is_refused_that_was_used_is_old_or_is_somebody_elses(client, bob, app):
    with time_machine.travel(time.time() // 30 * 30 + 15, tick=False):  # in the middle of a code's half minute
        for typed in (code("JBSWY3DPEHPK3PXQJBSWY3DPEHPK3PXQ"), code(ago=30), code(ago=-30)):
            sign_in(client, bob)
            assert "wrong or was used" in client.post("/sign-in/code/", {"code": typed}).text
    right = code()
    client.post("/sign-in/code/", {"code": right})
    client.post("/sign-out/")
    sign_in(client, bob)

    assert "wrong or was used" in client.post("/sign-in/code/", {"code": right}).text
    assert SignInEvent.objects.filter(event="sign_in.failed", detail={"factor": "totp"}).count() == 4


def test_a_recovery_code_works_once_and_opens_only_the_way_to_a_new_factor(client, bob, app):
    client.force_login(bob, backend=BACKEND)
    session = client.session
    session["factor"] = "totp"
    session.save()
    codes = client.post("/account/recovery-codes/").context["codes"]
    client.post("/sign-out/")

    sign_in(client, bob)
    client.post("/sign-in/code/", {"code": codes[0].replace(" ", "")})
    assert client.get("/people/").headers["Location"] == "/account/"
    assert client.post("/account/recovery-codes/").headers["Location"] == "/account/"
    secret = client.get("/account/app/").context["secret"].replace(" ", "")
    client.post("/account/app/", {"code": code(secret)})

    assert client.get("/people/").status_code == 200
    assert Authenticator.objects.filter(type="totp").count() == 1
    client.post("/sign-out/")
    sign_in(client, bob)
    assert "wrong or was used" in client.post("/sign-in/code/", {"code": codes[0].replace(" ", "")}).text
    assert OutboxMessage.objects.filter(subject="A recovery code was used").count() == 1


def test_what_makes_recovery_codes_is_encrypted_at_rest(bob, app):
    codes = RecoveryCodes.activate(bob).get_unused_codes()

    kept = Authenticator.objects.get(type="recovery_codes").data
    assert kept["seed"].startswith("v1:tests:")
    assert len(codes) == 10
    assert [code for code in codes if len(code) != 12 or code in str(kept)] == []


def test_the_last_one_is_not_removed_while_one_is_required(client, bob, app, settings):
    client.force_login(bob, backend=BACKEND)
    session = client.session
    session["factor"] = "totp"
    session.save()

    kept = client.post("/account/app/remove/")
    settings.SECOND_FACTOR = "offered"
    client.post("/account/app/remove/")

    assert "Add another first" in kept.text
    assert not Authenticator.objects.exists()


def test_of_two_removals_at_once_the_second_waits_for_the_first(client, bob, app, settings):
    settings.SECOND_FACTOR = "offered"
    client.force_login(bob, backend=BACKEND)

    with CaptureQueriesContext(connection) as asked:
        client.post("/account/app/remove/")

    queries = [query["sql"] for query in asked]
    lock = next(n for n, sql in enumerate(queries) if "FOR NO KEY UPDATE" in sql and "agencies_user" in sql)
    assert any("mfa_authenticator" in sql for sql in queries[lock:])


def test_whoever_has_one_proves_himself_again_by_it_and_not_by_the_password(client, bob, app):
    client.force_login(bob, backend=BACKEND)

    assert "Enter your password" not in client.get("/again/").text
    assert client.post("/again/", {"password": PASSWORD}).status_code == 200
    assert client.post("/again/", {"code": code()}).headers["Location"] == "/"


def test_after_five_wrong_codes_the_right_one_is_refused_too(client, bob, app):
    with time_machine.travel(time.time(), tick=False):
        sign_in(client, bob)
        for _try in range(5):
            client.post("/sign-in/code/", {"code": "000000"})

        answer = client.post("/sign-in/code/", {"code": code()})

    assert answer.status_code == 200
    assert client.get("/people/").status_code == 302


def test_no_page_of_the_library_is_left_open(client, bob):
    for path in (
        "/accounts/login/",
        "/accounts/2fa/",
        "/2fa/totp/activate/",
        "/account/2fa/",
        "/account/password/set/",
    ):
        assert client.get(path).status_code == 404
