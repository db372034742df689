"""A case that is disposed of leaves the history too: who, when and what kind stay, and the seal still holds."""

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction

from audit import record as audit
from audit.models import AccessEvent, Act, Change
from audit.verifying import verify
from tests.audit.sealed import seal_all, tamper
from tests.factories import OffenderFactory, UserFactory

CANARY = "Xanthippe"


def held():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_change WHERE concat(old, new) LIKE %s", [f"%{CANARY}%"])
        return cursor.fetchone()[0]


def erase(case, certificate, beside="{}"):
    """As the owner of the tables, whose function disposes of a case."""
    tamper(f"SELECT audit_erase({case}, '{certificate}', '{beside}')", address="DATABASE_MIGRATOR_URL", quietly=False)


def test_the_contents_go_and_the_rest_stays(committed):
    offender = OffenderFactory(surname=CANARY)
    rows = Change.objects.filter(case_id=offender.pk)
    before, others = rows.count(), Change.objects.exclude(case_id=offender.pk).filter(certificate="").count()

    erase(offender.pk, "DC-2026-1")

    assert (held(), rows.count()) == (0, before)
    assert set(rows.values_list("certificate", "old", "new")) == {("DC-2026-1", None, None)}
    assert Change.objects.exclude(case_id=offender.pk).filter(certificate="").count() == others
    event = AccessEvent.objects.get(event="audit.erased")
    assert (event.act, event.case_id, event.reference) == (Act.ERASE, offender.pk, "DC-2026-1")
    assert event.detail == {"rows": before, "beside": {}}


def test_rows_beside_the_case_go_too_and_are_named(committed):
    offender, person = OffenderFactory(), UserFactory()

    erase(offender.pk, "DC-2026-2", f'{{"agencies_user": [{person.pk}]}}')

    assert not Change.objects.filter(table_name="agencies_user", row_id=str(person.pk), certificate="").exists()
    assert AccessEvent.objects.get(event="audit.erased").detail["beside"] == {"agencies_user": [str(person.pk)]}


def test_the_seal_holds_over_what_was_erased(committed):
    offender, person = OffenderFactory(surname=CANARY), UserFactory()
    seal_all()
    erase(offender.pk, "DC-2026-3", f'{{"agencies_user": [{person.pk}]}}')
    seal_all()

    assert held() == 0
    assert verify().problems == []


def test_a_certificate_is_good_once(committed):
    one, other = OffenderFactory(), OffenderFactory()
    erase(one.pk, "DC-2026-4")

    for case in (one, other):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="used before"):
            erase(case.pk, "DC-2026-4")


def test_the_application_may_not_blank_whatever_it_records_before(offender, administrator):
    audit.record("audit.erased", by=administrator, case_id=offender.pk, reference="DC-2026-5")
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        cursor.execute("SELECT audit_erase(%s, 'DC-2026-5', '{}')", [offender.pk])
