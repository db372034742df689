"""What is written down of requests and faults, and that it is never about anybody."""

import io
import json
import logging
import re
from datetime import UTC, datetime
from logging.config import dictConfigClass

import pytest
import time_machine
from django.conf import settings as as_set
from django.db import IntegrityError
from django.test import Client

from mappa import logs
from offenders.views import cases

CANARIES = ("Zebedee", "Quagmire", "Z900001", "12 Hidden Lane", "zz9 9zz", "zebedee@secret.invalid")


@pytest.fixture
def written():
    """All that the service writes, in both of its formats."""
    out = io.StringIO()
    handlers = []
    for made in logs.FORMATS.values():
        handler = logging.StreamHandler(out)
        handler.setFormatter(made())
        handler.addFilter(logs.NothingOfAnybody())
        handlers.append(handler)
    for handler in handlers:
        logging.getLogger().addHandler(handler)
    yield out
    for handler in handlers:
        logging.getLogger().removeHandler(handler)


@pytest.fixture
def browser(practitioner):
    client = Client(raise_request_exception=False)
    client.force_login(practitioner)
    return client


def lines(written):
    """What was written as JSON."""
    return [json.loads(line) for line in written.getvalue().splitlines() if line.startswith("{")]


def test_every_line_tells_the_time_in_utc(client, db, written):
    with time_machine.travel(datetime(2026, 7, 1, 12, tzinfo=UTC), tick=False):
        client.get("/accessibility/")

    assert [line["at"] for line in lines(written) if line["logger"] == "mappa.request"] == [
        "2026-07-01T12:00:00.000+00:00"
    ]
    assert "2026-07-01 12:00:00,000Z INFO mappa.request" in written.getvalue()


def test_each_request_is_one_line_by_its_route(browser, practitioner, offender, written):
    browser.get(f"/people/{offender.reference}/?words=Quagmire")

    [line] = [line for line in lines(written) if line["logger"] == "mappa.request"]
    told = {name: line[name] for name in ("method", "route", "status", "user", "level")}
    assert told == {
        "method": "GET", "route": "/people/<str:reference>/", "status": 200, "user": practitioner.pk, "level": "INFO",
    }  # fmt: skip
    assert len(line["request_id"]) == 32
    assert line["ms"] >= 0
    assert "invented" not in line


def test_every_line_of_a_request_names_it(browser, written):
    response = browser.get("/nothing/")

    found = lines(written)
    assert {line["logger"] for line in found} == {"mappa.request", "django.request"}
    assert {line["request_id"] for line in found} == {response.headers["X-Request-ID"]}


def test_a_system_is_named_by_its_number(call, token, written):
    call("cases/", case=None)

    [line] = [line for line in lines(written) if line["logger"] == "mappa.request"]
    assert (line["user"], line["route"]) == (token.user.pk, "/api/v1/cases/")


def test_headers_of_a_proxy_that_is_not_ours_are_noted_without_what_they_say(browser, written):
    browser.get("/people/", headers={"X-Forwarded-For": "Zebedee", "X-Forwarded-Host": "evil.invalid"})

    assert [line["invented"] for line in lines(written) if "invented" in line] == [
        ["x-forwarded-for", "x-forwarded-host"]
    ]
    assert "evil" not in written.getvalue()


def test_behind_a_proxy_of_ours_those_are_noted_that_it_does_not_set(browser, written, settings):
    settings.BEHIND_PROXY = True

    browser.get("/people/", headers={"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https", "X-Real-IP": "::1"})

    assert [line["invented"] for line in lines(written) if "invented" in line] == [["x-real-ip"]]


def test_what_our_proxy_sets_is_what_its_configuration_says():
    text = (as_set.BASE_DIR / "docker/nginx.conf").read_text()
    set_there = {f"HTTP_{name.upper().replace('-', '_')}" for name in re.findall(r"proxy_set_header (X-\S+)", text)}

    assert set_there >= logs.SET_BY_OURS


