"""Time My work and the team page for somebody with thousands of open deadlines.

    python -m bench.my_work [--cases 12000] [--items 5000] [--rounds 40] [--keep]

It uses the database of bench.pages, made and dropped in the same way. Read bench/README.md for what it says.
"""

import argparse
import statistics
import sys
from typing import Any

import django

from bench.figures import as_owner
from bench.pages import a_database, opener, p95, seconds, settings_for_measuring, signed_in

OFFICER, MANAGER = "probation@london.demo.invalid", "bench-manager@london.demo.invalid"
# With 5,000 items for one person, whatever he opens answers in this many seconds.
SLOWEST = 0.5
# Of the demo's cases in London those that the officer is to lead: each has a review, a plan and two measures that fall due.
GIVE = """
UPDATE offenders_offender o SET lead_officer_id = %(user)s, lead_agency_id = %(agency)s
FROM (SELECT id FROM offenders_offender WHERE area_id = %(area)s AND ended_on IS NULL AND NOT restricted ORDER BY id LIMIT %(cases)s) chosen
WHERE chosen.id = o.id
"""
# All of it falls due between 60 days ago and 27 days from now.
DUE = (
    (
        "UPDATE offenders_review r SET due_on = current_date - 60 + r.id::int %% 88 FROM offenders_offender o "
        "WHERE o.id = r.offender_id AND o.lead_officer_id = %(user)s AND r.held_on IS NULL AND r.superseded_on IS NULL"
    ),
    (
        "UPDATE assessments_plan p SET review_on = current_date - 60 + p.id::int %% 88 FROM offenders_offender o "
        "WHERE o.id = p.offender_id AND o.lead_officer_id = %(user)s AND p.state = 'current'"
    ),
    (
        "UPDATE assessments_measure m SET due_on = current_date - 60 + m.id::int %% 88, agency_id = %(agency)s "
        "FROM offenders_offender o WHERE o.id = m.offender_id AND o.lead_officer_id = %(user)s AND m.outcome = ''"
    ),
)


def main(arguments: list[str] | None = None) -> int:
    """Give somebody his items, open, print; 1 when a page is slow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=12_000)
    parser.add_argument("--items", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--keep", action="store_true", help="keep the database, and use one that was kept")
    options = parser.parse_args(arguments)
    django.setup()
    with a_database(options.cases, keep=options.keep), settings_for_measuring():
        items = give(options.items)
        print(f"\n{options.cases:,} cases, {items:,} items of one person, {options.rounds} rounds, milliseconds")
        return reading(options.rounds)


def give(items: int) -> int:
    """Let one officer lead so many cases that he has so many items; how many there are in his list."""
    from django.db import connection

    from agencies.models import User
    from mappa import dates
    from reviews.lines import lines_of
    from reviews.my_work import HORIZON

    user = User.objects.get(email=OFFICER)
    membership = user.memberships.get()
    known = {"user": user.pk, "agency": membership.agency_id, "area": membership.agency.area_id}
    with as_owner(), connection.cursor() as cursor:
        # A few have neither plan nor review: some more than a quarter of the items.
        cursor.execute(GIVE, known | {"cases": items * 27 // 100})
        for statement in DUE:
            cursor.execute(statement, known)
        cursor.execute("ANALYZE")
    manage(membership)
    today = dates.today()
    return len(lines_of(user, today, until=today + HORIZON))


def manage(membership: Any) -> None:
    """A manager of the officer's agency."""
    from agencies.models import Membership, Rank, User

    manager, _new = User.objects.get_or_create(email=MANAGER, defaults={"name": "Bench Manager", "password": "!"})
    rank = Rank.objects.filter(order__gte=Rank.MANAGER)[0]
    Membership.objects.get_or_create(
        user=manager,
        agency=membership.agency,
        role_id="practitioner",
        defaults={"rank": rank, "from_on": membership.from_on},
    )


def reading(rounds: int) -> int:
    """Each page by turns; 1 when the middle of one is slow."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    his, hers = signed_in(OFFICER)[0], signed_in(MANAGER)[0]
    pages = {
        "my work": opener(his, "/"),
        "its 50th page": opener(his, "/?page=50"),
        "overdue alone": opener(his, "/?when=overdue"),
        "another page": opener(his, "/away/"),
        "team": opener(hers, "/team/"),
    }
    times: dict[str, list[float]] = {name: [] for name in pages}
    queries = {}
    for name, page in pages.items():
        page()
        with CaptureQueriesContext(connection) as captured:
            page()
        queries[name] = len(captured)
    for _round in range(rounds):
        for name, page in pages.items():
            times[name].append(seconds(page))
    print(f"{'page':<16} {'p50':>7} {'p95':>7} {'queries':>8}")
    for name, took in times.items():
        print(f"{name:<16} {statistics.median(took) * 1000:>7.1f} {p95(took) * 1000:>7.1f} {queries[name]:>8}")
    return int(any(statistics.median(took) > SLOWEST for name, took in times.items() if name != "team"))


if __name__ == "__main__":
    sys.exit(main())
