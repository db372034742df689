"""What may be disposed of is listed by reference; nothing goes by itself."""

import pytest

from agencies.models import Standard
from assurance import retention
from mappa import dates
from offenders.models import Offender
from tests.factories import CategoryBasisFactory, ExclusionFactory, LegalHoldFactory, LevelPeriodFactory


def listed(offender, officer):
    """Whether the record is on the list of its area."""
    return retention.due(offender.area, dates.today(), to=officer).filter(pk=offender.pk).exists()


def ended(offender, years, **changes):
    day = dates.add_years(dates.today(), -years)
    Offender._base_manager.filter(pk=offender.pk).update(ended_on=day, **changes)


def test_a_record_that_ended_long_enough_ago_is_listed_without_a_name(
    client, information_officer, over, django_assert_max_num_queries
):
    client.force_login(information_officer)

    with django_assert_max_num_queries(22):
        page = client.get("/assurance/retention/").text

    assert over.reference in page
    assert over.surname not in page
    assert "100 years of age" in page


@pytest.mark.parametrize(("years", "is_listed"), [(5, False), (7, True)])
def test_an_ordinary_record_is_kept_for_six_years(information_officer, offender, years, is_listed):
    ended(offender, years)

    assert listed(offender, information_officer) == is_listed


def test_a_current_case_is_never_listed(information_officer, offender):
    assert not listed(offender, information_officer)


def test_a_record_managed_at_level_2_is_kept_longer(information_officer, offender):
    LevelPeriodFactory(offender=offender, level=2, until=dates.today())
    ended(offender, 7)

    assert not listed(offender, information_officer)
    ended(offender, 11)
    assert listed(offender, information_officer)


def test_a_registered_sexual_offender_is_kept_to_the_hundredth_birthday_or_after_death(information_officer, offender):
    CategoryBasisFactory(offender=offender, category=1)
    ended(offender, 30)
    assert not listed(offender, information_officer)

    ended(offender, 30, born_on=dates.add_years(dates.today(), -100))
    assert listed(offender, information_officer)
    ended(offender, 7, born_on=dates.add_years(dates.today(), -50), whereabouts="deceased")
    assert listed(offender, information_officer)


def test_held_records_and_those_one_is_excluded_from_are_left_out(information_officer, over):
    exclusion = ExclusionFactory(offender=over, user=information_officer)
    assert not listed(over, information_officer)

    type(exclusion)._base_manager.update(ended_on=dates.today(), ended_by=information_officer)
    assert listed(over, information_officer)
    LegalHoldFactory(offender=over)
    assert not listed(over, information_officer)


def test_an_area_may_keep_records_longer(information_officer, over):
    since = dates.today()
    Standard.objects.create(name="retention_record_years", value=20, unit="years", area=over.area, from_on=since)

    assert not listed(over, information_officer)


def test_a_coordinator_may_not_read_the_list(client, coordinator):
    client.force_login(coordinator)

    assert client.get("/assurance/retention/").status_code == 403
