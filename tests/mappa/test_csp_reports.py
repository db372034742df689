"""Browsers tell of pages that tried what the policy forbids; anybody may send, and nothing he sends is written down."""

import json
import logging

import pytest
from redis.exceptions import ConnectionError as RedisGoneError

from mappa import csp_reports


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.WARNING, "mappa.csp_reports")
    return caplog


def send(client, rule="script-src-elem", **more):
    told = {
        "csp-report": {"effective-directive": rule, "document-uri": "https://mappa.test/people/?words=Ashdown", **more}
    }
    return client.post("/csp-report/", json.dumps(told), content_type="application/csp-report")


@pytest.fixture(autouse=True)
def _counted_anew(db, monkeypatch, request):
    monkeypatch.setattr(csp_reports, "A_MINUTE", 1000)


def test_a_report_is_written_down_by_the_rule_alone(client, lines):
    assert send(client).status_code == 204

    assert [record.getMessage() for record in lines.records] == ["A page broke the rule script-src of our policy"]


@pytest.mark.parametrize(
    "sent", [b"", b"{", b"[]", b'{"csp-report": []}', b'{"csp-report": {"effective-directive": 5}}', b"\xff" * 20]
)
def test_nonsense_is_taken_and_forgotten(client, lines, sent):
    assert client.post("/csp-report/", sent, content_type="application/csp-report").status_code == 204

    assert lines.records == []


def test_words_of_the_sender_reach_no_log(client, lines):
    send(client, rule="Ashdown")
    send(client, **{"blocked-uri": "x" * 9000})

    assert lines.records == []


def test_only_so_many_a_minute_are_written_down(client, lines, monkeypatch):
    monkeypatch.setattr(csp_reports, "A_MINUTE", 2)

    for _each in range(5):
        assert (
            client.post(
                "/csp-report/",
                json.dumps({"csp-report": {"effective-directive": "img-src"}}),
                content_type="application/csp-report",
                REMOTE_ADDR="203.0.113.99",
            ).status_code
            == 204
        )

    assert len(lines.records) <= 2


def test_while_redis_is_away_none_is(client, lines, monkeypatch):
    def gone(*_all):
        raise RedisGoneError

    monkeypatch.setattr("mappa.throttle.cache.add", gone)

    assert send(client).status_code == 204
    assert lines.records == []
