"""After a restore: take away again what was disposed of since the backup."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from agencies.models.user import system_user
from assurance.carrying_out import line_of, read_list, replay, unreadable
from assurance.models import RecordDisposal


class Command(BaseCommand):
    """Reads the list that every disposal adds a line to (DISPOSALS_PATH), and asks the database for each of them."""

    help = "Dispose again of records that a restored backup brought back, by the list outside the database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--list", type=Path, default=Path(settings.DISPOSALS_PATH), help="the list, one line each")
        parser.add_argument(
            "--print", action="store_true", help="print the list as the database has it, and do nothing"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["print"]:
            done = (
                RecordDisposal.objects.visible_to(system_user())
                .filter(state=RecordDisposal.State.DONE)
                .select_related("area")
            )
            for row in done.order_by("done_at"):
                self.stdout.write(line_of(row))
            return
        path: Path = options["list"]
        if not path.exists():
            raise CommandError(
                f"There is no list at {path}. Name another with --list, from the newest backup of the old server."
            )
        lines = read_list(path)
        again, failed = 0, []
        for facts in lines:
            try:
                again += replay(facts)
            except ValidationError:
                failed.append(facts["certificate"])
        self.stdout.write(f"{len(lines)} in the list, {again} taken away again, {len(failed)} could not be.")
        if failed:
            raise CommandError("Not taken away: " + ", ".join(failed))
        if broken := unreadable(path):
            raise CommandError(
                f"{len(broken)} lines of the list cannot be read. Find these disposals by their certificates, mend the lines in a "
                "copy, and run this again with --list:\n" + "\n".join(broken)
            )
