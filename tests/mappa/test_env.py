"""Missing or nonsense variables stop the start with their name and a hint."""

import re
import ssl
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from celery import Celery
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from kombu import Connection
from redis import ConnectionPool
from redis.connection import SSLConnection

from agencies.management.commands import database_roles
from mappa import env

ROOT = Path(__file__).parents[2]


def test_a_missing_variable_is_named(monkeypatch):
    monkeypatch.delenv("NOT_THERE", raising=False)

    with pytest.raises(ImproperlyConfigured, match="NOT_THERE is not set"):
        env.text("NOT_THERE")


@pytest.mark.parametrize("value", ["maybe", "2", "ja"])
def test_a_flag_is_1_or_0(monkeypatch, value):
    monkeypatch.setenv("A_FLAG", value)

    with pytest.raises(ImproperlyConfigured, match="A_FLAG must be 1 or 0"):
        env.flag("A_FLAG")


@pytest.mark.parametrize("value", ["-1", "0", "ten", "1.5"])
def test_a_number_is_whole_and_above_nought(monkeypatch, value):
    monkeypatch.setenv("A_NUMBER", value)

    with pytest.raises(ImproperlyConfigured, match="A_NUMBER must be a whole number"):
        env.number("A_NUMBER", 5)


@pytest.mark.parametrize("value", ["mysql://x@/y", "postgresql://x@/", "nonsense"])
def test_a_database_address_is_of_postgres(monkeypatch, value):
    monkeypatch.setenv("A_DATABASE", value)

    with pytest.raises(ImproperlyConfigured, match="A_DATABASE must look like postgresql://"):
        env.database("A_DATABASE")


def test_a_socket_folder_is_a_host(monkeypatch):
    monkeypatch.setenv("A_DATABASE", "postgresql://mappa_app@/mappa?host=/var/run/x")

    found = env.database("A_DATABASE")

    assert (found["NAME"], found["USER"], found["HOST"]) == ("mappa", "mappa_app", "/var/run/x")


def test_a_redis_address_is_of_redis(monkeypatch):
    monkeypatch.setenv("A_REDIS", "http://localhost")

    with pytest.raises(ImproperlyConfigured, match="A_REDIS must start with"):
        env.redis("A_REDIS")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("rediss://r:6379/0", "rediss://r:6379/0?ssl_cert_reqs=required"),
        ("rediss://r/0?ssl_ca_certs=/ca.pem", "rediss://r/0?ssl_ca_certs=/ca.pem&ssl_cert_reqs=required"),
        ("rediss://r/0?ssl_cert_reqs=none", "rediss://r/0?ssl_cert_reqs=none"),
    ],
)
def test_over_tls_redis_proves_who_it_is_to_web_and_worker(monkeypatch, given, kept):
    monkeypatch.setenv("A_REDIS", given)

    cache, broker = env.redis("A_REDIS")

    assert (cache, broker) == (kept, kept)
    with Celery(broker=broker).connection_for_write() as connection:
        assert connection.ssl["ssl_cert_reqs"] == (ssl.CERT_NONE if "none" in given else ssl.CERT_REQUIRED)


def test_redis_may_prove_itself_by_an_authority_of_our_own(monkeypatch):
    monkeypatch.setenv("A_REDIS", "rediss://:p@redis.test:6379/0?ssl_ca_certs=/etc/our-own.pem")

    for_cache, for_tasks = env.redis("A_REDIS")

    for told in (ConnectionPool.from_url(for_cache).connection_kwargs, Connection(for_tasks).ssl):
        assert told["ssl_ca_certs"] == "/etc/our-own.pem"
        assert told["ssl_cert_reqs"] in {"required", ssl.CERT_REQUIRED}
    assert SSLConnection(ssl_ca_certs="/etc/our-own.pem").cert_reqs == ssl.CERT_REQUIRED


def test_a_secret_can_come_from_a_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("from a file\n")
    monkeypatch.setenv("A_SECRET_FILE", str(tmp_path / "key"))

    assert env.secret("A_SECRET") == "from a file"


