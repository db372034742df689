"""The filters beside a search, each alone, and dates of birth that are known in part."""

import pytest

from mappa import dates
from tests.factories import GroupGrantFactory, OffenderFactory


def names(response):
    return [row["name"].partition(",")[0] for row in response.context["rows"]]


def listed(client, **filters):
    return names(client.get("/people/", filters))


@pytest.fixture
def others(area, other_area, practitioner, probation, offender):
    OffenderFactory(surname="High", area=area, rosh=3, whereabouts="custody", lead_officer=practitioner)
    OffenderFactory(surname="Low", area=area, rosh=1, lead_agency=probation, category=1)
    away = OffenderFactory(surname="Away", area=other_area, rosh=3)
    GroupGrantFactory(content_object=away, group=probation.group)
    return away


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"rosh": "3"}, ["Away", "High"]),
        ({"rosh": "-1"}, ["Ashdown"]),
        ({"mine": "on"}, ["Ashdown", "High"]),
        ({"mine": "on", "rosh": "3"}, ["High"]),
        ({"area": "bedfordshire"}, ["Ashdown", "High", "Low"]),
        ({"area": "north-wales"}, ["Away"]),
        ({"whereabouts": "custody"}, ["High"]),
        ({"category": "1"}, ["Low"]),
        ({"area": "bedfordshire", "rosh": "1", "category": "1"}, ["Low"]),
        ({"area": "atlantis", "rosh": "9"}, ["Ashdown", "Away", "High", "Low"]),
    ],
)
def test_each_filter_lets_through_what_it_says(client, practitioner, others, filters, found):
    client.force_login(practitioner)

    assert listed(client, **filters) == found


def test_no_area_is_offered_in_which_nothing_is_seen(client, practitioner, offender, other_case):
    client.force_login(practitioner)

    form = client.get("/people/").context["form"]

    assert [area.slug for area in form.fields["area"].queryset] == ["bedfordshire"]


def test_the_chosen_filters_are_said_in_words(client, practitioner, others):
    client.force_login(practitioner)

    response = client.get("/people/", {"area": "bedfordshire", "rosh": "3", "mine": "on"})

    labels = [tag["label"] for tag in response.context["chosen"]]
    assert labels == ["Area: Bedfordshire", "Risk of serious harm: High", "Only people I am lead officer of"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Ashdown 14 May", ["Ashdown"]),
        ("Ashdown 14/5", ["Ashdown"]),
        ("Ashdown 15 May", []),
        ("Ashdown about 1982", ["Ashdown"]),
        ("about 1983", ["Ashdown"]),
        ("c. 1980 Ashdown", ["Ashdown"]),
        ("about 1990", []),
        ("Ashdown 1982", []),
        ("14 May", []),
        ("Ashdown 31/31", []),
    ],
)
def test_a_date_of_birth_known_in_part_narrows_a_name(client, practitioner, offender, words, found):
    client.force_login(practitioner)

    assert names(client.post("/people/", {"words": words}, follow=True)) == found


@pytest.mark.parametrize("say", ["Ashdown aged %s", "Ashdown %s years old", "age %s"])
def test_an_age_finds_those_who_are_that_old(client, practitioner, offender, today, say):
    client.force_login(practitioner)
    age = dates.age(offender.born_on, today)

    assert names(client.post("/people/", {"words": say % age}, follow=True)) == ["Ashdown"]
    assert names(client.post("/people/", {"words": say % (age + 1)}, follow=True)) == []
