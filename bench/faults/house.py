"""The programs of a deployment on servers of their own: to be killed, stopped and emptied, and started again."""

import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from running import place, services
from running.services import ADMIN, Services
from tests import databases

DATABASE = "mappa"
# What the deadlines and the mail need of the beat, and nothing else.
TASKS = (
    "reviews.tasks.remind",
    "reviews.tasks.remind_urgent",
    "reviews.tasks.tell_mornings",
    "reviews.tasks.tell_weeks",
    "agencies.tasks.send_outbox",
)


@dataclass
class Program:
    """A worker or a beat, with its children in a process group of its own."""

    name: str
    command: list[str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=place.CHECKOUT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )  # fmt: skip

    def kill(self) -> None:
        """At once and with everything it started, as when a machine loses power."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def children(self) -> list[int]:
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children") if self.process else None
        try:
            return [int(pid) for pid in listed.read_text().split()] if listed else []
        except OSError:
            return []


@dataclass
class House:
    """Two workers and two beats, a Postgres and a Redis, and what was done to them."""

    services: Services
    folder: Path
    rng: Random
    done: Counter[str] = field(default_factory=Counter)
    programs: list[Program] = field(default_factory=list)
    beats_off: bool = False
    ended: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for number in (1, 2):
            self.programs.append(
                self.celery(f"worker {number}", "worker", "--concurrency", "2", "-n", f"w{number}@here")
            )
            schedule = str(self.folder / f"schedule-{number}")
            # A beat sleeps until its next task is due, and does not see the clock being moved meanwhile.
            self.programs.append(
                self.celery(f"beat {number}", "beat", "-s", schedule, "--pidfile", "", "--max-interval", "1")
            )

    def celery(self, name: str, *arguments: str) -> Program:
        command = [sys.executable, "-m", "celery", "-A", "mappa", *arguments, "--loglevel", "WARNING"]
        return Program(name, command, self.folder / f"{name.replace(' ', '-')}.log")

    def named(self, kind: str) -> list[Program]:
        return [program for program in self.programs if program.name.startswith(kind)]

    def mend(self) -> None:
        """Start what is not running, as whatever supervises a deployment does."""
        services.start(self.services, postgres=True, redis=True)
        for program in self.programs:
            if program.is_alive or (self.beats_off and program.name.startswith("beat")):
                continue
            if program.process is not None and program.process.returncode != -signal.SIGKILL:
                self.done[f"{program.name[:-2]} ended by itself"] += 1
                self.ended.append(f"{program.name}, {program.process.returncode}: {program.log.read_text()[-600:]}")
            program.start()

    def switch_beats(self, *, on: bool) -> None:
        """Whether there is a beat at all."""
        self.beats_off = not on
        for beat in self.named("beat"):
            beat.kill()

    def stop(self) -> None:
        for program in self.programs:
            program.kill()
        services.stop_redis(self.services)
        services.stop_postgres(self.services)

    # What is done to it

    def kill_a_worker(self) -> None:
        self.rng.choice(self.named("worker")).kill()

    def kill_a_worker_s_child(self) -> None:
        """The process that does the work; Celery starts another."""
        children = self.rng.choice(self.named("worker")).children()
        if children:
            os.kill(self.rng.choice(children), signal.SIGKILL)

    def kill_a_beat(self) -> None:
        self.rng.choice(self.named("beat")).kill()

    def kill_all(self) -> None:
        for program in self.programs:
            program.kill()

    def empty_redis(self) -> None:
        services.redis_says(self.services, "FLUSHALL")

    def stop_and_empty_redis(self) -> None:
        services.redis_says(self.services, "SHUTDOWN NOSAVE")
        services.stop_redis(self.services)
        shutil.rmtree(self.services.redis_socket.parent / "appendonlydir", ignore_errors=True)

    def stop_postgres_fast(self) -> None:
        services.stop_postgres(self.services)

    def stop_postgres_immediately(self) -> None:
        """Without a checkpoint: it recovers from its log when it is started."""
        data = str(self.services.data)
        services.postgres_program(self.services, "pg_ctl", "-D", data, "-m", "immediate", "-w", "-t", "60", "stop")

    def something(self) -> None:
        """One thing at random."""
        faults = (
            self.kill_a_worker,
            self.kill_a_worker,
            self.kill_a_worker,
            self.kill_a_worker_s_child,
            self.kill_a_worker_s_child,
            self.kill_a_beat,
            self.kill_all,
            self.empty_redis,
            self.stop_and_empty_redis,
            self.stop_postgres_fast,
            self.stop_postgres_immediately,
        )
        fault = self.rng.choice(faults)
        self.done[fault.__name__.replace("_s_", "'s ").replace("_", " ")] += 1
        fault()


@contextmanager
def a_house(rng: Random, mail: str) -> Iterator[House]:
    """Servers with a migrated database of their own, and the variables by which everybody here finds them."""
    own = Services(f"faults-{os.getpid()}", scratch=False)
    folder = place.VAR / own.name
    try:
        services.start(own, postgres=True, redis=True)
        copy_the_tests_database(own)
        (folder / "clock").write_text("0")
        os.environ |= {
            "DATABASE_URL": own.database_url("mappa_app", DATABASE),
            "DATABASE_ADMIN_URL": own.database_url(ADMIN, DATABASE),
            "REDIS_URL": own.redis_url,
            "EMAIL_URL": mail,
            "DJANGO_SETTINGS_MODULE": "bench.faults.moved",
            "MOVED_CLOCK": str(folder / "clock"),
            "ONLY_TASKS": ",".join(TASKS),
            "OUTBOX_SECONDS": "3",
            "REMIND_SECONDS": "10",
        }
        house = House(own, folder, rng)
        try:
            yield house
        finally:
            house.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if own.folder.parent != folder:
            shutil.rmtree(own.folder.parent, ignore_errors=True)


def copy_the_tests_database(own: Services) -> None:
    """A migrated database from the template that every test copies: to migrate another takes minutes."""
    databases.prepare(own.database_url(ADMIN, "postgres"), DATABASE)
    dump = own.folder / "dump.sql"
    with databases.a_template() as (_server, template):
        found = services.postgres_program(
            services.TEST, "pg_dump", "-h", str(services.TEST.sockets), "-U", ADMIN, template
        )
    dump.write_text(found.stdout)
    dump.chmod(0o644)
    where = ["-h", str(own.sockets), "-U", ADMIN, "-d", DATABASE]
    read = services.postgres_program(own, "psql", "-q", "-v", "ON_ERROR_STOP=1", *where, "-f", str(dump))
    dump.unlink()
    if found.returncode or read.returncode:
        raise place.Refusal(f"The tests' database could not be copied: {found.stderr[-500:]}{read.stderr[-500:]}")
