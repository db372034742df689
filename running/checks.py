"""The test environment, and everything that is checked in it."""

import os
import shlex
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from running import audit, database, environment, place, services, variables
from running.place import CHECKOUT, PYTHON, Refusal
from running.variables import Variables

DATABASE = "mappa_test"
CHECKS: list[tuple[str, ...]] = [
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("mypy", "."),
    ("lint-imports",),
    ("python", "manage.py", "makemigrations", "--check", "--dry-run"),
    ("python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
]
# The migrated database that tests copy is made while the checks run: each keeps one core busy.
TEMPLATE = ("python", "-m", "tests.databases")
FIXES: list[tuple[str, ...]] = [("ruff", "check", "--fix"), ("ruff", "format")]


@contextmanager
def test_environment() -> Iterator[Variables]:
    """The servers and the variables the tests run with; the servers stay up until nobody needs them."""
    environment.make_environment(development=True)
    values = variables.for_tests()
    with services.in_use(services.TEST):
        database.make_roles(services.TEST, values, DATABASE)
        yield values


def execute(command: Sequence[str]) -> int:
    """Run one command in the test environment, leaving the servers up for the next one."""
    if not command:
        raise Refusal("Say what to run: python3 -m running exec -- pytest tests/offenders")
    with test_environment() as values:
        return run(command, values, at_the_keyboard=True)


def test() -> int:
    """Every check and every test; 0 when all of them pass."""
    environment.install_system_packages()
    try:
        with test_environment() as values:
            environment.build_assets(values)
            with beside(TEMPLATE, values):
                failed = failing_checks(values) + audit.checked()
            if run(["pytest", "-n", "2", *shlex.split(os.environ.get("ARGS", ""))], values):
                failed.append("pytest")
    finally:
        services.stop_if_unused(services.TEST)
    return report(failed)


def check() -> int:
    """Every check that needs no test run."""
    with test_environment() as values:
        environment.build_assets(values)
        return report(failing_checks(values) + audit.checked())


def fix() -> int:
    """Put right what the tools can put right by themselves."""
    environment.make_environment(development=True)
    return max(run(command, variables.for_tests()) for command in FIXES)


def bench() -> int:
    """The performance suite, in the test environment."""
    with test_environment() as values:
        return run(["python", "-m", "bench", *shlex.split(os.environ.get("ARGS", ""))], values)


def failing_checks(values: Variables) -> list[str]:
    """Run all the checks, also after one fails; the names of those that do."""
    there = variables.as_deployed(values)
    return [" ".join(command) for command in CHECKS if run(command, there)]


@contextmanager
def beside(command: Sequence[str], values: Variables) -> Iterator[None]:
    """Run a program while something else goes on, and wait for it. Whoever needs what it makes tells of its failure."""
    with subprocess.Popen([str(PYTHON), *command[1:]], cwd=CHECKOUT, env=values, start_new_session=True) as process:
        try:
            yield
            process.wait()
        except BaseException:
            end(process, group=True)
            raise


def report(failed: list[str]) -> int:
    """Say what failed, and make an exit code of it."""
    for name in failed:
        place.say(f"FAILED: {name}")
    place.say("Not everything passes." if failed else "Everything passes.")
    return 1 if failed else 0


def run(command: Sequence[str], values: Variables, *, at_the_keyboard: bool = False) -> int:
    """Run a program of the virtual environment, showing what it is; its exit code.

    It gets a process group of its own, so that the processes it starts can be ended with it; but not when somebody
    may want to type into it.
    """
    place.say(f"$ {shlex.join(command)}")
    program = [str(PYTHON), *command[1:]] if command[0] == "python" else command
    with subprocess.Popen(program, cwd=CHECKOUT, env=values, start_new_session=not at_the_keyboard) as process:
        try:
            return process.wait()
        except BaseException:
            end(process, group=not at_the_keyboard)  # we were asked to stop: nothing may outlive us
            raise


def end(process: "subprocess.Popen[bytes]", *, group: bool) -> None:
    """Interrupt a program, and end it with all it started if it does not listen."""
    process.send_signal(signal.SIGINT if group else signal.SIGTERM)
    try:
        process.wait(10 if group else None)
    except subprocess.TimeoutExpired:
        place.say("It did not stop by itself and is ended.")
    if group:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
