"""Time an import of invented people: rows a second and peak memory, checked or loaded by the command itself.

    python -m bench.imports [--rows 10000] [--check]

It uses the same database of its own as bench.pages, with the demo in it, and drops it at the end.
"""

import argparse
import csv
import os
import resource
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

import django

from bench.pages import a_database

CASES = 3_000  # a little more than the least that the demo has
KILOBYTES = 1024
DAYS = 22_000  # some sixty years, over which people are born
FIRST = ("Ann", "Bram", "Cato", "Dina", "Egon", "Fleur", "Goran", "Hana", "Ivo", "Jutta", "Karel", "Lotte")


def main(arguments: list[str] | None = None) -> int:
    """Import, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--check", action="store_true", help="only check, load nothing")
    options = parser.parse_args(arguments)
    django.setup()
    with a_database(CASES, keep=False), tempfile.TemporaryDirectory() as folder:
        measure(options.rows, Path(folder) / "cases.csv", load=not options.check)
    return 0


def measure(rows: int, path: Path, *, load: bool) -> None:
    from django.core.management import call_command

    from agencies.models import Membership

    bedfordshire = Membership.objects.filter(agency__area__slug="bedfordshire", agency__kind__code="probation")
    user = bedfordshire.filter(role="practitioner").select_related("user").first()
    if user is None:
        sys.exit("The demo has no practitioner in Bedfordshire.")
    write(rows, path)
    before, start = peak(), perf_counter()
    with Path(os.devnull).open("w") as nowhere:
        flags = ["--load"] if load else []
        call_command("import_cases", str(path), "--as", user.user.email, *flags, verbosity=0, stdout=nowhere)
    seconds = perf_counter() - start
    sys.stdout.write(
        f"{rows:,} rows {'loaded' if load else 'checked'} in {seconds:.0f} s: {rows / seconds:.1f} rows/s; "
        f"peak memory {peak()} MB, {before} MB before\n"
    )


def write(rows: int, path: Path) -> None:
    """A file of people who are all different, by name, day of birth and number."""
    titles = ["surname", "forenames", "born_on", "crn", "area", "lead_agency", "offence_code", "dealt_with_on"]
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow([*titles, "disposal", "term_months", "mappa"])
        for number in range(rows):
            born = date(1940, 1, 1) + timedelta(days=number * 7919 % DAYS)
            who = [surname(number), FIRST[number % 12], born.isoformat()]
            place = [f"Z{number:06}", "bedfordshire", "probation", "OAPA18", "2024-03-01"]
            out.writerow([*who, *place, "imprisonment", "18", "CAT 2 / LEVEL 1"])


def surname(number: int) -> str:
    """A made-up name, another for each number."""
    parts = []
    for _each in range(5):
        number, part = divmod(number, 21)
        parts.append("bcdfghjklmnpqrstvwxyz"[part] + "aeiou"[part % 5])
    return "".join(parts).title()


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KILOBYTES


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
