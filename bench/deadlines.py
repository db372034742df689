"""Time the walk over the table of deadlines: how many it looks at a second, by which plan, and in how much memory.

    python -m bench.deadlines [--cases 1000000] [--walk prompt] [--keep]

It makes a database of its own beside the tests' one, and drops it at the end. Read bench/README.md for what it says.
"""

import argparse
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

import django

from bench.pages import statement, taken_apart
from tests import databases

NAME = "mappa_bench_deadlines"
OFFICERS, OF_AN_AREA = 10_000, 240  # 41 areas
CASES = (
    """
    INSERT INTO offenders_offender (reference, surname, forenames, search_name, name_words, alias_words, born_on, born_is,
        area_id, lead_agency_id, lead_officer_id, whereabouts, category, level, next_review_on, restricted, registered_at,
        registered_by_id, is_demo)
    SELECT 'MA' || lpad(n::text, 10, '0'), 'Example' || n, 'Sam', 'example' || n || ' sam', '{}', '{}', '1981-05-14', 'day',
        a.area_id, a.id, m.user_id, 'community', 2, 1, current_date + (n % 400) - 5, false, now(), m.user_id, false
    FROM generate_series(1, %(cases)s) n
    JOIN (
        SELECT user_id, agency_id, row_number() OVER (ORDER BY user_id) AS number FROM agencies_membership
        WHERE role = 'practitioner' AND rank_id IS NULL
    ) m ON m.number = n % %(officers)s + 1
    JOIN agencies_agency a ON a.id = m.agency_id
    """,
    """
    INSERT INTO offenders_review (offender_id, area_id, level, due_on, outcome)
    SELECT id, area_id, level, next_review_on, '' FROM offenders_offender
    """,
    """
    INSERT INTO offenders_flag (reference, offender_id, kind_id, notes, review_on, added_at, added_by_id, removal_reason)
    SELECT 'FL' || lpad(id::text, 10, '0'), id, (SELECT min(id) FROM offenders_flagkind), 'Do not visit alone',
        current_date + (id % 92)::int - 2, now(), lead_officer_id, ''
    FROM offenders_offender
    """,
    """
    INSERT INTO assessments_driftprompt (reference, offender_id, area_id, rule, fact, besides, fact_on, words, due_on, made_at,
        outcome, answer_reason)
    SELECT 'DP' || lpad(id::text, 10, '0'), id, area_id, 'breach', 'fact ' || id, '', current_date - 9, 'A breach on a day',
        current_date + (id % 10)::int - 2, now(), '', ''
    FROM offenders_offender WHERE id % 20 = 0
    """,
)
KILOBYTES = 1024
# What a walk holds must not grow with the cases: so many megabytes are room for a batch and its plans.
MORE_MEMORY = 150
SHOWN = 3  # plans


@dataclass
class Look:
    """One kind of deadline: how many are open, how many the walk looks at, and how long to read those takes."""

    slug: str
    open: int
    looked_at: int
    seconds: float
    query: str


