"""Web, worker and beat under one roof: started together, restarted when one dies, stopped in order."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from running import place
from running.place import CHECKOUT, PYTHON, VAR, Refusal
from running.variables import Variables

FOLDER = VAR / "run"
LOGS = VAR / "log"
CHILDREN = FOLDER / "children.json"
START_PATIENCE = 60  # seconds until the first page
STOP_PATIENCE = 20  # seconds for requests and tasks to be finished
LONGEST_PAUSE = 30  # seconds between two attempts to start what keeps dying
STEADY = 60  # seconds alive after which a death counts as the first one


@dataclass
class Child:
    """One program we keep running."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0
    deaths: int = 0
    not_before: float = 0

    @property
    def log(self) -> Path:
        """Where what it says goes."""
        return LOGS / f"{self.name}.log"

    @property
    def is_alive(self) -> bool:
        """Whether it runs now."""
        return self.process is not None and self.process.poll() is None


def children(port: str) -> list[Child]:
    """What runs, in the order in which it is started; it is stopped in the opposite one."""
    python = str(PYTHON)
    celery = [python, "-m", "celery", "-A", "mappa"]
    files = {name: str(FOLDER / name) for name in ("worker.pid", "beat.pid", "beat-schedule")}
    web = [python, "-m", "gunicorn", "mappa.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    web += ["--threads", "4", "--no-control-socket"]
    beat = ["beat", "-s", files["beat-schedule"], "--pidfile", files["beat.pid"], "--loglevel", "WARNING"]
    worker = ["worker", "--concurrency", "2", "--pidfile", files["worker.pid"], "--loglevel", "WARNING"]
    return [Child("web", web), Child("worker", celery + worker), Child("beat", celery + beat)]


def supervise(values: Variables, mend_services: Callable[[], None]) -> None:
    """Run everything until somebody says stop, having the services mended too should one of them die."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    LOGS.mkdir(parents=True, exist_ok=True)
    family = children(values["PORT"])
    try:
        for child in family:
            child.log.write_bytes(b"")
            start(child, values)
        write_down(family)
        wait_for_the_first_page(family[0], values)
        greet(values)
        while True:
            mend_services()
            for _ in range(10):
                time.sleep(0.5)
                if revive(family, values):
                    write_down(family)
    finally:
        place.say("\nStopping …")
        for child in reversed(family):
            stop(child)
        CHILDREN.unlink(missing_ok=True)


def start(child: Child, values: Variables) -> None:
    """Start a child in a process group of its own, so that Ctrl-C reaches us alone and we choose the order."""
    # celery may refuse to start beside the note of one that was killed
    (FOLDER / f"{child.name}.pid").unlink(missing_ok=True)
    with child.log.open("ab") as log:
        child.process = subprocess.Popen(
            child.command, cwd=CHECKOUT, env=values, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    child.started = time.monotonic()


def revive(family: Iterable[Child], values: Variables) -> bool:
    """Start again what has died, waiting longer each time it does; whether anything was started."""
    started = False
    for child in family:
        if child.is_alive:
            continue
        now = time.monotonic()
        if child.process is not None:
            child.deaths = 1 if now - child.started > STEADY else child.deaths + 1
            pause = min(2 ** (child.deaths - 1), LONGEST_PAUSE)
            place.say(f"{child.name} died (exit code {child.process.returncode}); starting it again in {pause} s.")
            end_group(child.process.pid, signal.SIGKILL)  # its own children must not linger
            child.process, child.not_before = None, now + pause
        if now >= child.not_before:
            start(child, values)
            started = True
    return started


def stop(child: Child) -> None:
    """Ask a child to finish what it is doing; end it if it takes too long."""
    if child.process is None:
        return
    if child.is_alive:
        child.process.terminate()
    try:
        child.process.wait(STOP_PATIENCE)
    except subprocess.TimeoutExpired:
        place.say(f"{child.name} did not stop in {STOP_PATIENCE} seconds and was ended.")
    end_group(child.process.pid, signal.SIGKILL)
    child.process.wait()


def end_group(pid: int, how: signal.Signals) -> None:
    """Signal whatever is left of a process group."""
    try:
        os.killpg(pid, how)
    except ProcessLookupError:
        pass  # nothing is left
    except PermissionError:
        pass  # macOS says so of a group that is only zombies


def wait_for_the_first_page(web: Child, values: Variables) -> None:
    """Return when the health page answers well; say why not, when it does not."""
    deadline = time.monotonic() + START_PATIENCE
    while not is_healthy(values):
        if not web.is_alive or time.monotonic() > deadline:
            lines = web.log.read_text(errors="replace").splitlines()[-20:]
            raise Refusal("\n".join(["The web server did not start. The end of its log:", *lines, f"({web.log})"]))
        time.sleep(0.1)


def is_healthy(values: Variables) -> bool:
    """Whether the health page answers 200."""
    address = f"http://127.0.0.1:{values['PORT']}/health/"
    # no proxy: this is our own machine
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def greet(values: Variables) -> None:
    """Say where it is and how to sign in."""
    place.say(f"\nmappa is at {values['BASE_URL']}/")
    if values.get("DEMO") == "1":
        place.say("Demo: the people you may sign in as, and their password, are on the sign-in page.")
    place.say(f"Logs are in {LOGS.relative_to(CHECKOUT)}/, mail in var/mail/. Ctrl-C stops everything.\n")


def require_free_port(port: str) -> None:
    """Refuse early, and helpfully, when something else has the port."""
    if not port.isdigit() or not 1 <= int(port) <= 65535:
        raise Refusal(f"PORT must be a number from 1 to 65535, not {port!r}.")
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", int(port)))
        except PermissionError:
            raise Refusal(f"Port {port} needs root. Choose one above 1023: make run PORT=8001") from None
        except OSError:
            raise Refusal(f"Port {port} is taken. Choose another: make run PORT={int(port) + 1}") from None


def write_down(family: Iterable[Child]) -> None:
    """Note who runs, for the next start to find them should we be killed."""
    CHILDREN.write_text(json.dumps([child.process.pid for child in family if child.process]))


def end_left_overs() -> None:
    """End what a supervisor that was killed left running."""
    try:
        pids = json.loads(CHILDREN.read_text())
    except (OSError, ValueError):
        return
    for pid in pids:
        if str(PYTHON) in place.command_line_of(pid):  # and not some other process with the same number
            place.say(f"Ending process {pid}, left over from a run that was killed.")
            end_group(pid, signal.SIGTERM)
            deadline = time.monotonic() + STOP_PATIENCE
            while place.command_line_of(pid) and time.monotonic() < deadline:
                time.sleep(0.1)
            end_group(pid, signal.SIGKILL)
    CHILDREN.unlink(missing_ok=True)
