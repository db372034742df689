"""What happened, as pages show it: newest first, twenty-five at a time."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from mappa.guard import GuardedQuerySet
from mappa.templatetags.mappa import clock, long_date
from offenders.models import TimelineEntry

M = TypeVar("M", bound=models.Model)

LATEST = 5
PAGE = 25


def events(entries: Iterable[TimelineEntry]) -> list[dict[str, str]]:
    """Entries in the words of components/timeline.html. Needs `by` loaded."""
    return [
        {
            "title": entry.title,
            "by": entry.by.name,
            "when": _("%(date)s at %(time)s") % {"date": long_date(entry.at), "time": clock(entry.at)},
            "text": entry.text,
        }
        for entry in entries
    ]


def page_from(place: str, rows: GuardedQuerySet[M], *, field: str = "at") -> tuple[list[M], str]:
    """Rows from a place on, newest first, and the place where the next page begins; empty at the end.

    A place is an instant and how many rows of that instant were shown before ("2026-11-22T10:00:00.5Z~1"): such rows
    are only ever added, and at the top, so a place never moves. What is no place is the beginning.
    """
    instant, skipped = _read(place)
    if instant is not None:
        rows = rows.filter(**{f"{field}__lte": instant})
    found = list(rows[skipped : skipped + PAGE + 1])
    shown = found[:PAGE]
    if len(found) <= PAGE:
        return shown, ""
    last = getattr(shown[-1], field)
    same = sum(1 for row in shown if getattr(row, field) == last) + (skipped if last == instant else 0)
    return shown, f"{last:%Y-%m-%dT%H:%M:%S.%fZ}~{same}"


def _read(place: str) -> tuple[datetime | None, int]:
    instant, _tilde, skipped = place.partition("~")
    try:
        at = parse_datetime(instant)
    except ValueError:
        return None, 0
    if at is None or at.tzinfo is None or not (skipped.isascii() and skipped.isdigit()):
        return None, 0
    return at, min(int(skipped[:6]), 100_000)
