"""A mail server on this machine that keeps what it accepts, and can fail in the ways of real ones."""

import socketserver
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from random import Random

KINDS_OF_FAILURE = ("later", "hang up", "lose the answer")
HANG = 3  # seconds


@dataclass(frozen=True)
class Kept:
    """One mail as it stands in a mailbox."""

    to: str
    subject: str
    body: str


class Mailbox(socketserver.ThreadingTCPServer):
    """What was accepted, by Message-ID. A mailbox shows the same Message-ID once, however often it came."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, rng: Random) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.rng = rng
        self.lock = threading.Lock()
        self.kept: dict[str, Kept] = {}
        self.accepted: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.unlike: list[str] = []
        # Of a hundred mails so many fail while this is set; and this is called before some are answered.
        self.failing = 0
        self.before_answering: Callable[[], None] | None = None
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def chance(self, percent: float) -> bool:
        with self.lock:
            return self.rng.random() * 100 < percent

    def failure(self) -> str:
        """How this mail is to fail, or nothing."""
        if not self.chance(self.failing):
            return ""
        with self.lock:
            name = self.rng.choice(KINDS_OF_FAILURE)
            self.failed[name] += 1
            return name

    def keep(self, raw: bytes, to: str) -> None:
        mail: EmailMessage = message_from_bytes(raw, policy=policy.default)  # type: ignore[assignment]
        number = str(mail["Message-ID"])
        body = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        kept = Kept(to, str(mail["Subject"]), body.replace("\r\n", "\n"))
        with self.lock:
            self.accepted[number] += 1
            if self.kept.setdefault(number, kept).to != to:
                self.unlike.append(number)


class Session(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs (RFC 5321)."""

    server: Mailbox

    def handle(self) -> None:
        try:
            self.talk()
        except OSError:
            return  # the client was killed

    def talk(self) -> None:
        self.say("220 localhost")
        to = ""
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
            if verb == "DATA":
                self.say("354 go on")
                if not self.take(self.data(), to):
                    return
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 localhost")

    def data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if not line:
            raise ConnectionResetError  # cut off in the middle: not a mail
        return b"".join(lines)

    def take(self, raw: bytes, to: str) -> bool:
        """Accept a mail, or fail. False when the client is to be left without an answer."""
        failure = self.server.failure()
        if failure == "later":
            self.say("451 try again later")
            return True
        if failure == "hang up":
            time.sleep(HANG)
            return False
        self.server.keep(raw, to)
        if failure == "lose the answer":
            return False
        if self.server.before_answering and self.server.chance(4):
            self.server.before_answering()
        self.say("250 accepted")
        return True

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
