"""Time what people look for with the wall in Postgres and without it (docs/adr/0025).

    python -m bench.wall [--cases 100000] [--rounds 30] [--keep]

It makes a database of its own with so many cases, a tenth of them in one large area and some hundred in a small one, and asks
as the application's role what lists, a search, a person and a count ask. Round by round the policies are switched on, and off
together with what each statement says of whoever looks, so that a slow moment of the machine falls on both. It ends with an
error where the wall shows more or fewer cases than `visible_to` gives.
"""

import argparse
import os
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from time import perf_counter
from typing import Any

import django

from bench.pages import statement
from tests import databases

NAME = "mappa_bench_wall"
FIRST, LAST = (
    ("Ash", "Black", "Cor", "Dun", "Ever", "Farn", "Gar", "Hol", "Ing", "Ken"),
    ("ton", "wood", "ley", "field", "by"),
)
COMMON = ["Smith"] * 4 + ["Thompson"] * 2
FORENAMES = ("Michael", "Peter", "John", "Sarah", "Ann", "Omar", "Lucy", "Ivan", "Kim", "Dean", "Rosa", "Tariq")
CASES = """
INSERT INTO offenders_offender (reference, surname, forenames, search_name, name_words, alias_words, born_on, born_is,
    area_id, lead_agency_id, lead_officer_id, whereabouts, category, level, rosh, next_review_on, restricted, registered_at,
    registered_by_id, is_demo)
SELECT 'MA-' || lpad(n::text, 9, '0'), s, f, lower(s || ' ' || f), ARRAY[lower(s), lower(f), lower(s || f), lower(f || s)], '{}',
    date '1950-01-01' + (n * 7919 %% 20000), 'day', a.area_id, a.id, NULL, 'community', 1 + n %% 2, 1 + (n %% 9 = 0)::int,
    1 + n %% 4, current_date + (n %% 400) - 5, n %% 500 = 0, now(), %(by)s, false
FROM generate_series(1, %(cases)s) n
CROSS JOIN LATERAL (SELECT (%(surnames)s::text[])[1 + (hashint4(n) & 1048575) %% cardinality(%(surnames)s::text[])] s,
    (%(forenames)s::text[])[1 + (hashint4(n + 7) & 1048575) %% cardinality(%(forenames)s::text[])] f) names
JOIN agencies_agency a ON a.id = CASE WHEN n %% 10 = 0 THEN %(large)s WHEN n %% 122 = 1 THEN %(small)s ELSE %(rest)s END
"""
REVIEWS = """
INSERT INTO offenders_review (offender_id, area_id, level, due_on, outcome)
SELECT id, area_id, level, next_review_on, '' FROM offenders_offender
"""
GRANTS = """
INSERT INTO offenders_offendergroupobjectpermission (content_object_id, group_id, permission_id, basis, source, reason, from_on,
    given_at, given_by_id)
SELECT o.id, %(group)s, p.id, 'hand', '', 'Bench', current_date, now(), %(by)s
FROM (SELECT id FROM offenders_offender WHERE NOT restricted ORDER BY hashint8(id) LIMIT 20) o, auth_permission p
WHERE p.codename = 'view_offender'
"""


@dataclass
class Question:
    """What one person asks, and how long it took without the wall and with it."""

    name: str
    who: str
    user: Any
    ask: Callable[[], Any]
    times: dict[bool, list[float]] = field(default_factory=lambda: {False: [], True: []})


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 1 where the wall and the pages disagree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--keep", action="store_true", help="keep the database, and use one that was kept")
    options = parser.parse_args(arguments)
    django.setup()
    with a_database(options.cases, keep=options.keep):
        questions = list(all_questions())
        for _round in range(options.rounds):
            for walled in (False, True):
                with wall_or_none(walled=walled):
                    for question in questions:
                        seconds(question)  # plans and catalogues are read anew after the switch
                        question.times[walled].append(seconds(question))
        print(f"\n{options.cases:,} cases, {options.rounds} rounds by turns, milliseconds in the middle")
        print(f"{'question':<18} {'for':<22} {'without':>8} {'with':>8} {'ratio':>7}")
        for each in questions:
            without, walled_ = (statistics.median(each.times[walled]) * 1000 for walled in (False, True))
            print(f"{each.name:<18} {each.who:<22} {without:>8.2f} {walled_:>8.2f} {walled_ / without:>6.2f}x")
        return 1 if any(map(disagree, {each.user for each in questions})) else 0


