"""What becomes of a meeting: moving it, giving it another chair, calling it off."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import AuthedRequest, Perm, guarded
from agencies.asking import ask
from mappa.forms import ANSWERS, sent
from mappa.templatetags.mappa import clock, long_date
from panels import actions
from panels.forms import CancelMeetingForm, HandOverForm, MoveMeetingForm
from panels.models import Invitation, Meeting


def caption(meeting: Meeting) -> str:
    words = _("Level %(level)s meeting, %(day)s, %(time)s")
    return words % {"level": meeting.level, "day": long_date(meeting.held_on), "time": clock(meeting.starts_at)}


def _why_not(meeting: Meeting) -> str:
    """Why a meeting can no longer be moved or called off; nothing while it can."""
    if meeting.is_cancelled:
        return _("This meeting was cancelled.")
    return "" if meeting.state == Meeting.State.PLANNED else _("This meeting is being minuted, so it stays as it is.")


def _told(meeting: Meeting) -> str:
    count = Invitation.objects.of_meeting(meeting).values("agency").order_by().distinct().count()
    if not count:
        return _("No agency is invited yet. The chair and whoever observes are told.")
    words = _("Agencies that are told by mail, without a name: %s. The chair and whoever observes are told too.")
    return words % count


@guarded(Perm.SCHEDULE, Meeting)
@ANSWERS
def move_meeting(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """Give the meeting another time or place."""
    starts_at = timezone.localtime(meeting.starts_at)
    initial: dict[str, Any] = {
        "on": starts_at.date(),
        "at": f"{starts_at:%H:%M}",
        "length": meeting.length,
        "mode": meeting.mode,
        "place": meeting.place,
        "link": meeting.link,
        "sequence": meeting.sequence,
    }
    return ask(
        request,
        MoveMeetingForm(sent(request), initial=initial),
        actions.move_meeting,
        about={"meeting": meeting},
        back=meeting.get_absolute_url(),
        done=_("The meeting is moved. What is due before it, and access, moved with it; everybody invited is told."),
        title=_("Move the meeting"),
        caption=caption(meeting),
        intro=_told(meeting),
        button=_("Move the meeting"),
        nothing=_why_not(meeting),
    )


@guarded(Perm.SCHEDULE, Meeting)
@ANSWERS
def cancel_meeting(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """Call the meeting off."""
    return ask(
        request,
        CancelMeetingForm(sent(request)),
        actions.cancel_meeting,
        about={"meeting": meeting},
        back=meeting.get_absolute_url(),
        done=_("The meeting is cancelled. Everybody invited is told, and its people are suggested for others again."),
        title=_("Cancel the meeting"),
        caption=caption(meeting),
        intro=_told(meeting),
        warning=_(
            "What the invitations let agencies see ends today. A cancelled meeting is not taken up again: arrange "
            "another, or move this one instead."
        ),
        button=_("Cancel the meeting"),
        look="warning",
        keep=_("Keep the meeting"),
        nothing=_why_not(meeting),
    )


@guarded(Perm.SCHEDULE, Meeting)
@ANSWERS
def hand_over(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """Give the meeting another chair."""
    locked = _("The minutes of this meeting are approved, so its chair stays.") if meeting.is_locked else ""
    return ask(
        request,
        HandOverForm(sent(request), meeting=meeting),
        actions.hand_over,
        about={"meeting": meeting},
        back=meeting.get_absolute_url(),
        done=_("The meeting has another chair, who approves its minutes. Both were told."),
        title=_("Give the meeting another chair"),
        caption=caption(meeting),
        intro=_("Who chairs approves the minutes. The deputies of the panel are listed first."),
        button=_("Change the chair"),
        nothing=_("This meeting was cancelled.") if meeting.is_cancelled else locked,
    )
