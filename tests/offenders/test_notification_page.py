"""One page: what is due next, the requirements with their reasoning, and everything notified; long records stay fast."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from offenders.models import Notification
from tests.factories import (
    ForeignTravelFactory,
    NotificationBreachFactory,
    NotificationFactory,
    RequirementReviewFactory,
    StayFactory,
    WhereaboutsPeriodFactory,
    in_days,
)
from tests.offenders.notifying import begin, notify


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/notification/"


@pytest.fixture
def must(offender, practitioner):
    return begin(offender, practitioner)


def test_an_empty_record_says_so(client, practitioner, url):
    client.force_login(practitioner)

    text = client.get(url).text

    assert "No notification requirements stand on this record." in text
    assert "Begin from a conviction, finding or caution" in text


def test_what_is_due_comes_first_with_its_authority(client, practitioner, must, url):
    client.force_login(practitioner)

    text = client.get(url).text

    assert text.index("What is due next") < text.index('id="requirements"') < text.index('id="notifications"')
    assert "3 March 2024. Overdue by" in text
    assert "Sexual Offences Act 2003 s.83(1)" in text
    assert "1 notification deadline has passed." in text
    assert f"/people/notification-deadlines/{must.dues.visible_to(practitioner).get().reference}/missed/" in text


def test_the_requirement_says_its_last_day_and_why(client, practitioner, must, url):
    client.force_login(practitioner)

    text = client.get(url).text

    assert "28 February 2029" in text
    assert "the requirements apply for 5 years" in text


def test_an_indefinite_one_says_so(client, offender, practitioner, url):
    begin(offender, practitioner, disposal="imprisonment", term_months=36)
    client.force_login(practitioner)

    assert "Indefinite" in client.get(url).text


def test_a_period_that_is_over_asks_for_the_end(client, offender, practitioner, url):
    begin(offender, practitioner, dealt_with_on=date(2010, 1, 1))
    client.force_login(practitioner)

    text = client.get(url).text

    assert "Period over" in text
    assert "ended on 31 December 2014. Record the end." in text


def test_everything_recorded_is_shown(client, offender, practitioner, must, url):
    NotificationFactory(offender=offender, requirement=must, fingerprints=True, no_fixed_abode=True)
    notify(must, practitioner, "address", date(2024, 6, 1), expected_on=date(2024, 6, 10))
    NotificationFactory(
        offender=offender, requirement=must, struck_on=in_days(0), struck_by=practitioner, struck_reason="Wrong person"
    )
    StayFactory(offender=offender, premises__address="7 Mill Lane", premises__folded="7 mill lane")
    ForeignTravelFactory(offender=offender, late_reason="A funeral")
    ForeignTravelFactory(offender=offender, leaves_on=date(2024, 9, 1), called_off_on=in_days(0), destination="Spain")
    NotificationBreachFactory(offender=offender, requirement=must, what="A false address")
    RequirementReviewFactory(offender=offender, requirement=must)
    WhereaboutsPeriodFactory(
        offender=offender, kind="custody", move="reception", place="HMP Example", from_on=date(2024, 3, 1)
    )
    client.force_login(practitioner)

    text = client.get(url).text

    for words in (
        *("Fingerprints", "weekly notification", "The notice stands.", "Wrong person", "7 Mill Lane", "A funeral"),
        *("Called off", "A false address", "Application of", "In custody", "since 1 March 2024", "Must be notified"),
    ):
        assert words in text


@pytest.mark.parametrize("person", ["chair", "victim_liaison", "housing"])
def test_who_may_only_see_is_offered_no_change(client, request, granted, must, url, person):
    client.force_login(request.getfixturevalue(person))
    reason = url.replace("notification", "reason")
    client.post(reason, {"purpose": "work", "words": ""})

    response = client.get(url)

    assert response.status_code in {200, 302}
    assert "Record a notification" not in response.text


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_a_stranger_cannot_tell_that_the_case_exists(client, request, must, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 404


@pytest.fixture
def twenty_years(offender, must):
    """A thousand weekly notifications."""
    day, row = date(2006, 1, 1), NotificationFactory(offender=offender, requirement=must)
    Notification._base_manager.bulk_create(
        Notification(
            offender=offender,
            requirement=must,
            kind="periodic",
            given_on=day + timedelta(weeks=number),
            place="Luton",
            received_by="PC",
            what=f"Week {number}",
            by=row.by,
        )
        for number in range(1000)
    )


def test_a_thousand_notifications_cost_no_more_queries_than_one(client, offender, practitioner, must, url, request):
    NotificationFactory(offender=offender, requirement=must)
    client.force_login(practitioner)
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(url)

    request.getfixturevalue("twenty_years")

    with CaptureQueriesContext(connection) as many:
        response = client.get(url)
    assert len(many) <= len(few) <= 50
    assert response.text.count("Week ") <= 25


def test_older_ones_are_reached_page_by_page_and_each_once(client, practitioner, twenty_years, url):
    client.force_login(practitioner)
    seen, address = [], url

    while address and len(seen) < 1100:
        parts = client.get(address).context["parts"]
        part = next(part for part in parts if part.slug == "notifications")
        seen += [line.value for card in part.cards for line in card.lines if line.value.startswith("Week ")]
        address = part.add.url.partition("#")[0] if part.add else ""

    assert len(seen) == len(set(seen)) == 1000


@pytest.mark.parametrize("place", ["x", "2024-01-01~", "~", "2024-13-01~4", "2024-01-01~x"])
def test_an_address_that_makes_no_sense_is_the_beginning(client, practitioner, must, url, place):
    notify(must, practitioner, what="The first")
    client.force_login(practitioner)

    assert "The first" in client.get(url, {"notifications": place}).text


def test_recording_one_more_of_a_thousand_asks_no_more_of_the_database(practitioner, must, request):
    notify(must, practitioner, "periodic", date(2025, 5, 1))
    with CaptureQueriesContext(connection) as few:
        notify(must, practitioner, "periodic", date(2025, 6, 1))
    request.getfixturevalue("twenty_years")

    with CaptureQueriesContext(connection) as many:
        notify(must, practitioner, "periodic", date(2025, 7, 1))

    assert len(many) <= len(few)
