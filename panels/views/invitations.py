"""Inviting agencies, and what an invited agency finds, answers and takes away of its part in a meeting."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded, memberships
from agencies.models import Agency, User
from audit.models import Act
from audit.record import record
from mappa import dates
from mappa.forms import attempt
from mappa.templatetags.mappa import clock
from offenders.header import person_header
from offenders.models.purpose import whys
from offenders.views.paper import attached
from panels import actions
from panels.actions.invitations import access_until, information_due, invitable, is_answerable, owing
from panels.agenda import crns, times_of
from panels.forms import ChaseForm, InviteForm, ResponseForm
from panels.models import Action, AgendaItem, InformationDraft, InformationReturn, Invitation, Meeting
from panels.notices import owed_words, own_notices
from panels.proposals import by_kind, proposals_for


@guarded(Perm.SCHEDULE, AgendaItem)
@require_http_methods(["GET", "POST"])
def invite(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """Choose the agencies that come for one person, seeing first what each of them gains and until when."""
    agencies = invitable(item)
    form = InviteForm(request.POST or None, agencies=agencies)
    if request.method == "POST" and attempt(form, actions.invite, item=item, by=request.user):
        messages.success(
            request,
            _(
                "Invitations saved. Within some minutes each agency is told of all its people in one mail, which names nobody."
            ),
        )
        return redirect(item.meeting)
    invited = list(Invitation.objects.of_item(item).select_related("agency"))
    proposals = proposals_for(item, agencies, request.user)
    # Whoever is proposed is ticked at first; once somebody is invited, whoever is.
    usual = {proposal.agency.pk for proposal in proposals if proposal.reasons}
    sent = set(request.POST.getlist("agencies")) if request.method == "POST" else None
    shown = (
        {a.pk for a in agencies if str(a.pk) in sent} if sent is not None else {i.agency_id for i in invited} or usual
    )
    return render(
        request,
        "panels/invite.html",
        {
            "form": form,
            "item": item,
            "person": person_header(item.offender, request.user),
            "kinds": by_kind(proposals, shown),
            "invited": invited,
            "answered": InformationReturn.objects.outline_of([item]),
            "until": access_until(item.meeting),
            "due": information_due(item.meeting),
        },
    )


@dataclass(frozen=True)
class Line:
    """One person for whom the reader's agency is invited. `ask` leads to the question that he answers before he reads more."""

    row: Invitation
    starts: datetime
    name: str
    crn: str
    ask: str
    sent: InformationReturn | None
    is_drafted: bool


