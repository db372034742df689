"""A deployment is told before it starts what it would send in the clear; and keys change without anybody noticing."""

from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.core.management import call_command

from mappa import deployment


@pytest.fixture(autouse=True)
def whole(settings, tmp_path):
    """A deployment to which nothing is missing; the tests' own does without."""
    settings.SECOND_FACTOR = "required"
    settings.BREACHED_PASSWORDS_PATH = settings.CLAMAV = "/somewhere"
    settings.ANCHORS_PATH = str(tmp_path)
    settings.DISPOSALS_PATH = tmp_path / "list" / "disposals.jsonl"


@pytest.fixture
def found():
    """The numbers of what is wrong."""

    def ask():
        checks = (
            deployment.lines_are_encrypted,
            deployment.it_is_no_demo,
            deployment.weaknesses_can_be_told,
            deployment.nothing_is_left_out,
            deployment.what_lies_outside_the_database_can_be_written,
        )
        return {message.id for check in checks for message in check()}

    return ask


@pytest.fixture
def at(settings, monkeypatch):
    """Postgres at a host, with options."""

    def put(host, **options):
        told = settings.DATABASES["default"] | {"HOST": host, "OPTIONS": options}
        monkeypatch.setitem(settings.DATABASES, "default", told)

    return put


def test_browsers_come_from_where_a_proxy_says_that_is_named_and_from_no_other_word():
    docker = Path(__file__).parents[2] / "docker"
    nginx, named = ((docker / name).read_text() for name in ("nginx.conf", "front-proxy.conf"))

    assert "real_ip_header X-Forwarded-For;" in nginx
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in nginx
    assert "set_real_ip_from" not in nginx
    assert [line for line in named.splitlines() if not line.startswith("#")] == []
    assert "/etc/nginx/conf.d/front-proxy.conf:ro" in (docker.parent / "docker-compose.yml").read_text()


def test_this_very_service_is_fit_for_a_deployment(settings):
    settings.SECURE_SSL_REDIRECT = True  # as delivered; tests speak plain http

    call_command("check", "--deploy", "--fail-level", "WARNING")


@pytest.mark.parametrize(
    ("host", "mode", "said"),
    [
        ("db.internal", "", {"mappa.W001"}),
        ("db.internal", "require", {"mappa.W001"}),
        ("db.internal", "verify-full", set()),
        ("/run/postgresql", "", set()),
        ("127.0.0.1", "", set()),
    ],
)
def test_postgres_proves_who_it_is(found, at, host, mode, said):
    at(host, sslmode=mode)

    assert found() == said


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("redis://r:6379/0", {"mappa.W002"}),
        ("rediss://r:6379/0", {"mappa.W002"}),
        ("rediss://r:6379/0?ssl_cert_reqs=none", {"mappa.W002"}),
        ("rediss://r:6379/0?ssl_cert_reqs=required", set()),
        ("unix:///r.sock", set()),
    ],
)
def test_redis_is_reached_by_tls(found, settings, url, said):
    settings.CACHE_URL = url

    assert found() == said


@pytest.mark.parametrize(("url", "said"), [("smtp://m:25", {"mappa.W003"}), ("smtps://m:587", set())])
def test_mail_leaves_by_tls(found, settings, url, said):
    settings.EMAIL_URL, settings.EMAIL_HOST = urlsplit(url), "m"

    assert found() == said


def test_documents_go_to_their_store_by_tls(found, settings, monkeypatch):
    for address, said in (("http://s3", {"mappa.W012"}), ("https://s3", set())):
        told = settings.STORAGES["documents"] | {"OPTIONS": {"endpoint_url": address}}
        monkeypatch.setitem(settings.STORAGES, "documents", told)

        assert found() == said


def test_a_demo_is_no_deployment(found, settings):
    settings.DEMO = settings.INSECURE_HTTP = True

    assert found() == {"mappa.W004"}


@pytest.mark.parametrize(
    ("contact", "until", "said"),
    [("", date(2027, 10, 31), {"mappa.W005"}), ("mailto:x@y.invalid", date(2020, 1, 1), {"mappa.W006"})],
)
def test_somebody_is_told_of_a_weakness(found, settings, contact, until, said):
    settings.SECURITY_CONTACT, settings.SECURITY_CONTACT_UNTIL = contact, until

    assert found() == said


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECOND_FACTOR", "offered", {"mappa.W007"}),
        ("BREACHED_PASSWORDS_PATH", "", {"mappa.W008"}),
        ("ANCHORS_PATH", "", {"mappa.W009"}),
        ("CLAMAV", None, {"mappa.W010"}),
        ("CLAMAV", ("clamd", 3310), {"mappa.W011"}),
        ("CLAMAV", ("127.0.0.1", 3310), set()),
    ],
)
def test_a_deployment_is_told_what_it_does_without(found, settings, name, value, said):
    setattr(settings, name, value)

    assert found() == said


def test_a_deployment_is_told_that_no_disposal_can_be_listed(found, settings, tmp_path):
    (tmp_path / "file").touch()
    settings.DISPOSALS_PATH = tmp_path / "file"
    assert found() == set()

    for nowhere in (tmp_path, tmp_path / "file" / "disposals.jsonl"):
        settings.DISPOSALS_PATH = nowhere
        assert found() == {"mappa.W013"}


def test_a_deployment_is_told_that_no_anchor_can_be_written(found, settings, tmp_path):
    (tmp_path / "file").touch()

    for nowhere in (tmp_path / "none", tmp_path / "file"):
        settings.ANCHORS_PATH = str(nowhere)
        assert found() == {"mappa.W014"}


def test_a_session_outlives_a_change_of_the_key_and_not_its_end(client, practitioner, settings):
    client.force_login(practitioner)
    old = settings.SECRET_KEY
    typed = signing.dumps({"a": 1})
    client.get("/accessibility/")

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-key-" + "x" * 50, [old]
    assert client.get("/still-here/").status_code == 204
    assert signing.loads(typed) == {"a": 1}

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a-third-key-" + "y" * 50, []
    with pytest.raises(signing.BadSignature):
        signing.loads(typed)
