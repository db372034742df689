"""The business plan: the plans, one plan with its actions, one action with what was said of it, and what changes them."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.asking import ask
from mappa import dates
from mappa.forms import ANSWERS, sent
from mappa.templatetags.mappa import due_words, long_date
from offenders.views.record import Card, Line, Link, Part
from reviews import actions
from reviews.forms.board_work import (
    AgreePlanForm,
    BusinessPlanForm,
    ChangePlanForm,
    PlanActionForm,
    UpdateActionForm,
)
from reviews.models import BoardDecision, BoardMember, BusinessPlan, PlanAction, PlanStep
from reviews.views.about_board import address, ask_of_board, board_asked_for, of_row, show, term

State = PlanAction.State
COLOURS = {State.OPEN: "blue", State.DONE: "green", State.DROPPED: "grey"}
SHOWN = 12  # plans: one a year


@guarded(Perm.VIEW_BOARD)
@require_safe
def business_plans(request: AuthedRequest) -> HttpResponse:
    """The plan that is in force, the one being written, and earlier ones."""
    asked = board_asked_for(request)
    today = dates.today()
    rows = list(BusinessPlan.objects.visible_to(request.user).filter(board=asked.board)[:SHOWN])
    actions_of: dict[int, list[PlanAction]] = {}
    for action in PlanAction.objects.visible_to(request.user).filter(plan__in=[plan.pk for plan in rows]):
        actions_of.setdefault(action.plan_id, []).append(action)
    cards = {plan.pk: _plan(plan, actions_of.get(plan.pk, [])) for plan in rows}
    write = Link(address("reviews:write_plan", asked.area), _("Write a plan"))
    return show(
        request,
        asked,
        title=_("Business plan"),
        parts=[
            Part(
                "plans",
                _("Plans"),
                [cards[plan.pk] for plan in rows if plan.until >= today],
                [cards[plan.pk] for plan in rows if plan.until < today],
                empty=_("There is no plan for today or later."),
            )
        ],
        button=write if asked.can_prepare else None,
    )


def _plan(plan: BusinessPlan, found: list[PlanAction]) -> Card:
    done = sum(action.state == State.DONE for action in found)
    late = sum(action.state == State.OPEN and action.due_on < dates.today() for action in found)
    words = _("%(done)s of %(all)s done, %(late)s overdue") % {"done": done, "all": len(found), "late": late}
    lines = [Line(_("Years"), term(plan.from_on, plan.until)), Line(_("Actions"), words if found else "")]
    tag, colour = (_("Agreed"), "green") if plan.agreed_at else (_("Not agreed yet"), "yellow")
    return Card(plan.title, lines, [Link(plan.get_absolute_url(), _("Open"))], tag, colour)


@guarded(Perm.VIEW_BOARD, BusinessPlan)
@require_safe
def business_plan(request: AuthedRequest, plan: BusinessPlan) -> HttpResponse:
    """What the board means to achieve, and its actions."""
    asked = of_row(request.user, plan.board)
    rows = list(PlanAction.objects.visible_to(request.user).filter(plan=plan).select_related("owner__person"))
    agreed = Line(_("Agreed for the board by"), _agreed(plan))
    about = Card(
        _("About this plan"), [Line(_("Years"), term(plan.from_on, plan.until)), Line(_("Aims"), plan.aims), agreed]
    )
    add = Link(reverse("reviews:add_plan_action", args=[plan.reference]), _("Add an action"))
    links = []
    if plan.agreed_at is None and asked.can_prepare:
        links.append(Link(reverse("reviews:change_plan", args=[plan.reference]), _("Change the plan")))
    if plan.agreed_at is None and _may_agree(request, plan):
        links.append(Link(reverse("reviews:agree_plan", args=[plan.reference]), _("Agree the plan")))
    return show(
        request,
        asked,
        title=_("Business plan"),
        heading=plan.title,
        back=Link(address("reviews:business_plans", asked.area), _("Plans")),
        links=links,
        parts=[
            Part("about", _("What the board means to achieve"), [about]),
            Part(
                "actions",
                _("Actions"),
                [_action(row) for row in rows if row.state == State.OPEN],
                [_action(row) for row in rows if row.state != State.OPEN],
                add if asked.can_prepare else None,
                empty=_("No action is open."),
            ),
        ],
    )


def _agreed(plan: BusinessPlan) -> str:
    if plan.agreed_by is None:
        return ""
    return _("%(name)s, %(day)s") % {"name": plan.agreed_by.name, "day": long_date(plan.agreed_at)}


def _may_agree(request: AuthedRequest, plan: BusinessPlan) -> bool:
    return allowed(request.user, Perm.BOARD_DECIDE, on=plan) and plan.written_by_id != request.user.pk


def _action(row: PlanAction) -> Card:
    lines = [Line(_("Owner"), row.owner.person.name), Line(_("When"), _due(row))]
    link = Link(row.get_absolute_url(), _("Open"))
    return Card(row.title, lines, [link], row.get_state_display(), COLOURS[State(row.state)])


def _due(row: PlanAction) -> str:
    if row.ended_at:
        return _("%(state)s on %(day)s") % {"state": row.get_state_display(), "day": long_date(row.ended_at)}
    words = due_words(row.due_on, dates.today())
    return f"{words} ({long_date(row.due_on)})" if row.due_on < dates.today() else words


@guarded(Perm.VIEW_BOARD, PlanAction)
@require_safe
def plan_action(request: AuthedRequest, action: PlanAction) -> HttpResponse:
    """One action, and everything that was said of it."""
    asked = of_row(request.user, action.board)
    steps = PlanStep.objects.visible_to(request.user).filter(action=action).select_related("by")
    why = BoardDecision.objects.visible_to(request.user).filter(actions=action).first()
    about = Card(
        _("Action"),
        [
            Line(_("Owner"), f"{action.owner.person.name}, {action.owner.agency.name}"),
            Line(_("When"), _due(action)),
            Line(_("How the board will see that it is done"), action.measure),
            *([Line(_("Because of this decision"), why.text)] if why else []),
        ],
        [],
        action.get_state_display(),
        COLOURS[State(action.state)],
    )
    update = Link(reverse("reviews:update_plan_action", args=[action.reference]), _("Update the action"))
    return show(
        request,
        asked,
        title=_("Action of the board"),
        heading=action.title,
        back=Link(action.plan.get_absolute_url(), _("The plan")),
        button=update if asked.can_prepare and action.state == State.OPEN else None,
        parts=[
            Part("action", _("What is to be done"), [about]),
            Part("steps", _("What became of it"), [_step(step) for step in steps], empty=_("Nothing was said yet.")),
        ],
    )


def _step(step: PlanStep) -> Card:
    lines = [Line(_("Said by"), step.by.name), Line(_("In words"), step.words)]
    if step.kind == PlanStep.Kind.MOVED:
        lines.append(Line(_("It was due on"), long_date(step.was_due_on)))
    return Card(long_date(step.at), lines, [], step.get_kind_display())


@guarded(Perm.BOARD_PREPARE)
@ANSWERS
def write_plan(request: AuthedRequest) -> HttpResponse:
    """Begin the plan of a year."""
    asked = board_asked_for(request, Perm.BOARD_PREPARE)
    return ask_of_board(
        request,
        asked,
        BusinessPlanForm(sent(request)),
        actions.write_plan,
        back=address("reviews:business_plans", asked.area),
        done=_("The plan is written. Add its actions; a member who did not write it agrees it for the board."),
        title=_("Write a business plan"),
        button=_("Save"),
    )


def _agreed_already(plan: BusinessPlan) -> str:
    return _("The board has agreed this plan. Add actions to it, or write the next one.") if plan.agreed_at else ""


@guarded(Perm.BOARD_PREPARE, BusinessPlan)
@ANSWERS
def change_plan(request: AuthedRequest, plan: BusinessPlan) -> HttpResponse:
    """Change a plan that is not agreed yet."""
    initial = {name: getattr(plan, name) for name in ("title", "aims", "from_on", "until", "version")}
    return ask(
        request,
        ChangePlanForm(sent(request), initial=initial),
        actions.change_plan,
        about={"plan": plan},
        back=plan.get_absolute_url(),
        done=_("The plan is changed."),
        title=_("Change the plan"),
        caption=plan.title,
        intro=_("Whoever changes the plan does not agree it."),
        button=_("Save"),
        nothing=_agreed_already(plan),
    )


@guarded(Perm.BOARD_DECIDE, BusinessPlan)
@ANSWERS
def agree_plan(request: AuthedRequest, plan: BusinessPlan) -> HttpResponse:
    """Agree a plan for the board."""
    own = plan.written_by_id == request.user.pk
    return ask(
        request,
        AgreePlanForm(sent(request), initial={"version": plan.version}),
        actions.agree_plan,
        about={"plan": plan},
        back=plan.get_absolute_url(),
        done=_("The plan is agreed for the board."),
        title=_("Agree this plan for the board?"),
        caption=f"{plan.title}, {term(plan.from_on, plan.until)}",
        intro=plan.aims,
        warning=_("Its aims and years are not changed any more. Actions can still be added."),
        button=_("Agree"),
        nothing=_agreed_already(plan)
        or (_("Whoever wrote the plan does not agree it. Ask another member.") if own else ""),
    )


def _sitting(request: AuthedRequest, board_id: int) -> Any:
    rows = BoardMember.objects.visible_to(request.user).standing().filter(board=board_id)
    return rows.select_related("person", "agency")


@guarded(Perm.BOARD_PREPARE, BusinessPlan)
@ANSWERS
def add_plan_action(request: AuthedRequest, plan: BusinessPlan) -> HttpResponse:
    """Give a member something to do."""
    members = _sitting(request, plan.board_id)
    decisions = BoardDecision.objects.visible_to(request.user).filter(meeting__board=plan.board_id, is_closed=False)
    latest = decisions.select_related("meeting").order_by("-recorded_at")
    return ask(
        request,
        PlanActionForm(sent(request), members=members, decisions=latest),
        actions.add_plan_action,
        about={"plan": plan},
        back=plan.get_absolute_url(),
        done=_("The action is in the plan. Its owner is told by mail."),
        title=_("Add an action"),
        caption=plan.title,
        button=_("Add"),
        nothing="" if members.exists() else _("Nobody sits on the board. Appoint its members first."),
    )


@guarded(Perm.BOARD_PREPARE, PlanAction)
@ANSWERS
def update_plan_action(request: AuthedRequest, action: PlanAction) -> HttpResponse:
    """Say how an action goes."""
    is_open = action.state == State.OPEN
    return ask(
        request,
        UpdateActionForm(sent(request), initial={"owner": action.owner_id}, members=_sitting(request, action.board.pk)),
        actions.update_plan_action,
        about={"action": action},
        back=action.get_absolute_url(),
        done=_("The action is updated."),
        title=_("Update the action"),
        caption=action.title,
        button=_("Save"),
        nothing="" if is_open else _("This action is ended. Add another to the plan instead."),
    )
