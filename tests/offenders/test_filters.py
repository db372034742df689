"""The filters beside a search, each alone, and dates of birth that are known in part."""

from datetime import date

import pytest

from mappa import dates
from tests.factories import BirthDateFactory, GroupGrantFactory, IdentifierFactory, OffenderFactory


def names(response):
    return [row["name"].partition(",")[0] for row in response.context["rows"]]


def listed(client, **filters):
    return names(client.get("/people/", filters))


@pytest.fixture
def others(area, other_area, practitioner, probation, offender):
    OffenderFactory(surname="High", area=area, rosh=3, whereabouts="custody", lead_officer=practitioner, category=None)
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
        ({"category": "-1"}, ["High"]),
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
        ("Ashdown May 1981", ["Ashdown"]),
        ("Ashdown 1981-05", ["Ashdown"]),
        ("1981-05", ["Ashdown"]),
        ("05/1981", ["Ashdown"]),
        ("Ashdown 06/1981", []),
        ("Ashdown about June 1981", ["Ashdown"]),
        ("about 1/4/1981 Ashdown", ["Ashdown"]),
        ("about 1/1/1981 Ashdown", []),
        ("Ashdown 1980-1983", ["Ashdown"]),
        ("1982 to 1983", []),
        ("c 1981", ["Ashdown"]),
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


def test_a_birthday_is_that_day_also_of_another_date_on_the_record(client, practitioner, offender):
    BirthDateFactory(offender=offender, kind="other", first=date(1985, 3, 9), last=date(1985, 3, 9))
    client.force_login(practitioner)

    found = {
        words: names(client.post("/people/", {"words": words}, follow=True))
        for words in ("Ashdown 15 May", "Ashdown 9 March")
    }

    assert found == {"Ashdown 15 May": [], "Ashdown 9 March": ["Ashdown"]}


@pytest.mark.parametrize(
    ("surname", "words"), [("Ng", "Ng 1981"), ("Li", "li 1981"), ("Jo", "1981 Jo"), ("May", "May 1981")]
)
def test_a_short_name_with_a_year_is_a_name(client, practitioner, area, surname, words):
    OffenderFactory(surname=surname, area=area)
    client.force_login(practitioner)

    assert names(client.post("/people/", {"words": words}, follow=True))[:1] == [surname]


def test_a_name_that_is_a_month_is_a_name_first(client, practitioner, area):
    OffenderFactory(surname="Smith", forenames="April", area=area, born_on=date(1981, 8, 1))
    OffenderFactory(surname="Bell", forenames="Ann", area=area, born_on=date(1981, 4, 1))
    client.force_login(practitioner)

    assert names(client.post("/people/", {"words": "April Smith 1981"}, follow=True)) == ["Smith"]
    assert names(client.post("/people/", {"words": "Bell April 1981"}, follow=True)) == ["Bell"]


def test_an_agency_that_leads_from_elsewhere_or_was_closed_can_be_chosen(client, practitioner, others, probation, area):
    closed = OffenderFactory(surname="Closed", area=area).lead_agency
    type(closed).objects.filter(pk=closed.pk).update(is_active=False)
    client.force_login(practitioner)

    assert listed(client, lead_agency=str(closed.pk)) == ["Closed"]
    assert listed(client, lead_agency=str(others.lead_agency.pk)) == ["Away"]


def test_a_number_is_found_past_the_filters_and_the_page_says_so(client, practitioner, others, offender):
    IdentifierFactory(offender=offender, kind="crn", value="X123456")
    client.force_login(practitioner)

    page = client.post("/people/", {"words": "X123456", "whereabouts": "custody"}, follow=True)

    assert names(page) == ["Ashdown"]
    assert "the filters do not count for it" in page.text
    assert "do not count" not in client.post("/people/", {"words": "Ashdown", "level": "1"}, follow=True).text
