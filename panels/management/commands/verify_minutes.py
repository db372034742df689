"""Whether approved minutes still say what was approved."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from panels.seal import broken


class Command(BaseCommand):
    """Compute the seals of all approved minutes again. Ends with an error, and the references, when one does not match."""

    help = "Check the seals of all approved minutes (docs/panels/minutes.md)."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if found := broken():
            raise CommandError("The minutes of these meetings do not match their seals: " + ", ".join(found))
        self.stdout.write("All approved minutes match their seals.")
