"""Fill an empty database with invented people, for showing and for measuring."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from mappa import dates
from reviews import quarters, recount
from reviews.demo import bulk, world

LARGEST = 1_000_000


class Command(BaseCommand):
    help = "Makes the demo: two areas in full, and more cases in the other forty when asked for."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there are any cases")
        parser.add_argument("--cases", type=int, default=world.IN_FULL, help=f"how many, up to {LARGEST:,}")
        parser.add_argument("--seed", type=int, default=world.SEED, help="another number draws other people")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo has a password that everybody knows: set DEMO=1 where it may be.")
        cases: int = options["cases"]
        if not world.IN_FULL <= cases <= LARGEST:
            raise CommandError(f"--cases must be from {world.IN_FULL:,}, which the two areas have, to {LARGEST:,}.")
        foreign, made = bulk.has_cases(is_demo=False), bulk.has_cases(is_demo=True)
        if options["if_empty"] and (foreign or made):
            self.stdout.write("There are cases already: nothing was made.")
            return
        if foreign:
            raise CommandError("This database holds cases that are not the demo's. Nothing was made.")
        if made:
            raise CommandError("The demo is here already. For another, start with an empty database.")
        with transaction.atomic():
            bulk.distrust_counts()
            bulk.check_at_once(wanted=True)
            world.build(cases=cases, seed=options["seed"], on=dates.today(), say=self.stdout.write)
            bulk.check_at_once(wanted=False)
        # What the night does otherwise, so that the boards have figures at once.
        recount.recount(recount.months_back(dates.today(), recount.LONG), on=dates.today())
        quarters.publish(on=dates.today())
