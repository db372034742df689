"""The meeting itself, one person at a time: attendance, minutes, decision, dissent, proposals, actions, and its clock."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.models import User
from mappa import dates
from mappa.forms import Form, attempt
from offenders.header import person_header
from offenders.models import Offender
from panels import actions, reading
from panels.action_lists import carried_over, lines
from panels.actions.attendance import statement_of
from panels.actions.minutes import owners, review_limit
from panels.actions.paragraphs import invited
from panels.agenda import times_of
from panels.clock import Clock
from panels.drawn import drawn
from panels.forms import ActionForm, DecisionForm, DissentForm, ProposalForm
from panels.gaps import gaps_of
from panels.models import (
    Action,
    AgendaItem,
    Agreement,
    Audience,
    Decision,
    Dissent,
    Invitation,
    Paragraph,
    Proposal,
)
from panels.sections import sections_of, shared_sections


@guarded(Perm.TAKE_MINUTES, AgendaItem)
@require_safe
def workspace(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """Everything about one person that the meeting works on. Approved minutes are only read."""
    if not item.meeting.is_open:
        return redirect("panels:minutes", item.meeting.reference)
    return workspace_page(request, item)


def workspace_page(
    request: AuthedRequest,
    item: AgendaItem,
    *,
    sent: Form | None = None,
    refused: bool = False,
    theirs: Decision | None = None,
) -> HttpResponse:
    """The workspace, with the form that was sent as it was and new ones beside it.

    `refused`: somebody asked to finish the item, and the gaps stand at the top of the page. `theirs`: the decision that
    somebody else recorded before the one that was sent.
    """
    user, meeting = request.user, item.meeting
    decision = Decision.objects.visible_to(user).filter(item=item).select_related("recorded_by").first()
    came = list(Invitation.objects.of_item(item).select_related("agency", "item", "representative"))
    levels = [level for level in Offender.Level if not _never(item, level)]
    context = {
        "item": item,
        "meeting": meeting,
        "person": person_header(item.offender, user),
        "place": _place(item, user),
        "clock": Clock.of(item),
        "statement": statement_of(meeting),
        "invitations": _attendance(item, came),
        "attendances": Invitation.Attendance.choices,
        "information": reading.information([item], {item.pk: came}, user)[item.pk],
        "sections": sections_of(item, user, [] if item.finished_at else drawn(item, user)),
        "removed": list(Paragraph.objects.removed(user).filter(item=item)),
        "audiences": Audience.choices,
        "agencies": [row.agency for row in came],
        "decision": decision,
        "theirs": reading.decided(theirs, {}),
        "decision_form": _form(sent, DecisionForm) or _decision_form(item, decision, user),
        "limits": [(level.value, review_limit(item.offender, meeting, level)) for level in levels],
        "dissents": list(Dissent.objects.visible_to(user).filter(item=item).select_related("agency")),
        "dissent_form": _form(sent, DissentForm) or DissentForm(invited=[row.agency for row in came]),
        "proposals": list(Proposal.objects.visible_to(user).filter(item=item)),
        "proposal_form": _form(sent, ProposalForm) or ProposalForm(),
        "can_approve": allowed(user, Perm.APPROVE_MINUTES, on=item),
        "gaps": [] if item.finished_at else gaps_of([item], user),
        "refused": refused,
        "form": sent,
    }
    return render(request, "panels/workspace.html", context | _actions(item, user, _form(sent, ActionForm)))


def _form(sent: Form | None, kind: type[Form]) -> Any:
    """The form that was sent, when it is of this kind."""
    return sent if isinstance(sent, kind) else None


def _decision_form(item: AgendaItem, decision: Decision | None, user: User) -> DecisionForm:
    said_one = item.offender.disclosure_decisions.visible_to(user).says_child_sex_offender()
    return DecisionForm.of(item, decision, said_one=said_one)


def _never(item: AgendaItem, level: Offender.Level) -> bool:
    return level == Offender.Level.ORDINARY and item.offender.category == Offender.Category.DANGEROUS


def _attendance(item: AgendaItem, came: list[Invitation]) -> list[dict[str, Any]]:
    """Each invited agency, and whether who came for it has agreed to the statement."""
    agreed = set(Agreement.objects.of_meeting(item.meeting).values_list("agency", "name"))
    return [came_line(row, agreed=(row.agency_id, row.attended_name) in agreed) for row in came]


def came_line(row: Invitation, *, agreed: bool) -> dict[str, Any]:
    """An invited agency, whether it came, and whether who came has agreed or is still to be asked."""
    has_come = row.attendance in Invitation.CAME
    return {
        "row": row,
        "who": row.attended_name or (row.representative.name if row.representative else ""),
        "agreed": has_come and agreed,
        "asked": has_come and not agreed and bool(row.attended_name),
        "unnamed": has_come and not row.attended_name,
    }


def _place(item: AgendaItem, user: User) -> dict[str, Any]:
    """Where the item stands on the agenda, and its neighbours."""
    items = list(item.meeting.items.visible_to(user).select_related("offender"))
    here = next(number for number, row in enumerate(items) if row.pk == item.pk)
    return {
        "number": here + 1,
        "total": len(items),
        "starts": times_of(item.meeting)[0][item.pk],
        "previous": items[here - 1] if here else None,
        "next": items[here + 1] if here + 1 < len(items) else None,
    }


def _actions(item: AgendaItem, user: User, form: ActionForm | None = None) -> dict[str, Any]:
    rows = Action.objects.visible_to(user).filter(item=item).agreed().select_related("agency")
    today = dates.today()
    return {
        "actions": list(rows),
        "carried_over": lines(carried_over(item, user), today),
        "action_form": form or ActionForm(agencies=owners(item)),
        "today": today,
    }


@guarded(Perm.TAKE_MINUTES, AgendaItem)
@require_safe
def share(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """The item in big type for a screen that everyone in the room sees: nothing of victims, nothing that is restricted."""
    context = {
        "item": item,
        "meeting": item.meeting,
        "person": person_header(item.offender, request.user),
        "clock": Clock.of(item),
        "sections": shared_sections(item, request.user),
        "decision": Decision.objects.visible_to(request.user).filter(item=item).first(),
        "actions": list(Action.objects.visible_to(request.user).filter(item=item).agreed().select_related("agency")),
    }
    return render(request, "panels/share.html", context)


@guarded(Perm.TAKE_MINUTES, AgendaItem)
@require_POST
def start_item(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """Start the clock of an item."""
    return _done(request, item, Form(request.POST), actions.start_item, _("Started."))


@guarded(Perm.TAKE_MINUTES, AgendaItem)
@require_POST
def finish_item(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """Finish an item, or say what must be answered first."""
    try:
        actions.finish_item(item=item, by=request.user)
    except ValidationError as refusal:
        if any(error.code in {"finished", "approved"} for error in refusal.error_list):
            messages.error(request, " ".join(refusal.messages))
            return redirect(item)
        return workspace_page(request, item, refused=True)
    messages.success(request, _("Finished. What the record says today is kept with the minutes."))
    return redirect(item)


@guarded(Perm.TAKE_MINUTES, AgendaItem)
@require_POST
def reopen_item(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """Open a finished item again."""
    return _done(request, item, Form(request.POST), actions.reopen_item, _("Open again."))


def _done(request: AuthedRequest, item: AgendaItem, form: Form, verb: Any, words: str) -> HttpResponse:
    """A verb that asks nothing, back on the item."""
    if attempt(form, verb, item=item, by=request.user):
        messages.success(request, words)
    else:
        messages.error(request, first_error(form))
    return redirect(item)


def first_error(form: Any) -> str:
    """Why nothing was saved, in one line."""
    return " ".join(str(text) for errors in form.errors.values() for text in errors)


@guarded(Perm.TAKE_MINUTES, AgendaItem)
@require_POST
def decide(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """Record what the meeting decided about the person."""
    form = DecisionForm(request.POST, level=item.meeting.level)
    if attempt(form, actions.decide, item=item, by=request.user):
        messages.success(request, _("Decision recorded. It takes effect when the chair approves the minutes."))
        return redirect(f"{item.get_absolute_url()}#decision")
    if form.has_error("__all__", code="stale"):
        # The page shows every word of theirs beside the form: saving again means they were read.
        current = Decision.objects.visible_to(request.user).get(item=item)
        form.data = request.POST.copy()
        form.data["version"] = str(current.version)
        return workspace_page(request, item, sent=form, theirs=current)
    return workspace_page(request, item, sent=form)


@guarded(Perm.TAKE_MINUTES, AgendaItem)
@require_POST
def add_action(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """Agree an action in place."""
    form = ActionForm(request.POST, agencies=owners(item))
    added = attempt(form, actions.add_action, item=item, by=request.user)
    if request.htmx:  # type: ignore[attr-defined]
        context = {"item": item, "added": added, **_actions(item, request.user, None if added else form)}
        return render(request, "panels/_actions.html", context, status=200 if added else 422)
    if added:
        messages.success(request, _("Action added."))
        return redirect(f"{item.get_absolute_url()}#actions")
    return workspace_page(request, item, sent=form)


@guarded(Perm.TAKE_MINUTES, AgendaItem)
@require_POST
def add_dissent(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """Record that an agency does not agree."""
    form = DissentForm(request.POST, invited=invited(item))
    if attempt(form, actions.record_dissent, item=item, by=request.user):
        messages.success(request, _("Dissent recorded."))
        return redirect(f"{item.get_absolute_url()}#dissent")
    return workspace_page(request, item, sent=form)


@guarded(Perm.TAKE_MINUTES, AgendaItem)
@require_POST
def propose(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """Propose something to the body that decides it."""
    form = ProposalForm(request.POST)
    if attempt(form, actions.propose, item=item, by=request.user):
        messages.success(request, _("Proposal recorded. Its answer is recorded when it comes."))
        return redirect(f"{item.get_absolute_url()}#proposals")
    return workspace_page(request, item, sent=form)
