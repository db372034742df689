"""The second wall: what Postgres itself shows, whatever a developer forgot (docs/adr/0025)."""

import io
import json
import re
import threading
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from hypothesis import HealthCheck, given, settings

from mappa import celery, eyes
from mappa.guard import ProtectedModel
from offenders import wall
from offenders.models import Offender, TimelineEntry
from reviews.demo import bulk
from tests.factories import (
    AreaFactory,
    DuplicateSuspicionFactory,
    ExclusionFactory,
    OffenderFactory,
    PersonalGrantFactory,
)
from tests.offenders.test_visibility import WORLD, compare, straight
from tests.test_guard import ROOMS, row_of

ROOT = Path(__file__).parent.parent
WALLED = {model._meta.db_table: model for model in wall.walled()}
PROTECTED = {m._meta.db_table for m in apps.get_models() if issubclass(m, ProtectedModel)}


def ask(sql, params=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def shown(whose, table=wall.CASES, column="id"):
    """What a statement that forgets every rule is shown, through these eyes."""
    with eyes.through(whose):
        return {number for (number,) in ask(f'SELECT {column} FROM "{table}"')}


def test_whoever_does_not_say_who_looks_sees_no_case(offender):
    assert shown(eyes.NOBODY) == shown(AnonymousUser()) == set()
    assert shown(eyes.EVERYTHING) == {offender.pk}


def test_nothing_said_at_all_is_nothing_seen(offender):
    with connection.connection.cursor() as cursor:  # past the settings that each statement brings along
        cursor.execute("RESET ALL")
        cursor.execute(f"SELECT count(*) FROM {wall.CASES}")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("person", ["practitioner", "housing", "outsider", "uninvited", "board_member", "national"])
def test_each_sees_in_the_database_what_he_sees_on_the_pages(request, offender, other_case, granted, person):
    user = request.getfixturevalue(person)

    assert shown(user) == set(Offender.objects.visible_to(user).values_list("pk", flat=True))


def test_a_restricted_case_and_an_exclusion_hold_in_the_database(offender, practitioner, uninvited, coordinator):
    Offender._base_manager.update(restricted=True)
    PersonalGrantFactory(content_object=offender, user=uninvited)
    PersonalGrantFactory(content_object=offender, user=coordinator)
    ExclusionFactory(offender=offender, user=coordinator)

    assert shown(uninvited) == {offender.pk}
    assert shown(practitioner) == shown(coordinator) == set()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=WORLD)
def test_in_any_world_the_wall_shows_what_visible_to_gives(db, world):
    world = world | {
        "memberships": list(
            {(a % len(world["agencies"]), role): (a, role, straight(s)) for a, role, s in world["memberships"]}.values()
        ),
        "grants": [(case, agency, straight(span)) for case, agency, span in world["grants"]],
        "names": [(case, straight(span)) for case, span in world["names"]],
    }
    with transaction.atomic():
        user = compare(world)
        assert shown(user) == set(Offender.objects.visible_to(user).values_list("pk", flat=True))
        transaction.set_rollback(True)


def test_every_walled_table_shows_a_row_to_those_on_the_case_alone(offender, practitioner, outsider, uninvited):
    for table, model in WALLED.items():
        with transaction.atomic():
            row_of(model, offender)
            everybody = shown(eyes.EVERYTHING, table)
            assert everybody, table
            assert shown(practitioner, table) == (set() if table == "offenders_mergedrow" else everybody), table
            assert shown(eyes.NOBODY, table) == shown(outsider, table) == shown(uninvited, table) == set(), table
            transaction.set_rollback(True)


def test_a_row_that_names_two_cases_is_seen_with_both(offender, other_case, practitioner):
    DuplicateSuspicionFactory(first=offender, second=other_case)

    assert shown(practitioner, "offenders_duplicatesuspicion") == set()


@pytest.mark.parametrize("person", ["practitioner", "uninvited", None])
def test_what_is_found_by_words_past_the_wall_is_what_the_eyes_see(request, offender, other_case, person):
    user = request.getfixturevalue(person) if person else eyes.NOBODY
    ways = json.dumps([[["ashdown", "it's", '"}, ({%s\\']], [["elsewhere"], ["evan"]], [["elsewhere"], ["peter"]]])

    with eyes.through(user):
        assert {pk for (pk,) in ask("SELECT offenders_bearing(%s)", [ways])} == shown(user)
    assert {pk for (pk,) in ask("SELECT offenders_bearing(%s)", [ways])} == {offender.pk, other_case.pk}


