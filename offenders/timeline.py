"""What happened, as pages show it: newest first, twenty-five at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db import models
from django.db.models import F, Q, Value
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from agencies.models import User
from mappa.guard import GuardedQuerySet
from mappa.templatetags.mappa import clock, long_date
from offenders.models import Note, Offender, TimelineEntry

M = TypeVar("M", bound=models.Model)

LATEST = 5
PAGE = 25
# What the filter of the timeline knows besides the kinds of note.
RECORD, NOTES = "record", "notes"
# Of one instant, entries stand before notes.
_ENTRY, _NOTE = 0, 1


def events(entries: Iterable[TimelineEntry]) -> list[dict[str, str]]:
    """Entries in the words of components/timeline.html. Needs `by` loaded."""
    return [
        {
            "title": entry.title,
            "by": entry.by.name,
            "when": _moment(entry.at),
            "text": entry.text,
        }
        for entry in entries
    ]


def _moment(at: datetime) -> str:
    return _("%(date)s at %(time)s") % {"date": long_date(at), "time": clock(at)}


@dataclass(frozen=True)
class Chosen:
    """What the reader wants of the timeline: a kind (RECORD, a topic of it, NOTES or a kind of note), words, and days."""

    kind: str = ""
    words: str = ""
    since: date | None = None
    until: date | None = None


def everything(
    place: str, offender: Offender, user: User, chosen: Chosen, *, may_correct: bool = False
) -> tuple[list[dict[str, Any]], str]:
    """A page of entries and notes together, newest first, and the place of the next: three queries, however many.

    A note for others than the user is told by a placeholder and never left out, whichever kind or word was asked for:
    of what kind it is and what it says, only its readers know.
    """
    instant, skipped = _read(place)
    days = Q(at__date__gte=chosen.since) if chosen.since else Q()
    days &= Q(at__date__lte=chosen.until) if chosen.until else Q()
    days &= Q(at__lte=instant) if instant else Q()
    found = list(_keys(offender, user, chosen, days)[skipped : skipped + PAGE + 1])
    shown = found[:PAGE]
    return _told(shown, offender, user, may_correct=may_correct), _next_place(
        [at for at, _source, _pk in shown], instant, skipped, is_last=len(found) <= PAGE
    )


def _keys(offender: Offender, user: User, chosen: Chosen, days: Q) -> GuardedQuerySet[Any]:
    """When, which table and which row, of everything that was asked for."""
    kind, is_topic = chosen.kind, chosen.kind in TimelineEntry.Topic.values
    asked = days & _with(chosen.words, "title", "text") & (Q(topic=kind) if is_topic else Q())
    entries = offender.timeline.visible_to(user).filter(asked).annotate(source=Value(_ENTRY))
    notes = _notes(offender, user, chosen).filter(days).annotate(source=Value(_NOTE))
    parts: list[Any] = []
    if kind in {"", RECORD} or is_topic:
        parts.append(entries.order_by().values_list("at", "source", "pk"))
    if kind != RECORD and not is_topic:
        parts.append(notes.order_by().values_list("at", "source", "pk"))
    keys: GuardedQuerySet[Any] = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return keys.order_by("-at", "source", "-pk")


def _with(words: str, *columns: str) -> Q:
    """Rows that hold each of the words, in whichever of the columns."""
    found = Q()
    for word in words.split():
        found &= reduce(or_, (Q(**{f"{column}__icontains": word}) for column in columns))
    return found


def _notes(offender: Offender, user: User, chosen: Chosen) -> GuardedQuerySet[Note]:
    notes = Note.objects.outline_of(offender)
    asked = _with(chosen.words, "text", "reference")
    asked &= Q(kind=chosen.kind) if chosen.kind in Note.Kind.values else Q()
    if not asked:
        return notes
    mine = offender.notes.visible_to(user).order_by()
    return notes.filter(Q(pk__in=mine.filter(asked).values("pk")) | ~Q(pk__in=mine.values("pk")))


def _told(
    keys: Iterable[tuple[datetime, int, int]], offender: Offender, user: User, *, may_correct: bool
) -> list[dict[str, Any]]:
    ids: dict[int, list[int]] = {_ENTRY: [], _NOTE: []}
    for _at, source, pk in keys:
        ids[source].append(pk)
    entries = offender.timeline.visible_to(user).filter(pk__in=ids[_ENTRY]).select_related("by")
    notes = offender.notes.visible_to(user).filter(pk__in=ids[_NOTE]).select_related("by")
    notes = notes.annotate(
        corrects_reference=F("corrects__reference"),
        corrected_by=F("correction__reference"),
    )
    told: dict[tuple[int, int], dict[str, Any]] = {
        (_ENTRY, entry.pk): event for entry, event in zip(entries, events(entries), strict=True)
    }
    told |= {(_NOTE, note.pk): note_event(note, may_correct=may_correct) for note in notes}
    return [told.get((source, pk)) or _restricted(at) for at, source, pk in keys]


def note_event(note: Any, *, may_correct: bool) -> dict[str, Any]:
    """A note in the words of components/timeline.html, with what it corrects and what corrects it."""
    facts = [
        _("Note %(reference)s, about %(date)s") % {"reference": note.reference, "date": long_date(note.happened_on)}
    ]
    facts += [note.get_audience_display()] if note.audience == Note.Audience.AUTHORITY else []
    facts += [_("Corrects %s") % note.corrects_reference] if note.corrects_reference else []
    facts += [_("Corrected by %s") % note.corrected_by] if note.corrected_by else []
    is_open = may_correct and not note.corrected_by
    return {
        "title": note.get_kind_display(),
        "by": note.by.name,
        "when": _moment(note.at),
        "text": note.text,
        "facts": facts,
        "correct_url": reverse("offenders:correct_note", args=[note.reference]) if is_open else "",
        "reference": note.reference,
    }


def _restricted(at: datetime) -> dict[str, Any]:
    """That there is a note, to whoever may not read it."""
    return {
        "title": _("Restricted"),
        "by": "",
        "when": _moment(at),
        "text": _("A note for the Responsible Authority only."),
    }


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
    instants = [getattr(row, field) for row in shown]
    return shown, _next_place(instants, instant, skipped, is_last=len(found) <= PAGE)


def _next_place(instants: list[datetime], instant: datetime | None, skipped: int, *, is_last: bool) -> str:
    if is_last:
        return ""
    last = instants[-1]
    same = instants.count(last) + (skipped if last == instant else 0)
    return f"{last:%Y-%m-%dT%H:%M:%S.%fZ}~{same}"


def _read(place: str) -> tuple[datetime | None, int]:
    instant, _tilde, skipped = place.partition("~")
    try:
        at = parse_datetime(instant)
    except ValueError:
        return None, 0
    if at is None or at.tzinfo is None or not (skipped.isascii() and skipped.isdigit()):
        return None, 0
    return at, min(int(skipped[:6]), 100_000)
