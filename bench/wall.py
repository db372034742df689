"""Time the pages with the wall in Postgres and without it (docs/adr/0025).

    python -m bench.wall [--cases 100000] [--rounds 40] [--keep]

The pages and the database are those of bench/pages.py. Round by round the policies are switched on, and off together with
what each statement says of whoever looks, so that a slow moment of the machine falls on both.
"""

import argparse
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import django

from bench.pages import Page, a_database, all_pages, look_inside, seconds, settings_for_measuring


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--slowest", action="store_true", help="print the slowest query of each page, with the wall")
    parser.add_argument("--keep", action="store_true", help="keep the database, and use one that was kept")
    options = parser.parse_args(arguments)
    django.setup()
    with a_database(options.cases, keep=options.keep), settings_for_measuring():
        pages = list(all_pages())
        found: dict[int, dict[bool, list[float]]] = {number: {True: [], False: []} for number in range(len(pages))}
        for page in pages:
            look_inside(page)
        for _round in range(options.rounds):
            for walled in (False, True):
                with wall_or_none(walled=walled):
                    for number, page in enumerate(pages):
                        page.open()  # plans and catalogues are read anew after the switch
                        found[number][walled].append(seconds(page.open))
        report(pages, found, options)
    return 0


@contextmanager
def wall_or_none(*, walled: bool) -> Iterator[None]:
    """The wall as it is, or none at all."""
    from mappa import carried
    from offenders import wall

    switch("ENABLE" if walled else "DISABLE")
    kept = carried._providers.copy()
    if not walled:
        carried._providers.pop(wall.SETTING)
    try:
        yield
    finally:
        carried._providers.update(kept)
        switch("ENABLE")


def switch(word: str) -> None:
    """Switch row-level security on every walled table, as the owner of the tables."""
    from django.db import connection

    from offenders import wall

    user = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = "mappa_migrator"
    with connection.cursor() as cursor:
        for table in wall.walled():
            cursor.execute(f'ALTER TABLE "{table}" {word} ROW LEVEL SECURITY')
    connection.close()
    connection.settings_dict["USER"] = user


def report(pages: list[Page], found: dict[int, dict[bool, list[float]]], options: argparse.Namespace) -> None:
    """One line a page, in milliseconds."""
    print(f"\n{options.cases:,} cases, {options.rounds} rounds by turns, milliseconds in the middle")
    print(f"{'page':<16} {'for':<13} {'without':>8} {'with':>8} {'ratio':>7}  cases found by, with the wall")
    for number, page in enumerate(pages):
        without, walled = (statistics.median(found[number][each]) * 1000 for each in (False, True))
        by = ", ".join(sorted(page.indexes)) or "nothing about cases"
        by += f"; {page.in_order:,} read in order" if page.in_order else ""
        print(f"{page.name:<16} {page.who:<13} {without:>8.1f} {walled:>8.1f} {walled / without:>6.2f}x  {by}")
        if options.slowest:
            print(f"    slowest: {page.slowest[0] * 1000:.0f} ms  {page.slowest[1]}")


if __name__ == "__main__":
    sys.exit(main())