def test_a_copy_of_the_table_is_walled_too(offender, outsider):
    with eyes.through(outsider):
        ask(f"SELECT 1 FROM {wall.CASES}")  # leaves his eyes behind, as the last statement of a request would
    copied = io.StringIO()
    with connection.connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {wall.CASES} TO STDOUT", copied)

    assert copied.getvalue() == ""


def test_nothing_is_left_for_whoever_has_the_connection_next(committed):
    case = OffenderFactory(area=AreaFactory(slug="one"))
    assert shown(eyes.EVERYTHING) >= {case.pk}

    with connection.connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {wall.CASES}")
        assert cursor.fetchone() == (0,)


def careless(request):
    """A view whose writer forgot every rule: the guard is passed, nobody is asked, all are counted by SQL."""
    names = [case.surname for case in Offender._base_manager.all()]
    return HttpResponse(f"{names} {ask(f'SELECT count(*) FROM {wall.CASES}')[0][0]}")


careless_and_open = lambda request: careless(request)  # noqa: E731
careless_and_open.login_required = False
urlpatterns = [path("careless/", careless), path("open/", careless_and_open)]


def test_a_view_that_forgets_the_guard_shows_no_more_than_its_reader_sees(
    client, settings, offender, other_case, practitioner, uninvited
):
    settings.ROOT_URLCONF = "tests.test_wall"

    client.force_login(practitioner)
    assert client.get("/careless/").text == "['Ashdown'] 1"
    client.force_login(uninvited)
    assert client.get("/careless/").text == "[] 0"
    client.logout()
    assert client.get("/open/").text == "[] 0"


def test_nobody_changes_or_deletes_what_he_does_not_see(offender, other_case, practitioner):
    with eyes.through(practitioner):
        assert ask("UPDATE offenders_offender SET surname = 'X' WHERE id = %s", [other_case.pk]) == 0
        assert ask("DELETE FROM offenders_offender WHERE id = %s", [other_case.pk]) == 0


@pytest.mark.parametrize("change", ["restricted = true", "area_id = %s"])
def test_nobody_writes_a_case_out_of_his_own_sight(offender, area_officer, other_area, change):
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
        eyes.through(area_officer),
    ):
        ask(f"UPDATE offenders_offender SET {change}", [other_area.pk] if "%s" in change else None)


def test_nobody_writes_a_case_into_an_area_of_others(offender, outsider):
    new = OffenderFactory.build(
        area=offender.area, lead_agency=offender.lead_agency, registered_by=outsider, reference="MA-TEST-0001"
    )
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic(), eyes.through(outsider):
        new.save()


def test_a_query_that_names_somebody_else_looks_with_his_eyes(offender, practitioner, uninvited, system):
    with eyes.through(uninvited):
        assert Offender.objects.visible_to(practitioner).count() == 1
        assert list(Offender.objects.visible_to(system)) == [offender]
        assert not Offender.objects.visible_to(uninvited).exists()
        assert eyes.whose() == uninvited


def test_rows_read_one_after_another_leave_no_eyes_behind(offender, practitioner, uninvited):
    with eyes.through(uninvited):
        rows = Offender.objects.visible_to(practitioner).iterator()
        assert next(rows) == offender
        assert shown(eyes.whose()) == set()
        assert list(rows) == []


def test_a_thread_of_a_request_that_says_nothing_sees_nothing(offender, monkeypatch):
    monkeypatch.setattr(eyes, "_outside", {"requests": eyes.NOBODY})  # as in a web server
    found = []
    with eyes.through(eyes.EVERYTHING):
        thread = threading.Thread(target=lambda: found.append(wall.eyes_of(f"SELECT 1 FROM {wall.CASES}")))
        thread.start()
        thread.join()

    assert found == [""]


def test_a_worker_is_the_system(monkeypatch):
    monkeypatch.setattr(eyes, "_outside", {"requests": eyes.NOBODY})

    celery._works_for_the_system()

    assert wall.eyes_of(f"SELECT 1 FROM {wall.CASES}") == "all"


def test_a_statement_that_names_no_table_of_ours_says_nothing():
    assert wall.eyes_of("SELECT 1 FROM agencies_user") is None
    assert wall.eyes_of(f"CREATE INDEX CONCURRENTLY i ON {wall.CASES} (id)") is None


@pytest.mark.parametrize(
    "statement", ["COPY {} TO STDOUT", "TABLE {}", "VALUES (1)", "MERGE INTO {}", "FETCH c", "/* x */ SELECT 1 FROM {}"]
)
def test_a_statement_that_is_not_known_has_nobodys_eyes(statement):
    with eyes.through(eyes.EVERYTHING):
        assert wall.eyes_of(statement.format(wall.CASES)) == ""


