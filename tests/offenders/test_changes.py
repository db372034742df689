"""What was changed in a record: old and new, who and when, for those who keep it; and no compartment is opened by it."""

import pytest
from django.apps import apps

from offenders import changes
from offenders.models import Document, Offender
from tests.factories import (
    AddressFactory,
    DocumentFactory,
    ExclusionFactory,
    PurposeFactory,
    RestrictionFactory,
    VictimFactory,
    in_days,
)

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

    with django_assert_max_num_queries(26):
        page = client.get(url).text
    assert "Name29" in page
    assert "from=" in page


def test_who_is_kept_out_and_why_is_told_to_those_who_may_share_the_case_alone(
    client, practitioner, coordinator, outsider, offender, url
):
    ExclusionFactory(offender=offender, user=outsider, reason="I know somebody whom the person harmed")
    PurposeFactory(offender=offender, user=outsider, purpose="other", words="Canary purpose")
    RestrictionFactory(offender=offender, reason="Canary restriction")
    said = ("whom the person harmed", "Canary purpose", "Canary restriction")

    client.force_login(practitioner, backend=BACKEND)
    page = client.get(url).text
    assert not [words for words in said if words in page]
    assert outsider.name not in page

    client.force_login(coordinator, backend=BACKEND)
    page = client.get(url).text
    assert [words for words in said if words in page] == list(said)


def test_what_stood_in_a_row_before_it_came_to_a_wider_audience_is_not_shown(client, practitioner, offender, url):
    row = DocumentFactory(offender=offender, audience="authority", title="Canary title")
    Document._base_manager.filter(pk=row.pk).update(audience="everyone", title="Plain title")
    Document._base_manager.filter(pk=row.pk).update(title="Later title")
    client.force_login(practitioner, backend=BACKEND)

    page = client.get(url).text

    assert "Canary title" not in page
    assert "Plain title → Later title" in page


def test_every_table_that_is_named_is_there():
    assert {apps.get_model(label)._meta.label for label in changes.FACTS | changes.OF_ACCESS} == (
        changes.FACTS | changes.OF_ACCESS
    )
