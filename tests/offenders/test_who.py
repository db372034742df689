"""Who can see this: the answer of the deciding query, agency by agency."""

import pytest

from offenders.models import Offender
from tests.factories import ExclusionFactory, PersonalGrantFactory


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/who-can-see/"


def rows(response):
    return [(row["agency"], row["why"], row["people"]) for row in response.context["rows"]]


RA = "Responsible Authority of Bedfordshire"


def test_agencies_are_listed_with_why_and_how_many(client, coordinator, practitioner, manager, housing, granted, url):
    client.force_login(practitioner)

    response = client.get(url)

    assert rows(response) == [
        ("Housing, Bedfordshire", "Shared by hand", 1),
        ("Police, Bedfordshire", RA, 1),
        ("Probation, Bedfordshire", RA, 2),
    ]
    assert "4 people can see this case." in response.text


def test_the_reader_is_told_why_he_sees_it(client, housing, granted, url):
    client.force_login(housing)

    assert client.get(url).context["mine"] == ["Shared by hand"]


def test_a_restricted_case_lists_those_named_on_it(client, practitioner, manager, offender, url):
    Offender._base_manager.update(restricted=True)
    PersonalGrantFactory(content_object=offender, user=practitioner)
    client.force_login(practitioner)

    response = client.get(url)

    assert rows(response) == [("Probation, Bedfordshire", "Named on the case: Bob", 1)]
    assert "only people named on it see it" in response.text


def test_who_is_excluded_is_not_counted_and_not_named(client, practitioner, manager, offender, url):
    ExclusionFactory(offender=offender, user=manager)
    client.force_login(practitioner)

    response = client.get(url)

    assert "1 person can see this case.</strong> 1 person is excluded from it." in response.text
    assert "Maya" not in response.text


def test_somebody_with_two_reasons_is_counted_once(client, practitioner, offender, url):
    PersonalGrantFactory(content_object=offender, user=practitioner)
    client.force_login(practitioner)

    response = client.get(url)

    assert len(rows(response)) == 2
    assert "1 person can see this case." in response.text


def test_a_stranger_cannot_tell_that_it_exists(client, outsider, url):
    client.force_login(outsider)

    assert client.get(url).status_code == 404


def test_the_page_asks_the_same_few_questions_always(
    client, coordinator, practitioner, manager, housing, chair, granted, url, django_assert_max_num_queries
):
    client.force_login(practitioner)

    with django_assert_max_num_queries(28):
        client.get(url)
