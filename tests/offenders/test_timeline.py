"""The timeline: everything that happened, newest first, page by page."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import ProgrammingError, transaction

from tests.factories import FlagReviewFactory, NoteFactory, TimelineEntryFactory


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


def test_what_is_sent_to_it_are_filters_and_nothing_is_written(client, practitioner, offender, url):
    TimelineEntryFactory(offender=offender)
    client.force_login(practitioner)
    before = titles(client.get(url))

    answer = client.post(url, {"title": "Moved", "text": "To London"})

    assert answer.headers["Location"] == url
    assert titles(client.get(url)) == before


@pytest.mark.parametrize("entries", [1, 25])
def test_the_page_costs_the_same_however_long(
    client, practitioner, offender, url, entries, django_assert_max_num_queries
):
    TimelineEntryFactory.create_batch(entries, offender=offender)
    client.force_login(practitioner)

    with django_assert_max_num_queries(27):
        client.get(url)


def test_notes_and_entries_are_told_together(client, practitioner, offender, url):
    TimelineEntryFactory(offender=offender, title="First")
    NoteFactory(offender=offender, text="Second")
    TimelineEntryFactory(offender=offender, title="Third")
    client.force_login(practitioner)

    response = client.get(url)

    assert titles(response) == ["Third", "Contact", "First"]
    assert "Second" in response.text


def test_a_note_for_others_is_a_placeholder_and_never_a_blank(client, granted, housing, offender, url):
    NoteFactory(offender=offender, audience="authority", kind="intelligence", text="Seen at the school")
    client.force_login(housing)

    response = client.get(url)

    assert titles(response) == ["Restricted"]
    assert "Seen at the school" not in response.text
    [event] = response.context["events"]
    assert not {"facts", "reference", "correct_url"} & set(event)


@pytest.mark.parametrize("kind", ["notes", "contact", "home-visit", "intelligence"])
def test_a_filter_does_not_tell_of_what_kind_a_restricted_note_is(client, granted, housing, offender, url, kind):
    NoteFactory(offender=offender, audience="authority", kind="intelligence")
    client.force_login(housing)

    assert titles(client.get(url, {"kind": kind})) == ["Restricted"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("", ["Home visit", "Contact", "Registered"]),
        ("record", ["Registered"]),
        ("notes", ["Home visit", "Contact"]),
        ("home-visit", ["Home visit"]),
        ("intelligence", []),
        ("invented", ["Home visit", "Contact", "Registered"]),
    ],
)
def test_a_kind_is_chosen(client, practitioner, offender, url, kind, expected):
    TimelineEntryFactory(offender=offender)
    NoteFactory(offender=offender)
    NoteFactory(offender=offender, kind="home-visit")
    client.force_login(practitioner)

    assert titles(client.get(url, {"kind": kind})) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("documents", ["Document added"]), ("person", ["Registered"]), ("record", ["Document added", "Registered"])],
)
def test_a_topic_is_chosen(client, practitioner, offender, url, kind, expected):
    TimelineEntryFactory(offender=offender)
    TimelineEntryFactory(offender=offender, title="Document added", topic="documents")
    NoteFactory(offender=offender)
    client.force_login(practitioner)

    assert titles(client.get(url, {"kind": kind})) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"words": "lane MILL"}, ["Contact", "Moved"]),
        ({"words": "mill", "kind": "record"}, ["Moved"]),
        ({"words": "mill", "kind": "contact"}, ["Contact"]),
        ({"words": "mill", "kind": "home-visit"}, []),
        ({"words": "%"}, []),
        ({"words": "x" * 200}, ["Contact", "Moved", "Registered"]),
    ],
)
def test_words_are_looked_for_in_entries_and_notes(client, practitioner, offender, url, asked, expected):
    TimelineEntryFactory(offender=offender)
    TimelineEntryFactory(offender=offender, title="Moved", text="12 Mill Lane")
    NoteFactory(offender=offender, text="Seen in Mill Lane")
    client.force_login(practitioner)

    assert titles(client.post(url, asked, follow=True)) == expected


def test_words_that_are_looked_for_stand_in_no_address(client, practitioner, offender, url):
    NoteFactory(offender=offender, text="Seen in Mill Lane")
    client.force_login(practitioner)

    address = client.post(url, {"words": "Ashdown", "kind": "contact", "since_day": "1"}).headers["Location"]

    assert "kind=contact" in address
    assert "since_day=1" in address
    assert "ashdown" not in address.lower()
    assert "Ashdown" in client.get(address).context["form"]["words"].value()


@pytest.mark.parametrize("words", ["school", "nothing like it"])
def test_words_do_not_tell_what_a_restricted_note_says(client, granted, housing, offender, url, words):
    NoteFactory(offender=offender, audience="authority", text="Seen at the school")
    client.force_login(housing)

    assert titles(client.post(url, {"words": words}, follow=True)) == ["Restricted"]


@pytest.mark.parametrize("made", [TimelineEntryFactory, NoteFactory, FlagReviewFactory])
def test_nothing_of_what_happened_can_be_changed_or_deleted(practitioner, offender, made):
    row = made(offender=offender)
    rows = type(row).objects.visible_to(practitioner)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows.update(by=practitioner)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows.delete()


def days(**named):
    parts = {"day": "day", "month": "month", "year": "year"}
    return {f"{name}_{part}": getattr(day, part) for name, day in named.items() for part in parts}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (days(since=date(2026, 7, 2)), ["Contact"]),
        (days(until=date(2026, 7, 1)), ["July"]),
        (days(since=date(2026, 7, 1), until=date(2026, 7, 2)), ["Contact", "July"]),
        (days(since=date(2026, 7, 3)), []),
    ],
)
def test_days_are_chosen(client, practitioner, offender, url, asked, expected):
    # Half past midnight in London, when it is still the day before in Greenwich.
    with time_machine.travel(datetime(2026, 6, 30, 23, 30, tzinfo=UTC), tick=False):
        TimelineEntryFactory(offender=offender, title="July")
    with time_machine.travel(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), tick=False):
        NoteFactory(offender=offender)
    client.force_login(practitioner)

    assert titles(client.get(url, asked)) == expected


def test_days_the_wrong_way_round_are_said_and_kept(client, practitioner, offender, url):
    TimelineEntryFactory(offender=offender, title="Something")
    client.force_login(practitioner)

    response = client.get(url, days(since=date(2026, 7, 2), until=date(2026, 7, 1)))

    assert "must be the same as or after the first date" in response.text
    assert 'value="2026"' in response.text


def test_filters_go_from_page_to_page_and_every_row_is_on_exactly_one(client, practitioner, offender, url):
    with time_machine.travel(datetime(2026, 7, 1, 12, 0, tzinfo=UTC), tick=False):
        for number in range(30):
            NoteFactory(offender=offender, text=f"Note {number}")
            TimelineEntryFactory(offender=offender)
    client.force_login(practitioner)

    pages = walk(client, f"{url}?kind=notes&since_day=1&since_month=7&since_year=2026")
    together = walk(client, url)

    texts = [event["text"] for page in pages for event in page.context["events"]]
    assert texts == [f"Note {number}" for number in range(29, -1, -1)]
    assert [len(titles(page)) for page in together] == [25, 25, 10]
    assert sorted(titles(page)[n] for page in together for n in range(len(titles(page)))) == (
        ["Contact"] * 30 + ["Registered"] * 30
    )


@pytest.mark.parametrize("number", [1, 25])
def test_notes_cost_the_same_however_many(client, practitioner, offender, url, number, django_assert_max_num_queries):
    for _each in range(number):
        NoteFactory(offender=offender, corrects=NoteFactory(offender=offender))
        TimelineEntryFactory(offender=offender)
    client.force_login(practitioner)

    with django_assert_max_num_queries(28):
        client.get(url)
