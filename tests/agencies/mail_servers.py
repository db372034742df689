"""A mail server and a GOV.UK Notify on this machine, which misbehave as they are told."""

import base64
import hashlib
import hmac
import json
import socketserver
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"


@contextmanager
def serving(server):
    """Answer until the test is over; whatever hangs is let go then."""
    server.over = threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


class MailServer(socketserver.ThreadingTCPServer):
    """Takes mail. `answers` says what it answers instead of yes, by verb; an answer of None is none at all."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.taken, self.connections, self.answers = [], 0, {}


class Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        self.server.connections += 1
        self.say("HELLO", "220 mail.test")
        for line in self.rfile:
            verb = line[:4].decode().strip().upper()
            if verb == "DATA":
                self.wfile.write(b"354 Go on\r\n")
                self.server.taken.append(b"".join(iter(self.rfile.readline, b".\r\n")).decode())
                self.say("DATA", f"250 2.0.0 Ok: queued as {len(self.server.taken):04}")
            else:
                self.say(verb, "221 Bye" if verb == "QUIT" else "250 2.0.0 Ok")

    def say(self, verb, usual):
        answer = self.server.answers.get(verb, usual)
        if answer is None:
            self.server.over.wait(10)
        else:
            self.wfile.write(f"{answer}\r\n".encode())


class Notify(ThreadingHTTPServer):
    """Keeps messages by number. `refusals` are given first, one a call: a code, headers and an error; None is no answer, after taking it."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), NotifyCall)
        self.messages, self.calls, self.refusals = {}, [], []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class NotifyCall(BaseHTTPRequestHandler):
    def do_POST(self):
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.is_refused("POST", content):
            return
        number = f"message-{len(self.server.messages) + 1}"
        self.server.messages[number] = {**content, "id": number, "status": "created"}
        if self.server.refusals and self.server.refusals.pop(0) is None:
            self.close_connection = True  # taken, and the line goes dead before the answer
            return
        self.answer(201, {"id": number, "reference": content["reference"]})

    def do_GET(self):
        if self.is_refused("GET", None):
            return
        url = urlsplit(self.path)
        if "reference" in (asked := parse_qs(url.query)):
            found = [m for m in self.server.messages.values() if m["reference"] == asked["reference"][0]]
            self.answer(200, {"notifications": found[::-1]})
        elif found := self.server.messages.get(url.path.rpartition("/")[2]):
            self.answer(200, found)
        else:
            self.answer(404, {"errors": [{"error": "NoResultFound", "message": "No result found"}]})

    def is_refused(self, method, content):
        self.server.calls.append((method, self.path, content))
        if not self.is_signed():
            self.answer(403, {"errors": [{"error": "AuthError", "message": "Invalid token: signature"}]})
            return True
        if not self.server.refusals or self.server.refusals[0] is None:
            return False
        code, headers, words = self.server.refusals.pop(0)
        self.answer(code, {"status_code": code, "errors": [{"error": "X", "message": words}]}, headers)
        return True

    def is_signed(self):
        """As Notify looks at a token (RFC 7519): who says so, and with his secret."""
        head, claims, signature = self.headers["Authorization"].removeprefix("Bearer ").split(".")
        expected = hmac.new(SECRET.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
        return decoded(signature) == expected and json.loads(decoded(claims))["iss"] == SERVICE

    def answer(self, code, content, headers=None):
        body = json.dumps(content).encode()
        self.send_response(code)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
