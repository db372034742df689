"""Is the audit as it was sealed? Says what is wrong and in which rows, and ends with 1 when anything is."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit import anchoring
from audit.verifying import verify


class Command(BaseCommand):
    help = "Computes the seals of the audit anew and says what was added, changed or removed. Exit code 1 when anything was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=_day, help="only seals made on this day (2026-11-27) and after")
        parser.add_argument("--anchors", default=settings.ANCHORS_PATH, help="the folder or file of the anchors")

    def handle(self, *args: Any, **options: Any) -> None:
        place = options["anchors"]
        if place and not Path(place).exists():
            raise CommandError(f"There are no anchors at {place}. Give their folder or file by --anchors.")
        anchors = anchoring.read(place) if place else {}
        report = verify(since=options["since"], anchors=anchors)
        for problem in report.problems:
            self.stdout.write(str(problem))
        held = f"{report.seals} seals, {report.rows} rows, {len(anchors)} anchors"
        if report.problems:
            raise CommandError(f"The audit is not as it was sealed: {len(report.problems)} findings ({held}).")
        self.stdout.write(f"The audit is as it was sealed ({held}).")
        if not anchors:
            self.stdout.write("Without anchors a rewrite of both rows and seals would not show (docs/audit.md).")


def _day(text: str) -> date:
    return date.fromisoformat(text)
