"""The cast, the clock and the real database: every test walks among the same people.

The database is made by `mappa_migrator`, as in a deployment, and the tests run as `mappa_app`.
"""

import gc
import os
import threading
from datetime import timedelta
from itertools import count

import psycopg2
import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.db.models import AutoField
from django.utils import timezone

from agencies.models import IntegrationToken, Membership, Role
from agencies.models.token import SCOPES, digest
from agencies.models.user import system_user
from mappa import dates, eyes
from offenders.models.grant import Basis
from tests import databases
from tests.factories import (
    AgencyFactory,
    AreaFactory,
    GroupGrantFactory,
    MembershipFactory,
    OffenderFactory,
    RankFactory,
)

R = Role.Code
# To arrange and to look at what became of it, tests see everything; every request of theirs is walled as in a deployment.
eyes.outside_requests(eyes.EVERYTHING)
# Cases are written down when tests are collected, many of them as days from this one.
BEGAN = dates.today()
NEARLY_MIDNIGHT = timedelta(minutes=10)
# Each worker process counts for itself in the Redis they share (`forget_counts`).
settings.CACHES["default"]["KEY_PREFIX"] = os.environ.get("PYTEST_XDIST_WORKER", "one")


def pytest_collection_finish(session):
    """Thousands of collected tests live to the end: the collector need not look at them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


# Each of these shares one world, so one worker process runs it whole, and begins with it: it takes the longest.
TOGETHER = ("tests/journeys/", "tests/reviews/test_demo.py", "tests/reviews/test_no_names_in_mail.py")


def pytest_xdist_make_scheduler(config, log):
    """Tests go one by one to the worker that is free, but for those that share a world."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)

    return Scheduling(config, log)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """One database a worker process, owned by mappa_owner; dropped at the end."""
    name = f"mappa_test_{os.getpid()}"
    databases.drop_those_of_the_dead()
    databases.make(name)
    with django_db_blocker.unblock():
        connections["default"].close()
        connections["default"].settings_dict["NAME"] = name
    yield
    with django_db_blocker.unblock():
        connections["default"].close()
    databases.drop(name)


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """The real database without a test's transaction, for what several connections do at once.

    What was committed is taken away again by the server's administrator: the application itself may not truncate.
    """
    tables = [m._meta.db_table for m in apps.get_models() if isinstance(m._meta.pk, AutoField)]
    name = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock():
        before = dict(_as_administrator(name, [f"SELECT '{t}', coalesce(max(id), 0) FROM \"{t}\"" for t in tables]))
        yield
        connections["default"].close()
        _as_administrator(name, [f'DELETE FROM "{t}" WHERE id > {before[t]} RETURNING 1' for t in tables])


def _as_administrator(name, statements):
    connection = psycopg2.connect(os.environ["DATABASE_ADMIN_URL"], dbname=name)
    cursor = connection.cursor()
    cursor.execute("SET session_replication_role = replica")
    found = []
    for statement in statements:
        cursor.execute(statement)
        found += cursor.fetchall()
    connection.commit()
    connection.close()
    return found


