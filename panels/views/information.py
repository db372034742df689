"""What an invited agency sends before a meeting."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.access import AuthedRequest, Perm, guarded
from mappa import dates
from mappa.forms import attempt
from offenders.header import person_header
from panels import actions
from panels.forms import InformationForm
from panels.models import InformationReturn, Invitation


@guarded(Perm.SEND_INFORMATION, Invitation)
@require_http_methods(["GET", "POST"])
def send_information(request: AuthedRequest, invitation: Invitation) -> HttpResponse:
    """Tell the meeting what the agency holds, or that it has nothing to share."""
    sent = InformationReturn.objects.visible_to(request.user).filter(invitation=invitation).first()
    form = InformationForm(request.POST or None)
    posted = request.method == "POST" and sent is None
    if posted and attempt(form, actions.send_information, invitation=invitation, by=request.user):
        messages.success(request, _("Sent. Thank you: the meeting will have it."))
        return redirect(invitation)
    meeting, today = invitation.item.meeting, dates.today()
    return render(
        request,
        "panels/send_information.html",
        {
            "form": form,
            "invitation": invitation,
            "meeting": meeting,
            "person": person_header(invitation.item.offender, request.user),
            "sent": sent,
            "is_late": today > invitation.information_due_on,
            "is_closed": not meeting.is_open and sent is None,
            "today": today,
        },
    )
