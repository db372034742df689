"""Actions after the meeting: the lists, one action, and each thing that can be done about it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.models import User
from mappa import dates
from mappa.forms import ANSWERS, Form, attempt, sent
from mappa.paging import page_of
from mappa.templatetags.mappa import long_date
from offenders.forms import DocumentForm
from offenders.models import Offender
from offenders.models.purpose import whys
from offenders.views.cases import about_person
from offenders.views.record import ask
from panels import actions as verbs
from panels import forms
from panels.action_lists import carried_words, lines, only, standing_of, story, whose
from panels.actions.followup import why_not
from panels.models import Action, Evidence, Meeting

UNSETTLED = {Action.State.OPEN, Action.State.DONE}


@guarded(Perm.UPDATE_ACTION)
@require_safe
def actions(request: AuthedRequest) -> HttpResponse:
    """Actions, the most urgent first: one's own, one's agency's, one's meetings' or all; open, late or to be confirmed."""
    tabs = {"mine": _("Mine"), "agency": _("My agency"), "meetings": _("My meetings"), "all": _("All")}
    states = {"open": _("Open"), "late": _("Late"), "confirm": _("Waiting to be confirmed")}
    show = _chosen(request, "show", tabs)
    state = _chosen(request, "state", states)
    today = dates.today()
    rows = only(state, Action.objects.visible_to(request.user).filter(whose(show, request.user)), today)
    rows = rows.select_related("offender", "agency", "officer")
    page = page_of(rows, request, by="confirm_due_on" if state == "confirm" else "due_on")
    context = {
        "page": page,
        "lines": lines(page.rows, today),
        "tabs": _links(tabs, show, f"state={state}", "show"),
        "filters": _links(states, state, f"show={show}", "state"),
        "show": show,
        "today": today,
    }
    return render(request, "panels/actions.html", context)


def _chosen(request: AuthedRequest, name: str, known: dict[str, str]) -> str:
    wanted = request.GET.get(name, "")
    return wanted if wanted in known else next(iter(known))


def _links(known: dict[str, str], current: str, rest: str, name: str) -> list[dict[str, Any]]:
    url = reverse("panels:actions")
    return [
        {"url": f"{url}?{name}={key}&{rest}", "label": label, "current": key == current} for key, label in known.items()
    ]


