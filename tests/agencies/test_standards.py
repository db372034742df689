"""Figures of the Guidance: the area's own before the national one, on their dates, and plain words when one is missing."""

from datetime import timedelta

import pytest

from agencies.models import Standard
from agencies.models.standard import UnknownStandardError, value

NAME = "level_2_review_weeks"


def test_the_national_figure_holds_where_the_area_has_none(area, today):
    assert value(NAME, area, today) == 16


def test_an_area_may_be_stricter(area, other_area, today):
    Standard.objects.create(name=NAME, value=12, unit="weeks", area=area, from_on=today, citation="Board decision")

    assert (value(NAME, area, today), value(NAME, other_area, today)) == (12, 16)


def test_a_later_figure_counts_from_its_day(area, today):
    Standard.objects.create(name=NAME, value=10, unit="weeks", from_on=today + timedelta(days=1), citation="Guidance")

    assert value(NAME, area, today) == 16
    assert value(NAME, area, today + timedelta(days=1)) == 10


def test_a_missing_figure_is_named_with_what_to_do(area, today):
    with pytest.raises(UnknownStandardError, match="Ask an administrator to add one under Standards"):
        value("no_such_figure", area, today)


def test_a_page_that_needs_a_missing_figure_names_it(client, practitioner, offender, today):
    Standard.objects.filter(name="level_1_review_weeks").update(until=today - timedelta(days=1))
    client.force_login(practitioner)

    response = client.post(f"/people/{offender.reference}/review/", {"outcome": "No change in the month"})

    assert response.status_code == 503
    assert "No standard “level_1_review_weeks” is in force" in response.text
