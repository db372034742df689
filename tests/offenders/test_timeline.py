"""The timeline: everything that happened, newest first, page by page."""

from datetime import UTC, datetime

import pytest
import time_machine

from tests.factories import TimelineEntryFactory


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/timeline/"


def titles(response):
    return [event["title"] for event in response.context["events"]]


def walk(client, url):
    pages = [client.get(url)]
    while pages[-1].context["next"]:
        pages.append(client.get(pages[-1].context["next"]))
    return pages


def test_entries_are_told_newest_first_with_who_and_when(client, practitioner, offender, url):
    with time_machine.travel(datetime(2026, 7, 1, 13, 10, tzinfo=UTC), tick=False):
        TimelineEntryFactory(offender=offender, by=practitioner, title="Something", text="In words")
    client.force_login(practitioner)

    response = client.get(url)

    assert "1 July 2026 at 2:10pm" in response.text
    assert "by Bob" in response.text
    assert "In words" in response.text


def test_every_entry_is_on_exactly_one_page(client, practitioner, offender, url):
    for number in range(60):
        TimelineEntryFactory(offender=offender, title=f"Thing {number}")
    client.force_login(practitioner)

    pages = walk(client, url)

    assert [len(titles(page)) for page in pages] == [25, 25, 10]
    assert [title for page in pages for title in titles(page)] == [f"Thing {number}" for number in range(59, -1, -1)]


def test_also_when_all_happened_in_the_same_instant(client, practitioner, offender, url):
    with time_machine.travel(datetime(2026, 7, 1, 12, 0, tzinfo=UTC), tick=False):
        for number in range(60):
            TimelineEntryFactory(offender=offender, title=f"Thing {number}")
    client.force_login(practitioner)

    assert [title for page in walk(client, url) for title in titles(page)] == [
        f"Thing {number}" for number in range(59, -1, -1)
    ]


@pytest.mark.parametrize(
    "place", ["x", "2026-13-45T00:00:00Z~1", "2026-01-01~1", "2026-01-01T00:00:00~1", "~", "2026-07-01T00:00:00Z~²"]
)
def test_a_place_that_is_none_is_the_beginning(client, practitioner, offender, url, place):
    TimelineEntryFactory(offender=offender, title="Something")
    client.force_login(practitioner)

    assert titles(client.get(url, {"from": place})) == ["Something"]


def test_an_empty_timeline_says_so(client, practitioner, url):
    client.force_login(practitioner)

    assert "Nothing has been recorded yet" in client.get(url).text


def test_a_stranger_cannot_tell_that_it_exists(client, outsider, url):
    client.force_login(outsider)

    assert client.get(url).status_code == 404


def test_nobody_writes_to_it(client, practitioner, url):
    client.force_login(practitioner)

    assert client.post(url).status_code == 405


@pytest.mark.parametrize("entries", [1, 25])
def test_the_page_costs_the_same_however_long(
    client, practitioner, offender, url, entries, django_assert_max_num_queries
):
    TimelineEntryFactory.create_batch(entries, offender=offender)
    client.force_login(practitioner)

    with django_assert_max_num_queries(22):
        client.get(url)
