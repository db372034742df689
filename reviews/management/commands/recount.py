"""Count the figures of the boards anew."""

from argparse import ArgumentParser
from datetime import date
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mappa import dates
from reviews.measures import MEASURES
from reviews.period import Period
from reviews.recount import FIRST_YEAR, LONG, months_back, recount


class Command(BaseCommand):
    help = "Counts the figures of the boards anew, for the last two years or since a month. It may be run at any time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", help="the first month, such as 2021-04")
        parser.add_argument(
            "--measure", action="append", choices=sorted(MEASURES), help="only this one; may be repeated"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        today = dates.today()
        months = _since(options["since"], today) if options["since"] else months_back(today, LONG)
        for slug in options["measure"] or MEASURES:
            began = perf_counter()
            number = recount(months, on=today, slugs=[slug])
            self.stdout.write(f"{slug}: {number:,} figures of {len(months)} months, {perf_counter() - began:.1f} s")


def _since(words: str, today: date) -> list[date]:
    try:
        first = date.fromisoformat(f"{words}-01")
    except ValueError:
        raise CommandError("--since is a year and a month, such as 2021-04.") from None
    if not first.year >= FIRST_YEAR or first > today:
        raise CommandError(f"--since is a month from {FIRST_YEAR} on, and not to come.")
    return Period(first, today).starts
