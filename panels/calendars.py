"""A meeting as an entry of somebody's calendar (RFC 5545): when, which level, and a link; nobody's name, no place."""

import hashlib
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Agency
from panels.models import Meeting

LINE = 75  # octets


def calendar(meeting: Meeting, agency: Agency, span: tuple[datetime, datetime], path: str, *, off: bool = False) -> str:
    """One entry, from the first of the agency's items to the end of its last. `off` takes it out of the calendar again.

    The entry of an agency and meeting is always the same one (UID), so that a later file replaces an earlier. Its SEQUENCE
    is the meeting's version, which every change of the agenda raises. PUBLISH, not REQUEST: it is answered in mappa.
    """
    begins, ends = span
    address = f"{settings.BASE_URL}{path}"
    lines = [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", "-//mappa//meetings//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "CANCEL" if off else "PUBLISH"),
        ("BEGIN", "VEVENT"),
        ("UID", uid(meeting, agency)),
        ("SEQUENCE", str(meeting.version)),
        ("DTSTAMP", _moment(timezone.now())),
        ("DTSTART", _moment(begins)),
        ("DTEND", _moment(ends)),
        ("ORGANIZER;CN=mappa", "mailto:no-reply@mappa.invalid"),
        ("SUMMARY", _text(_("Level %s MAPPA meeting") % meeting.level)),
        ("DESCRIPTION", _text(_("Sign in to see whom it is about: %s") % address)),
        ("URL", address),
        ("CLASS", "PRIVATE"),
        ("STATUS", "CANCELLED" if off else "CONFIRMED"),
        ("END", "VEVENT"),
        ("END", "VCALENDAR"),
    ]
    return "".join(f"{_folded(f'{name}:{value}')}\r\n" for name, value in lines)


def uid(meeting: Meeting, agency: Agency) -> str:
    """The name of the entry for good; no key of ours can be read from it."""
    name = hashlib.sha256(f"{meeting.reference}:{agency.pk}".encode()).hexdigest()[:32]
    return f"{name}@{urlsplit(settings.BASE_URL).hostname}"


def _moment(at: datetime) -> str:
    """In UTC: no time zone has to be described."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    for sign in ("\\", ";", ","):
        words = words.replace(sign, f"\\{sign}")
    return words.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Lines of at most 75 octets: each further one begins with a space. No letter is cut in two."""
    parts: list[str] = []
    part = ""
    for sign in line:
        if len((part + sign).encode()) > LINE - bool(parts):
            parts.append(part)
            part = ""
        part += sign
    return "\r\n ".join([*parts, part])
