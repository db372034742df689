"""What was changed in a record: old and new, who and when, for those who keep it; and no compartment is opened by it."""

import pytest

from offenders.models import Offender
from tests.factories import AddressFactory, VictimFactory, in_days

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/changes/"


def test_old_and_new_stand_with_who_and_when(client, practitioner, offender, url):
    client.force_login(practitioner, backend=BACKEND)
    Offender._base_manager.filter(pk=offender.pk).update(surname="Otherwise")

    page = client.get(url).text

    assert f"{offender.surname} → Otherwise" in page
    assert "mappa itself" in page


def test_who_did_it_stands_with_his_agency(client, practitioner, offender, url):
    client.force_login(practitioner, backend=BACKEND)
    day = in_days(-1)
    typed = {"happened_on_day": day.day, "happened_on_month": day.month, "happened_on_year": day.year}
    note = {"kind": "home-visit", "text": "Seen at home", "audience": "everyone"}
    client.post(f"/people/{offender.reference}/notes/add/", note | typed)

    words = " ".join(client.get(url).text.split())
    assert f"{practitioner.name}, Probation, Bedfordshire" in words


def test_a_victim_is_not_told_of_to_those_outside_the_compartment(client, practitioner, offender, url):
    VictimFactory(offender=offender, name="Canary Person")
    client.force_login(practitioner, backend=BACKEND)

    page = client.get(url).text

    assert "Canary Person" not in page
    assert "Victim" not in page.split("<main")[1]


def test_a_removed_row_is_shown_where_sight_of_the_case_was_the_rule(client, practitioner, offender, url):
    AddressFactory(offender=offender, postcode="AB1 2CD").delete()
    client.force_login(practitioner, backend=BACKEND)

    assert "AB1 2CD" in client.get(url).text


def test_a_removed_row_of_a_compartment_is_not_shown(client, practitioner, offender, url):
    VictimFactory(offender=offender, name="Canary Person").delete()
    client.force_login(practitioner, backend=BACKEND)

    assert "Canary Person" not in client.get(url).text


def test_whoever_sees_the_case_and_does_not_keep_it_is_refused(client, housing, victim_liaison, offender, url):
    client.force_login(victim_liaison, backend=BACKEND)
    assert client.get(url).status_code == 403


def test_to_others_there_is_no_such_case(client, outsider, url):
    client.force_login(outsider, backend=BACKEND)
    assert client.get(url).status_code == 404


def test_a_page_costs_by_the_tables_on_it_and_not_by_its_rows(
    client, practitioner, offender, url, django_assert_max_num_queries
):
    client.force_login(practitioner, backend=BACKEND)
    client.get(url)
    for number in range(30):
        Offender._base_manager.filter(pk=offender.pk).update(surname=f"Name{number}")

    with django_assert_max_num_queries(24):
        page = client.get(url).text
    assert "Name29" in page
    assert "from=" in page
