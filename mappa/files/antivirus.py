"""Asking ClamAV whether a file is clean: its INSTREAM command, over TCP or a Unix socket (clamd(8), COMMANDS)."""

import socket
import struct
from contextlib import suppress
from enum import Enum
from typing import Any, BinaryIO

from django.conf import settings

PIECE = 2**16
ANSWER_BYTES = 4096
SECONDS = 30


class Verdict(Enum):
    """What the scanner said; `NOT_ASKED` where no scanner is configured."""

    CLEAN = "clean"
    FOUND = "found"
    NOT_ASKED = "not asked"


class ScannerUnavailableError(Exception):
    """There is a scanner and it gave no answer that can be relied on: nothing passes."""


def scan(file: BinaryIO) -> Verdict:
    """Have a file looked through, piece by piece, and leave it at its beginning.

    Raises ScannerUnavailableError when the scanner that is configured does not say yes or no.
    """
    if settings.CLAMAV is None:
        return Verdict.NOT_ASKED
    file.seek(0)
    try:
        with _reach() as scanner:
            answer = _ask(scanner, file)
    except OSError as error:
        raise ScannerUnavailableError(error.strerror or "no answer") from error
    file.seek(0)
    if answer.endswith("FOUND"):
        return Verdict.FOUND
    if answer == "stream: OK":
        return Verdict.CLEAN
    raise ScannerUnavailableError("no answer that is known")


def _reach() -> socket.socket:
    place = settings.CLAMAV
    if isinstance(place, str):
        return _dial(socket.AF_UNIX, place)
    for family, _kind, _protocol, _name, address in socket.getaddrinfo(*(place or ("", 0)), type=socket.SOCK_STREAM):
        with suppress(OSError):
            return _dial(family, address)
    raise OSError("no address of the scanner answers")


def _dial(family: int, address: Any) -> socket.socket:
    scanner = socket.socket(family, socket.SOCK_STREAM)
    scanner.settimeout(SECONDS)
    try:
        scanner.connect(address)
    except OSError:
        scanner.close()
        raise
    return scanner


def _ask(scanner: socket.socket, file: BinaryIO) -> str:
    scanner.sendall(b"zINSTREAM\0")
    while piece := file.read(PIECE):
        scanner.sendall(struct.pack(">I", len(piece)) + piece)
    scanner.sendall(struct.pack(">I", 0))
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < ANSWER_BYTES:
        more = scanner.recv(ANSWER_BYTES)
        if not more:
            break
        answer += more
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
