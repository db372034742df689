"""Cases from a CSV file: checked unless told to load."""

import csv
import sys
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import IO, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError

from agencies.models import User
from mappa.sheets import harmless
from offenders.imports import verbs
from offenders.imports.loading import Outcome, OvertakenError, begin, go_through
from offenders.imports.reading import DELIMITERS, ENCODINGS, Layout, survey
from offenders.models import ImportRun

WIDTH = 40
LETTERS = {"c": "created", "m": "matched", "d": "matched and different", "q": "quarantined"}


class Command(BaseCommand):
    """Check a file row by row and say how each would end; with --load, load it. Killed half way, it goes on when run again."""

    help = "Import cases from a CSV file (docs/record/import.md). Without --load nothing is written."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--load", action="store_true", help="load; without it every row is only checked")
        parser.add_argument("--as", dest="email", required=True, help="the e-mail address of whoever registers them")
        parser.add_argument("--report", type=Path, help="write how each row ended to this file")
        parser.add_argument("--encoding", choices=ENCODINGS, default="utf-8", help="only where you know that it is so")

    def handle(self, *_args: Any, **options: Any) -> None:
        by = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        if by is None:
            raise CommandError("Nobody with this e-mail address may sign in.")
        try:
            with options["file"].open("rb") as file:
                self._import(file, by, options)
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from None
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        except PermissionDenied:
            raise CommandError("This person registers no cases.") from None
        except OvertakenError:
            raise CommandError("Somebody else is loading this very file. Nothing was done twice.") from None

    def _import(self, file: IO[bytes], by: User, options: dict[str, Any]) -> None:
        layout = survey(file, encoding=options["encoding"])
        run = _run(layout, by, options)
        self._say_layout(layout, run, load=options["load"])
        tally: Counter[str] = Counter()
        report = (
            options["report"].open("a" if run.position else "w", encoding="utf-8", newline="")
            if options["report"]
            else None
        )
        writer = csv.writer(report or self.stdout, lineterminator="\n")
        every_row = report is not None or options["verbosity"] > 0

        def done(outcomes: list[Outcome]) -> bool:
            tally.update(outcome.letter for outcome in outcomes)
            if every_row:
                writer.writerows(map(harmless, verbs.report_line(outcome)) for outcome in outcomes)
            self._show_progress(outcomes[-1].line.number - 1, layout.rows)
            return True

        try:
            if every_row and not run.position:
                writer.writerow(["row", "outcome", "case", "reasons"])
            go_through(begin(run, layout, load=options["load"]), file, go_on=done)
        finally:
            if report:
                report.close()
        if options["load"]:
            verbs.finish(run=run, by=by)
        ended = ", ".join(f"{tally[letter]:,} {words}" for letter, words in LETTERS.items())
        self.stdout.write(f"{'Loaded' if options['load'] else 'Checked, nothing written'}: {ended}.")
        if options["load"] and tally["q"]:
            self.stdout.write("What was quarantined waits on the page Import, for this person and for co-ordination.")

    def _say_layout(self, layout: Layout, run: ImportRun, *, load: bool) -> None:
        self.stdout.write(f"{layout.rows:,} rows, {layout.encoding}, separated by {DELIMITERS[layout.delimiter]}.")
        if layout.ignored:
            self.stdout.write(f"Columns that are not known, and ignored: {', '.join(layout.ignored)}.")
        if load and run.position:
            self.stdout.write(f"Going on after row {run.position}.")

    def _show_progress(self, done: int, rows: int) -> None:
        if sys.stderr.isatty():
            part = min(done / rows, 1) if rows else 1
            bar = "#" * round(part * WIDTH)
            end = "\n" if done >= rows else ""
            self.stderr.write(f"\r[{bar:<{WIDTH}}] {done:,} of {rows:,}", ending=end)


def _run(layout: Layout, by: User, options: dict[str, Any]) -> ImportRun:
    """The run that is loaded, or one that is kept nowhere."""
    name = options["file"].name
    return verbs.of_file(name, layout, by=by) if options["load"] else verbs.for_a_check(name, layout, by=by)
