"""Where files about people lie: Django's storage "documents", under random names that no address ever shows.

A file is written before its row, in the row's transaction. A file without a row is taken away at the end of the request
that wrote it; what a killed process left is found by `manage.py unnamed_files`.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO, NamedTuple

from django.apps import apps
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from agencies.models.user import system_user
from offenders.models import ImportRun
from offenders.models.stored import KeptFile

PIECE = 2**18
_written: ContextVar[list[str] | None] = ContextVar("written files", default=None)


class Kept(NamedTuple):
    """A file in the storage: what its row says of it."""

    stored_as: str
    size: int
    sha256: str


class DamagedFileError(Exception):
    """The file is not there, or is not what was kept: it is not sent."""


def storage() -> Storage:
    return storages["documents"]


@contextmanager
def reaching() -> Iterator[None]:
    """What goes wrong between us and the files, as an OSError: a store elsewhere has errors of its own (botocore, boto3)."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(str(type(error))) from error


def fingerprint(file: "BinaryIO | File[bytes]") -> tuple[int, str]:
    """How long a file is, and its SHA-256. Leaves it at its beginning."""
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while piece := file.read(PIECE):
        digest.update(piece)
        size += len(piece)
    file.seek(0)
    return size, digest.hexdigest()


def keep(file: "BinaryIO | File[bytes]") -> Kept:
    """Write a file under a random name, folders by its first letters. On return it is kept."""
    size, sha256 = fingerprint(file)
    name = secrets.token_hex(20)
    wanted = f"{name[:2]}/{name[2:4]}/{name}"
    written = _written.get()
    if written is not None:
        written.append(wanted)
    with reaching():
        return Kept(storage().save(wanted, File(file)), size, sha256)


@contextmanager
def whole(row: KeptFile) -> Iterator[IO[bytes]]:
    """The file of a row, at its beginning, after every byte of it was compared with what was kept.

    It is read from the storage once, into a temporary file: what was compared is what is sent.
    Raises DamagedFileError.
    """
    with TemporaryFile() as copy:
        try:
            with reaching(), storage().open(row.stored_as) as file:
                for piece in file.chunks(PIECE):
                    copy.write(piece)
        except OSError as error:
            raise DamagedFileError(row.pk) from error
        if fingerprint(copy) != (row.size, row.sha256):
            raise DamagedFileError(row.pk)
        yield copy


def named(names: list[str]) -> set[str]:
    """Those of these names that a row has, whoever may see it."""
    by = system_user()
    tables: list[Any] = [ImportRun, *(model for model in apps.get_models() if issubclass(model, KeptFile))]
    rows = [table.objects.visible_to(by).filter(stored_as__in=names) for table in tables]
    return {name for found in rows for name in found.values_list("stored_as", flat=True)}


def no_file_without_a_row(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what a request wrote and then did not keep, for a refusal or a fault, is taken away again."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = _written.set([])
        try:
            return get_response(request)
        finally:
            names = _written.get()
            _written.reset(token)
            if names:
                _take_away(names)

    return middleware


def _take_away(names: list[str]) -> None:
    try:
        for name in set(names) - named(names):
            with reaching():
                storage().delete(name)
    except (DatabaseError, OSError):
        # Whether the row was kept is not known now: the file stays, and `manage.py unnamed_files` will tell.
        return
