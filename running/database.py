"""Roles, tables and demo data: brought up to date, and skipped while nothing they are made from has changed."""

from urllib.parse import quote

from running import environment, place
from running.place import CHECKOUT, PYTHON
from running.services import Services
from running.variables import Variables, as_migrator

ROLES = CHECKOUT / "agencies" / "management" / "commands" / "database_roles.py"


def make_roles(services: Services, variables: Variables, name: str) -> None:
    """Make the database and its roles, where we are given an administrator's address."""
    if "DATABASE_ADMIN_URL" not in variables:
        return
    stamp = services.folder / "roles.stamp"
    inputs = place.fingerprint(ROLES) + name + variables["DATABASE_ADMIN_URL"]
    with place.locked(services.users.with_name("database.lock")):
        if not (is_embedded(services, variables) and environment.is_stamped(stamp, inputs)):
            # run as a module, not by manage.py: the roles come before anything Django could connect as
            module = "agencies.management.commands.database_roles"
            place.run(PYTHON, "-m", module, "--name", name, environment=variables)
            stamp.write_text(inputs)


def migrate(services: Services, variables: Variables) -> None:
    """Apply the migrations that are not applied yet."""
    stamp = services.folder / "migrations.stamp"
    migrations = CHECKOUT.glob("*/migrations/*.py")
    inputs = place.fingerprint(environment.RUN_LOCK, *migrations)
    with place.locked(services.users.with_name("database.lock")):
        if not (is_embedded(services, variables) and environment.is_stamped(stamp, inputs)):
            place.say("Bringing the database up to date …")
            place.run(PYTHON, "manage.py", "migrate", "-v", "0", environment=as_migrator(variables))
            stamp.write_text(inputs)


def fill_with_demo(services: Services, variables: Variables) -> None:
    """Fill an empty database with the demo's invented people."""
    stamp = services.folder / "demo.stamp"
    if variables.get("DEMO") != "1" or (is_embedded(services, variables) and stamp.exists()):
        return
    place.say("Looking for demo data, and making it if there is none …")
    place.run(PYTHON, "manage.py", "demo", "--if-empty", environment=variables)
    stamp.touch()


def is_embedded(services: Services, variables: Variables) -> bool:
    """Whether the database lies beside our stamps, so that the two can only vanish together."""
    return f"host={quote(str(services.sockets))}" in variables["DATABASE_URL"]
