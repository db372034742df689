"""A record under a legal hold neither ends nor is merged, and nothing of it is deleted."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, ProgrammingError, connection, transaction

from mappa import dates
from offenders import merging
from offenders.actions.category_decisions import exit_from_mappa
from offenders.models import LegalHold, LevelPeriod, Offender, TimelineEntry
from panels.actions import discard_referral
from panels.actions.referring import forget_old_referrals
from tests.factories import LegalHoldFactory, OffenderFactory, ReferralFactory, TimelineEntryFactory, in_days


@pytest.fixture
def held(offender):
    LegalHoldFactory(offender=offender)
    return offender


def test_a_held_case_neither_ends_nor_is_merged(held, coordinator):
    other = OffenderFactory(area=held.area, lead_agency=held.lead_agency, level_period=True)

    with pytest.raises(ValidationError, match="holds this record whole"):
        exit_from_mappa(offender=held, kind="left", reasons="x", decided_on=dates.today(), meeting="MT", by=coordinator)
    for first, second in ((held, other), (other, held)):
        with pytest.raises(ValidationError, match="holds this record whole"):
            merging.preview(offender=first, other=second, choices={}, by=coordinator)
    assert Offender.objects.visible_to(coordinator).get(pk=held.pk).ended_on is None


def test_what_was_never_sent_of_a_held_case_is_kept_too(held, practitioner, manager):
    draft = ReferralFactory(offender=held, draft=True, kept_until=in_days(-1))

    assert forget_old_referrals() == 0
    with pytest.raises(ValidationError, match="holds this record whole"):
        discard_referral(referral=draft, by=practitioner)
    LegalHold._base_manager.update(lifted_at=draft.begun_at, lifted_by=manager, lifted_because="Closed")
    assert forget_old_referrals() == 1


def test_the_database_itself_keeps_the_log_of_a_held_case(held):
    entry = TimelineEntryFactory(offender=held)
    free = OffenderFactory(level_period=True)

    with pytest.raises(IntegrityError, match="legal hold"), transaction.atomic():
        LevelPeriod._base_manager.filter(offender=held).delete()
    with pytest.raises(IntegrityError, match="legal hold"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM offenders_offender WHERE id = %s", [held.pk])
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        TimelineEntry._base_manager.filter(pk=entry.pk).delete()
    assert LevelPeriod._base_manager.filter(offender=free).delete()[0] == 1
