"""Who saw and did what: recorded in the same transaction, never changed, and no answer without it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, ProgrammingError, connection, transaction

from audit import record as audit
from audit.models import AccessEvent, SignInEvent
from offenders import actions
from offenders.models import Offender

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/"


def test_a_read_is_recorded_with_the_case(client, practitioner, offender, url):
    client.force_login(practitioner, backend=BACKEND)
    client.get(url)

    event = AccessEvent.objects.get(case_id=offender.pk)
    assert (event.actor_id, event.outcome) == (practitioner.pk, "A")


def test_a_refusal_is_recorded_though_nothing_was_shown(client, outsider, offender, url):
    client.force_login(outsider, backend=BACKEND)
    client.get(url)

    event = AccessEvent.objects.get(actor_id=outsider.pk)
    assert (event.outcome, event.reference) == ("N", offender.reference)


def test_what_cannot_be_recorded_is_not_shown(client, practitioner, offender, url, monkeypatch):
    def broken(*_args, **_kwargs):
        raise DatabaseError

    monkeypatch.setattr(AccessEvent, "save", broken)
    client.force_login(practitioner, backend=BACKEND)

    response = client.get(url)

    assert response.status_code == 503
    assert offender.surname not in response.text


def test_an_act_that_fails_leaves_no_record(offender, practitioner):
    with transaction.atomic():
        audit.record("case.tested", by=practitioner, about=offender)
        transaction.set_rollback(True)

    assert not AccessEvent.objects.filter(event="case.tested").exists()


@pytest.mark.parametrize("model", [AccessEvent, SignInEvent])
@pytest.mark.parametrize("verb", ["UPDATE {} SET event = 'x'", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}"])
def test_the_application_cannot_change_the_audit(db, model, verb):
    with connection.cursor() as cursor, pytest.raises(ProgrammingError), transaction.atomic():
        cursor.execute(verb.format(model._meta.db_table))


def test_the_tests_run_as_the_applications_role(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("mappa_app", False, False)


def test_the_application_owns_no_table(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = 'mappa_app'")
        assert cursor.fetchone() == (0,)


def test_an_action_refused_changes_nothing(offender, outsider):
    with pytest.raises(PermissionDenied):
        actions.complete_review(offender=offender, outcome="Held", next_review_on=None, by=outsider)

    assert Offender._base_manager.get(pk=offender.pk).next_review_on == offender.next_review_on
