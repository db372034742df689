"""What a meeting's pages say of the meeting itself: when, where, who chairs, who observes, and what became of it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.access import Perm, allowed
from agencies.models import User
from mappa.templatetags.mappa import clock, long_date
from offenders.views.record import Line, Link
from panels.models import Meeting, MeetingChange, Mode, Observation, Panel


def where(row: Panel | Meeting) -> str:
    """The place, and how people come when that is not there alone."""
    mode = str(Mode(row.mode).label)
    return row.place if row.mode == Mode.IN_PERSON or row.place == mode else f"{row.place} ({mode.lower()})"


def about(meeting: Meeting, user: User) -> dict[str, Any]:
    """Context of `panels/_meeting.html`."""
    can_schedule = allowed(user, Perm.SCHEDULE, on=meeting)
    changes = MeetingChange.objects.visible_to(user).filter(meeting=meeting).select_related("was_chair", "by")
    observed = Observation.objects.visible_to(user).standing().filter(meeting=meeting).select_related("adviser")
    return {
        "meeting": meeting,
        "facts": _facts(meeting),
        "changes": [_in_words(change) for change in changes],
        "observers": list(observed),
        "can_schedule": can_schedule,
        "verbs": _verbs(meeting) if can_schedule else [],
    }


def _facts(meeting: Meeting) -> list[Line]:
    found = [
        Line(
            _("Time"), _("%(first)s to %(last)s") % {"first": clock(meeting.starts_at), "last": clock(meeting.ends_at)}
        ),
        Line(_("Place"), where(meeting)),
        Line(_("Chair"), meeting.chair.name),
        Line(_("State"), meeting.get_state_display()),
    ]
    if meeting.panel:
        found.insert(0, Line(_("Panel"), meeting.panel.name))
    if meeting.is_emergency:
        found.insert(0, Line(_("Emergency meeting"), meeting.emergency_reason))
    return found


def _in_words(change: MeetingChange) -> str:
    was = {
        MeetingChange.Kind.MOVED: _("it was planned for %(day)s, %(time)s, %(place)s"),
        MeetingChange.Kind.HANDED_OVER: _("it was to be chaired by %(chair)s"),
        MeetingChange.Kind.CANCELLED: _("it was planned for %(day)s, %(time)s, %(place)s"),
    }[MeetingChange.Kind(change.kind)] % {
        "day": long_date(change.was_on),
        "time": clock(change.was_at),
        "place": change.was_place,
        "chair": change.was_chair.name,
    }
    words = _("%(what)s by %(who)s on %(day)s: %(why)s (%(was)s)")
    return words % {
        "what": change.get_kind_display(),
        "who": change.by.name,
        "day": long_date(change.at),
        "why": change.reason,
        "was": was,
    }


def _verbs(meeting: Meeting) -> list[Link]:
    """What can still be done with the meeting as a whole."""
    found = []
    if meeting.state == Meeting.State.PLANNED:
        found += [("move_meeting", _("Move the meeting")), ("cancel_meeting", _("Cancel the meeting"))]
    if meeting.is_open:
        found += [("hand_over", _("Give it another chair")), ("invite_observer", _("Invite a lay adviser"))]
    return [Link(reverse(f"panels:{route}", args=[meeting.reference]), words) for route, words in found]
