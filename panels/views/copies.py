"""Approving minutes, and the copy that each reader may read."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.models import User
from audit.record import record
from mappa.forms import attempt
from mappa.paper import PangoMissingError, pdf_of
from offenders.views.paper import attached, no_pdf
from panels import actions
from panels.forms import ApprovalForm
from panels.models import Meeting
from panels.reading import copies, gaps


@guarded(Perm.APPROVE_MINUTES, Meeting)
@require_http_methods(["GET", "POST"])
def approve(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """The chair reads the minutes, sees what is missing, and signs."""
    if not meeting.is_open:
        return redirect("panels:minutes", meeting.reference)
    form = ApprovalForm(request.POST or None, initial={"version": meeting.version})
    if request.method == "POST" and attempt(form, actions.approve, meeting=meeting, by=request.user):
        messages.success(request, _("Minutes approved. The agencies that were invited have been told."))
        return redirect("panels:minutes", meeting.reference)
    if form.is_bound:
        # The page shows the minutes as they are now: who signs it again has read them.
        form.data = request.POST.copy()
        form.data["version"] = str(meeting.version)
    read = copies(meeting, request.user)
    context = {"meeting": meeting, "form": form, "copies": read, "gaps": gaps(read)}
    context["is_ahead"] = meeting.starts_at > timezone.now()
    return render(request, "panels/approve.html", context)


@guarded(Perm.VIEW_CASE, Meeting)
@require_safe
def minutes(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """The reader's copy. Until the chair approves them, minutes are read only by those who write them."""
    if meeting.is_cancelled:
        return redirect(meeting)
    return render(request, "panels/minutes.html", _copy(meeting, request.user, "minutes.read"))


def _copy(meeting: Meeting, user: User, event: str) -> dict[str, Any]:
    """One reader's copy, each case in it recorded as read."""
    may_write = allowed(user, Perm.TAKE_MINUTES, on=meeting)
    is_readable = meeting.is_locked or may_write
    read = copies(meeting, user) if is_readable else []
    for copy in read:
        if copy.why.ask:
            record("purpose.asked", by=user, about=copy.item, before=event)
        else:
            record(event, by=user, about=copy.item, purpose=copy.why.name)
    return {
        "meeting": meeting,
        "copies": read,
        "is_readable": is_readable,
        "may_write": may_write,
        "reader": user,
        "printed_at": timezone.localtime(),
    }


@guarded(Perm.VIEW_CASE, Meeting)
@require_safe
def minutes_pdf(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """The reader's copy as a PDF that names its reader. The download is recorded."""
    if meeting.is_cancelled:
        return redirect(meeting)
    context = _copy(meeting, request.user, "minutes.downloaded")
    if not context["is_readable"]:
        return redirect("panels:minutes", meeting.reference)
    try:
        document = pdf_of("panels/minutes_pdf.html", context)
    except PangoMissingError:
        as_page = reverse("panels:minutes", args=[meeting.reference])
        return no_pdf(request, as_page, _("Read or print the minutes as a page"))
    return attached(document, "application/pdf", f"minutes-{meeting.reference}.pdf")
