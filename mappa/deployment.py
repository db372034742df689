"""What `manage.py check --deploy` says of a deployment that would send what it holds over a network in the clear, or lets in by less.

A socket of this machine, and this machine itself, are no network.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004  as Django calls it

from mappa import dates

HERE = {"", "localhost", "127.0.0.1", "::1"}
# A certificate that is not checked keeps nobody out who stands between (PostgreSQL, SSL Mode Descriptions).
CHECKED = {"verify-full", "verify-ca"}
NOTICE = timedelta(days=60)


@register(Tags.security, deploy=True)
def lines_are_encrypted(**_all: Any) -> list[CheckMessage]:
    """To Postgres, Redis and the mail server by TLS, and Postgres has to prove who it is."""
    found: list[CheckMessage] = []
    postgres: dict[str, Any] = settings.DATABASES["default"]
    if not _is_here(str(postgres["HOST"])) and postgres["OPTIONS"].get("sslmode") not in CHECKED:
        hint = "Add ?sslmode=verify-full&sslrootcert=/path/of/ca.pem to DATABASE_URL."
        found.append(Warning("The line to Postgres may be read or redirected.", hint=hint, id="mappa.W001"))
    redis = urlsplit(settings.CACHE_URL)
    is_checked = redis.scheme == "rediss" and parse_qs(redis.query).get("ssl_cert_reqs") == ["required"]
    if redis.scheme != "unix" and not is_checked and not _is_here(redis.hostname or ""):
        hint = "Let REDIS_URL begin with rediss://, and have its certificate checked."
        found.append(Warning("The line to Redis may be read or redirected.", hint=hint, id="mappa.W002"))
    if settings.EMAIL_URL.scheme == "smtp" and not _is_here(settings.EMAIL_HOST):
        hint = "Let EMAIL_URL begin with smtps://."
        found.append(Warning("The line to the mail server is not encrypted.", hint=hint, id="mappa.W003"))
    if isinstance(settings.CLAMAV, tuple) and not _is_here(settings.CLAMAV[0]):
        hint = "Let clamd listen on a socket that the service reaches, and name that in CLAMAV."
        found.append(Warning("Uploaded files go to clamd in the clear.", hint=hint, id="mappa.W011"))
    storages: dict[str, Any] = settings.STORAGES
    if str(storages["documents"]["OPTIONS"].get("endpoint_url", "")).startswith("http:"):
        hint = "Let endpoint_url in DOCUMENTS_STORAGE_OPTIONS begin with https://."
        found.append(Warning("Documents go to their store in the clear.", hint=hint, id="mappa.W012"))
    return found


@register(Tags.security, deploy=True)
def it_is_no_demo(**_all: Any) -> list[CheckMessage]:
    """What is for one machine only is not on."""
    told = {"INSECURE_HTTP": settings.INSECURE_HTTP, "DEMO": settings.DEMO}
    return [
        Warning(f"{name} is on.", hint=f"Take {name} out of the environment.", id="mappa.W004")
        for name, is_on in told.items()
        if is_on
    ]


@register(Tags.security, deploy=True)
def weaknesses_can_be_told(**_all: Any) -> list[CheckMessage]:
    """security.txt names somebody, and for two months yet."""
    if not settings.SECURITY_CONTACT:
        hint = "Set SECURITY_CONTACT."
        return [Warning("Nobody can tell you of a weakness: there is no security.txt.", hint=hint, id="mappa.W005")]
    if settings.SECURITY_CONTACT_UNTIL - dates.today() < NOTICE:
        hint = "See that SECURITY_CONTACT is still right, and set SECURITY_CONTACT_UNTIL anew."
        return [Warning("security.txt ends within 60 days.", hint=hint, id="mappa.W006")]
    return []


@register(Tags.security, deploy=True)
def nothing_is_left_out(**_all: Any) -> list[CheckMessage]:
    """What works without, and is weaker without."""
    found: list[CheckMessage] = []
    if settings.SECOND_FACTOR != "required":
        hint = "Take SECOND_FACTOR out of the environment."
        found.append(Warning("A password alone lets somebody in.", hint=hint, id="mappa.W007"))
    if not settings.BREACHED_PASSWORDS_PATH:
        hint = "Set BREACHED_PASSWORDS_PATH (docs/sign-in.md)."
        found.append(Warning("Nobody is told that a password has leaked.", hint=hint, id="mappa.W008"))
    if settings.CLAMAV is None:
        hint = "Set CLAMAV (docs/operations.md)."
        found.append(Warning("Uploaded files are not looked at by a scanner.", hint=hint, id="mappa.W010"))
    if not settings.ANCHORS_PATH:
        hint = "Set ANCHORS_PATH (docs/audit.md)."
        told = "Who rewrites the seals of the audit as well is not found out by night."
        found.append(Warning(told, hint=hint, id="mappa.W009"))
    return found


@register(Tags.security, deploy=True)
def what_lies_outside_the_database_can_be_written(**_all: Any) -> list[CheckMessage]:
    """By this very process: ask it where the workers run, who write both."""
    found: list[CheckMessage] = []
    if not _can_be_written(settings.DISPOSALS_PATH):
        hint = "Let DISPOSALS_PATH be a file on a disk that the workers may write to (docs/operations.md)."
        told = "What is disposed of cannot be listed outside the database, and a restore brings it back."
        found.append(Warning(told, hint=hint, id="mappa.W013"))
    anchors = settings.ANCHORS_PATH
    if anchors and not (os.access(anchors, os.W_OK | os.X_OK) and Path(anchors).is_dir()):
        hint = "Make the folder of ANCHORS_PATH, and let the workers write to it (docs/audit.md)."
        found.append(Warning("No anchor of the audit can be written.", hint=hint, id="mappa.W014"))
    return found


def _can_be_written(file: Path) -> bool:
    """Written to, or made with whatever folders are missing above it. By os.access: of what may not be entered pathlib raises."""
    if os.access(file, os.F_OK):
        return os.access(file, os.W_OK) and file.is_file()
    there = next(folder for folder in file.parents if os.access(folder, os.F_OK))
    return os.access(there, os.W_OK | os.X_OK) and there.is_dir()


def _is_here(host: str) -> bool:
    return host in HERE or host.startswith("/")
