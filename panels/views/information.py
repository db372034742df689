"""What an invited agency sends before a meeting."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.models import Agency, User
from assessments.actions import draft_of
from mappa import dates
from mappa.forms import attempt
from offenders.actions.case import StaleError
from offenders.header import person_header
from panels import actions
from panels.actions.information import is_of_agency
from panels.forms import InformationForm
from panels.models import InformationDraft, InformationPart, InformationReturn, Invitation

# The form's names for the parts of a return.
NAMES = dict(zip(InformationPart.Section, InformationForm.PARTS, strict=True))


@guarded(Perm.SEND_INFORMATION, Invitation)
@require_http_methods(["GET", "POST"])
def send_information(request: AuthedRequest, invitation: Invitation) -> HttpResponse:
    """Tell the meeting what the agency holds, or that it has nothing to share; put right what was sent."""
    sent = _sent(invitation, request.user)
    draft = _draft(invitation, request.user)
    form = InformationForm(
        request.POST or None, agencies=_others(invitation), initial=_known(invitation, sent, draft, request.user)
    )
    if request.method == "POST" and attempt(form, actions.send_information, invitation=invitation, by=request.user):
        messages.success(request, _("Sent. Thank you: the meeting will have it."))
        return redirect("panels:send_information", invitation.reference)
    _read_again(form)
    return render(request, "panels/send_information.html", _page(request, invitation, sent, draft) | {"form": form})


def _page(
    request: AuthedRequest, invitation: Invitation, sent: list[InformationReturn], draft: InformationDraft | None
) -> dict[str, Any]:
    meeting, today, case = invitation.item.meeting, dates.today(), invitation.item.offender
    is_open = meeting.is_open
    return {
        "invitation": invitation,
        "meeting": meeting,
        "person": person_header(case, request.user),
        "versions": [(row, _read(row, request.user)) for row in sent],
        "before": _before(invitation, request.user),
        "draft": draft,
        "is_late": today > invitation.information_due_on and not sent,
        "is_open": is_open,
        "shows_form": is_open
        and (not sent or "correct" in request.GET or request.method == "POST" or draft is not None),
        "can_propose": allowed(request.user, Perm.PROPOSE_MEASURE, on=case) and draft_of(case) is not None,
        "is_in_place": not is_of_agency(invitation, request.user),
        "today": today,
    }


def _sent(invitation: Invitation, user: User) -> list[InformationReturn]:
    """The versions that were sent, the last first."""
    rows = InformationReturn.objects.visible_to(user).filter(invitation=invitation).select_related("sent_by")
    return list(rows)


def _draft(invitation: Invitation, user: User) -> InformationDraft | None:
    side = is_of_agency(invitation, user)
    rows = InformationDraft.objects.visible_to(user).filter(invitation=invitation, for_agency=side)
    return rows.select_related("saved_by").first()


def _others(invitation: Invitation) -> list[Agency]:
    """The other agencies invited for the person."""
    rows = Invitation.objects.of_item(invitation.item).coming().exclude(agency=invitation.agency_id)
    return list(Agency.objects.filter(pk__in=rows.values("agency")))


def _known(
    invitation: Invitation, sent: list[InformationReturn], draft: InformationDraft | None, user: User
) -> dict[str, Any]:
    """What was being typed, else what was sent last."""
    known: dict[str, Any] = {"number": sent[0].number if sent else 0}
    if draft is not None:
        return known | {name: said for name, said in draft.answers.items() if name != "number"}
    if not sent:
        return known
    known["nothing_to_share"] = sent[0].nothing_to_share
    named: set[int] = set()
    for part in sent[0].parts.visible_to(user).prefetch_related("agencies"):
        name = NAMES[InformationPart.Section(part.section)]
        known[name], known["audience" if name == "text" else f"{name}_audience"] = part.text, part.audience
        named |= {agency.pk for agency in part.agencies.all()}
    return known | {"agencies": sorted(named)}


def _read(row: InformationReturn, user: User) -> list[InformationPart]:
    """The parts of a version, as far as they are for this reader: co-ordination in an agency's place reads all."""
    return list(row.parts.visible_to(user).exclude(text="").prefetch_related("agencies"))


def _before(invitation: Invitation, user: User) -> list[InformationPart]:
    """What the agency told the meeting before this one, so that only what is new has to be written."""
    earlier = InformationReturn.objects.visible_to(user).filter(
        invitation__agency=invitation.agency_id,
        item__offender=invitation.item.offender_id,
        item__meeting__starts_at__lt=invitation.item.meeting.starts_at,
    )
    last = earlier.last_sent().order_by("-item__meeting__starts_at", "-number").first()
    return _read(last, user) if last else []


def _read_again(form: InformationForm) -> None:
    """Of what a colleague sent meanwhile the page tells: sending again means that it was read."""
    for error in form.errors.get("__all__", form.error_class()).as_data():
        if error.code == "stale" and error.params:
            data = cast("QueryDict", form.data).copy()
            data["number"] = str(error.params["number"])
            form.data = data


@guarded(Perm.SEND_INFORMATION, Invitation)
@require_POST
def save_draft(request: AuthedRequest, invitation: Invitation) -> HttpResponse:
    """Keep what is being typed; 409 when a colleague saved it meanwhile, and nothing is overwritten."""
    back = redirect("panels:send_information", invitation.reference)
    names = [*InformationForm.base_fields]
    answers: dict[str, Any] = {name: request.POST.get(name, "") for name in names if name != "agencies"}
    answers["number"] = _whole(request, "number")
    answers["agencies"] = [key for key in request.POST.getlist("agencies") if key.isdecimal()]
    try:
        draft = actions.save_draft(
            invitation=invitation, answers=answers, version=_whole(request, "version"), by=request.user
        )
    except ValidationError as refusal:
        if not request.htmx:  # type: ignore[attr-defined]
            messages.error(request, " ".join(refusal.messages))
            return back
        words = {
            "conflict": True,
            "url": back.url,
            "why": "" if isinstance(refusal, StaleError) else refusal.messages[0],
        }
        return render(request, "panels/_draft_not_saved.html", words, status=409)
    if not request.htmx:  # type: ignore[attr-defined]
        return back
    return render(request, "components/saved.html", {"version": draft.version, "saved_at": draft.saved_at})


def _whole(request: AuthedRequest, name: str) -> int:
    """A number that the page itself put there; 0 for anything else."""
    typed = request.POST.get(name, "")
    return int(typed) if typed.isdecimal() and len(typed) < 9 else 0
