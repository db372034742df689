"""Small secrets encrypted at rest, so that a dump, a backup or a replica does not give them away.

AES-256-GCM by keys with names (docs/sign-in.md). What is encrypted says by which key, and belongs to its place: moved to another
column it does not open. What cannot be opened raises; nothing is ever shown as it stands in the table. The first key of
FIELD_KEYS encrypts, all of them open, and `manage.py rotate_keys` encrypts everything anew by the first.
"""

import base64
import binascii
import secrets
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.conf import settings
from django.db import models, transaction

VERSION = "v1"
NONCE_BYTES = 12

# What holds encrypted text in another way than by a field of ours: each encrypts its own anew, and says how many rows.
ROTATED: list[Callable[[], int]] = []


class CannotDecryptError(Exception):
    """No key of ours opens it here: the key is missing from FIELD_KEYS, or somebody changed or moved the text."""


def encrypt(text: str, *, place: str) -> str:
    """The text under the current key, for one place such as `table.column`."""
    name, key = current_key()
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), _belongs(name, place))
    return f"{VERSION}:{name}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt(sealed: str, *, place: str) -> str:
    """The text again."""
    try:
        version, name, body = sealed.split(":")
        raw = base64.urlsafe_b64decode(body.encode())
        key = settings.FIELD_KEYS[name]
        if version != VERSION:
            raise CannotDecryptError(version)
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _belongs(name, place)).decode()
    except (ValueError, KeyError, InvalidTag, binascii.Error):
        raise CannotDecryptError(place) from None


def is_current(sealed: str) -> bool:
    """Is it under the current key already?"""
    return sealed.startswith(f"{VERSION}:{current_key()[0]}:")


def current_key() -> tuple[str, bytes]:
    """The name and the key by which is encrypted today."""
    return next(iter(settings.FIELD_KEYS.items()))


def _belongs(name: str, place: str) -> bytes:
    return f"{VERSION}:{name}:{place}".encode()


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """A text that stands encrypted in its column. It cannot be searched for."""

    def from_db_value(self, value: str | None, _expression: Any, _with: Any) -> str | None:
        return decrypt(value, place=self._place()) if value else value

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return encrypt(text, place=self._place()) if text else text

    def _place(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"


def rotate() -> int:
    """Encrypt everything anew by the current key; how many rows."""
    fields = [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField)
    ]
    return sum(_rotate_field(model, field) for model, field in fields) + sum(rotated() for rotated in ROTATED)


def _rotate_field(model: type[models.Model], field: EncryptedTextField) -> int:
    with transaction.atomic():
        rows = model._base_manager.select_for_update(of=("self",)).exclude(**{field.name: ""})
        number = 0
        for row in rows.iterator(chunk_size=500):
            row.save(update_fields=[field.name])
            number += 1
    return number
