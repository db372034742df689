"""A record under a legal hold is not merged, and nothing of it is deleted; but the law alone says whether it ends."""

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


def test_a_held_case_ends_when_the_law_ends_it_and_stays_held(held, coordinator):
    exit_from_mappa(offender=held, kind="left", reasons="x", decided_on=dates.today(), meeting="MT", by=coordinator)

    assert Offender.objects.visible_to(coordinator).get(pk=held.pk).ended_on == dates.today()
    assert LegalHold.objects.visible_to(coordinator).standing().stands_on(held)


def test_a_held_case_is_not_merged(held, coordinator):
    other = OffenderFactory(area=held.area, lead_agency=held.lead_agency, level_period=True)

    for first, second in ((held, other), (other, held)):
        with pytest.raises(ValidationError, match="holds this record whole"):
            merging.preview(offender=first, other=second, choices={}, by=coordinator)


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