def test_an_unreadable_secret_file_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("A_SECRET_FILE", str(tmp_path / "nowhere"))

    with pytest.raises(ImproperlyConfigured, match="A_SECRET_FILE cannot be read"):
        env.secret("A_SECRET")


def test_the_address_of_the_administrator_may_stand_in_a_file(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(database_roles, "prepare", lambda address, name: asked.append((address, name)))
    monkeypatch.delenv("DATABASE_ADMIN_URL", raising=False)
    (tmp_path / "url").write_text("postgresql://postgres@/postgres\n")
    monkeypatch.setenv("DATABASE_ADMIN_URL_FILE", str(tmp_path / "url"))

    call_command("database_roles", name="mappa_x")

    assert asked == [("postgresql://postgres@/postgres", "mappa_x")]


@pytest.mark.parametrize(("value", "taken"), [("file:///srv/mail", True), ("file://", False), ("smtp:///x", False)])
def test_mail_goes_to_a_server_or_a_folder(monkeypatch, value, taken):
    monkeypatch.setenv("SOME_MAIL", value)

    if taken:
        assert env.mail("SOME_MAIL", "").path == "/srv/mail"
    else:
        with pytest.raises(ImproperlyConfigured, match="SOME_MAIL must start with"):
            env.mail("SOME_MAIL", "")


def test_every_variable_is_in_the_sample():
    code = (ROOT / "mappa" / "settings.py").read_text()
    named = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', code))

    sample = set(re.findall(r"^#?\s*([A-Z_]+)=", (ROOT / "dotenv-sample").read_text(), re.M))

    assert named <= sample


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ("", None),
        ("clamd:3310", ("clamd", 3310)),
        ("[::1]:3310", ("::1", 3310)),
        ("unix:/run/clamd.sock", "/run/clamd.sock"),
    ],
)
def test_where_a_server_listens(monkeypatch, value, place):
    monkeypatch.setenv("A_SERVER", value)

    assert env.listener("A_SERVER") == place


@pytest.mark.parametrize("value", ["clamd", ":3310", "clamd:0", "clamd:x", "clamd:99999"])
def test_nonsense_for_a_server_stops_the_start(monkeypatch, value):
    monkeypatch.setenv("A_SERVER", value)

    with pytest.raises(ImproperlyConfigured, match="A_SERVER must be host:port"):
        env.listener("A_SERVER")


def test_options_are_json(monkeypatch):
    monkeypatch.setenv("SOME_OPTIONS", '{"bucket_name": "x"}')

    assert env.options("SOME_OPTIONS") == {"bucket_name": "x"}


@pytest.mark.parametrize("value", ["{", "[]", "x"])
def test_options_that_are_none_stop_the_start_without_showing_them(monkeypatch, value):
    monkeypatch.setenv("SOME_OPTIONS", value)

    with pytest.raises(ImproperlyConfigured, match="SOME_OPTIONS must be a JSON object"):
        env.options("SOME_OPTIONS")


@pytest.mark.parametrize("value", ["notfy://api.example", "smtp:", "example.gov.uk:25"])
def test_mail_goes_where_mail_can_go(monkeypatch, value):
    monkeypatch.setenv("MAIL_URL", value)

    with pytest.raises(ImproperlyConfigured, match="MAIL_URL must start with smtp://"):
        env.mail("MAIL_URL", "")


def test_a_key_of_notify_is_a_service_and_a_secret_and_is_never_shown(monkeypatch):
    service, secret = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
    monkeypatch.setenv("A_KEY", f"my-own-key-{service}-{secret}")
    assert env.notify_key("A_KEY") == (service, secret)
    monkeypatch.setenv("A_KEY", secret)

    with pytest.raises(ImproperlyConfigured, match="A_KEY must be a whole key") as refusal:
        env.notify_key("A_KEY")

    assert secret not in str(refusal.value)


def test_a_password_for_mail_may_hold_any_character(monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtps://us%40er:p%2Fw%25@mail.test:587")

    assert env.signed_in(env.mail("EMAIL_URL", "")) == ("us@er", "p/w%")
    assert env.signed_in(urlsplit("smtp://mail.test")) == ("", "")
