"""The real thing for the browser: web server, worker and beat on a demo world of their own, and Chromium.

The whole folder runs in one worker process (tests/conftest.py), because it shares one world.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.error import URLError

import psycopg2
import pytest
from playwright.sync_api import Error, sync_playwright

from tests import databases

ROOT = Path(__file__).parents[2]
# Debian's Chromium, built without a window: the same engine at half the work.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium") or "/usr/bin/chromium-headless-shell"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Only what is wrong comes back: what is well would be some 400 KB a page.
LOOK = """([within, tags]) => axe.run(within, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]})
  .then(found => found.violations)"""
# Chromium as root, and silent: it must not look for hosts that are not there.
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DATABASE = f"mappa_test_journeys_{os.getpid()}"
PASSWORD = "public-protection"
# What Django's file backend writes after every message.
BETWEEN_MAILS = b"-" * 79 + b"\n"


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.enable_socket)
            if not Path(CHROMIUM).exists():
                item.add_marker(
                    pytest.mark.skip(reason="Chromium is not installed: apt-get install chromium-headless-shell")
                )


@dataclass
class Stack:
    """Where the site is, and what it says and sends."""

    url: str
    mail: Path
    database: str
    environment: dict[str, str]
    # The cookies of whoever signed in, by person and whether with JavaScript.
    sessions: dict[tuple[str, bool], list] = field(default_factory=dict)

    def cases(self, *asked: tuple[str, str, str]) -> dict[str, str]:
        """References of new rows, each on a case of its own (record_world.py)."""
        return self.ask("record_world", asked)

    def meeting(self) -> dict[str, str]:
        """References of eight cases at level 2, by surname, and a dozen agencies' people (meeting_world.py)."""
        return self.ask("meeting_world")

    def ask(self, program: str, question: object = None) -> dict[str, str]:
        """What a program of this folder answers in the site's environment."""
        ran = subprocess.run(
            [sys.executable, "-m", f"tests.journeys.{program}"],
            cwd=ROOT,
            env=self.environment | {"DJANGO_SETTINGS_MODULE": "mappa.settings"},
            input=json.dumps(question),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    def sql(self, statement: str, *values: object) -> list[tuple]:
        """Ask or change the database past everything: time passing, and proof of what was stored."""
        connection = psycopg2.connect(self.database)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            rows = cursor.fetchall() if cursor.description else []
        connection.close()
        return rows

    def remind_again(self) -> None:
        """The hour has come; and once more, as where two beats run: nobody may hear of anything twice."""
        command = [sys.executable, "-m", "celery", "-A", "mappa", "call", "reviews.tasks.remind"]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True, timeout=60)

    def mails(self) -> str:
        """Everything that somebody reads of what was sent so far: to whom, subject, and every part as it is decoded.

        Not the raw files: their boundaries and Message-IDs hold any four figures by chance, and a part in base64 hides words.
        """
        sent = (one for path in sorted(self.mail.glob("*")) for one in path.read_bytes().split(BETWEEN_MAILS))
        read = (message_from_bytes(one.strip(), policy=policy.default) for one in sent if one.strip())
        return "\n".join(words for mail in read for words in said_in(mail))


def said_in(mail: EmailMessage) -> Iterator[str]:
    """The headers that a person reads, and each part."""
    yield from (f"{name}: {mail[name]}" for name in ("To", "Subject"))
    for part in mail.walk():
        if not part.is_multipart():
            yield from filter(None, (part.get_filename(), part.get_content()))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def manage(environment: dict[str, str], *command: str) -> None:
    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True, timeout=300)


