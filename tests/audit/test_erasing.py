"""A case that is disposed of leaves the history too: who, when and what kind stay, and the seal still holds."""

import pytest
from django.db import DatabaseError, connection, transaction

from agencies.models.user import system_user
from audit import record as audit
from audit.erasing import erase
from audit.models import AccessEvent, Act, Change
from audit.verifying import verify
from tests.audit.sealed import seal_all
from tests.factories import OffenderFactory

CANARY = "Xanthippe"


def held():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_change WHERE concat(old, new) LIKE %s", [f"%{CANARY}%"])
        return cursor.fetchone()[0]


def test_the_contents_go_and_the_rest_stays(offender, administrator):
    type(offender)._base_manager.filter(pk=offender.pk).update(surname=CANARY)
    others = Change.objects.exclude(case_id=offender.pk).filter(certificate="").count()

    gone = erase(offender.pk, "DC-2026-1", by=administrator)

    rows = Change.objects.filter(case_id=offender.pk)
    assert (held(), gone) == (0, rows.count())
    assert set(rows.values_list("certificate", "old", "new")) == {("DC-2026-1", None, None)}
    assert Change.objects.exclude(case_id=offender.pk).filter(certificate="").count() == others
    event = AccessEvent.objects.get(event="audit.erased")
    assert (event.act, event.case_id, event.reference) == (Act.ERASE, offender.pk, "DC-2026-1")


def test_rows_beside_the_case_go_too(offender, practitioner, administrator):
    assert Change.objects.filter(table_name="agencies_user", row_id=str(practitioner.pk), certificate="").exists()

    erase(offender.pk, "DC-2026-2", by=administrator, beside={"agencies_user": [practitioner.pk]})

    assert not Change.objects.filter(table_name="agencies_user", row_id=str(practitioner.pk), certificate="").exists()


def test_the_seal_holds_over_what_was_erased(committed):
    offender = OffenderFactory(surname=CANARY)
    seal_all()
    with transaction.atomic():
        erase(offender.pk, "DC-2026-3", by=system_user())
    seal_all()

    assert held() == 0
    assert verify().problems == []


def test_the_database_refuses_without_a_record(offender):
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="No erasure"), transaction.atomic():
        cursor.execute("SELECT audit_erase(%s, 'DC-2026-4', '{}')", [offender.pk])


def test_a_record_of_another_case_does_not_do(offender, administrator):
    audit.record("audit.erased", by=administrator, case_id=offender.pk + 1, reference="DC-2026-5")
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="No erasure"), transaction.atomic():
        cursor.execute("SELECT audit_erase(%s, 'DC-2026-5', '{}')", [offender.pk])
