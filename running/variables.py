"""The environment variables mappa's processes are given; `dotenv-sample` says what each means."""

import base64
import os
import secrets
from collections.abc import Callable

from running.place import CHECKOUT, VAR, VENV
from running.services import ADMIN, RUN, TEST, Services

Variables = dict[str, str]


def for_running() -> Variables:
    """For `make run` and its relatives: demo mode, on this machine only, with whatever the caller has set kept."""
    port = os.environ.get("PORT") or "8000"
    defaults = {
        **addresses(RUN, "mappa"),
        "SECRET_KEY": secret_key(),
        "FIELD_KEYS": field_keys(),
        "PORT": port,
        "BASE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "INSECURE_HTTP": "1",
        "DEMO": "1",
        "EMAIL_URL": "file://var/mail",
    }
    return {**defaults, **given(), **common()}


def for_tests() -> Variables:
    """For checks and tests: no address or secret of the caller's is used, so that they mean the same everywhere."""
    return {
        **{name: value for name, value in given().items() if not name.endswith("_FILE")},
        **addresses(TEST, "mappa_test", embedded=True),
        "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
        "FIELD_KEYS": f"tests:{'A' * 43}=",
        "PORT": "8000",
        "BASE_URL": "https://mappa.test",
        "ALLOWED_HOSTS": "mappa.test,testserver,127.0.0.1,localhost",
        "INSECURE_HTTP": "0",
        "DEMO": "0",
        # Tests sign their cast in by password; those about second factors ask for them.
        "SECOND_FACTOR": "offered",
        "EMAIL_URL": "file://var/test/mail",
        "SECURITY_CONTACT": "mailto:security@mappa.test",
        # A test asks for more pages in a minute than a person reads in a day.
        "PAGES_A_MINUTE": "1000000",
        "SEARCHES_A_MINUTE": "1000000",
        **common(),
    }


def as_deployed(values: Variables) -> Variables:
    """The same, with what `check --deploy` wants to be there and tests can do without."""
    there = {"BREACHED_PASSWORDS_PATH": "var/test/breached.txt", "ANCHORS_PATH": "var/test"}
    return {**values, "SECOND_FACTOR": "required", "CLAMAV": "unix:/run/clamd.sock", **there}


def addresses(services: Services, database: str, *, embedded: bool = False) -> Variables:
    """Where Postgres and Redis are: what the caller has set, and else the embedded ones."""
    found: Variables = {}
    if embedded or not os.environ.get("DATABASE_URL"):
        found["DATABASE_URL"] = services.database_url("mappa_app", database)
        found["DATABASE_MIGRATOR_URL"] = services.database_url("mappa_migrator", database)
        found["DATABASE_ADMIN_URL"] = services.database_url(ADMIN, "postgres")
    else:
        found["DATABASE_MIGRATOR_URL"] = os.environ["DATABASE_URL"]
    if embedded or not os.environ.get("REDIS_URL"):
        found["REDIS_URL"] = services.redis_url
    return found


def given() -> Variables:
    """What the caller has set, without the empty ones."""
    return {name: value for name, value in os.environ.items() if value}


def common() -> Variables:
    """What every process of ours needs, whoever calls."""
    return {
        "DJANGO_SETTINGS_MODULE": "mappa.settings",
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONDONTWRITEBYTECODE": "",  # of a dozen processes only the first compiles, whatever the caller's shell says
        "PYTHONPATH": str(CHECKOUT),
        "PYTHONUNBUFFERED": "1",
        "VIRTUAL_ENV": str(VENV),
    }


def as_migrator(variables: Variables) -> Variables:
    """The same, connecting as the role that may change tables."""
    return {**variables, "DATABASE_URL": variables["DATABASE_MIGRATOR_URL"]}


def secret_key() -> str:
    """This machine's secret key."""
    return kept("SECRET_KEY", "secret-key", lambda: secrets.token_urlsafe(50))


def field_keys() -> str:
    """The key by which this machine encrypts secrets in its database."""
    return kept(
        "FIELD_KEYS", "field-keys", lambda: f"first:{base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}"
    )


def kept(name: str, file_name: str, make: Callable[[], str]) -> str:
    """A secret as the caller has set it, or of this machine: made on the first run and readable by nobody else."""
    if os.environ.get(name):
        return os.environ[name]
    file = VAR / file_name
    if not file.exists():
        VAR.mkdir(exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(make())
    return file.read_text()
