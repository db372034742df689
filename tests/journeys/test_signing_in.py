"""Signing in with a second factor, in a real browser: an app by its first code, a recovery code, and a passkey."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from tests.journeys.conftest import PASSWORD


@pytest.fixture
def password_only(person, stack):
    """Somebody whose session nobody else goes on with, and whose factors are gone afterwards."""
    sat_down = []

    def sit(who):
        one = person(None, width=320)
        one.context.set_default_timeout(15000)
        one.base = stack.url.replace("127.0.0.1", "localhost")  # passkeys know names, and no numbers
        sat_down.append(who)
        sign_in(one, who)
        return one

    yield sit
    for who in sat_down:
        stack.sql("DELETE FROM mfa_authenticator WHERE user_id = (SELECT id FROM agencies_user WHERE email = %s)", who)


def sign_in(one, who):
    one.page.goto(f"{one.base}/sign-in/")
    one.page.locator("[name=login]").fill(who)
    one.page.locator("[name=password]").fill(PASSWORD)
    one.page.get_by_role("button", name="Sign in", exact=True).click()
    one.page.wait_for_load_state()


def test_an_app_is_set_up_and_then_asked_for_and_a_recovery_code_stands_in(password_only):
    one, who = password_only("health@demo.invalid"), "health@demo.invalid"
    one.page.goto(f"{one.base}/account/")
    one.is_well()
    one.page.goto(f"{one.base}/account/app/")
    one.page.get_by_text("I cannot scan it").click()
    secret = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", one.text())[0].replace(" ", "")
    one.page.locator("[name=code]").fill("000000")
    one.press("Set up the app")
    assert "This code does not match" in one.text()
    one.is_well()
    one.page.locator("[name=code]").fill(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    one.press("Set up the app")
    one.press("Make recovery codes")
    one.is_well()
    code = re.search(r"\d{4} \d{4} \d{4}", one.text())[0]

    one.page.goto(f"{one.base}/account/")
    one.press("Sign out")
    sign_in(one, who)
    one.is_well()
    one.page.locator("[name=code]").fill(code)
    one.press("Continue")

    assert one.page.url == f"{one.base}/"
    one.page.goto(f"{one.base}/account/")
    assert "9 codes left" in one.text()
    one.is_well()


def test_a_passkey_is_added_and_signs_in_alone(password_only):
    one = password_only("information-officer@demo.invalid")
    key = one.context.new_cdp_session(one.page)
    key.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    key.send("WebAuthn.addVirtualAuthenticator", {"options": options | {"isUserVerified": True}})

    one.page.goto(f"{one.base}/account/passkeys/add/")
    one.is_well()
    assert not one.page.locator("[data-passkey-failed]").is_visible()
    one.page.locator("[name=name]").fill("Work laptop")
    one.page.get_by_role("button", name="Add the passkey").click()
    one.page.wait_for_url("**/account/recovery-codes/")
    one.press("Sign out")
    one.page.goto(f"{one.base}/sign-in/")
    one.is_well()
    one.page.get_by_role("button", name="Use a passkey").click()
    one.page.wait_for_url(f"{one.base}/")
    one.page.goto(f"{one.base}/account/")

    assert "Work laptop, set up on" in one.text()
    one.is_well()
