"""Requests as nobody honest sends them: what a page's own form holds, with something wrong in it.

Everything comes from one chance (`random.Random`), so that a number names a request for ever.
"""

import json
import random
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

from lxml import html

from tests.journeys.filling import described

ODD_METHODS = ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "\u0141")
LONG = "x" * 1_000_000
NASTY: tuple[Any, ...] = (
    "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\u202e\u2066", "\ufeff", "\uffff", "\U0010ffff", "", " ", "\r\n\r\n", LONG,
    "-1", "0", "1e309", "NaN", "Infinity", "9" * 30, str(2**63), str(-(2**63) - 1), str(2**31), "٣", "①", "²", "1_000", "0x10", "+1", "1.5",
    "0001-01-01", "9999-12-31", "2026-02-30", "10000-01-01", "99", "24:00", "25:61", "00:00:00.000000000001",
    "null", "undefined", "None", "[]", "{}", "true", "on", "'", "\"", "`", "\\", "%00", "%ff", "%s%n", "{0}", "{{ 7*7 }}", "{% now %}",
    "' OR 1=1 --", "'; DROP TABLE offenders_offender; --", "<script>alert(1)</script>", "javascript:alert(1)", "../../etc/passwd",
    "MA-2222-2222", "ma-2222-2222", "MA-" + "2" * 60, "http://evil.invalid/", "//evil.invalid", "=1+1", "a@b@c", "\\x", "🏴" * 50,
)  # fmt: skip
# What no form of ours asks, and somebody may try to set (mass assignment) or to use twice.
FORGED = (
    "id", "pk", "reference", "offender", "offender_id", "area", "agency", "user", "by", "created_at", "is_staff", "is_superuser", "state",
    "version", "next", "carried", "_method", "csrfmiddlewaretoken", "restricted", "level", "until", "format", "page", "after", "before",
)  # fmt: skip
BODIES = (
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb"),
    ("multipart/form-data", b"--x--"),
    ("multipart/form-data; boundary=" + "y" * 300, b"\r\n"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../\x00.pdf\"\r\n\r\n\xff\r\n--x--\r\n"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n!!\r\n--x--\r\n"),
    ("application/json", b'{"a": ' * 3000),
    ("application/x-www-form-urlencoded; charset=utf-7", b"a=%C3%28&b=%"),
    ("application/x-www-form-urlencoded", b"&&&=&=&a&%=%&" + b"\xff\xfe" * 10),
    ("text/xml", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
    ("", b""),
    ("nonsense", b"\x00" * 100),
)  # fmt: skip


@dataclass
class Malformed:
    """One request: what is sent, and for people who mend what it broke, how."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    kind: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, client: Any) -> Any:
        return client.generic(
            self.method, self.path, self.body, self.kind or None, headers=self.headers, QUERY_STRING=self.query
        )

    def __str__(self) -> str:
        return f"{self.method} {self.path}?{self.query[:200]} {self.kind} {self.headers} {self.body[:600]!r}"


def fields_of(page: bytes) -> list[tuple[str, list[str]]]:
    """Each name that the page's forms ask for, with the values that they offer for it."""
    try:
        document = html.document_fromstring(page)
    except (ValueError, html.etree.ParserError):
        return []
    asked: dict[str, list[str]] = {}
    for box in document.xpath("//*[self::input or self::select or self::textarea]"):
        told = described(box)
        offered = [option.get("value", "") for option in box.iter("option")] or [told["value"]]
        asked.setdefault(told["name"], []).extend(one for one in offered if one is not None)
    return [(name, offered) for name, offered in asked.items() if name]


def malformed(chance: random.Random, path: str, asked: list[tuple[str, list[str]]]) -> Malformed:
    """One request to a page, whose forms ask so; with something wrong somewhere."""
    method = chance.choice(ODD_METHODS) if chance.random() < 0.1 else chance.choice(("GET", "POST", "POST", "POST"))
    sent = [(name, fitting(chance, name, offered)) for name, offered in asked]
    for _time in range(chance.choice((0, 1, 1, 2, 4))):
        spoil(chance, sent)
    query = encoded([*chance.sample(sent, min(len(sent), 3)), ("x", nasty(chance))]) if chance.random() < 0.4 else ""
    wrong = Malformed(method, path, query if len(query) < 3000 else query[:3000], headers=headers(chance))
    if method in {"GET", "HEAD"}:
        return wrong
    if chance.random() < 0.15:
        wrong.kind, wrong.body = chance.choice(BODIES)
    elif chance.random() < 0.3:
        wrong.kind, wrong.body = multipart(chance, sent)
    elif chance.random() < 0.05:
        wrong.kind, wrong.body = "application/json", json.dumps(dict(sent)).encode()
    else:
        wrong.kind, wrong.body = "application/x-www-form-urlencoded", encoded(sent).encode()
    return wrong


def fitting(chance: random.Random, name: str, offered: list[str]) -> str:
    """What somebody honest could answer: the beginning of most faults lies behind the first question."""
    for part, value in (("_day", "27"), ("_month", "11"), ("_year", "2026"), ("time", "09:30"), ("number", "12")):
        if name.endswith(part):
            return value
    kept = [one for one in offered if one]
    return chance.choice(kept) if kept else "Words"


def nasty(chance: random.Random) -> str:
    """A value that nobody types; the longest seldom."""
    value = chance.choice(NASTY)
    return value if value is not LONG or chance.random() < 0.2 else "y" * 5000


def spoil(chance: random.Random, sent: list[tuple[str, str]]) -> None:
    """Put one thing wrong: a value, a name that was not asked, one twice, one left out."""
    what = chance.random()
    if not sent or what < 0.2:
        sent.append((chance.choice(FORGED), nasty(chance)))
        return
    at = chance.randrange(len(sent))
    if what < 0.75:
        sent[at] = (sent[at][0], nasty(chance))
    elif what < 0.85:
        sent.append((sent[at][0], nasty(chance)))
    elif what < 0.95:
        del sent[at]
    else:
        sent[at] = (nasty(chance)[:200], sent[at][1])


def encoded(sent: list[tuple[str, str]]) -> str:
    """As a browser encodes it, surrogates as the bytes that no browser sends."""
    return urlencode(
        [(bare(name), bare(value)) for name, value in sent], quote_via=lambda text, *_all: quote_from_bytes(text)
    )


def bare(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def multipart(chance: random.Random, sent: list[tuple[str, str]]) -> tuple[str, bytes]:
    """As a browser sends files; some of the answers are files that nobody asked for."""
    parts = []
    for name, value in sent:
        safe = bare(name).replace(b'"', b"%22").replace(b"\r", b"").replace(b"\n", b"")
        file = (
            b'; filename="' + bare(chance.choice(NASTY)[:50]).replace(b'"', b"") + b'"'
            if chance.random() < 0.2
            else b""
        )
        parts.append(
            b'--fuzz\r\nContent-Disposition: form-data; name="'
            + safe
            + b'"'
            + file
            + b"\r\n\r\n"
            + bare(value)
            + b"\r\n"
        )
    return "multipart/form-data; boundary=fuzz", b"".join(parts) + b"--fuzz--\r\n"


def headers(chance: random.Random) -> dict[str, str]:
    """Now and then a header that lies."""
    lies = {
        "HX-Request": "true",
        "HX-Target": "\\x",
        "X-Forwarded-For": "' OR 1=1",
        "X-HTTP-Method-Override": "DELETE",
        "Accept": "x/" + "y" * 500,
        "Accept-Language": "xx;q=a",
        "If-Modified-Since": "99999",
        "If-None-Match": "*",
        "Range": "bytes=9-1,-5",
        "Referer": "http://evil.invalid/",
        "Authorization": "Basic \x80",
        "Cookie": "a=b; =; \x00",
    }
    return dict(chance.sample(sorted(lies.items()), 1)) if chance.random() < 0.15 else {}