@guarded(Perm.VIEW_CASE, Meeting)
@require_safe
def meeting_actions(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """Everything that a meeting agreed, person by person, and how it stands: to read, and to print.

    Of a person with whom the reader has no part he reads nothing before he has said why, as in the minutes.
    """
    rows = Action.objects.visible_to(request.user).filter(item__meeting=meeting).agreed()
    rows = rows.select_related("offender", "agency", "officer").order_by("item__position", "item", "due_on", "pk")
    found = list(rows)
    reasons = whys({row.offender_id: row.offender for row in found}.values(), request.user)
    today = dates.today()
    people = [
        {
            "person": row.offender,
            "ask": reasons[row.offender_id].ask,
            "lines": [line for line in lines(found, today) if line.row.item_id == row.item_id],
        }
        for row in {row.item_id: row for row in found}.values()
    ]
    context = {"meeting": meeting, "people": people, "today": today}
    return render(request, "panels/meeting_actions.html", context)


@guarded(Perm.VIEW_CASE, Action)
@require_safe
def action(request: AuthedRequest, action: Action) -> HttpResponse:
    """One action: what it is, how it stands, what became of it, and what the reader may do now."""
    return _page(request, action)


def _page(
    request: AuthedRequest,
    action: Action,
    *,
    update: forms.ActionUpdateForm | None = None,
    answer: forms.ActionAnswerForm | None = None,
) -> HttpResponse:
    user, meeting = request.user, action.item.meeting
    is_settled = action.state not in UNSETTLED
    may_update = not is_settled and allowed(user, Perm.UPDATE_ACTION, on=action)
    may_settle = not is_settled and allowed(user, Perm.SETTLE_ACTION, on=action)
    may_answer = may_settle and action.state == Action.State.DONE
    evidence = list(action.evidence.visible_to(user).select_related("document", "by"))
    context = about_person(request, action.offender, "actions") | {
        "action": action,
        "meeting": meeting,
        "sees_meeting": Meeting.objects.visible_to(user).filter(pk=meeting.pk).exists(),
        "standing": standing_of(action, dates.today()),
        "carried": carried_words(action.carried),
        "update": update or (forms.ActionUpdateForm(action=action) if may_update else None),
        "answer": answer or (forms.ActionAnswerForm(action=action) if may_answer else None),
        "is_own": action.done_by_id == user.pk,
        "form": update or answer,
        "evidence": evidence,
        "restricted": Evidence.objects.outline_of(action) - len(evidence),
        "events": story(action, user),
        "steps": _steps(action, may_update=may_update, may_settle=may_settle),
        "today": dates.today(),
    }
    return render(request, "panels/action.html", context)


def _steps(action: Action, *, may_update: bool, may_settle: bool) -> list[dict[str, str]]:
    """What else may be done with an action now."""
    found = []
    if may_update and action.is_open:
        someone = _("Give it to somebody else") if action.officer_id else _("Say who does it")
        found += [("postpone_action", _("It needs more time")), ("assign_action", someone)]
    if may_update:
        found += [("add_evidence", _("Add a document of the case")), ("upload_evidence", _("Upload a document"))]
    if may_settle and action.is_open:
        found += [("reassign_action", _("Give it to another agency")), ("withdraw_action", _("Withdraw the action"))]
    return [{"url": reverse(f"panels:{route}", args=[action.reference]), "label": label} for route, label in found]


@guarded(Perm.UPDATE_ACTION, Action)
@require_POST
def update_action(request: AuthedRequest, action: Action) -> HttpResponse:
    """Say that an action is done, or how far it has got."""
    form = forms.ActionUpdateForm(request.POST, action=action)
    is_done = request.POST.get("what") == "done"
    if attempt(form, verbs.complete if is_done else _note, action=action, by=request.user):
        words = _("Done. Co-ordination or the chair confirms it.") if is_done else _("Your progress note is saved.")
        messages.success(request, words)
        return redirect(action)
    return _page(request, action, update=form)


def _note(*, action: Action, text: str, version: int, by: User) -> None:
    """A note says something about the action whatever was changed meanwhile: it asks for no version."""
    verbs.note_progress(action=action, text=text, by=by)


@guarded(Perm.SETTLE_ACTION, Action)
@require_POST
def settle_action(request: AuthedRequest, action: Action) -> HttpResponse:
    """Confirm that an action is done, or send it back with words."""
    form = forms.ActionAnswerForm(request.POST, action=action)
    confirms = request.POST.get("what") == "confirm"
    if attempt(form, _confirm if confirms else verbs.send_back_action, action=action, by=request.user):
        words = _("The action is confirmed.") if confirms else _("The action is open again, and its owner is told.")
        messages.success(request, words)
        return redirect(action)
    return _page(request, action, answer=form)


def _confirm(*, action: Action, text: str, version: int, by: User) -> None:
    verbs.confirm_action(action=action, version=version, by=by)


def _asked(
    request: AuthedRequest, action: Action, form: Form, verb: Callable[..., object], **words: Any
) -> HttpResponse:
    """One question about an action, on a page of its own: while it is open, or in one of `states`."""
    may_ask = action.state in words.pop("states", {Action.State.OPEN})
    return ask(
        request,
        action.offender,
        "actions",
        form,
        verb,
        back=action.get_absolute_url(),
        about={"action": action},
        nothing="" if may_ask else why_not(action),
        **{"intro": f"{action.reference}: {action.text}"} | words,
    )


@guarded(Perm.UPDATE_ACTION, Action)
@ANSWERS
def postpone_action(request: AuthedRequest, action: Action) -> HttpResponse:
    """Give an action a later date."""
    return _asked(
        request,
        action,
        forms.PostponeForm(sent(request), action=action),
        verbs.postpone,
        title=_("It needs more time"),
        button=_("Give it the new date"),
        done=_("The action has a new date. The minutes keep the one that the meeting agreed."),
    )


@guarded(Perm.UPDATE_ACTION, Action)
@ANSWERS
def assign_action(request: AuthedRequest, action: Action) -> HttpResponse:
    """Name who does an action."""
    return _asked(
        request,
        action,
        forms.AssignForm(sent(request), action=action),
        verbs.assign,
        title=_("Say who does it"),
        button=_("Name this person"),
        done=_("Named, and told by mail without a name."),
    )


@guarded(Perm.UPDATE_ACTION, Action)
@ANSWERS
def add_evidence(request: AuthedRequest, action: Action) -> HttpResponse:
    """Put a document of the case with an action."""
    return _asked(
        request,
        action,
        forms.EvidenceForm(sent(request), action=action, user=request.user),
        verbs.add_evidence,
        states=UNSETTLED,
        title=_("Add a document of the case"),
        button=_("Add the document"),
        done=_("The document is with the action."),
    )


@guarded(Perm.UPDATE_ACTION, Action)
@ANSWERS
def upload_evidence(request: AuthedRequest, action: Action) -> HttpResponse:
    """Bring a new document to the case, and put it with an action."""
    is_sent = request.method == "POST"
    return _asked(
        request,
        action,
        DocumentForm(request.POST if is_sent else None, request.FILES if is_sent else None, offender=action.offender),
        verbs.upload_evidence,
        states=UNSETTLED,
        title=_("Upload a document"),
        button=_("Upload the document"),
        done=_("The document is on the case, and with the action."),
    )


@guarded(Perm.SETTLE_ACTION, Action)
@ANSWERS
def reassign_action(request: AuthedRequest, action: Action) -> HttpResponse:
    """Give an action to another agency."""
    return _asked(
        request,
        action,
        forms.ReassignForm(sent(request), action=action),
        verbs.reassign_action,
        title=_("Give it to another agency"),
        button=_("Give it to this agency"),
        done=_("The action has another owner. Both agencies are told."),
    )


@guarded(Perm.SETTLE_ACTION, Action)
@ANSWERS
def withdraw_action(request: AuthedRequest, action: Action) -> HttpResponse:
    """Take an action back."""
    stays = _("It stays in the approved minutes as it was agreed, and here with your reason.")
    draft = _("The minutes are not approved yet: they will not print it. It stays here with your reason.")
    return _asked(
        request,
        action,
        forms.WithdrawActionForm(sent(request), action=action),
        verbs.withdraw_action,
        title=_("Withdraw the action"),
        button=_("Withdraw the action"),
        warning=stays if action.item.meeting.is_locked else draft,
        done=_("The action is withdrawn, and its owner is told."),
    )


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def case_actions(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """A person's actions: what is open, what waits to be confirmed, and what is settled."""
    rows = offender.actions.visible_to(request.user).select_related("agency", "officer")
    today = dates.today()
    settled = rows.exclude(state__in=UNSETTLED)
    left = _(
        "Management under MAPPA ended on %s. Open actions stay with their owners until they are done or withdrawn."
    )
    context = about_person(request, offender, "actions") | {
        "lines": lines(rows.open()[:100], today),
        "waiting": lines(rows.to_confirm()[:100], today),
        "settled": lines(settled.order_by("-due_on", "-pk")[:50], today),
        "left": left % long_date(offender.ended_on) if offender.ended_on else "",
        "today": today,
    }
    return render(request, "panels/case_actions.html", context)
