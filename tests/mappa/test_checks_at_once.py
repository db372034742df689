"""The check constraints of a row are asked together, and each in its own words where one fails."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint

from mappa import checks_at_once
from offenders.models import Licence
from tests.factories import LicenceFactory

CHECKS = [one for one in Licence._meta.constraints if isinstance(one, CheckConstraint)]


@pytest.fixture
def licence(offender):
    return LicenceFactory(offender=offender)


def test_a_row_in_order_is_asked_once(licence, django_assert_num_queries):
    assert len(CHECKS) > 1

    with django_assert_num_queries(3):  # the question, in a savepoint
        assert checks_at_once.all_hold(licence)


def test_each_check_that_fails_says_so_in_its_own_words(licence):
    licence.kind, licence.ending = "life", "cancelled"

    with pytest.raises(ValidationError) as refused:
        licence.validate_constraints()

    alone = []
    for check in CHECKS:
        try:
            check.validate(Licence, licence)
        except ValidationError as error:
            alone += error.messages
    assert len(alone) > 1
    assert sorted(refused.value.messages) == sorted(alone)


def test_a_check_of_a_field_that_is_left_out_hides_no_other(licence):
    licence.kind, licence.ending = "life", "cancelled"

    assert not checks_at_once.all_hold(licence, exclude={"ending"})
    with pytest.raises(ValidationError):
        licence.validate_constraints(exclude={"ending"})


def test_a_row_put_right_is_in_order_and_one_spoilt_again_is_not(licence):
    licence.validate_constraints()
    licence.ends_on = licence.starts_on - timedelta(days=1)

    with pytest.raises(ValidationError):
        licence.validate_constraints()


def test_what_cannot_be_computed_is_left_to_each_check(licence, monkeypatch):
    monkeypatch.setattr(licence, "starts_on", "no day")

    assert not checks_at_once.all_hold(licence)