@guarded(Perm.VIEW_CASE, Meeting)
@require_safe
def for_agency(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """The meeting as an invited agency needs it: for whom, when, who comes, what is still to send, and what came of it."""
    user, today = request.user, dates.today()
    rows = invited(meeting, user)
    if not rows:
        messages.info(request, _("No agency of yours is invited to this meeting."))
        return redirect(meeting)
    context = {
        "meeting": meeting,
        "parts": _parts(meeting, rows, user),
        "today": today,
        "is_answerable": is_answerable(meeting),
        "answer_by": min((r.answer_due_on for r in rows if not r.response and r.answer_due_on), default=None),
        "actions": _own_actions(meeting, rows, user),
    }
    return render(request, "panels/for_agency.html", context)


def invited(meeting: Meeting, user: User) -> list[Invitation]:
    """The invitations of the user's agencies to a meeting, in the order of its agenda."""
    mine = {membership.agency_id for membership in memberships(user)}
    rows = Invitation.objects.visible_to(user).filter(item__meeting=meeting, agency__in=mine)
    people = ("representative", "deputy_for", "agency__kind", "item__offender", "item__meeting")
    return list(rows.select_related(*people).order_by("agency__name", "item__position", "item", "pk"))


def _parts(meeting: Meeting, rows: list[Invitation], user: User) -> list[dict[str, Any]]:
    """Agency by agency, the lines of its people."""
    begins, _ends = times_of(meeting)
    reasons = whys([row.item.offender for row in rows], user)
    numbers = crns((row.item.offender_id for row in rows), user)
    sent = InformationReturn.objects.visible_to(user).filter(invitation__in=rows).last_sent()
    returns = {row.invitation_id: row for row in sent.select_related("sent_by")}
    drafts = InformationDraft.objects.visible_to(user).filter(invitation__in=rows)
    drafted = set(drafts.values_list("invitation", flat=True))
    lines: dict[Agency, list[Line]] = defaultdict(list)
    for row in rows:
        ask = reasons[row.item.offender_id].ask
        lines[row.agency].append(
            Line(
                row=row,
                starts=begins[row.item_id],
                name="" if ask else row.item.offender.full_name,
                crn="" if ask else numbers.get(row.item.offender_id, ""),
                ask=ask,
                sent=returns.get(row.pk),
                is_drafted=row.pk in drafted,
            )
        )
    return [
        {
            "agency": agency,
            "lines": theirs,
            "first": next((line.row for line in theirs if not line.row.response), theirs[0].row),
            "is_asked": not all(line.row.response for line in theirs),
        }
        for agency, theirs in lines.items()
    ]


def _own_actions(meeting: Meeting, rows: list[Invitation], user: User) -> list[Action]:
    """The agency's actions, once the minutes are approved."""
    if not meeting.is_locked:
        return []
    found = Action.objects.visible_to(user).filter(
        item__in=[row.item_id for row in rows], agency__in={row.agency_id for row in rows}
    )
    return list(found)


@guarded(Perm.VIEW_CASE, Meeting, act=Act.DOWNLOAD)
@require_safe
def calendar(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """The reader's part of the meeting for his calendar, without a name."""
    found = own_notices(meeting, request.user, invited(meeting, request.user)) if is_answerable(meeting) else []
    if not found:
        messages.info(
            request, _("There is nothing to put into a calendar: no agency of yours is wanted, or it is past.")
        )
        return redirect(meeting)
    record("calendar.downloaded", act=Act.DOWNLOAD, by=request.user, about=meeting, entries=len(found))
    made = "".join(notice.calendar for notice in found)
    return attached(made.encode(), "text/calendar; charset=utf-8", f"meeting-{meeting.reference}.ics")


@guarded(Perm.SEND_INFORMATION, Invitation)
@require_http_methods(["GET", "POST"])
def answer_invitation(request: AuthedRequest, invitation: Invitation) -> HttpResponse:
    """Say who comes, for one person or for all of the agency's at once, having read what declining ends."""
    meeting, agency = invitation.item.meeting, invitation.agency
    rows = _of_agency(meeting, agency, request.user)
    begins, _ends = times_of(meeting)
    reasons = whys([row.item.offender for row in rows], request.user)
    form = ResponseForm(
        request.POST or None,
        agency=agency,
        people=[(row.reference, _called(row, begins[row.item_id], reasons)) for row in rows],
        initial=_known(invitation, rows, request.user),
    )
    posted = request.method == "POST"
    if posted and attempt(form, actions.answer_invitation, invitation=invitation, by=request.user):
        messages.success(request, _answered(form.cleaned_data["response"]))
        return redirect(_after(meeting, request.user))
    context = {
        "form": form,
        "meeting": meeting,
        "agency": agency,
        "is_closed": not is_answerable(meeting),
        "back": _after(meeting, request.user),
    }
    return render(request, "panels/answer_invitation.html", context)


def _of_agency(meeting: Meeting, agency: Agency, user: User) -> list[Invitation]:
    rows = Invitation.objects.visible_to(user).filter(item__meeting=meeting, agency=agency)
    return list(rows.select_related("item__offender").order_by("item__position", "item", "pk"))


def _called(row: Invitation, starts: datetime, reasons: dict[int, Any]) -> str:
    """When and whom; by reference where the reader has not said yet why he reads of that person."""
    case = row.item.offender
    name = case.reference if reasons[case.pk].ask else case.full_name
    words = f"{clock(starts)}, {name}"
    return f"{words} ({row.get_response_display()})" if row.response else words


def _known(invitation: Invitation, rows: list[Invitation], user: User) -> dict[str, Any]:
    """What was answered, to be changed; else everybody who has no answer yet, and that the reader comes himself."""
    if invitation.response:
        answers = {"representative": invitation.representative, "deputy_for": invitation.deputy_for}
        said = {"response": invitation.response, "reason": invitation.response_reason}
        return answers | said | {"people": [invitation.reference]}
    return {"people": [row.reference for row in rows if not row.response], "representative": user}


def _answered(response: str) -> str:
    if response == Invitation.Response.DECLINED:
        return _(
            "Declined. To come after all, ask MAPPA co-ordination, or answer again where you still see the meeting."
        )
    return _("Answered. Whoever comes gets the times for the calendar in some minutes.")


def _after(meeting: Meeting, user: User) -> Any:
    """Where the agency finds its part, as long as it has one; co-ordination goes back to the replies."""
    if allowed(user, Perm.SCHEDULE, on=meeting):
        return reverse("panels:replies", args=[meeting.reference])
    if Meeting.objects.visible_to(user).filter(pk=meeting.pk).exists():
        return reverse("panels:for_agency", args=[meeting.reference])
    return reverse("panels:meetings")


@guarded(Perm.SCHEDULE, Meeting)
@require_safe
def replies(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """Who comes for whom, who has sent what, and who is late: for co-ordination and the chair."""
    return replies_page(request, meeting)


@guarded(Perm.SCHEDULE, Meeting)
@require_POST
def chase(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """Ask the ticked agencies again: one mail an agency."""
    form = ChaseForm(request.POST, agencies=_owing(meeting, request.user))
    if attempt(form, actions.chase, meeting=meeting, by=request.user):
        messages.success(request, _("Reminded, in one mail an agency that names nobody."))
        return redirect("panels:replies", meeting.reference)
    return replies_page(request, meeting, form)


def _owing(meeting: Meeting, user: User) -> list[Agency]:
    seen = Invitation.objects.visible_to(user).filter(item__meeting=meeting)
    keys = owing(meeting).filter(pk__in=seen.order_by().values("pk")).values("agency")
    return list(Agency.objects.filter(pk__in=keys))


def replies_page(request: AuthedRequest, meeting: Meeting, form: ChaseForm | None = None) -> HttpResponse:
    """The page of replies, with the form as it was sent or a new one."""
    user, today = request.user, dates.today()
    rows = Invitation.objects.visible_to(user).filter(item__meeting=meeting)
    found = list(
        rows.select_related("agency", "representative", "deputy_for", "item__offender", "chased_by").order_by(
            "agency__name", "item__position", "item", "pk"
        )
    )
    sent = InformationReturn.objects.visible_to(user).filter(invitation__in=found).last_sent()
    returns = {row.invitation_id: row for row in sent}
    begins, _ends = times_of(meeting)
    agencies: dict[Agency, list[dict[str, Any]]] = defaultdict(list)
    for row in found:
        owed = owed_words(row, is_sent=row.pk in returns, today=today)
        agencies[row.agency].append(
            {"row": row, "starts": begins[row.item_id], "sent": returns.get(row.pk), "owed": owed}
        )
    late = [a.pk for a, lines in agencies.items() if any(_is_late(line["row"], line["owed"], today) for line in lines)]
    context = {
        "meeting": meeting,
        "agencies": [{"agency": agency, "lines": lines} for agency, lines in agencies.items()],
        "form": form or ChaseForm(agencies=_owing(meeting, user), initial={"agencies": late}),
        "today": today,
        "is_answerable": is_answerable(meeting),
    }
    return render(request, "panels/replies.html", context)


def _is_late(row: Invitation, owed: str, today: date) -> bool:
    dues = [row.information_due_on, *([row.answer_due_on] if row.answer_due_on and not row.response else [])]
    return bool(owed) and min(dues) < today
