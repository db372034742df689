"""Reads an .ics file as a calendar does (RFC 5545): unfolded lines, names, and texts without their escapes."""

import re
from datetime import UTC, datetime


def read_calendar(text):
    """The properties of the only entry of a file, and its METHOD. Fails on what no calendar would take."""
    assert text.endswith("\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = re.sub(r"\r\n ", "", text).split("\r\n")[:-1]
    pairs = [line.split(":", 1) for line in lines]
    assert [value for name, value in pairs if name in {"BEGIN", "END"}] == [
        "VCALENDAR",
        "VEVENT",
        "VEVENT",
        "VCALENDAR",
    ]
    found = {name.partition(";")[0]: re.sub(r"\\([\\;,])", r"\1", value) for name, value in pairs}
    for name in ("DTSTAMP", "DTSTART", "DTEND"):
        found[name] = datetime.strptime(found[name], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return found
