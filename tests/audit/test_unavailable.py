"""Where the audit cannot be written nothing is shown and nothing is done, whatever the reason: pages, the API, and refusals too."""

import os
from contextlib import closing, contextmanager

import psycopg2
import pytest
from django.db import connection

from agencies.models import Area
from audit.context import AuditUnavailableError
from audit.record import record_each
from offenders.models import Offender
from tests.offenders.test_api import TOKEN

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@contextmanager
def taken_away(right, role="mappa_app"):
    """As the owner, on a connection of its own; given back afterwards."""
    with closing(psycopg2.connect(os.environ["DATABASE_ADMIN_URL"], dbname=connection.settings_dict["NAME"])) as server:
        server.autocommit = True
        columns = (
            "(at, event, act, outcome, actor_id, agency_id, kind, object_id, case_id, reference, purpose, request_id,"
        )
        insert = f"INSERT {columns} session, ip, detail)" if role == "mappa_app" else "INSERT"
        cursor = server.cursor()
        cursor.execute(f"REVOKE {insert} ON {right} FROM {role}")
        try:
            yield
        finally:
            cursor.execute(f"GRANT {insert} ON {right} TO {role}")


@pytest.fixture
def unwritable(db):
    with taken_away("audit_accessevent"):
        yield


def test_a_page_is_not_shown(client, practitioner, offender, request):
    client.force_login(practitioner, backend=BACKEND)
    request.getfixturevalue("unwritable")

    response = client.get(f"/people/{offender.reference}/")

    assert response.status_code == 503
    assert offender.surname not in response.text


def test_a_refusal_that_cannot_be_recorded_is_no_answer_either(client, outsider, offender, request):
    client.force_login(outsider, backend=BACKEND)
    request.getfixturevalue("unwritable")

    assert client.get(f"/people/{offender.reference}/").status_code == 503


def test_what_is_done_of_many_rows_at_once_is_not_done_unrecorded(unwritable):
    with pytest.raises(AuditUnavailableError):
        record_each("seal.tested", by=None, rows=[(Area(pk=1), {})])


def test_the_api_tells_nothing(client, token, offender, request):
    request.getfixturevalue("unwritable")

    response = client.get(f"/api/v1/cases/{offender.reference}/", headers=TOKEN)

    assert response.status_code == 503
    assert offender.surname not in response.content.decode()


def test_a_change_without_its_history_is_not_done(client, practitioner, offender):
    client.force_login(practitioner, backend=BACKEND)
    form = {"outcome": "Held", "next_review_on_day": "1", "next_review_on_month": "2", "next_review_on_year": "2027"}
    before = Offender._base_manager.get(pk=offender.pk).next_review_on

    with taken_away("audit_change", role="mappa_owner"):
        response = client.post(f"/people/{offender.reference}/review/", form)

    assert response.status_code == 503
    assert Offender._base_manager.get(pk=offender.pk).next_review_on == before


def test_a_locked_table_is_waited_for_and_then_nothing_is_shown(client, practitioner, offender):
    client.force_login(practitioner, backend=BACKEND)
    with closing(psycopg2.connect(os.environ["DATABASE_ADMIN_URL"], dbname=connection.settings_dict["NAME"])) as other:
        other.cursor().execute("LOCK TABLE audit_accessevent IN SHARE MODE")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")

        assert client.get(f"/people/{offender.reference}/").status_code == 503
