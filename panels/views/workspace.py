"""The meeting itself, one person at a time: attendance, minutes, decision, actions."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.models import User
from mappa import dates
from mappa.forms import attempt
from offenders.header import person_header
from offenders.models import Offender
from offenders.views.saving import Writing, save_text
from panels import actions, reading
from panels.action_lists import carried_over, lines
from panels.actions.items import usual_audience
from panels.actions.minutes import owners, review_limit
from panels.agenda import times_of
from panels.forms import ActionForm, AttendanceForm, DecisionForm, ParagraphForm
from panels.models import Action, AgendaItem, Decision, Invitation, Paragraph


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
    decision_form: DecisionForm | None = None,
    action_form: ActionForm | None = None,
) -> HttpResponse:
    """The workspace, with forms as they were sent or new ones."""
    user, meeting = request.user, item.meeting
    decision = Decision.objects.visible_to(user).filter(item=item).select_related("recorded_by").first()
    invited = list(Invitation.objects.of_item(item).select_related("agency"))
    levels = [level for level in Offender.Level if not _never(item, level)]
    return render(
        request,
        "panels/workspace.html",
        {
            "item": item,
            "meeting": meeting,
            "person": person_header(item.offender, user),
            "place": _place(item, user),
            "invitations": invited,
            "attendances": Invitation.Attendance.choices,
            "information": reading.information([item], {item.pk: invited}, user)[item.pk],
            "sections": sections_of(item, user),
            "audiences": Paragraph.Audience.choices,
            "decision": decision,
            "decision_form": decision_form
            or DecisionForm.of(
                item,
                decision,
                said_one=item.offender.disclosure_decisions.visible_to(user).says_child_sex_offender(),
            ),
            "limits": [(level.value, review_limit(item.offender, meeting, level)) for level in levels],
            "can_approve": allowed(user, Perm.APPROVE_MINUTES, on=item),
            "form": decision_form or action_form,
            **_actions(item, user, action_form),
        },
    )


def _never(item: AgendaItem, level: Offender.Level) -> bool:
    return level == Offender.Level.ORDINARY and item.offender.category == Offender.Category.DANGEROUS


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


def sections_of(item: AgendaItem, user: User) -> list[dict[str, Any]]:
    """The sections of the minutes in the Guidance's order, written or not."""
    written = {row.section: row for row in Paragraph.objects.visible_to(user).filter(item=item)}
    return [
        {
            "key": section.value,
            "heading": section.label,
            "row": written.get(section.value) or Paragraph(section=section, audience=usual_audience(section)),
            "is_victims": section == Paragraph.Section.VICTIMS,
        }
        for section in Paragraph.Section
    ]


def _actions(item: AgendaItem, user: User, form: ActionForm | None = None) -> dict[str, Any]:
    rows = Action.objects.visible_to(user).filter(item=item).agreed().select_related("agency")
    today = dates.today()
    return {
        "actions": list(rows),
        "carried_over": lines(carried_over(item, user), today),
        "action_form": form or ActionForm(agencies=owners(item)),
        "today": today,
    }


@guarded(Perm.TAKE_MINUTES, Invitation)
@require_POST
def attendance(request: AuthedRequest, invitation: Invitation) -> HttpResponse:
    """Record whether an agency came; htmx is told in words, in place."""
    form, item = AttendanceForm(request.POST), invitation.item
    saved = attempt(form, actions.take_attendance, invitation=invitation, by=request.user)
    if not request.htmx:  # type: ignore[attr-defined]
        if not saved:
            messages.error(request, _first_error(form))
        return redirect(f"{item.get_absolute_url()}#attendance")
    context = {"invitation": invitation, "at": timezone.now(), "error": "" if saved else _first_error(form)}
    return render(request, "panels/_attendance_saved.html", context, status=200 if saved else 422)


def _first_error(form: Any) -> str:
    """Why nothing was saved, in one line."""
    return " ".join(str(text) for errors in form.errors.values() for text in errors)


@guarded(Perm.TAKE_MINUTES, AgendaItem)
@require_POST
def paragraph(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """Save one section of the minutes while it is typed."""
    rows = item.paragraphs.visible_to(request.user)
    writing = Writing(
        item.offender,
        Paragraph.Section,
        saved=lambda section: rows.filter(section=section).first(),
        verb=partial(actions.save_paragraph, item=item),
        page=item.get_absolute_url(),
    )
    return save_text(request, ParagraphForm, writing)


@guarded(Perm.TAKE_MINUTES, AgendaItem)
@require_POST
def decide(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """Record what the meeting decided about the person."""
    form = DecisionForm(request.POST)
    if attempt(form, actions.decide, item=item, by=request.user):
        messages.success(request, _("Decision recorded. It takes effect when the chair approves the minutes."))
        return redirect(f"{item.get_absolute_url()}#decision")
    if form.has_error("__all__", code="stale"):
        # Their decision was shown in the message: saving again means it was read.
        current = Decision.objects.visible_to(request.user).get(item=item)
        form.data = request.POST.copy()
        form.data["version"] = str(current.version)
    return workspace_page(request, item, decision_form=form)


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
    return workspace_page(request, item, action_form=form)
