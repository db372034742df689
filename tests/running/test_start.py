"""`make run` refuses what it cannot start with, by name and with a hint."""

import os

import pytest

from running.place import Refusal
from running.site import require_sound


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DEMO", "maybe", "DEMO must be 1 or 0"),
        ("SESSION_IDLE_SECONDS", "abc", "SESSION_IDLE_SECONDS must be a whole number"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL must look like postgresql"),
        ("SECRET_KEY", "", "SECRET_KEY is not set"),
        ("FIELD_KEYS", "", "FIELD_KEYS is not set"),
    ],
)
def test_nonsense_stops_the_start_with_the_variables_name(name, value, words):
    with pytest.raises(Refusal, match=words):
        require_sound(dict(os.environ) | {name: value})


def test_sound_variables_start():
    require_sound(dict(os.environ))
