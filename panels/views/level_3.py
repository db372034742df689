"""The page of a level 3 day."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, guarded
from offenders.models import Offender
from panels.level_3 import day
from panels.models import Meeting


@guarded(Perm.SCHEDULE, Meeting)
@require_safe
def level_3_day(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """Whether somebody senior speaks for each agency, what is unanswered, and what agencies committed."""
    if meeting.level != Offender.Level.ENHANCED:
        return redirect(meeting)
    talks, agencies = day(meeting, request.user)
    context = {
        "meeting": meeting,
        "talks": talks,
        "agencies": agencies,
        "gaps": sum(one.gaps > 0 for one in agencies),
        "unanswered": sum(len(talk.unanswered) for talk in talks),
        "promised": sum(len(talk.promised) for talk in talks),
    }
    return render(request, "panels/level_3_day.html", context)
