"""Small secrets at rest: opened by us in their place, and by nobody and nowhere else."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from mappa import env
from mappa.encryption import CannotDecryptError, decrypt, encrypt, is_current

OLD, NEW = b"o" * 32, b"n" * 32


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_what_was_encrypted_opens_again_in_its_place_only(text):
    sealed = encrypt(text, place="table.column")

    assert decrypt(sealed, place="table.column") == text
    assert text not in sealed or len(text) < 3
    with pytest.raises(CannotDecryptError):
        decrypt(sealed, place="table.another")


def test_the_same_twice_does_not_look_the_same():
    assert encrypt("one", place="a.b") != encrypt("one", place="a.b")


def test_what_was_changed_or_is_not_ours_raises():
    sealed = encrypt("one", place="a.b")
    version, name, body = sealed.split(":")
    raw = bytearray(base64.urlsafe_b64decode(body))
    raw[-1] ^= 1
    changed = base64.urlsafe_b64encode(bytes(raw)).decode()

    for text in (f"{version}:{name}:{changed}", f"v2:{name}:{body}", f"{version}:nobody:{body}", "plain", "a:b:c", ""):
        with pytest.raises(CannotDecryptError):
            decrypt(text, place="a.b")


def test_a_new_key_encrypts_and_the_old_one_opens(settings):
    settings.FIELD_KEYS = {"old": OLD}
    before = encrypt("one", place="a.b")
    settings.FIELD_KEYS = {"new": NEW, "old": OLD}

    assert decrypt(before, place="a.b") == "one"
    assert not is_current(before)
    assert is_current(encrypt("one", place="a.b"))
    settings.FIELD_KEYS = {"new": NEW}
    with pytest.raises(CannotDecryptError):
        decrypt(before, place="a.b")


@pytest.mark.parametrize("written", ["nonsense", "a:short", f"a b:{'A' * 43}=", f"a:{'A' * 43}= a:{'A' * 43}="])
def test_keys_that_are_none_stop_the_start_by_name(monkeypatch, written):
    monkeypatch.setenv("SOME_KEYS", written)

    with pytest.raises(ImproperlyConfigured, match="SOME_KEYS must hold keys like"):
        env.keys("SOME_KEYS")
