"""The order of an agenda: lines up and down, how long they take, what is fixed, and arranging it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.models import User
from mappa import dates
from mappa.forms import attempt
from panels import actions, agenda
from panels.forms import MoveForm, OrderForm, PinForm, TimeForm
from panels.models import AgendaItem, Meeting, Slot
from panels.waiting import proposal_for


def agenda_context(meeting: Meeting, user: User) -> dict[str, Any]:
    """What panels/_agenda.html shows, as a part of the page and alone."""
    parts = meeting.parts()
    shown = agenda.agenda_of(meeting, user)
    can_minute = allowed(user, Perm.TAKE_MINUTES, on=parts)
    reviewed = can_minute and any(row["outstanding"] for row in shown.rows)
    return {
        "meeting": meeting,
        "agenda": shown,
        "outstanding": agenda.outstanding(meeting, user) if reviewed else [],
        "can_build": allowed(user, Perm.SCHEDULE, on=parts) and meeting.is_open,
        "can_minute": can_minute,
        "can_approve": allowed(user, Perm.APPROVE_MINUTES, on=parts),
        "today": dates.today(),
    }


@guarded(Perm.SCHEDULE, AgendaItem)
@require_POST
def move(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """Move a person up or down, or give more or less time."""
    return _change(request, item)


@guarded(Perm.SCHEDULE, Slot)
@require_POST
def change_slot(request: AuthedRequest, slot: Slot) -> HttpResponse:
    """Move a break or a standing item up or down, or give it more or less time."""
    return _change(request, slot)


def _change(request: AuthedRequest, line: AgendaItem | Slot) -> HttpResponse:
    moves = "way" in request.POST
    form = MoveForm(request.POST) if moves else TimeForm(request.POST)
    verb = actions.move if moves else actions.give_time
    if not attempt(form, verb, item=line, by=request.user):
        return _answer(request, line.meeting, refused=first_error(form))
    name = line.offender.full_name if isinstance(line, AgendaItem) else line.name
    if moves:
        return _answer(request, line.meeting, line=line, name=name)
    words = _("%(name)s has %(minutes)s minutes") % {"name": name, "minutes": form.cleaned_data["minutes"]}
    return _answer(request, line.meeting, said=words)


@guarded(Perm.SCHEDULE, AgendaItem)
@require_POST
def pin(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """Keep a person at this place when the agenda is arranged, or let the person move."""
    form = PinForm(request.POST)
    if not attempt(form, actions.pin, item=item, by=request.user):
        return _answer(request, item.meeting, refused=first_error(form))
    words = _("%s stays at this place") if form.cleaned_data["pinned"] else _("%s may be moved")
    return _answer(request, item.meeting, said=words % item.offender.full_name)


def first_error(form: BaseForm) -> str:
    """Why nothing was saved, in one line."""
    return " ".join(str(text) for errors in form.errors.values() for text in errors)


def _answer(
    request: AuthedRequest,
    meeting: Meeting,
    *,
    said: str = "",
    refused: str = "",
    line: AgendaItem | Slot | None = None,
    name: str = "",
) -> HttpResponse:
    """The agenda alone to htmx, with the focus kept and what happened said; to everybody else the page."""
    if not request.htmx:  # type: ignore[attr-defined]
        if refused:
            messages.error(request, refused)
        return redirect(meeting)
    context = agenda_context(meeting, request.user)
    if line is not None:
        said = _place_words(context["agenda"], line, name)
        context |= {"moved": line.reference, "way": request.POST.get("way", "")}
    context |= {"said": said, "refused": refused}
    return render(request, "panels/_agenda.html", context, status=409 if refused else 200)


def _place_words(shown: agenda.Agenda, line: AgendaItem | Slot, name: str) -> str:
    row = next(row for row in shown.rows if row["reference"] == line.reference)
    words = {"name": name, "time": row["starts"], "number": row["number"], "total": shown.cases}
    if not row["is_case"]:
        return _("%(name)s is now at %(time)s") % words
    return _("%(name)s is now number %(number)s of %(total)s, at %(time)s") % words


@guarded(Perm.SCHEDULE, Slot)
@require_POST
def remove_slot(request: AuthedRequest, slot: Slot) -> HttpResponse:
    """Take a break or a standing item off the agenda."""
    try:
        actions.remove_slot(slot=slot, by=request.user)
    except ValidationError as refusal:
        return _answer(request, slot.meeting, refused=" ".join(refusal.messages))
    return _answer(request, slot.meeting, said=_("%s is taken off the agenda") % slot.name)


@guarded(Perm.SCHEDULE, Meeting)
@require_http_methods(["GET", "POST"])
def reorder(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """Arrange for me: the order in which agencies wait least, shown first, then taken or not."""
    form = OrderForm(request.POST or None)
    if request.method == "POST" and attempt(form, actions.reorder, meeting=meeting, by=request.user):
        messages.success(request, _("The agenda is arranged. You can put back the order from before."))
        return redirect(meeting)
    proposal = proposal_for(meeting, request.user)
    return render(request, "panels/reorder.html", {"form": form, "meeting": meeting, "proposal": proposal})


@guarded(Perm.SCHEDULE, Meeting)
@require_POST
def restore_order(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """Put back the order from before the agenda was arranged."""
    try:
        actions.restore_order(meeting=meeting, by=request.user)
        messages.success(request, _("The order from before is back."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(meeting)