def test_after_one_who_sees_everything_an_unknown_statement_sees_nothing(offender):
    assert shown(eyes.EVERYTHING) == {offender.pk}

    assert ask(f"TABLE {wall.CASES}") == []
    assert ask(f"-- all of them\nSELECT id FROM {wall.CASES}") == []


def test_a_function_of_the_owner_looks_into_no_table_of_whoever_calls_it(db):
    found = ask("SELECT proname, proconfig FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")

    assert len(found) > 5
    assert [
        name for name, told in found if not any(re.fullmatch("search_path=.*, pg_temp", each) for each in told or ())
    ] == []


def test_what_waits_for_a_use_may_read_nothing_and_parts_of_the_audit_nobody(db):
    assert (
        ask(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')"
            " AND has_table_privilege('mappa_readonly', oid, 'SELECT')"
        )
        == []
    )
    assert (
        ask(
            "SELECT inhrelid::regclass FROM pg_inherits, unnest(ARRAY['mappa_app', 'mappa_sealer', 'mappa_readonly']) ours"
            " WHERE inhparent = 'audit_change'::regclass AND has_table_privilege(ours, inhrelid, 'SELECT')"
        )
        == []
    )


def test_rows_of_the_demo_come_through_the_wall_as_they_are(offender, practitioner):
    text = "It's a\ttab, a\nline, a \\ and \\N 100 %"
    load = bulk.Load()
    for title in ("One", "Two"):
        load.add(
            TimelineEntry, offender=offender.pk, at=timezone.now(), by=practitioner.pk, title=title, text=text, topic=""
        )
    load.write()

    rows = TimelineEntry.objects.visible_to(practitioner)
    assert sorted(rows.values_list("title", "text", "restricted")) == [
        ("One", text, False),
        ("Two", text, False),
    ]


def test_the_database_holds_the_policies_of_the_code(db):
    standing = {table: rule for table, rule in ask(wall.STANDING) if rule}

    assert standing == {table: wall.said(wall.policy(model)) for table, model in WALLED.items()}


def test_the_role_of_the_application_can_take_no_wall_down(db):
    held = "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    assert ask(held) == [(False, False, False)]
    assert ask("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user") == [(0,)]
    for forbidden in (
        "ALTER TABLE offenders_offender DISABLE ROW LEVEL SECURITY",
        "DROP POLICY wall ON offenders_offender",
        "CREATE POLICY all_of_it ON offenders_offender USING (true)",
        "CREATE TABLE copy_of_cases AS SELECT * FROM offenders_offender",
        "CREATE VIEW all_cases AS SELECT * FROM offenders_offender",
        "SET ROLE mappa_owner",
        "SET session_replication_role = replica",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            ask(forbidden)
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        ask("SET LOCAL row_security = off; SELECT * FROM offenders_offender")


# Where something is written that whoever writes it does not see, before or after.
WRITES_PAST_SIGHT = {
    "mappa/eyes.py",
    "offenders/actions/case.py",
    "offenders/actions/register.py",
    "offenders/actions/sharing.py",
    "offenders/actions/transfer.py",
    "offenders/duplicates.py",
    "offenders/grants.py",
}


def test_only_listed_files_write_past_sight():
    files = [p for room in ROOMS for p in (ROOT / room).rglob("*.py") if "migrations" not in p.parts]

    uses = {str(p.relative_to(ROOT)) for p in files if re.search(r"\bpast_sight\(", p.read_text())}

    assert uses == WRITES_PAST_SIGHT


def test_eyes_are_given_only_where_it_is_decided():
    files = [p for room in ROOMS for p in (ROOT / room).rglob("*.py") if "migrations" not in p.parts]
    given = re.compile(r"\beyes\.(through|outside_requests|EVERYTHING)\b")

    uses = {str(p.relative_to(ROOT)) for p in files if given.search(p.read_text())}

    assert uses == {
        "bench/__init__.py",  # a command
        "bench/wall.py",  # measures it
        "mappa/celery.py",  # tasks
        "mappa/guard.py",  # each query with the eyes of whom it names
        "offenders/visibility.py",  # the deciding query
        "offenders/wall.py",
    }


def test_every_protected_table_is_walled_or_on_the_list_with_a_reason():
    assert WALLED.keys() | wall.LEFT_OUT.keys() == PROTECTED
    assert all(wall.LEFT_OUT.values())
