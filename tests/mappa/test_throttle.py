"""Nobody reads faster than people do; and what nobody can count is not given away."""

import uuid

import pytest
from django.core.cache import cache
from redis.exceptions import ConnectionError as RedisGoneError

from mappa.throttle import is_too_often
from tests.factories import IdentifierFactory


@pytest.fixture
def gone(monkeypatch):
    """Redis does not answer."""

    def refuse(*_all, **_more):
        raise RedisGoneError

    monkeypatch.setattr(cache, "add", refuse)
    monkeypatch.setattr(cache, "incr", refuse)


@pytest.fixture
def reader(client, practitioner):
    cache.delete(f"throttle:page:user:{practitioner.pk}")
    cache.delete(f"throttle:search:user:{practitioner.pk}")
    client.force_login(practitioner)
    return client


def test_so_many_and_no_more():
    who = uuid.uuid4().hex

    assert [is_too_often("a test", who, 2) for _each in range(3)] == [False, False, True]
    assert not is_too_often("a test", "somebody else" + who, 2)


def test_a_minute_later_one_may_again():
    who = uuid.uuid4().hex
    is_too_often("a test", who, 1)
    assert is_too_often("a test", who, 1)

    cache.delete(f"throttle:a_test:{who}")  # as Redis does by itself

    assert not is_too_often("a test", who, 1)


def test_a_count_that_begins_while_it_is_counted_ends_with_the_minute_too(monkeypatch):
    who = uuid.uuid4().hex
    key = cache.make_key(f"throttle:a_test:{who}")
    redis = cache._cache.get_client()
    monkeypatch.setattr(cache, "add", lambda *_all: False)
    monkeypatch.setattr(cache, "incr", lambda _key: redis.incr(key))

    assert not is_too_often("a test", who, 1)

    assert 0 < redis.ttl(key) <= 60


def test_more_pages_than_a_person_reads_are_refused_with_what_to_do(reader, settings):
    settings.PAGES_A_MINUTE = 2

    answers = [reader.get("/accessibility/") for _each in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"] == "60"
    assert "Wait a minute" in answers[2].text


def test_one_persons_haste_is_not_anothers(reader, settings, coordinator, client):
    settings.PAGES_A_MINUTE = 1
    reader.get("/accessibility/")
    assert reader.get("/accessibility/").status_code == 429
    cache.delete(f"throttle:page:user:{coordinator.pk}")

    client.force_login(coordinator)

    assert client.get("/accessibility/").status_code == 200


def test_more_searches_than_a_person_makes_are_refused(reader, settings):
    settings.SEARCHES_A_MINUTE = 2

    answers = [reader.post("/people/", {"words": "Ashdown"}).status_code for _each in range(3)]

    assert answers == [302, 302, 429]


def test_while_nobody_can_count_pages_are_served_and_nothing_is_searched(reader, gone):
    assert reader.get("/accessibility/").status_code == 200
    assert reader.post("/people/", {"words": "Ashdown"}).status_code == 503


def test_strangers_are_counted_by_where_they_come_from(client, db, settings):
    settings.PAGES_A_MINUTE = 1
    near, far = (str(uuid.uuid4().int % 200 + 1) for _each in range(2))
    cache.delete_many([f"throttle:page:from:203.0.113.{near}", f"throttle:page:from:198.51.100.{far}"])

    first, second = (client.get("/sign-in/", REMOTE_ADDR=f"203.0.113.{near}").status_code for _each in range(2))

    assert (first, second) == (200, 429)
    assert client.get("/sign-in/", REMOTE_ADDR=f"198.51.100.{far}").status_code == 200


@pytest.fixture
def numbers(offender):
    """Every page on which somebody could try whether a number is held: its address, and what is sent."""
    known = IdentifierFactory(offender=offender, value="X123456")
    return {
        "/people/register/check/": {"surname": "Bell"},
        "/people/register/": {"surname": "Bell"},
        "/people/emergency/": {"number": "X123456"},
        f"/people/{offender.reference}/numbers/add/": {"kind": "crn", "typed": "X1"},
        f"/people/numbers/{known.reference}/correct/": {"kind": "crn", "typed": "X1"},
    }


def test_whoever_tries_numbers_elsewhere_is_counted_with_his_searches(reader, settings, numbers):
    settings.SEARCHES_A_MINUTE = len(numbers)

    first = [reader.post(url, sent).status_code for url, sent in numbers.items()]
    more = [reader.post(url, sent).status_code for url, sent in numbers.items()]

    assert first == [200] * len(numbers)
    assert more == [429] * len(numbers)
    assert reader.get("/people/register/check/").status_code == 200


def test_while_nobody_can_count_no_number_is_tried_anywhere(reader, gone, numbers):
    del numbers["/people/emergency/"]

    assert {reader.post(url, sent).status_code for url, sent in numbers.items()} == {503}


def test_while_nobody_can_count_a_record_is_opened_in_an_emergency(reader, gone, numbers):
    page = reader.post("/people/emergency/", numbers["/people/emergency/"])

    assert page.status_code == 200
    assert page.context["form"].errors


@pytest.fixture
def tries(call, practitioner, offender, every_scope):
    """What a system sends for a person, each to try whether a number is held; and what is answered."""
    cache.delete(f"throttle:search:user:{practitioner.pk}")
    known = IdentifierFactory(offender=offender, value="X123456")

    def send(found, refused):
        call("cases/search/", {"words": "X1"}, practitioner, found, case=None)
        call("cases/", {"surname": "Bell"}, practitioner, refused, case=None)
        call("identifiers/", {"kind": "crn", "typed": "X1"}, practitioner, refused)
        call(f"identifiers/{known.reference}/correct/", {"kind": "crn", "typed": "X1"}, practitioner, refused)

    return send


def test_a_person_searches_no_faster_by_way_of_a_system(tries, settings, reader):
    settings.SEARCHES_A_MINUTE = 4
    tries(200, 400)

    tries(429, 429)

    assert reader.post("/people/", {"words": "Ashdown"}).status_code == 429


def test_while_nobody_can_count_no_system_searches_for_a_person(tries, gone):
    tries(503, 503)


def test_a_system_by_itself_is_counted_by_its_token(call, settings, token):
    settings.SEARCHES_A_MINUTE = 0

    call("cases/search/", {"words": "Ashdown"}, status=200, case=None)
