"""Time the counting of the boards' figures and the pages that read them, with five years of history.

    python -m bench.figures [--cases 100000] [--rounds 20] [--keep]

It uses the database of bench.pages, made and dropped in the same way. Read bench/README.md for what it says.
"""

import argparse
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import django

from bench.pages import a_database, opener, p95, seconds, settings_for_measuring, signed_in

YEARS = 5
# A page reads figures, and no case: however many there are, it must not be slower than this, in seconds.
SLOWEST_PAGE = 0.5
PAGES = (
    "/board/",
    "/board/?last=12",
    "/board/figures.csv",
    "/board/behind/?measure=reviews-on-time",
    "/board/measures/",
    "/board/packs/",
)


def main(arguments: list[str] | None = None) -> int:
    """Count, open, print; 1 when a page is slow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--keep", action="store_true", help="keep the database, and use one that was kept")
    parser.add_argument("--short", action="store_true", help="leave out counting all the years, which is done once")
    options = parser.parse_args(arguments)
    django.setup()
    from reviews.recount import LATELY, LONG

    with a_database(options.cases, keep=options.keep), settings_for_measuring():
        with as_owner():
            add_history_once()
        print(f"\n{options.cases:,} cases, {YEARS} years of history")
        counting([LATELY, LONG] if options.short else [LATELY, LONG, YEARS * 12])
        publishing()
        reporting()
        return reading(options.rounds)


@contextmanager
def as_owner() -> Iterator[None]:
    """As the role that owns the tables: triggers refuse to change what is approved to everybody else."""
    from django.db import connection

    user = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = "mappa_migrator"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"] = user


def add_history_once() -> None:
    from agencies.models.user import system_user
    from bench.history import add_history
    from panels.models import Meeting

    if Meeting.objects.visible_to(system_user()).filter(reference__startswith="BM").exists():
        return
    began = perf_counter()
    add_history()
    print(f"history made in {perf_counter() - began:.0f} s")


def counting(lengths: list[int]) -> None:
    """Each measure over so many months: as every hour, every night, and once for all the years; then how many figures there are."""
    from agencies.models.user import system_user
    from mappa import dates
    from reviews.measures import MEASURES
    from reviews.models import Figure
    from reviews.recount import months_back, recount

    today = dates.today()
    spans = [months_back(today, number) for number in lengths]
    print(f"\n{'seconds to count':<28} " + " ".join(f"{number:>3} months" for number in lengths))
    totals = [0.0] * len(spans)
    for slug in MEASURES:
        times = [timed(lambda span=span, slug=slug: recount(span, on=today, slugs=[slug])) for span in spans]
        totals = [total + took for total, took in zip(totals, times, strict=True)]
        print(row(slug, times))
    print(row("all", totals))
    print(f"{Figure.objects.visible_to(system_user()).count():,} figures")


def row(name: str, times: list[float]) -> str:
    return f"{name:<28} " + " ".join(f"{took:>10.2f}" for took in times)


def publishing() -> None:
    """The quarters that lay readers read, of every area, in place of those that the demo published for its own cases."""
    from mappa import dates
    from reviews import quarters
    from reviews.models import PublishedQuarter

    with as_owner():
        PublishedQuarter.objects.all().delete()
    began = perf_counter()
    made = quarters.publish(on=dates.today())
    print(f"{made} quarters published for lay readers in {perf_counter() - began:.1f} s")


def reporting() -> None:
    """An annual report's figures, for a small area and the largest: counted from cases, once when it is drafted."""
    from agencies.models import Area
    from mappa import dates
    from reviews.annual.counting import count
    from reviews.models.annual import year_before

    year = year_before(dates.today())
    for slug in ("bedfordshire", "london"):
        area = Area.objects.get(slug=slug)
        took = timed(lambda area=area: count(area, year))
        print(f"{'annual report, ' + area.name:<28} {took:>9.2f}")


def timed(do: Callable[[], Any]) -> float:
    began = perf_counter()
    do()
    return perf_counter() - began


def reading(rounds: int) -> int:
    """The pages of the board, and what a pack takes, for the largest area and a small one."""
    slow = 0
    print(f"\n{'milliseconds':<36} {'p50':>7} {'p95':>7}")
    for name, do in pages():
        do()
        times = [seconds(do) for _each in range(rounds)]
        slow |= statistics.median(times) > SLOWEST_PAGE
        print(f"{name:<36} {statistics.median(times) * 1000:>7.1f} {p95(times) * 1000:>7.1f}")
    return int(slow)


def pages() -> Iterator[tuple[str, Callable[[], Any]]]:
    from mappa import dates
    from reviews.packs import figures_in_words
    from reviews.period import whole_months

    today = dates.today()
    year = whole_months(dates.add_months(today, -12), dates.add_months(today.replace(day=1), -1))
    for email, who in (("coordinator@demo.invalid", "Bedfordshire"), ("coordinator@london.demo.invalid", "London")):
        client, user = signed_in(email)
        area = user.memberships.get().agency.area
        for address in PAGES:
            yield f"{address} {who}", opener(client, address)
        yield f"every figure of a year, {who}", lambda area=area: figures_in_words(area, year)
    client, _user = signed_in("lay-adviser@demo.invalid")
    yield "/board/ for a lay adviser", opener(client, "/board/")
    client, _user = signed_in("national@demo.invalid")
    for view in ("attendance", "rate"):
        yield f"/national/?by={view}", opener(client, f"/national/?by={view}")


if __name__ == "__main__":
    sys.exit(main())
