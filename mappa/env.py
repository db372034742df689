"""Settings from the environment, and nowhere else.

A value that is missing or nonsense stops the start with the variable's name and how to put it right; every
variable is described in `dotenv-sample`.
"""

import base64
import json
import os
import re
from datetime import date
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """The variable's value; `default` when it is not set; an error when there is neither."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set. See {name} in dotenv-sample.")
    return default


def flag(name: str, *, default: bool = False) -> bool:
    """Yes or no, written 1 or 0."""
    value = os.environ.get(name, "1" if default else "0").strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}. See dotenv-sample.")


def one_of(name: str, *choices: str) -> str:
    """One of some words; the first of them when it is not set."""
    value = text(name, choices[0])
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be {' or '.join(choices)}, not {value!r}. See dotenv-sample.")
    return value


def number(name: str, default: int) -> int:
    """A whole number above nought."""
    value = text(name, str(default))
    if not value.isdigit() or int(value) < 1:
        raise ImproperlyConfigured(f"{name} must be a whole number above 0, not {value!r}. See dotenv-sample.")
    return int(value)


def day(name: str, default: str) -> date:
    """A day, as 2027-10-31."""
    value = text(name, default)
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a day as 2027-10-31, not {value!r}. See dotenv-sample.") from error


def secret(name: str, default: str | None = None) -> str:
    """A secret, from the variable or from the file that `NAME_FILE` points at."""
    file = os.environ.get(f"{name}_FILE", "").strip()
    if not file:
        return text(name, default)
    try:
        return Path(file).read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read ({error.strerror}). See dotenv-sample.") from error


def keys(name: str) -> dict[str, bytes]:
    """Keys of 256 bits by their names, written `name:base64` with blanks or lines between; the first is the current one."""
    found = {}
    for written in secret(name).split():
        key_name, _colon, encoded = written.partition(":")
        try:
            key = base64.urlsafe_b64decode(encoded.encode())
        except ValueError:
            key = b""
        if not re.fullmatch("[A-Za-z0-9-]{1,20}", key_name) or key_name in found or len(key) != 32:
            raise ImproperlyConfigured(f"{name} must hold keys like 2026a:BASE64, each of 32 bytes. See dotenv-sample.")
        found[key_name] = key
    return found


def names(name: str, default: str) -> list[str]:
    """Several values, with commas between."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def database(name: str) -> dict[str, object]:
    """A Postgres address such as `postgresql://mappa_app@/mappa?host=/folder/of/the/socket`."""
    url = secret(name)
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must look like postgresql://user@host/database. See dotenv-sample.")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": query,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }


def redis(name: str) -> tuple[str, str]:
    """A Redis address, as Django's cache and as Celery's broker write it.

    Over TLS Redis has to prove who it is: Celery asks for no certificate unless the address says so.
    """
    url = secret(name)
    scheme = urlsplit(url).scheme
    if scheme not in {"redis", "rediss", "unix"}:
        raise ImproperlyConfigured(f"{name} must start with redis://, rediss:// or unix://. See dotenv-sample.")
    if scheme == "unix":
        return url, "redis+socket://" + url.removeprefix("unix://").replace("?db=", "?virtual_host=")
    if scheme == "rediss" and "ssl_cert_reqs=" not in url:
        url += ("&" if "?" in url else "?") + "ssl_cert_reqs=required"
    return url, url


def mail(name: str, default: str) -> SplitResult:
    """Where mail goes: an SMTP server, GOV.UK Notify, or a folder."""
    url = urlsplit(secret(name, default))
    # file:///srv/mail has no host, and file://var/mail begins where a host would stand.
    place = url.netloc or (url.path if url.scheme == "file" else "")
    if url.scheme not in {"smtp", "smtps", "notify", "file"} or not place:
        raise ImproperlyConfigured(
            f"{name} must start with smtp://, smtps://, notify:// or file://. See dotenv-sample."
        )
    return url


def signed_in(url: SplitResult) -> tuple[str, str]:
    """User and password of an address, in which they stand percent-encoded: "/" or "@" would end them."""
    return unquote(url.username or ""), unquote(url.password or "")


def notify_key(name: str) -> tuple[str, str]:
    """A key of GOV.UK Notify, as the service's number and the secret: it is a name and those two, with hyphens between."""
    number = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    found = re.search(f"({number})-({number})$", secret(name))
    if not found:
        raise ImproperlyConfigured(f"{name} must be a whole key of GOV.UK Notify. See dotenv-sample.")
    return found[1], found[2]


def listener(name: str) -> str | tuple[str, int] | None:
    """Where a server listens: `host:port`, or `unix:/path/of.sock`; None when it is not set."""
    value = text(name, "")
    if not value:
        return None
    if value.startswith("unix:/"):
        return value.removeprefix("unix:")
    host, _colon, port = value.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ImproperlyConfigured(f"{name} must be host:port or unix:/path, not {value!r}. See dotenv-sample.")
    return host.strip("[]"), int(port)


def options(name: str) -> dict[str, object]:
    """Options of a backend, as a JSON object; they may hold secrets, and are never shown."""
    try:
        found = json.loads(secret(name, "{}"))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ImproperlyConfigured(f"{name} must be a JSON object. See dotenv-sample.")
    return found
