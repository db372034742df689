"""Where things lie in this checkout, and the few ways of doing something to it."""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
VAR = CHECKOUT / "var"
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"


class Refusal(Exception):  # noqa: N818 (it is an answer, not a fault)
    """Something only the person at the keyboard can put right: the message says what."""


def say(message: str) -> None:
    """Tell the person at the keyboard, at once even through a pipe."""
    print(message, flush=True)


def run(*command: str | Path, environment: Mapping[str, str] | None = None) -> None:
    """Run a program in the checkout; what it prints is shown; a failure ends the work."""
    code = subprocess.run(command, cwd=CHECKOUT, env=environment, check=False).returncode
    if code:
        name = " ".join(Path(str(part)).name for part in command[:4])
        raise Refusal(f"`{name} …` failed with exit code {code}; what it said is above.")


def fingerprint(*files: Path) -> str:
    """A hash that changes when any of these files does, comes or goes."""
    digest = hashlib.sha256(sys.version.encode())
    for file in sorted(files):
        digest.update(f"{file.relative_to(CHECKOUT)}\n".encode())
        digest.update(file.read_bytes() if file.is_file() else b"absent")
    return digest.hexdigest()


def files_in(*folders: Path) -> Iterable[Path]:
    """Every file below these folders, but not what Python compiled."""
    for folder in folders:
        yield from (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")


@contextmanager
def locked(file: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold a lock other commands in this checkout respect; the kernel drops it if we die."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield


@contextmanager
def locked_if_free(file: Path) -> Iterator[bool]:
    """Like `locked`, but answers False instead of waiting when somebody else holds the lock."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def command_line_of(pid: int) -> str:
    """The command line of a running process; empty when there is none, or it is dead and not yet buried."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    answer = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def is_root() -> bool:
    """Whether we may install packages, and must not run Postgres as ourselves."""
    return os.geteuid() == 0
