"""The audit at size: how long its questions take, what writing costs, and how fast it is sealed and verified.

    python -m bench.audit                        a million events
    python -m bench.audit --events 100000000     on a quiet machine, with 80 GB to spare

Makes a database of its own on the tests' server and drops it at the end.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from time import perf_counter
from typing import Any

import psycopg2

from tests import databases

NAME = "mappa_bench_audit"
PEOPLE, AGENCIES = 5_000, 400
# As in a year: 26 events a case.
EVENTS_A_CASE = 26
BATCH = 1_000_000

FILL = """
INSERT INTO audit_accessevent (at, event, act, outcome, actor_id, agency_id, kind, object_id, case_id, reference, purpose,
    request_id, session, ip, detail)
SELECT now() - random() * interval '1 year', 'offenders.overview.opened', 'V', 'A', 1 + (random() * %(people)s)::int,
    1 + (random() * %(agencies)s)::int, 'offenders.Offender', n, 1 + (random() * %(cases)s)::int, 'MA-2222-2222', 'supervision',
    md5(n::text), left(md5((n / 100)::text), 16), '10.0.0.1', '{}'
FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
"""
QUESTIONS = {
    "who looked at this person": "SELECT * FROM audit_accessevent WHERE case_id = 77 ORDER BY at DESC LIMIT 50",
    "what did this user do": "SELECT * FROM audit_accessevent WHERE actor_id = 77 ORDER BY at DESC LIMIT 50",
    "what did this agency do": "SELECT * FROM audit_accessevent WHERE agency_id = 77 ORDER BY at DESC LIMIT 50",
    "this user in one week": "SELECT count(*) FROM audit_accessevent WHERE actor_id = 77"
    " AND at BETWEEN now() - interval '40 days' AND now() - interval '33 days'",
    "this person, a year ago to the day": "SELECT * FROM audit_accessevent WHERE case_id = 77"
    " AND at < now() - interval '300 days' ORDER BY at DESC LIMIT 50",
}
TABLE = "CREATE TABLE bench_row (id bigserial PRIMARY KEY, offender_id bigint, a text, b text, c integer, d date, e text, f text)"
ROWS = "INSERT INTO bench_row (offender_id, a, b, c, d, e, f) SELECT 1, 'x', 'y', n, now(), 'some words', 'z' FROM generate_series(1, 10000) n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    events = parser.parse_args().events
    with a_database() as run:
        report(f"{events:,} access events", timed(lambda: fill(run, events)))
        report("months", timed(lambda: run("SELECT audit_keep_parts(3)")))
        run("VACUUM FULL audit_accessevent_other")  # from which the rows were moved
        run("ANALYZE audit_accessevent")
        [(size, rows)] = run(
            "SELECT sum(pg_total_relation_size(inhrelid))::bigint, (SELECT count(*) FROM audit_accessevent)"
            " FROM pg_inherits WHERE inhparent = 'audit_accessevent'::regclass"
        )
        say(f"{'bytes a row, with indexes':42} {size / rows:10.0f}")
        ask(run)
        write(run)
        report_rate("seal", rows, timed(lambda: seal(run)))
        report_rate("verify", rows, timed(lambda: run(
            "SELECT g.root = s.root FROM audit_seal s, LATERAL audit_gather(s.epoch, s.low::text::xid8, s.high::text::xid8) g"
        )))  # fmt: skip


@contextmanager
def a_database() -> Iterator[Callable[..., list[tuple[Any, ...]]]]:
    databases.drop(NAME)
    databases.make(NAME)
    try:
        with closing(psycopg2.connect(os.environ["DATABASE_ADMIN_URL"], dbname=NAME)) as server:
            server.autocommit = True
            yield lambda statement, values=None: _run(server, statement, values)
    finally:
        databases.drop(NAME)


def _run(server: Any, statement: str, values: Any) -> list[tuple[Any, ...]]:
    with server.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []


def fill(run: Callable[..., Any], events: int) -> None:
    for first in range(1, events + 1, BATCH):
        told = {"people": PEOPLE, "agencies": AGENCIES, "cases": max(events // EVENTS_A_CASE, 100)}
        run(FILL, told | {"first": first, "last": min(first + BATCH - 1, events)})


def ask(run: Callable[..., Any]) -> None:
    for name, question in QUESTIONS.items():
        run(question)
        [(found,)] = run(f"EXPLAIN (ANALYZE, FORMAT JSON) {question}")
        plan = found if isinstance(found, list) else json.loads(found)
        indexes = sorted(set(_indexes(plan[0]["Plan"])))
        say(f"{name:42} {plan[0]['Planning Time'] + plan[0]['Execution Time']:10.1f} ms   {', '.join(indexes)[:60]}")


def _indexes(plan: dict[str, Any]) -> Iterator[str]:
    if "Seq Scan" in plan["Node Type"]:
        yield f"SEQ SCAN {plan.get('Relation Name')}"
    if "Index Name" in plan:
        yield plan["Index Name"].split("_2")[0]
    for part in plan.get("Plans", ()):
        yield from _indexes(part)


def write(run: Callable[..., Any]) -> None:
    """What the trigger costs: the same on a table without and with it."""
    run('SELECT set_config(\'mappa.acting\', \'{"actor": 1, "agency": 2, "request": "x", "origin": "bench"}\', false)')
    for named in ("without history", "with history"):
        run("DROP TABLE IF EXISTS bench_row")
        run(TABLE)
        if named == "with history":
            run(
                "CREATE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON bench_row FOR EACH ROW"
                " EXECUTE FUNCTION audit_write_change('offender_id', '{}', 'id')"
            )
        report(f"insert 10,000, {named}", timed(lambda: run(ROWS)))
        report(f"update 10,000, {named}", timed(lambda: run("UPDATE bench_row SET a = 'changed'")))
        one = sorted(
            timed(lambda n=n: run("UPDATE bench_row SET b = %s WHERE id = %s", (str(n), n))) for n in range(1, 501)
        )
        report(f"one save (p50), {named}", one[250])
        report(f"delete 10,000, {named}", timed(lambda: run("DELETE FROM bench_row")))
    one = sorted(timed(lambda: fill(run, 1)) for _turn in range(500))
    report("one access event (p50)", one[250])


def seal(run: Callable[..., Any]) -> None:
    while run("SELECT audit_seal_up()")[0][0]:
        pass


def timed(work: Callable[[], Any]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def report(what: str, seconds: float) -> None:
    say(f"{what:42} {seconds * 1000:10.1f} ms")


def report_rate(what: str, rows: int, seconds: float) -> None:
    say(f"{what:42} {seconds * 1000:10.1f} ms   {rows / seconds:,.0f} rows a second")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