def test_a_fault_is_told_by_its_place_and_none_of_its_words(browser, written, monkeypatch):
    name = "".join(("Quag", "mire"))  # the log shows lines of the code, and this is one

    def fail(*_all):
        try:
            int(name)
        except ValueError as error:
            raise IntegrityError(f"Key (surname)=({name}) already exists") from error

    monkeypatch.setattr(cases.search, "kept_words", fail)

    assert browser.get("/people/?search=Zebedee").status_code == 500

    [line] = [line for line in lines(written) if "fault" in line]
    assert "IntegrityError" in line["fault"]
    assert "because of ValueError" in line["fault"]
    assert 'cases.py", line' in line["fault"]
    assert "Quagmire" not in written.getvalue()


def test_nothing_that_is_typed_asked_for_or_shown_reaches_a_log(browser, offender, written, settings, practitioner):
    """A day of work with made-up details in every place that takes words: pages, forms, addresses, headers, refusals."""
    offender.surname, offender.forenames = "Quagmire", "Zebedee"
    offender.save()
    mine = f"/people/{offender.reference}/"
    typed = {"words": "Zebedee Quagmire", "surname": "Quagmire", "forenames": "Zebedee", "address": "12 Hidden Lane"}
    addresses = [
        "/people/",
        "/people/register/",
        mine,
        f"{mine}record/",
        f"{mine}timeline/",
        f"{mine}notes/",
        "/actions/",
        "/meetings/",
    ]
    for path in [*addresses, "/people/Z900001/", "/Zebedee/Quagmire/", "/api/v1/persons/Z900001/risks/mappadetail"]:
        for query in ("", "?words=Zebedee+Quagmire", "?after=Quagmire&before=%00Zebedee"):
            browser.get(path + query, headers={"Referer": "https://mappa.test/?Quagmire"})
        browser.post(path, typed)
        browser.post(path, "Zebedee" * 400_000, content_type="text/Quagmire")
        browser.generic("PROPFIND", path, json.dumps(typed))
    browser.get("/people/", headers={"Host": "zebedee.quagmire.invalid"})
    browser.get("/people/", headers={"Cookie": "x=Zebedee\x00"})
    Client(enforce_csrf_checks=True).post("/sign-in/", {"login": "zebedee@secret.invalid", "password": "Quagmire"})
    Client().post("/sign-in/", {"login": "zebedee@secret.invalid", "password": "Quagmire"})

    text = written.getvalue()
    assert [canary for canary in (*CANARIES, offender.reference) if canary.lower() in text.lower()] == []
    # It was listening: there is a line of every request, and of the refusals by Django itself.
    assert sum(line["logger"] == "mappa.request" for line in lines(written)) > 60
    assert {"django.request", "django.security.DisallowedHost", "django.security.csrf"} <= {
        line["logger"] for line in lines(written)
    }


@pytest.mark.parametrize(
    ("logger", "words", "given"),
    [
        ("gunicorn.error", "Error handling request %s %s", ("GET", "/people/?words=Quagmire")),
        ("gunicorn.error", "Invalid request from ip=203.0.113.1: Invalid HTTP request line: 'GET /Quagmire'", ()),
        ("gunicorn.error", ValueError("Quagmire"), ()),
        (
            "celery.app.trace",
            "Task %(name)s raised: %(exc)s",
            ({"name": "a task", "exc": "Quagmire", "args": "Quagmire"},),
        ),
        ("anything", "It failed: %s", (ValueError("Quagmire"),)),
        ("celery.worker.request", "Task handler raised error: %r and %s", (["Quagmire"], {"argsrepr": "Quagmire"})),
    ],
)
def test_what_libraries_say_of_people_is_taken_out(written, logger, words, given):
    logging.getLogger(logger).handlers, kept = [], logging.getLogger(logger).handlers
    logging.getLogger(logger).propagate, was = True, logging.getLogger(logger).propagate

    logging.getLogger(logger).error(words, *given)

    logging.getLogger(logger).handlers, logging.getLogger(logger).propagate = kept, was
    assert written.getvalue().count("\n") >= 2
    assert "Quagmire" not in written.getvalue()


def test_a_deployment_writes_through_the_filter_and_nowhere_else():
    configured = dictConfigClass(as_set.LOGGING).config

    assert configured["root"]["handlers"] == ["console"]
    assert configured["handlers"]["console"]["filters"] == ["nothing of anybody"]
    others = {name: told.get("handlers", []) for name, told in configured["loggers"].items()}
    assert {handler for handlers in others.values() for handler in handlers} == {"console"}
