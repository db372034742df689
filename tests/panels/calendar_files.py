"""Reads an .ics file as a calendar does (RFC 5545)."""

from icalendar import Calendar


def read_calendar(text):
    """The properties of the only entry of a file, and its METHOD: words, and times as times."""
    assert text.endswith("\r\n")
    file = Calendar.from_ical(text)
    (entry,) = file.walk("VEVENT")
    found = {name: getattr(value, "dt", None) or str(value) for name, value in entry.items()}
    return found | {"METHOD": str(file["METHOD"])}
