"""What `manage.py check --deploy` says of a deployment that would send what it holds over a network in the clear.

A socket of this machine, and this machine itself, are no network.
"""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

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
    if redis.scheme == "redis" and not _is_here(redis.hostname or ""):
        hint = "Let REDIS_URL begin with rediss://."
        found.append(Warning("The line to Redis is not encrypted.", hint=hint, id="mappa.W002"))
    if settings.EMAIL_URL.scheme == "smtp" and not _is_here(settings.EMAIL_HOST):
        hint = "Let EMAIL_URL begin with smtps://."
        found.append(Warning("The line to the mail server is not encrypted.", hint=hint, id="mappa.W003"))
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


def _is_here(host: str) -> bool:
    return host in HERE or host.startswith("/")
