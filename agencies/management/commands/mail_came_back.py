"""Read a mail that came back, from standard input: what a mail server is told to do with mail to MAIL_FROM (docs/operations.md)."""

import sys
from typing import Any

from django.core.management import BaseCommand

from agencies.delivery.arrivals import came_back


class Command(BaseCommand):
    help = "Note that a message did not arrive, from the mail server's report on standard input."

    def handle(self, *args: Any, **options: Any) -> None:
        message = came_back(sys.stdin.buffer.read())
        self.stdout.write(f"Noted: message {message.pk}." if message else "Not about a message of ours that failed.")
