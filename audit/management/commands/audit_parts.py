"""Make the audit's parts of the months ahead, as the nightly task does."""

from typing import Any

from django.core.management.base import BaseCommand

from audit import sealing


class Command(BaseCommand):
    help = "Makes the audit's parts for this month and the next three."

    def handle(self, *args: Any, **options: Any) -> None:
        made = sealing.keep_parts()
        self.stdout.write(f"{made} parts made; every table has one for {sealing.parts_ahead()} months ahead.")