@pytest.fixture(scope="session")
def stack(socket_enabled_for_the_session):
    """Web, worker and beat, started and stopped; a fresh demo world."""
    folder = Path(tempfile.mkdtemp(prefix="mappa-journeys-"))
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "DATABASE_URL": databases.in_database(os.environ["DATABASE_URL"], DATABASE),
        "BASE_URL": url,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "INSECURE_HTTP": "1",
        "DEMO": "1",
        "DEMO_PASSWORD": PASSWORD,
        "EMAIL_URL": f"file://{folder}/mail",
        "REDIS_URL": os.environ["REDIS_URL"].replace("db=0", f"db={1 + os.getpid() % 60}"),
        # Often enough to wait for, and not so often that the browser waits.
        "REMIND_SECONDS": "20",
        "OUTBOX_SECONDS": "2",
        "TELL_SECONDS": "5",
    }
    databases.make(DATABASE)
    manage(environment, "demo")
    log = (folder / "log").open("wb")
    children = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        for command in (
            [sys.executable, "-m", "gunicorn", "mappa.wsgi", "-b", f"127.0.0.1:{port}", "--threads", "4",
             "--no-control-socket"],
            [sys.executable, "-m", "celery", "-A", "mappa", "worker", "-c", "1", "--loglevel", "WARNING"],
            [sys.executable, "-m", "celery", "-A", "mappa", "beat", "-s", str(folder / "beat"),
             "--pidfile", str(folder / "beat.pid"), "--loglevel", "WARNING"],
        )
    ]  # fmt: skip
    try:
        wait_until_served(url)
        admin = databases.in_database(os.environ["DATABASE_MIGRATOR_URL"], DATABASE)
        found = Stack(url=url, mail=folder / "mail", database=admin, environment=environment)
        # Whoever signed in for one journey goes on in the next, and is not asked in the middle of it who he is.
        found.sql("UPDATE agencies_standard SET value = 720 WHERE name = 'reauthentication_minutes'")
        yield found
    finally:
        for child in reversed(children):
            child.terminate()
        for child in children:
            child.wait(30)
        log.close()
        databases.drop(DATABASE)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def socket_enabled_for_the_session():
    import pytest_socket

    pytest_socket.enable_socket()


def wait_until_served(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{url}/health/", timeout=5)  # noqa: S310  our own address
        except (URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(url)


@pytest.fixture
def chromium(socket_enabled_for_the_session):
    """A browser of one test: while Playwright runs, its event loop is in the way of every other test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Person:
    """Someone at a browser of their own, who notices every error."""

    def __init__(self, chromium, stack, who, *, javascript=True, width=1280):
        self.stack = stack
        self.context = chromium.new_context(
            base_url=stack.url,
            locale="en-GB",
            timezone_id="Europe/London",
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(15000)
        self.problems: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        self.javascript = javascript
        if who:
            self.sign_in(who)

    def _heard(self, message):
        # A refused page is an answer, not a fault of the script.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.problems.append(f"{message.type}: {message.text}")

    def sign_in(self, who):
        """By the page, once: whoever sat here before goes on where the session is."""
        seat = (who, self.javascript)
        if seat in self.stack.sessions:
            self.context.add_cookies(self.stack.sessions[seat])
            if "Sign out" in self.context.request.get("/accessibility/").text():  # a page that costs next to nothing
                return
            self.context.clear_cookies()
        self.page.goto("/sign-in/")
        self.page.locator("[name=login]").fill(f"{who}@demo.invalid")
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url(f"{self.stack.url}/")
        self.stack.sessions[seat] = self.context.cookies()

    def opens(self, path):
        """The status of a page."""
        return self.page.goto(path).status

    def press(self, name, **kwargs):
        self.page.get_by_role("button", name=name, **kwargs).first.click()
        self.page.wait_for_load_state()

    def follow(self, name, **kwargs):
        self.page.get_by_role("link", name=name, **kwargs).first.click()
        self.page.wait_for_load_state()

    def text(self):
        return self.page.locator("body").inner_text()

    def is_well(self):
        """No console or policy errors, no accessibility violation, no sideways scroll on a phone."""
        self.page.wait_for_load_state("networkidle")
        assert self.problems == []
        if self.javascript:
            self.page.evaluate(AXE.read_text())
            found = self.page.evaluate(LOOK, ["html", WCAG])
            assert [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found] == [], self.page.url
            size = self.page.viewport_size
            self.page.set_viewport_size({"width": 320, "height": 640})
            beyond = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            self.page.set_viewport_size(size)
            assert beyond <= 0, f"{self.page.url} scrolls sideways by {beyond} px at 320 px"

    def close(self):
        with contextlib.suppress(Error):  # the page may be gone already
            self.context.close()


@pytest.fixture
def person(chromium, stack):
    """Sit a person at a browser: person("coordinator")."""
    people = []

    def sit_down(who, **kwargs):
        people.append(Person(chromium, stack, who, **kwargs))
        return people[-1]

    yield sit_down
    for one in people:
        one.close()