@pytest.fixture
def at_once(committed):
    """Run the same work in several threads, each with a connection of its own; what each answered."""

    def run(work, count):
        answers, start = [], threading.Barrier(count)

        def one():
            try:
                start.wait(10)
                answers.append(work())
            finally:
                connections["default"].close()

        threads = [threading.Thread(target=one) for _each in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        return answers

    return run


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    """Names of folders that nobody has used; most tests write nothing into theirs, and so it is never made."""
    return (tmp_path_factory.getbasetemp() / f"documents-{number}" for number in count())


@pytest.fixture(autouse=True)
def _on_the_day_it_began(request):
    """A run that goes on past midnight stays on its day, at the last hour; but for what looks at a world made before."""
    is_today = dates.in_london(timezone.now() + NEARLY_MIDNIGHT) == BEGAN
    if is_today or request.node.nodeid.startswith(TOGETHER):
        yield
        return
    with time_machine.travel(dates.midnight(BEGAN + dates.ONE_DAY) - 2 * NEARLY_MIDNIGHT):
        yield


@pytest.fixture(autouse=True)
def _quiet_storage(settings, folders):
    """Pages are tested without collected files; the browser tests use the collected ones. Documents lie in a folder of the test."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.WHITENOISE_AUTOREFRESH = True  # or each test's client lists every static file anew
    settings.DOCUMENTS_PATH = next(folders)
    settings.SECURE_SSL_REDIRECT = False


def forget_counts():
    """Empty this process's part of the Redis: `cache.clear()` would take the other processes' counts with it."""
    redis = cache._cache.get_client(write=True)
    if keys := list(redis.scan_iter(f"{cache.key_prefix}:*", count=1000)):
        redis.delete(*keys)


@pytest.fixture(autouse=True)
def _fresh_counters():
    """Limits are counted in the real Redis: each test begins with none."""
    forget_counts()


@pytest.fixture
def today():
    return dates.today()


@pytest.fixture
def area(db):
    return AreaFactory(slug="bedfordshire", name="Bedfordshire")


@pytest.fixture
def other_area(db):
    return AreaFactory(slug="north-wales", name="North Wales", nation="wales")


@pytest.fixture
def probation(area):
    return AgencyFactory(name="Probation, Bedfordshire", kind__code="probation", area=area)


@pytest.fixture
def police(area):
    return AgencyFactory(name="Police, Bedfordshire", kind__code="police", area=area)


@pytest.fixture
def housing_agency(area):
    return AgencyFactory(name="Housing, Bedfordshire", kind__code="housing", area=area)


@pytest.fixture
def health_agency(area):
    return AgencyFactory(name="Health, Bedfordshire", kind__code="nhs-trust", area=area)


@pytest.fixture
def board_agency(area):
    return AgencyFactory(name="Board, Bedfordshire", kind__code="board", area=area)


def member(agency, role, email, rank=None):
    """A person who holds one role in one agency."""
    return MembershipFactory(
        agency=agency, role_id=role, rank=rank, user__email=f"{email}@test.invalid", user__name=email.title()
    ).user


@pytest.fixture
def coordinator(police):
    """Alice coordinates the case's own area."""
    return member(police, R.COORDINATOR, "alice")


@pytest.fixture
def practitioner(probation):
    """Bob, a probation officer, works the case."""
    return member(probation, R.PRACTITIONER, "bob")


@pytest.fixture
def manager(probation):
    """Bob's manager, who may countersign and share."""
    return member(probation, R.PRACTITIONER, "maya", rank=RankFactory(name="Senior probation officer", order=20))


@pytest.fixture
def area_officer(police):
    """Olive, a police officer of the area, has no part in the case: she sees it by the area rule alone."""
    return member(police, R.PRACTITIONER, "olive")


@pytest.fixture
def chair(police):
    """Chris chairs, at senior rank."""
    return member(police, R.CHAIR, "chris", rank=RankFactory(name="Superintendent", order=30))


@pytest.fixture
def outsider(other_area):
    """Charlie coordinates a different area, and must not learn that the case exists."""
    return member(AgencyFactory(kind__code="police", area=other_area), R.COORDINATOR, "charlie")


@pytest.fixture
def housing(housing_agency):
    """Harriet, a housing officer, sees a case only when her agency is invited."""
    return member(housing_agency, R.CONTACT_POINT, "harriet")


@pytest.fixture
def uninvited(health_agency):
    """Hal works for health, which is invited to nothing."""
    return member(health_agency, R.PRACTITIONER, "hal")


@pytest.fixture
def victim_liaison(probation):
    """Vera is a victim liaison officer."""
    return member(probation, R.VICTIM_LIAISON, "vera")


@pytest.fixture
def board_member(board_agency):
    """Bea sits on the area's board."""
    return member(board_agency, R.BOARD_MEMBER, "bea")


@pytest.fixture
def lay_adviser(board_agency):
    """Lee is one of the public's two members."""
    return member(board_agency, R.LAY_ADVISER, "lee")


@pytest.fixture
def information_officer(police):
    """Ingrid reads the access log, not the cases."""
    return member(police, R.INFORMATION_OFFICER, "ingrid")


@pytest.fixture
def administrator(area):
    """Adam runs the service and sees no case."""
    user = member(AgencyFactory(kind__code="service", area=area), R.ADMINISTRATOR, "adam")
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    return user


@pytest.fixture
def national(area):
    """Nora compares areas for the national team and sees no case."""
    return member(AgencyFactory(kind__code="service", area=area), R.NATIONAL, "nora")


@pytest.fixture
def system(db):
    return system_user()


@pytest.fixture
def offender(area, probation, practitioner):
    """Peter Ashdown: category 2, level 1, led by Bob's probation office."""
    return OffenderFactory(
        surname="Ashdown",
        forenames="Peter",
        area=area,
        lead_agency=probation,
        lead_officer=practitioner,
        registered_by=practitioner,
        level_period=True,
    )


@pytest.fixture
def other_case(other_area, outsider):
    """A case of the other area, which nobody here may learn of."""
    agency = Membership.objects.get(user=outsider).agency
    return OffenderFactory(
        surname="Elsewhere", forenames="Evan", area=other_area, lead_agency=agency, registered_by=outsider
    )


@pytest.fixture
def granted(offender, housing_agency, coordinator):
    """The case shared with housing for a week."""
    return GroupGrantFactory(
        content_object=offender,
        group=housing_agency.group,
        basis=Basis.HAND,
        given_by=coordinator,
        until=dates.today() + timedelta(days=7),
    )


assert settings.AUTH_USER_MODEL == "agencies.User"


@pytest.fixture
def token(probation, today):
    """What lets a system of the probation service in, by the header `Bearer a-long-random-token`."""
    user = MembershipFactory(agency=probation, role_id=Role.Code.INTEGRATION).user
    return IntegrationToken.objects.create(
        name="Test", user=user, digest=digest("a-long-random-token"), scopes=["cases:read"], expires_on=today
    )


@pytest.fixture
def every_scope(token):
    """The same token, for everything."""
    token.scopes = list(SCOPES)
    token.save(update_fields=["scopes"])


@pytest.fixture
def call(client, token, offender):
    """Ask as the system about the case, or about nobody (`case=None`), perhaps for a person; what it answers."""

    def ask(path, sent=None, person=None, status=None, case=offender, key=""):
        headers = {"Authorization": "Bearer a-long-random-token"}
        headers |= {"On-Behalf-Of": person.email} if person else {}
        headers |= {"Idempotency-Key": key} if key else {}
        url = f"/api/v1/cases/{case.reference}/{path}" if case else f"/api/v1/{path}"
        if sent is None:
            response = client.get(url, headers=headers)
        else:
            response = client.post(url, sent, headers=headers, content_type="application/json")
        assert response.status_code == (status or (200 if sent is None else 201)), response.text
        return response.json()

    return ask


@pytest.fixture
def housing_system(token, housing_agency):
    """The token in the hands of housing."""
    token.user.memberships.update(agency=housing_agency)
    return token.user
