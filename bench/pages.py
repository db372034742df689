"""Time the pages that people wait for, on a database with many cases. Read bench/README.md for what it says.

    python -m bench.pages [--cases 100000] [--rounds 40] [--keep]

It makes a database of its own beside the tests' one and drops it at the end; it writes nothing anywhere else.
"""

import argparse
import json
import os
import re
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from time import perf_counter
from typing import Any

import django
import psycopg2

NAME = "mappa_bench"
# Postgres may read some rows in order where a limit stops it soon; it may not read a quarter of all cases so.
TOO_MUCH = 0.25
FLOOR_SCOPE = "area_id = %(area)s AND NOT restricted AND ended_on IS NULL"
# The least that each page must ask for, in one plain query with the scope already known.
FLOORS = {
    "people": f"SELECT id, reference, surname, forenames, born_on, level, category, rosh, next_review_on, lead_agency_id "
    f"FROM offenders_offender WHERE {FLOOR_SCOPE} ORDER BY search_name, id LIMIT 26",
    "by name": f"SELECT id, reference, surname, forenames, born_on, level, category, rosh, next_review_on, lead_agency_id "
    f"FROM offenders_offender WHERE {FLOOR_SCOPE} AND search_name >= %(name)s AND search_name < %(name)s || chr(65535) "
    "ORDER BY search_name, id LIMIT 26",
    "misspelt": f"SELECT id, reference, surname, forenames, born_on, level, category, rosh, next_review_on, lead_agency_id "
    f"FROM offenders_offender WHERE {FLOOR_SCOPE} AND name_words && ARRAY['thompson', 'thomson'] "
    "AND name_words && ARRAY['michael'] ORDER BY search_name, id LIMIT 26",
    "filtered": f"SELECT id, reference, surname, forenames, born_on, level, category, rosh, next_review_on, lead_agency_id "
    f"FROM offenders_offender WHERE {FLOOR_SCOPE} AND rosh = 4 AND category = 1 ORDER BY search_name, id LIMIT 26",
    **{
        name: "SELECT id, reference, surname, forenames, born_on, level, category, rosh, next_review_on, lead_agency_id "
        f"FROM offenders_offender WHERE {FLOOR_SCOPE} AND {rule} ORDER BY search_name, id LIMIT 26"
        for name, rule in (
            ("by place", "whereabouts = 'hospital'"),
            ("by lead", "lead_agency_id = %(lead)s"),
            ("overdue", "next_review_on < current_date"),
            ("by level", "level = 3"),
            ("by risk", "rosh = 4"),
        )
    },
    "duplicate check": "SELECT id FROM offenders_offender WHERE born_on = %(born)s AND area_id = %(area)s "
    "AND NOT restricted LIMIT 11",
    "by number": "SELECT o.id, o.reference, o.surname, o.forenames FROM offenders_offender o "
    "JOIN offenders_identifier i ON i.offender_id = o.id WHERE i.value = %(number)s",
    "person": "SELECT o.*, a.name FROM offenders_offender o JOIN agencies_agency a ON a.id = o.lead_agency_id "
    "WHERE o.reference = %(reference)s",
    "my work": "SELECT r.id, r.due_on, o.reference, o.surname, o.forenames FROM offenders_review r "
    "JOIN offenders_offender o ON o.id = r.offender_id WHERE r.held_on IS NULL AND r.superseded_on IS NULL AND o.lead_officer_id = %(user)s "
    "AND r.due_on <= current_date + 28 ORDER BY r.due_on LIMIT 51",
    "board": f"SELECT level, category, count(*) FROM offenders_offender WHERE {FLOOR_SCOPE} GROUP BY level, category",
}

# The demo gives plans to a few cases only; with a plan and measures on each, the tables are as large as they would be.
PLANS_FOR_ALL = (
    """
    INSERT INTO assessments_plan (reference, number, state, begun_at, begun_by_id, offender_id, terms_version,
        return_reason, written_by, signed_at, signed_by_id, review_on)
    SELECT 'BP' || o.id, 1, 'current', now(), o.registered_by_id, o.id, 0,
        '', '{}', now(), (SELECT min(id) FROM agencies_user), current_date + o.id::int % 120
    FROM offenders_offender o
    WHERE o.ended_on IS NULL
        AND NOT EXISTS (SELECT 1 FROM assessments_plan p WHERE p.offender_id = o.id AND p.state = 'current')
    """,
    """
    INSERT INTO assessments_measure (reference, pillar, text, person, due_on, checked_how,
        override_reason, audience, version, saved_at, outcome, agency_id, offender_id, saved_by_id, plan_id)
    SELECT 'BM' || p.id || n, '3-supervision', 'See him at the office', '',
        current_date + (p.id * 7 + n * 60)::int % 180, 'The manager reads the record',
        '', 'everyone', 1, now(), '', o.lead_agency_id, o.id, p.begun_by_id, p.id
    FROM assessments_plan p
    JOIN offenders_offender o ON o.id = p.offender_id, generate_series(1, 2) n
    WHERE p.reference LIKE 'BP%'
    """,
)


