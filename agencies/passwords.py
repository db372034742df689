"""Which passwords are refused: what others would guess, and what is known to have leaked. Nothing is asked of their characters.

Length, by Django's validator, is 15 or more (settings). What these add is said in docs/sign-in.md. No network is asked.
"""

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agencies.models import Membership, User

LONGEST = 128
# What remains of a password without the words that anybody would try who knows its owner.
LEAST_REMAINING = 8
# How often a character or a piece may stand in for length.
LEAST_DISTINCT, LONGEST_PIECE = 6, 5
SERVICE_WORDS = {"mappa", "visor", "probation", "police", "prison", "offender", "password", "passwort", "welcome"}
RUNS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm")
LOOKALIKES = str.maketrans("013457@$!", "oieastasi")


class NotTooLong:
    """A limit only so that nobody makes the server hash a book."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) > LONGEST:
            words = _("Use at most %(most)d characters. You have entered %(given)d.")
            raise ValidationError(words % {"most": LONGEST, "given": len(password)}, code="password_too_long")

    def get_help_text(self) -> str:
        return _("At most %d characters.") % LONGEST


class NotGuessable:
    """Refuse what a list of common passwords, the person's own words or a run of keys would find."""

    def validate(self, password: str, user: User | None = None) -> None:
        plain = password.lower()
        if _is_common(plain):
            raise ValidationError(_("This is a common password with something added. Use three or four words instead."))
        if _is_run(plain):
            raise ValidationError(_("This repeats itself or follows the keyboard. Use three or four words instead."))
        if _is_about(plain, user):
            words = _(
                "This is mostly made of your name, your agency or this service. Use words that have nothing to do with you."
            )
            raise ValidationError(words)

    def get_help_text(self) -> str:
        return _("Not a common password, nor your name, your agency or this service.")


class NotBreached:
    """Refuse what stands in a file of leaked passwords, where the service was given one (BREACHED_PASSWORDS_PATH)."""

    def validate(self, password: str, user: User | None = None) -> None:
        if settings.BREACHED_PASSWORDS_PATH and is_in_file(password, Path(settings.BREACHED_PASSWORDS_PATH)):
            raise ValidationError(
                _("This password is known from a leak elsewhere. Use another, and change it there too.")
            )

    def get_help_text(self) -> str:
        return _("Not known from a leak.")


@cache
def _common() -> set[str]:
    found: set[str] = CommonPasswordValidator().passwords
    return found


def _is_common(plain: str) -> bool:
    """Is it on the list, perhaps with figures and signs around it, or in place of letters?"""
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    return bool({plain, core, core.translate(LOOKALIKES)} & _common())


def _is_run(plain: str) -> bool:
    if len(set(plain)) < LEAST_DISTINCT:
        return True
    pieces = (plain[:size] for size in range(1, LONGEST_PIECE + 1))
    if any((piece * len(plain))[: len(plain)] == plain for piece in pieces):
        return True
    return any(plain in run * 3 or plain[::-1] in run * 3 for run in RUNS)


def _is_about(plain: str, user: User | None) -> bool:
    rest = plain
    for word in sorted(SERVICE_WORDS | _words_about(user), key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != plain and len(re.sub(r"[\W\d_]", "", rest)) < LEAST_REMAINING


def _words_about(user: User | None) -> set[str]:
    """Words of four letters or more from the person's name, address and agencies."""
    if user is None or user.pk is None:
        texts = [getattr(user, "name", ""), getattr(user, "email", "")]
    else:
        rows: Any = Membership.objects.filter(user=user).values_list("agency__name", "agency__area__name")
        texts = [user.name, user.email, *(name for row in rows for name in row)]
    return set(re.findall(r"[^\W\d_]{4,}", " ".join(texts).lower()))


def is_in_file(password: str, path: Path) -> bool:
    """Is its SHA-1 in a sorted file of lines `HASH` or `HASH:count`, as Have I Been Pwned offers? Found by halving."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with path.open("rb") as file:
        low, high = 0, path.stat().st_size
        while low < high:
            middle = (low + high) // 2
            file.seek(middle)
            if middle:
                file.readline()
            line = file.readline().strip()
            if not line or line[:40].upper() >= wanted:
                high = middle
            else:
                low = middle + 1
        file.seek(low)
        if low:
            file.readline()
        return file.readline()[:40].upper() == wanted
