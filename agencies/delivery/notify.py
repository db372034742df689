"""Mail by GOV.UK Notify: one template of the service's, whose subject is ((subject)) and whose body is ((body)).

The standard library is enough for three calls (docs.notifications.service.gov.uk/rest-api.html). Notify does not know a message again
by itself, so that one whose outcome is unknown is looked up by our reference before it is sent a second time.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

from agencies.delivery import AddressRefusedError, AskedToWaitError
from agencies.models.outbox import ON_ITS_WAY

NEVER_ARRIVES = "permanent-failure"
# Notify gave up, after its own fault or after three days; whether the address is wrong nobody knows.
COULD_NOT = "technical-failure"
GAVE_UP = (COULD_NOT, "temporary-failure")
WAIT_SECONDS, LONGEST_WAIT_SECONDS = 60, 6 * 60 * 60
LONGEST_ANSWER = 1_000_000


class UnknownError(OSError):
    """Notify has no such message, or no longer: it keeps them for some days."""


class EmailBackend(BaseEmailBackend):
    """Sends by Notify. Files cannot go with it."""

    carries_files = False

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        for mail in email_messages:
            _send(mail)
        return len(email_messages)

    def status_of(self, provider_id: str) -> tuple[str, str]:
        """What became of a message, and the address it went to. Raises UnknownError when Notify does not know it."""
        found = ask("GET", f"/v2/notifications/{quote(provider_id, safe='')}")
        return str(found.get("status", "")), str(found.get("email_address", ""))


def _send(mail: Any) -> None:
    reference = mail.extra_headers["Message-ID"].strip("<>").partition("@")[0]
    found = _sent_before(reference, mail.to[0]) if mail.is_again else None
    if found is None:
        content = {
            "email_address": mail.to[0],
            "template_id": settings.NOTIFY_TEMPLATE,
            "personalisation": {"subject": mail.subject, "body": mail.body},
            "reference": reference,
        }
        found = ask("POST", "/v2/notifications/email", content)
    mail.provider_id, mail.provider_status = str(found["id"])[:200], str(found.get("status", ON_ITS_WAY[0]))[:60]


def _sent_before(reference: str, address: str) -> dict[str, Any] | None:
    """The message of that reference to that address, unless it did not arrive: that one is sent again, for somebody wants it."""
    for found in ask("GET", f"/v2/notifications?reference={reference}")["notifications"]:
        if found.get("email_address") == address and found.get("status") not in (*GAVE_UP, NEVER_ARRIVES):
            return dict(found)
    return None


class _NoRedirects(HTTPRedirectHandler):
    """The key in the header is for Notify alone: whoever points elsewhere is not followed."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = build_opener(_NoRedirects)


def ask(method: str, path: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
    """Call Notify; what it answers. Raises an OSError for whatever may be otherwise later."""
    request = Request(  # noqa: S310  the address is a setting of ours, with https before it
        settings.NOTIFY_URL + path,
        method=method,
        data=None if content is None else json.dumps(content).encode(),
        headers={"Authorization": f"Bearer {token()}", "Content-Type": "application/json", "User-Agent": "mappa"},
    )
    try:
        with _opener.open(request, timeout=settings.EMAIL_TIMEOUT) as answer:
            found = json.loads(answer.read(LONGEST_ANSWER))
    except HTTPError as refusal:
        with refusal:
            raise _meaning(refusal.code, refusal.headers, refusal.read(LONGEST_ANSWER)) from None
    except (HTTPException, ValueError) as nonsense:
        raise OSError("Notify's answer cannot be read") from nonsense
    if not isinstance(found, dict):
        raise OSError("Notify's answer is no object")
    return found


def _meaning(code: int, headers: Message, body: bytes) -> Exception:
    """What a refusal means. A wrong key, template or trial account is ours to put right and says nothing of the address."""
    if code == 429 or (code == 503 and "Retry-After" in headers):
        return AskedToWaitError(seconds_to_wait(headers.get("Retry-After", "")))
    if code == 404:
        return UnknownError("Notify does not know it")
    if code == 400 and b"not a valid email address" in body.lower():
        return AddressRefusedError("400 not a valid address")
    return OSError(f"Notify answered {code}")


def seconds_to_wait(wanted: str) -> int:
    """Of a Retry-After header: seconds, or a moment (RFC 9110 10.2.3). Without one a minute, and never longer than some hours."""
    if wanted.strip().isdigit():
        seconds = int(wanted)
    else:
        try:
            until = parsedate_to_datetime(wanted)
        except ValueError:
            return WAIT_SECONDS
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        seconds = int((until - datetime.now(UTC)).total_seconds())
    return min(max(seconds, 1), LONGEST_WAIT_SECONDS)


def token() -> str:
    """A JSON web token (RFC 7519), by which Notify knows the service: it holds for half a minute."""
    service, secret = settings.NOTIFY_KEY
    parts = ({"typ": "JWT", "alg": "HS256"}, {"iss": service, "iat": int(time.time())})
    signed = ".".join(_encoded(json.dumps(part).encode()) for part in parts)
    signature = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_encoded(signature)}"


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