@dataclass
class Page:
    """One page for one person, with the plain query beside it, and what was measured."""

    name: str
    who: str
    open: Callable[[], Any]
    floor: Callable[[], Any]
    times: list[float] = field(default_factory=list)
    floor_times: list[float] = field(default_factory=list)
    queries: int = 0
    indexes: set[str] = field(default_factory=set)
    in_order: int = 0  # the most rows of cases that one step read in order, and not by an index
    slowest: tuple[float, str] = (0.0, "")


def main(arguments: list[str] | None = None) -> int:
    """Measure, print; 1 when a page reads a large part of the cases in order."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--slowest", action="store_true", help="print the slowest query of each page")
    parser.add_argument("--keep", action="store_true", help="keep the database, and use one that was kept")
    options = parser.parse_args(arguments)
    django.setup()
    with a_database(options.cases, keep=options.keep), settings_for_measuring():
        pages = list(all_pages())
        for page in pages:
            look_inside(page)
        nothing = measure(pages, options.rounds)
        report(pages, nothing, options)
    return 1 if any(page.in_order > options.cases * TOO_MUCH for page in pages) else 0


@contextmanager
def a_database(cases: int, *, keep: bool) -> Iterator[None]:
    """A database of our own with the demo in it, and statistics as they are after a night of rest."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    admin = os.environ["DATABASE_ADMIN_URL"]
    database = connections["default"]
    user = database.settings_dict["USER"]
    is_there = keep and bool(statement(admin, f"SELECT 1 FROM pg_database WHERE datname = '{NAME}'"))
    if not is_there:
        statement(admin, f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
        call_command("database_roles", "--name", NAME, verbosity=0)
    database.close()
    database.settings_dict.update(NAME=NAME, USER="mappa_migrator")
    call_command("migrate", verbosity=0, interactive=False)  # one that was kept may be older than the code
    if not is_there:
        settings.DEMO = True
        call_command("demo", "--cases", str(cases))
        with database.cursor() as cursor:
            for sql in PLANS_FOR_ALL:
                cursor.execute(sql)
            cursor.execute("ANALYZE")
    database.close()
    database.settings_dict["USER"] = user
    try:
        yield
    finally:
        database.close()
        if not keep:
            statement(admin, f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')


def statement(url: str, sql: str) -> list[Any]:
    with closing(psycopg2.connect(url)) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def settings_for_measuring() -> Iterator[None]:
    """As deployed, but without HTTPS and collected files, which no page's time depends on."""
    from django.conf import settings
    from django.test import override_settings

    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(
        ROOT_URLCONF="bench.urls",
        STORAGES=settings.STORAGES | plain,
        SECURE_SSL_REDIRECT=False,
        WHITENOISE_AUTOREFRESH=True,
    ):
        yield


def signed_in(email: str) -> tuple[Any, Any]:
    """A browser in which this person is signed in, and the person."""
    from django.test import Client

    from agencies.models import User

    user = User.objects.get(email=email)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client, user


def searched(client: Any, words: str) -> str:
    """The address at which the results of a search stand."""
    return str(client.post("/people/", {"words": words}).headers["Location"])


def opener(client: Any, url: str) -> Callable[[], Any]:
    def get() -> Any:
        response = client.get(url)
        assert response.status_code == 200, f"{url}: {response.status_code}"
        return response

    return get


def checker(client: Any, case: Any) -> Callable[[], Any]:
    """The first page of a registration, for somebody of this name who was born that day."""
    born = dict(
        zip(
            ("born_on_day", "born_on_month", "born_on_year"),
            (case.born_on.day, case.born_on.month, case.born_on.year),
            strict=True,
        )
    )

    def post() -> Any:
        response = client.post(
            "/people/register/check/", {"surname": case.surname, "forenames": case.forenames, **born}
        )
        assert response.status_code == 200, response.status_code
        return response

    return post


def all_pages() -> Iterator[Page]:
    """Each page for somebody with a small area, somebody with the largest, and the board's for its member."""
    raw = raw_connection()
    for email, who in (("police@demo.invalid", "Bedfordshire"), ("police@london.demo.invalid", "London")):
        client, user = signed_in(email)
        case = a_case(user)
        values = {
            "area": case.area_id,
            "name": "smith",
            "number": number_of(case),
            "reference": case.reference,
            "user": user.pk,
            "born": case.born_on,
            "lead": case.lead_agency_id,
        }
        urls = {
            "people": "/people/",
            "by name": searched(client, "smith"),
            "misspelt": searched(client, "micheal tompson"),
            "filtered": "/people/?rosh=4&category=1",
            "by place": "/people/?whereabouts=hospital",
            "by lead": f"/people/?lead_agency={case.lead_agency_id}",
            "overdue": "/people/?overdue=on",
            "by level": "/people/?level=3",
            "by risk": "/people/?rosh=4",
            "by number": searched(client, values["number"]),
            "person": f"/people/{case.reference}/",
            "my work": "/",
        }
        for name, url in urls.items():
            yield Page(name, who, opener(client, url), floor(raw, FLOORS[name], values))
        yield Page("duplicate check", who, checker(client, case), floor(raw, FLOORS["duplicate check"], values))
    client, user = signed_in("coordinator@demo.invalid")
    area = {"area": user.memberships.get().agency.area_id}
    yield Page("board", "Bedfordshire", opener(client, "/board/"), floor(raw, FLOORS["board"], area))
    client, user = signed_in("coordinator@london.demo.invalid")
    area = {"area": user.memberships.get().agency.area_id}
    yield Page("board", "London", opener(client, "/board/"), floor(raw, FLOORS["board"], area))


def raw_connection() -> Any:
    """A plain psycopg2 connection as the owner of the tables, whom no wall holds back: the least is without one."""
    from django.db import connection

    parameters = connection.get_connection_params()
    raw = psycopg2.connect(
        **{key: parameters[key] for key in ("dbname", "password", "host", "port") if key in parameters},
        user="mappa_migrator",
    )
    raw.autocommit = True
    return raw


def a_case(user: Any) -> Any:
    from offenders.models import Offender

    return Offender.objects.visible_to(user).filter(lead_officer=user).order_by("pk")[0]


def number_of(case: Any) -> str:
    from agencies.models.user import system_user

    return str(case.identifiers.visible_to(system_user()).get(kind="crn").value)


def floor(raw: Any, sql: str, values: dict[str, Any]) -> Callable[[], Any]:
    def ask() -> Any:
        with raw.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()

    return ask


def look_inside(page: Page) -> None:
    """How many queries the page makes, and by which indexes those about cases find them."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page.open()  # once before, so that nothing is counted that only the first visit does
    with CaptureQueriesContext(connection) as captured:
        page.open()
    page.queries = len(captured)
    page.slowest = max((float(query["time"]), query["sql"]) for query in captured.captured_queries)
    for query in captured.captured_queries:
        told, asked = taken_apart(query["sql"])
        if "offenders_offender" in asked and asked.lstrip("( ").startswith(("SELECT", "WITH", "\nWITH")):
            with connection.connection.cursor() as cursor:  # the statement brings its settings along itself
                cursor.execute(f"{told}EXPLAIN (ANALYZE, FORMAT JSON) {asked}")
                plan = cursor.fetchone()[0]
            read_plan((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"], page)


def taken_apart(sent: str) -> tuple[str, str]:
    """What a statement told Postgres of whoever asks (mappa/carried.py), and the statement."""
    found = re.match(r"SELECT set_config\(.*?, true\); ", sent, re.DOTALL)
    return (found[0], sent[found.end() :]) if found else ("", sent)


@cache
def indexes_of_cases() -> frozenset[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'offenders_offender'")
        return frozenset(name for (name,) in cursor.fetchall())


def read_plan(node: dict[str, Any], page: Page) -> None:
    """Note by what the cases are found, in this step of the plan and those below it."""
    if node.get("Index Name") in indexes_of_cases():
        page.indexes.add(node["Index Name"].removeprefix("offenders_offender_"))
    if node["Node Type"] == "Seq Scan" and node["Relation Name"] == "offenders_offender":
        read = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        page.in_order = max(page.in_order, int(read))
    for child in node.get("Plans", []):
        read_plan(child, page)


def measure(pages: list[Page], rounds: int) -> list[float]:
    """Each page, its plain query and the empty page by turns, so that a slow moment of the machine falls on all."""
    client, _user = signed_in("police@demo.invalid")
    empty = opener(client, "/bench/nothing/")
    nothing = []
    for _round in range(rounds):
        for page in pages:
            page.times.append(seconds(page.open))
            page.floor_times.append(seconds(page.floor))
            nothing.append(seconds(empty))
    return nothing


def seconds(do: Callable[[], Any]) -> float:
    began = perf_counter()
    do()
    return perf_counter() - began


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def report(pages: list[Page], nothing: list[float], options: argparse.Namespace) -> None:
    """One line a page, in milliseconds."""
    empty = statistics.median(nothing)
    print(f"\n{options.cases:,} cases, {options.rounds} rounds by turns, milliseconds")
    print(f"empty guarded page: {empty * 1000:.1f} (p50), {p95(nothing) * 1000:.1f} (p95)\n")
    print(
        f"{'page':<10} {'for':<13} {'p50':>7} {'p95':>7} {'of empty':>9} {'plain p50':>10} {'queries':>8}  cases found by"
    )
    for page in pages:
        middle = statistics.median(page.times)
        found_by = ", ".join(sorted(page.indexes)) or "nothing about cases"
        if page.in_order:
            found_by += f"; {page.in_order:,} read in order"
        print(
            f"{page.name:<10} {page.who:<13} {middle * 1000:>7.1f} {p95(page.times) * 1000:>7.1f} {middle / empty:>8.1f}x "
            f"{statistics.median(page.floor_times) * 1000:>10.2f} {page.queries:>8}  {found_by}"
        )
        if options.slowest:
            print(f"    slowest: {page.slowest[0] * 1000:.0f} ms  {page.slowest[1]}")


if __name__ == "__main__":
    sys.exit(main())
