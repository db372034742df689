"""Lay advisers: inviting one to a meeting, and what he sees of it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, guarded
from agencies.asking import ask
from mappa import dates
from mappa.forms import ANSWERS, Form, attempt, sent
from panels import actions, observing
from panels.actions.observing import advisers_of
from panels.forms import ObserverForm
from panels.models import Meeting, Observation
from panels.views.moving import caption


@guarded(Perm.SCHEDULE, Meeting)
@ANSWERS
def invite_observer(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """Ask a lay adviser of the area to observe the meeting."""
    invited = meeting.observations.visible_to(request.user).standing().values_list("adviser", flat=True)
    free = [row for row in advisers_of(meeting.area_id) if row.user_id not in set(invited)]
    return ask(
        request,
        ObserverForm(sent(request), advisers=free),
        actions.invite_observer,
        about={"meeting": meeting},
        back=meeting.get_absolute_url(),
        done=_("The lay adviser is invited and told by mail."),
        title=_("Invite a lay adviser"),
        caption=caption(meeting),
        intro=_("A lay adviser sees when and where the meeting is and its agenda without names, and nothing else."),
        button=_("Invite"),
        nothing="" if free else _("Every lay adviser of the area is invited, or the area has none."),
    )


@guarded(Perm.SCHEDULE, Observation)
@ANSWERS
def withdraw_observer(request: AuthedRequest, observation: Observation) -> HttpResponse:
    """Take an invitation to observe back."""
    return ask(
        request,
        Form(sent(request)),
        actions.withdraw_observer,
        about={"observation": observation},
        back=observation.meeting.get_absolute_url(),
        done=_("The invitation is withdrawn."),
        title=_("Withdraw this invitation?"),
        caption=caption(observation.meeting),
        intro=_("The lay adviser sees nothing of the meeting any more."),
        button=_("Withdraw"),
        look="warning",
    )


@guarded(Perm.VIEW_BOARD)
@require_safe
def observing_list(request: AuthedRequest) -> HttpResponse:
    """The meetings that the person is invited to observe, and how many he has observed this quarter."""
    rows = Observation.objects.visible_to(request.user).standing().filter(adviser=request.user)
    found = list(rows.select_related("meeting__area").order_by("-meeting__starts_at")[:50])
    context = {
        "rows": [(row, caption(row.meeting)) for row in found],
        "count": observing.of_adviser(request.user, dates.today()),
        "wanted": observing.wanted(found[0].meeting.area, dates.today()) if found else None,
    }
    return render(request, "panels/observing.html", context)


@guarded(Perm.VIEW_BOARD, Observation)
@ANSWERS
def observation(request: AuthedRequest, observation: Observation) -> HttpResponse:
    """When and where the meeting is, and its agenda without names. Afterwards the adviser says that he was there."""
    form = Form(sent(request))
    if request.method == "POST" and attempt(form, actions.confirm_observed, observation=observation, by=request.user):
        messages.success(request, _("Thank you. It is recorded that you observed this meeting."))
        return redirect(observation)
    meeting = observation.meeting
    context = {
        "form": form,
        "observation": observation,
        "meeting": meeting,
        "slots": [] if meeting.is_cancelled else observing.slots_of(meeting),
        "can_confirm": observing.may_confirm(observation, request.user),
    }
    return render(request, "panels/observation.html", context)
