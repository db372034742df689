"""manage.py rotate_keys: after a new key was put first in FIELD_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand

from mappa.encryption import current_key, rotate


class Command(BaseCommand):
    help = "Encrypt everything anew by the first key of FIELD_KEYS; after it the older keys can be taken away."

    def handle(self, *_args: Any, **_options: Any) -> None:
        count, (name, _key) = rotate(), current_key()
        self.stdout.write(f"{count} encrypted anew by key {name}. Older keys may now be taken out of FIELD_KEYS.")