@contextmanager
def a_database(cases: int, *, keep: bool) -> Iterator[None]:
    """A database with so many cases, written by SQL, read as the application's role."""
    from django.core.management import call_command
    from django.db import connections

    database, admin = connections["default"], os.environ["DATABASE_ADMIN_URL"]
    user = database.settings_dict["USER"]
    is_there = keep and bool(statement(admin, f"SELECT 1 FROM pg_database WHERE datname = '{NAME}'"))
    if not is_there:
        databases.drop(NAME)
        databases.make(NAME)
    database.close()
    database.settings_dict.update(NAME=NAME, USER="mappa_migrator")
    if is_there:
        call_command("migrate", verbosity=0, interactive=False)  # one that was kept may be older than the code
    else:
        fill(cases)
    database.close()
    database.settings_dict["USER"] = user
    try:
        yield
    finally:
        database.close()
        if not keep:
            databases.drop(NAME)


def fill(cases: int) -> None:
    """A small area, a large one, the rest, a police officer in each of the first two, and housing with twenty cases."""
    from django.db import connection

    from offenders.models import NameWord
    from tests.factories import AgencyFactory, AreaFactory, MembershipFactory

    small, large, rest = (AreaFactory(slug=name, name=name.title()) for name in ("small", "large", "rest"))
    police = [
        AgencyFactory(name=f"Police {area.name}", kind__code="police", area=area) for area in (small, large, rest)
    ]
    housing = AgencyFactory(name="Housing", kind__code="housing", area=large)
    people = {
        name: MembershipFactory(agency=agency, role_id="practitioner", user__email=f"{name}@bench.invalid").user
        for name, agency in (("small", police[0]), ("large", police[1]), ("housing", housing))
    }
    surnames = ["".join(parts) for parts in product(FIRST, LAST)] + COMMON
    values = {
        "by": people["small"].pk,
        "cases": cases,
        "surnames": surnames,
        "forenames": list(FORENAMES),
        "small": police[0].pk,
        "large": police[1].pk,
        "rest": police[2].pk,
        "group": housing.group_id,
    }
    NameWord.learn([name.lower() for name in {*surnames, *FORENAMES}])
    with connection.cursor() as cursor:
        for sql in (CASES, REVIEWS, GRANTS):
            cursor.execute(sql, values)
        cursor.execute("ANALYZE")


def all_questions() -> Iterator[Question]:
    """Lists, searches, one person and a count, for each of the three."""
    from agencies.models import User
    from mappa import dates
    from offenders import search
    from offenders.models import Offender, Review

    for name, who in (("small", "police, small area"), ("large", "police, a tenth"), ("housing", "housing, 20 cases")):
        user = User.objects.get(email=f"{name}@bench.invalid")
        reference = Offender.objects.visible_to(user).order_by("pk")[0].reference
        today = dates.today()

        def found(words: str, user: Any = user, **filters: Any) -> Any:
            return search.page_of(search.matching(user, words, filters), user=user, after="", before="")

        def one(user: Any = user, reference: str = reference) -> Any:
            return Offender.objects.visible_to(user).get(reference=reference)

        def due(user: Any = user, today: Any = today) -> Any:
            rows = Review.objects.visible_to(user).filter(due_on__lte=today, held_on__isnull=True)
            return list(rows.select_related("offender").order_by("due_on", "pk")[:51])

        def reviews(user: Any = user) -> Any:
            return Review.objects.visible_to(user).order_by()[:1001].count()

        yield Question("people", who, user, lambda found=found: found(""))
        yield Question("by level", who, user, lambda found=found: found("", level=2))
        yield Question("a name", who, user, lambda found=found: found("smith"))
        yield Question("misspelt", who, user, lambda found=found: found("micheal tompson"))
        yield Question("a rare name", who, user, lambda found=found: found("ashwood sarah"))
        yield Question("one person", who, user, one)
        yield Question("reviews due", who, user, due)
        yield Question("reviews, counted", who, user, reviews)


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
        for model in wall.walled():
            cursor.execute(f'ALTER TABLE "{model._meta.db_table}" {word} ROW LEVEL SECURITY')
    connection.close()
    connection.settings_dict["USER"] = user


def seconds(question: Question) -> float:
    """One question as in a request of its own: the scope is read, and the eyes are the user's."""
    from mappa import eyes
    from offenders.visibility import one_scope

    with one_scope(), eyes.through(question.user):
        began = perf_counter()
        question.ask()
        return perf_counter() - began


def disagree(user: Any) -> bool:
    """Whether the wall shows others than the pages."""
    from django.db import connection

    from mappa import eyes
    from offenders.models import Offender

    with eyes.through(user), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM offenders_offender")
        shown = {number for (number,) in cursor.fetchall()}
    print(f"{user.email}: {len(shown):,} cases")
    return shown != set(Offender.objects.visible_to(user).values_list("pk", flat=True))


if __name__ == "__main__":
    sys.exit(main())