def main(arguments: list[str] | None = None) -> int:
    """Walk, print; 1 when memory grew with the cases."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument(
        "--walk", nargs="+", metavar="KIND", default=["prompt"], help="make reminders of these kinds; all are read"
    )
    parser.add_argument("--keep", action="store_true", help="keep the database, and use one that was kept")
    options = parser.parse_args(arguments)
    django.setup()
    with a_database(options.cases, keep=options.keep):
        return measure(options.cases, options.walk)


@contextmanager
def a_database(cases: int, *, keep: bool) -> Iterator[None]:
    """A database with so many cases, written by SQL: the demo makes more of each than is wanted here."""
    from django.db import connections

    database, admin = connections["default"], os.environ["DATABASE_ADMIN_URL"]
    user = database.settings_dict["USER"]
    is_there = keep and bool(statement(admin, f"SELECT 1 FROM pg_database WHERE datname = '{NAME}'"))
    if not is_there:
        databases.drop(NAME)
        databases.make(NAME)
    database.close()
    database.settings_dict.update(NAME=NAME, USER="mappa_migrator")
    if not is_there:
        began = perf_counter()
        fill(cases)
        print(f"{cases:,} cases written in {perf_counter() - began:.0f} s")
    database.close()
    database.settings_dict["USER"] = user
    try:
        yield
    finally:
        database.close()
        if not keep:
            databases.drop(NAME)


def fill(cases: int) -> None:
    """Each case with a review within a year or a little late, and a flag; every twentieth with a prompt of drift."""
    from django.db import connection

    from bench.faults.world import make_people
    from mappa import dates

    make_people(OFFICERS, dates.today(), dates.today(), OF_AN_AREA)
    with connection.cursor() as cursor:
        for sql in CASES:
            cursor.execute(sql.replace("%(cases)s", str(cases)).replace("%(officers)s", str(OFFICERS)))
        cursor.execute("ANALYZE")


def measure(cases: int, walked: list[str]) -> int:
    looks = sorted(reading(), key=lambda look: -look.seconds)
    print(f"\n{cases:,} cases\n{'deadlines':<28} {'open':>10} {'looked at':>10} {'seconds':>8}")
    for look in looks:
        print(f"{look.slug:<28} {look.open:>10,} {look.looked_at:>10,} {look.seconds:>8.2f}")
    number, took = sum(look.looked_at for look in looks), sum(look.seconds for look in looks)
    print(f"{'all':<28} {sum(look.open for look in looks):>10,} {number:>10,} {took:>8.2f}")
    print(f"read alone: {number / took:,.0f} deadlines a second\n")
    for look in looks[:SHOWN]:
        print(f"{look.slug}\n{plan(look.query)}\n")
    before = peak()
    chosen = [look for look in looks if look.slug in walked]
    walking([look.slug for look in chosen], sum(look.looked_at for look in chosen))
    print(f"peak memory {peak()} MB, {before} MB before the walks")
    return int(peak() - before > MORE_MEMORY)


def reading() -> Iterator[Look]:
    """Every batch of every kind, as the walk reads them, and nothing done about it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from agencies.models.user import system_user
    from mappa import dates
    from reviews.deadlines import KINDS
    from reviews.reminders import batches

    by, on = system_user(), dates.today()
    for kind in (kind for kind in KINDS if kind.stages):
        with CaptureQueriesContext(connection) as captured:
            next(batches(kind, on, by), None)
        began = perf_counter()
        number = sum(map(len, batches(kind, on, by)))
        yield Look(
            kind.slug, kind.open(by).count(), number, perf_counter() - began, taken_apart(captured[-1]["sql"])[1]
        )


def plan(query: str) -> str:
    """How Postgres finds the first batch."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + query.replace("%", "%%"), [])
        return "\n".join(line for (line,) in cursor.fetchall())


def walking(slugs: list[str], number: int) -> None:
    """The first walk of all, which makes every reminder; a walk an hour later; and the one of each minute."""
    from agencies.models.user import system_user
    from mappa import dates
    from reviews.deadlines import BY_SLUG
    from reviews.reminders import remind_all, remind_urgently

    by, on, kinds = system_user(), dates.today(), [BY_SLUG[slug] for slug in slugs]
    for name, do in (
        ("first walk", lambda: remind_all(on=on, by=by, kinds=kinds)),
        ("the next hour's", lambda: remind_all(on=on, by=by, kinds=kinds)),
    ):
        began = perf_counter()
        made = do()
        took = perf_counter() - began
        rate = f"{number / took:,.0f} deadlines a second"
        print(f"{name}: {took:.1f} s, {made:,} reminders made, {rate}, peak memory {peak()} MB")
    began = perf_counter()
    made = remind_urgently(on=on, by=by)
    print(f"each minute's, of urgent kinds: {perf_counter() - began:.2f} s, {made:,} reminders made")


def peak() -> int:
    """The most memory this process had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KILOBYTES


if __name__ == "__main__":
    sys.exit(main())
