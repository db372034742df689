"""The scanner, played by a small one that speaks ClamAV's INSTREAM."""

import socket
import struct
import threading
from io import BytesIO

import pytest

from mappa.files.antivirus import ScannerUnavailableError, Verdict, scan

FOUND = b"stream: Eicar-Signature FOUND\0"


class Clamd:
    """One conversation: what was sent, and the answer it was told to give."""

    def __init__(self, listener, answer):
        self.listener, self.answer, self.received, self.pieces = listener, answer, b"", 0
        self.thread = threading.Thread(target=self.talk, daemon=True)
        self.thread.start()

    def talk(self):
        peer, _address = self.listener.accept()
        with peer, peer.makefile("rb") as sent:
            self.command = sent.read(10)
            while length := struct.unpack(">I", sent.read(4))[0]:
                self.received += sent.read(length)
                self.pieces += 1
            for part in self.answer:
                peer.sendall(part)

    def end(self):
        self.thread.join(5)
        self.listener.close()


@pytest.fixture
def clamd(settings, tmp_path):
    made = []

    def start(*answer, tcp=False):
        listener = socket.socket(socket.AF_INET if tcp else socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(("127.0.0.1", 0) if tcp else str(tmp_path / "clamd.sock"))
        listener.listen(1)
        settings.CLAMAV = listener.getsockname()
        made.append(Clamd(listener, answer))
        return made[-1]

    yield start
    for each in made:
        each.end()


def test_a_clean_file_is_sent_whole_in_pieces_and_left_at_its_beginning(clamd):
    server = clamd(b"stream: OK\0")
    content = bytes(range(256)) * 1000
    file = BytesIO(content)

    assert scan(file) is Verdict.CLEAN
    server.thread.join(5)
    assert (server.command, server.received, server.pieces) == (b"zINSTREAM\0", content, 4)
    assert file.tell() == 0


def test_a_virus_is_found(clamd):
    clamd(FOUND)

    assert scan(BytesIO(b"x")) is Verdict.FOUND


def test_the_scanner_may_be_on_another_machine(clamd, socket_enabled):
    clamd(FOUND, tcp=True)

    assert scan(BytesIO(b"x")) is Verdict.FOUND


def test_an_answer_may_come_in_parts(clamd):
    clamd(b"stre", b"am: OK", b"\0")

    assert scan(BytesIO(b"x")) is Verdict.CLEAN


@pytest.mark.parametrize(
    "answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: ", b"OK\0", b"stream: OK but\0"]
)
def test_what_is_no_clear_answer_lets_nothing_pass(clamd, answer):
    clamd(answer)

    with pytest.raises(ScannerUnavailableError):
        scan(BytesIO(b"x"))


def test_a_scanner_that_is_silent_is_not_waited_for_for_ever(clamd, monkeypatch, settings, tmp_path):
    monkeypatch.setattr("mappa.files.antivirus.SECONDS", 0.2)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(tmp_path / "silent.sock"))
    listener.listen(1)
    settings.CLAMAV = str(tmp_path / "silent.sock")

    with listener, pytest.raises(ScannerUnavailableError):
        scan(BytesIO(b"x"))


def test_without_a_scanner_nothing_is_asked(settings):
    settings.CLAMAV = None

    assert scan(BytesIO(b"x")) is Verdict.NOT_ASKED
