"""A meeting as an entry of somebody's calendar (RFC 5545): when, which level, and a link; nobody's name, no place."""

import hashlib
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

from agencies.models import Agency
from panels.models import Meeting


def calendar(meeting: Meeting, agency: Agency, span: tuple[datetime, datetime], path: str, *, off: bool = False) -> str:
    """One entry, from the first of the agency's items to the end of its last. `off` takes it out of the calendar again.

    The entry of an agency and meeting is always the same one (UID), so that a later file replaces an earlier. Its SEQUENCE
    is the meeting's version, which every change of the agenda raises. PUBLISH, not REQUEST: it is answered in mappa.
    """
    address = f"{settings.BASE_URL}{path}"
    file = Calendar()
    file.add("prodid", "-//mappa//meetings//EN")
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "CANCEL" if off else "PUBLISH")
    entry = Event()
    entry.add("uid", uid(meeting, agency))
    entry.add("sequence", meeting.version)
    # In UTC: no time zone has to be described.
    entry.add("dtstamp", timezone.now().astimezone(UTC))
    entry.add("dtstart", span[0].astimezone(UTC))
    entry.add("dtend", span[1].astimezone(UTC))
    entry.add("organizer", _nobody())
    entry.add("summary", _("Level %s MAPPA meeting") % meeting.level)
    entry.add("description", _("Sign in to see whom it is about: %s") % address)
    entry.add("url", address)
    entry.add("class", "PRIVATE")
    entry.add("status", "CANCELLED" if off else "CONFIRMED")
    file.add_component(entry)
    made: bytes = file.to_ical()
    return made.decode()


def _nobody() -> vCalAddress:
    """No mailbox: it is answered in mappa."""
    address = vCalAddress("mailto:no-reply@mappa.invalid")
    address.params["CN"] = "mappa"
    return address


def uid(meeting: Meeting, agency: Agency) -> str:
    """The name of the entry for good; no key of ours can be read from it."""
    name = hashlib.sha256(f"{meeting.reference}:{agency.pk}".encode()).hexdigest()[:32]
    return f"{name}@{urlsplit(settings.BASE_URL).hostname}"
