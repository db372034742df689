"""Files from outside are read by a process of their own, which may use so much memory and time, and no more.

What a small file unpacks to, or how long a library takes over it, cannot be known beforehand. Here the child ends, and
not the web process with everybody's requests in it. It is begun anew and not forked, because gunicorn's processes have
threads and Celery's may not have children of `multiprocessing`; and it is given no secret, no setting and no database.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
from contextlib import suppress
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import BinaryIO, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mappa.files import pictures, watermark
from mappa.files.contents import Kind, kind_named, kind_of
from mappa.files.refusals import refuse, why_refused

MEMORY, SECONDS, WRITTEN = 2**30, 15, 2**28
# Of one web process, whatever its threads are asked: with three of those a container, six times MEMORY at the worst.
AT_ONCE = 2
REFUSED = 3
_turns = BoundedSemaphore(AT_ONCE)
SAMPLE = ("OFFICIAL-SENSITIVE", "Who took the copy, of which agency, on which day and at what time. DO00000000")


class SpentError(Exception):
    """The child could not do it: the file is none that can be read, or takes more memory or time than it may."""


def check(file: BinaryIO, name: str) -> Kind:
    """The kind of a file that is taken: it holds what its name says, nothing that acts, and copies of it can be marked.

    Raises ValidationError beside the question for the file. `file` is left at its beginning.
    """
    kind = kind_named(name)
    _run_or_refuse("check", file, None, kind.ending)
    return kind


def mark(kind: Kind, file: BinaryIO, into: BinaryIO, lines: tuple[str, str]) -> None:
    """Write a marked copy of a PDF or picture. Raises SpentError, and ValidationError where none can be made."""
    _run("mark", file, into, kind.ending, *lines)


def photograph(file: BinaryIO, into: BinaryIO) -> None:
    """Make a photograph anew. Raises ValidationError for a picture that cannot be read."""
    _run_or_refuse("photograph", file, into)


def _run_or_refuse(verb: str, file: BinaryIO, into: BinaryIO | None, *words: str) -> None:
    try:
        _run(verb, file, into, *words)
    except SpentError:
        refuse(
            _("The file takes more memory or time to read than any honest file. Print it as PDF, or make it smaller"),
            "bomb",
        )


def _run(verb: str, file: BinaryIO, into: BinaryIO | None, *words: str) -> None:
    """Have a child do it with a copy of the file: what it does to its files is nothing to ours."""
    with TemporaryFile() as given, TemporaryFile() as made, _turns:
        file.seek(0)
        shutil.copyfileobj(file, given)
        file.seek(0)
        given.flush()
        handles = (given.fileno(), made.fileno())
        try:
            child = subprocess.run(  # noqa: S603  ourselves
                [sys.executable, "-m", "mappa.files.confined", verb, *map(str, handles)],
                input=json.dumps(words).encode(),
                capture_output=True,
                pass_fds=handles,
                cwd=settings.BASE_DIR,
                env={name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ},
                timeout=2 * SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise SpentError(verb) from error
        if child.returncode == REFUSED:
            why, _line, said = child.stdout.decode().partition("\n")
            refuse(said, why)
        if child.returncode != 0:
            raise SpentError(verb)
        if into is not None:
            made.seek(0)
            shutil.copyfileobj(made, into)


def do(verb: str, file: BinaryIO, into: BinaryIO, words: list[str]) -> None:
    """What the child is for."""
    if verb == "photograph":
        pictures.photograph(file, into)
    elif verb == "mark":
        watermark.mark(words[0], file, into, (words[1], words[2]))
    elif kind_of(file, f"file.{words[0]}").is_marked:
        # What is taken is good for every download: a file of which no copy can be made is refused now, in words.
        watermark.mark(words[0], file, into, SAMPLE)


def main(verb: str, given: int, made: int) -> int:
    """The whole life of the child. What it answers are the kind and the words of a refusal, in English, the one language built."""
    for limit, most in (("AS", MEMORY), ("CPU", SECONDS), ("FSIZE", WRITTEN), ("CORE", 0)):
        with suppress(ValueError):  # macOS knows no limit of memory
            resource.setrlimit(getattr(resource, f"RLIMIT_{limit}"), (most, most))
    settings.configure(USE_I18N=False)
    words: list[str] = json.load(sys.stdin)
    with os.fdopen(given, "rb") as file, os.fdopen(made, "wb") as into:
        file.seek(0)
        try:
            do(verb, cast("BinaryIO", file), cast("BinaryIO", into), words)
        except ValidationError as refusal:
            sys.stdout.write(f"{why_refused(refusal)}\n{refusal.message_dict['file'][0]}")
            return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
