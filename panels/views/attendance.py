"""Who came, and who agreed to the confidentiality statement."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agencies.access import AuthedRequest, Perm, allowed, guarded, memberships
from mappa.forms import Form, attempt
from panels import actions
from panels.actions.attendance import statement_of
from panels.forms import AttendanceForm
from panels.models import AgendaItem, Agreement, Invitation, Meeting
from panels.views.workspace import came_line, first_error


@guarded(Perm.TAKE_MINUTES, Invitation)
@require_POST
def attendance(request: AuthedRequest, invitation: Invitation) -> HttpResponse:
    """Record whether an agency came; htmx is told in words, in place."""
    form, item = AttendanceForm(request.POST), invitation.item
    saved = attempt(form, actions.take_attendance, invitation=invitation, by=request.user)
    if not request.htmx:  # type: ignore[attr-defined]
        if not saved:
            messages.error(request, first_error(form))
        return redirect(f"{item.get_absolute_url()}#attendance-{invitation.reference}")
    agreed = Agreement.objects.of_meeting(item.meeting).filter(agency=invitation.agency, name=invitation.attended_name)
    context = {
        "line": came_line(invitation, agreed=agreed.exists()),
        "at": timezone.now(),
        "error": "" if saved else first_error(form),
    }
    return render(request, "panels/_attendance_saved.html", context, status=200 if saved else 422)


@guarded(Perm.TAKE_MINUTES, AgendaItem)
@require_POST
def record_agreements(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """The statement was read out and agreed: by who came for one agency, or by everybody who came for this person."""
    rows = list(Invitation.objects.of_item(item).select_related("agency", "attended_by"))
    one = request.POST.get("invitation", "")
    chosen = [row for row in rows if row.reference == one] if one else rows
    form = Form(request.POST)
    if attempt(form, actions.record_agreements, item=item, invitations=chosen, by=request.user):
        messages.success(request, _("Recorded: read out and agreed."))
    else:
        messages.error(request, first_error(form))
    return redirect(f"{item.get_absolute_url()}#attendance")


@guarded(Perm.VIEW_CASE, Meeting)
@require_http_methods(["GET", "HEAD", "POST"])
def confidentiality(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """The statement, and agreeing to it; for those who write the minutes also who has agreed and who has not."""
    form = Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(form, actions.agree, meeting=meeting, by=request.user):
        messages.success(request, _("Recorded: you have agreed to the statement."))
        return redirect("panels:confidentiality", meeting.reference)
    may_write = allowed(request.user, Perm.TAKE_MINUTES, on=meeting)
    mine = {row.agency_id for row in memberships(request.user)} & meeting.parts().invited
    agreed = list(Agreement.objects.of_meeting(meeting).select_related("agency", "statement"))
    own = [row for row in agreed if row.user_id == request.user.pk]
    context = {
        "meeting": meeting,
        "statement": statement_of(meeting),
        "form": form,
        "own": own,
        "can_agree": bool(mine - {row.agency_id for row in own}) and meeting.is_open,
        "agreed": agreed if may_write else [],
        "missing": _missing(meeting, agreed) if may_write else [],
        "may_write": may_write,
    }
    return render(request, "panels/confidentiality.html", context)


def _missing(meeting: Meeting, agreed: list[Agreement]) -> list[dict[str, Any]]:
    """Who is recorded as having come and has not agreed, each once; and agencies for which nobody is named yet."""
    known = {(row.agency_id, row.name) for row in agreed}
    came = Invitation.objects.of_meeting(meeting).filter(attendance__in=Invitation.CAME).select_related("agency")
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for row in came:
        if (key := (row.agency_id, row.attended_name)) not in known:
            found.setdefault(key, {"agency": row.agency.name, "name": row.attended_name})
    return list(found.values())
