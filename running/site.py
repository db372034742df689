"""The site on this machine: up, stopped, or tinkered with."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from running import database, environment, place, services, supervisor, variables
from running.place import CHECKOUT, PYTHON, VAR, Refusal
from running.services import RUN, TEST
from running.variables import Variables

UP = VAR / "run" / "up.lock"
SUPERVISOR = VAR / "run" / "supervisor.pid"
DATABASE = "mappa"


def setup() -> int:
    """Install everything, and build the static files, without starting anything."""
    environment.make_environment(development=True)
    environment.build_assets(variables.for_running())
    return 0


def up() -> int:
    """Run the whole site until Ctrl-C."""
    with place.locked_if_free(UP) as free:
        if not free:
            raise Refusal("mappa is already running from this folder. Stop it with Ctrl-C there, or with `make stop`.")
        SUPERVISOR.write_text(str(os.getpid()))
        supervisor.end_left_overs()
        supervisor.require_free_port(os.environ.get("PORT") or "8000")
        try:
            with site_environment() as values:
                database.fill_with_demo(RUN, values)
                supervisor.supervise(values, start_services)
        finally:
            services.stop_if_unused(RUN)
            SUPERVISOR.unlink(missing_ok=True)
    return 0


def migrate() -> int:
    """Make the roles and apply the migrations."""
    with site_environment():
        return 0


def shell() -> int:
    """A Python prompt with the models, on the site's database."""
    with site_environment() as values:
        place.run(PYTHON, "manage.py", "shell", environment=values)
    return 0


def stop() -> int:
    """Stop the site if it runs, what a killed one left over, and every embedded server nobody needs."""
    stop_supervisor()
    with place.locked_if_free(UP) as free:
        if free:
            supervisor.end_left_overs()
    for each in (RUN, TEST):
        if (VAR / each.name).exists() and not services.stop_if_unused(each):
            place.say(f"The {each.name} servers are in use by another command and stay up.")
    return 0


@contextmanager
def site_environment() -> Iterator[Variables]:
    """The servers, the database and the static files, up to date; and the variables to reach them."""
    environment.make_environment(development=False)
    values = variables.for_running()
    require_sound(values)
    with services.in_use(RUN, **embedded()):
        environment.build_assets(values)
        database.make_roles(RUN, values, DATABASE)
        database.migrate(RUN, values)
        yield values


def require_sound(values: Variables) -> None:
    """Refuse to start anything with a variable that is missing or nonsense, in the settings' own words."""
    settings = [str(PYTHON), "-c", "import mappa.settings"]
    tried = subprocess.run(settings, cwd=CHECKOUT, env=values, capture_output=True, text=True, check=False)
    if tried.returncode:
        lines = tried.stderr.strip().splitlines() or ["The settings cannot be read."]
        raise Refusal(lines[-1].removeprefix("django.core.exceptions.ImproperlyConfigured: "))


def start_services() -> None:
    """Start again an embedded server that died."""
    services.start(RUN, **embedded())


def embedded() -> dict[str, bool]:
    """Which servers are ours to run: those the caller names no address for."""
    return {"postgres": not os.environ.get("DATABASE_URL"), "redis": not os.environ.get("REDIS_URL")}


def stop_supervisor() -> None:
    """Ask a running supervisor to stop everything, and wait until it has."""
    with place.locked_if_free(UP) as free:
        if free or not SUPERVISOR.exists():
            return
    os.kill(int(SUPERVISOR.read_text()), signal.SIGTERM)
    deadline = time.monotonic() + 90
    while SUPERVISOR.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
