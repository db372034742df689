"""Reading very many people in an hour: noted above one number, stopped above another, and signing in again is no way round."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.models import Standard
from audit.models import AccessEvent
from tests.assurance.logging_in import BACKEND, acts
from tests.factories import OffenderFactory


@pytest.fixture
def four(offender, practitioner):
    """Four people were opened within the hour."""
    cases = [offender, *(OffenderFactory(area=offender.area, lead_agency=offender.lead_agency) for _each in range(3))]
    acts(practitioner, cases)
    return cases


def limits(warn, stop):
    Standard.objects.filter(name="view_warn_people_hour").update(value=warn)
    Standard.objects.filter(name="view_stop_people_hour").update(value=stop)


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/who-can-see/"


def test_above_the_first_number_it_is_noted_once_and_shown_all_the_same(client, practitioner, four, url):
    limits(warn=3, stop=9)
    client.force_login(practitioner, backend=BACKEND)

    assert [client.get(url).status_code for _each in range(2)] == [200, 200]

    event = AccessEvent.objects.get(event="reading.many_people")
    assert (event.actor_id, event.detail) == (practitioner.pk, {"people": 4})


def test_above_the_second_nothing_is_shown_and_the_page_says_whom_to_call(
    client, practitioner, information_officer, four, url
):
    limits(warn=2, stop=4)
    client.force_login(practitioner, backend=BACKEND)

    response = client.get(url)

    assert response.status_code == 429
    assert information_officer.email in response.text
    assert "Ashdown" not in response.text
    assert AccessEvent.objects.get(event="reading.stopped").outcome == "N"
    assert client.get("/access-log/mine/").status_code == 200


def test_signing_in_again_does_not_begin_the_hour_anew(client, practitioner, four, url):
    limits(warn=2, stop=4)
    for _each in range(2):
        client.force_login(practitioner, backend=BACKEND)
        assert client.get(url).status_code == 429
        client.logout()


def test_an_hour_later_everything_is_open_again(client, practitioner, offender, url):
    limits(warn=1, stop=1)
    acts(practitioner, [offender], at=timezone.now() - timedelta(minutes=61))
    client.force_login(practitioner, backend=BACKEND)

    assert client.get(url).status_code == 200


def test_while_somebody_reads_little_no_page_pays_for_the_count(
    client, practitioner, four, url, django_assert_max_num_queries
):
    client.force_login(practitioner, backend=BACKEND)

    with django_assert_max_num_queries(60) as captured:
        client.get(url)

    assert not [query for query in captured if "COUNT" in query["sql"] and '"audit_accessevent"' in query["sql"]]
