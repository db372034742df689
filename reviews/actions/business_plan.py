"""The business plan: written, agreed by another, its actions given to members, and what became of each."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.actions.case import refuse_twice
from reviews.actions.board_members import hold_board
from reviews.board_mail import tell
from reviews.models import Board, BoardDecision, BoardMember, BusinessPlan, PlanAction, PlanStep
from reviews.plain_words import refuse_references

Kind = PlanStep.Kind


@transaction.atomic
def write_plan(*, board: Board, title: str, aims: str, from_on: date, until: date, by: User) -> BusinessPlan:
    """Begin the business plan of a year. Another agrees it for the board."""
    require(by, Perm.BOARD_PREPARE, on=board)
    plan = BusinessPlan(board=hold_board(board, by=by), written_by=by)
    refuse_twice(BusinessPlan.objects.visible_to(by).filter(board=board, title=title.strip(), from_on=from_on))
    _write(plan, title, aims, from_on, until)
    record("business_plan.written", by=by, about=plan)
    return plan


def _write(plan: BusinessPlan, title: str, aims: str, from_on: date, until: date) -> None:
    if until < from_on:
        raise ValidationError({"until": _("The plan must end after it starts")})
    refuse_references(title=title, aims=aims)
    plan.title, plan.aims, plan.from_on, plan.until = title.strip(), aims.strip(), from_on, until
    plan.full_clean()
    plan.save()


def _hold(plan: BusinessPlan, *, by: User) -> BusinessPlan:
    hold_board(plan.board, by=by)
    return BusinessPlan.objects.visible_to(by).select_related("board").get(pk=plan.pk)


def _unagreed(plan: BusinessPlan, *, by: User) -> BusinessPlan:
    row = _hold(plan, by=by)
    if row.agreed_at is not None:
        raise ValidationError(_("The board has agreed this plan. Add actions to it, or write the next one."))
    return row


def _refuse_stale(plan: BusinessPlan, version: str) -> None:
    """Raise ValidationError, which says what the plan says now, for a version that is not the one that was read."""
    if plan.version != version:
        words = _("Someone else changed this plan meanwhile. It says now: %(title)s, %(from)s to %(until)s. %(aims)s")
        said = {"title": plan.title, "from": long_date(plan.from_on), "until": long_date(plan.until), "aims": plan.aims}
        raise ValidationError(words, code="stale", params=said | {"version": plan.version})


@transaction.atomic
def change_plan(
    *, plan: BusinessPlan, title: str, aims: str, from_on: date, until: date, version: str, by: User
) -> BusinessPlan:
    """Change a plan that the board has not agreed. Whoever changes it becomes its writer, and does not agree it."""
    require(by, Perm.BOARD_PREPARE, on=plan)
    row = _unagreed(plan, by=by)
    _refuse_stale(row, version)
    row.written_by = by
    _write(row, title, aims, from_on, until)
    record("business_plan.changed", by=by, about=row)
    return row


@transaction.atomic
def agree_plan(*, plan: BusinessPlan, version: str, by: User) -> BusinessPlan:
    """A member agrees the plan for the board, who did not write it, as he has read it. Two agreed plans do not share a day."""
    require(by, Perm.BOARD_DECIDE, on=plan)
    row = _unagreed(plan, by=by)
    if row.written_by_id == by.pk:
        raise ValidationError(_("Whoever wrote the plan does not agree it. Ask another member."))
    _refuse_stale(row, version)
    agreed = BusinessPlan.objects.visible_to(by).filter(board=row.board, agreed_at__isnull=False)
    if agreed.filter(from_on__lte=row.until, until__gte=row.from_on).exists():
        raise ValidationError(_("An agreed plan covers some of these days. Change the days of this one first."))
    row.agreed_at, row.agreed_by = timezone.now(), by
    row.full_clean()
    row.save(update_fields=["agreed_at", "agreed_by"])
    record("business_plan.agreed", by=by, about=row)
    return row


@transaction.atomic
def add_plan_action(
    *,
    plan: BusinessPlan,
    title: str,
    measure: str,
    owner: BoardMember,
    due_on: date,
    decision: BoardDecision | None,
    by: User,
) -> PlanAction:
    """Give a member something to do by a day, perhaps because of a decision of the board."""
    require(by, Perm.BOARD_PREPARE, on=plan)
    row = _hold(plan, by=by)
    _refuse_owner(row.board, owner)
    if decision is not None and decision.board != row.board:
        raise ValidationError({"decision": _("Choose a decision of this board")})
    if due_on < dates.today():
        raise ValidationError({"due_on": _("Choose a day from today on")})
    refuse_references(title=title, measure=measure)
    action = PlanAction(plan=row, title=title.strip(), measure=measure.strip(), owner=owner, due_on=due_on)
    action.decision, action.added_by = decision, by
    refuse_twice(PlanAction.objects.visible_to(by).open().filter(plan=row, title=action.title, owner=owner))
    action.full_clean()
    action.save()
    record("plan_action.added", by=by, about=action, owner=owner.pk)
    _tell_owner(action, by=by)
    return action


def _refuse_owner(board: Board, owner: BoardMember) -> None:
    if owner.board_id != board.pk or owner.ended_on is not None:
        raise ValidationError({"owner": _("Choose a member who sits on this board")})


def _tell_owner(action: PlanAction, *, by: User) -> None:
    tell(
        action,
        [action.owner.person],
        key=f"plan-action:{action.reference}:{action.owner_id}",
        subject=_("Action of the board for you: %s") % action.reference,
        words=_("You own an action of the board's business plan. Sign in to read it."),
        but=by,
    )


@transaction.atomic
def update_plan_action(
    *, action: PlanAction, kind: str, words: str, due_on: date | None, owner: BoardMember, by: User
) -> PlanAction:
    """Say how an action goes: progress, another day or owner with why, done, or dropped with why."""
    require(by, Perm.BOARD_PREPARE, on=action)
    hold_board(action.board, by=by)
    row = PlanAction.objects.visible_to(by).select_related("plan__board", "owner").get(pk=action.pk)
    if row.state != PlanAction.State.OPEN:
        raise ValidationError(_("This action is ended. Add another to the plan instead."))
    refuse_references(words=words)
    step = PlanStep(action=row, kind=kind, words=words.strip(), was_due_on=row.due_on, by=by)
    step.full_clean()
    refuse_twice(PlanStep.objects.visible_to(by).filter(action=row, kind=kind, words=step.words, by=by))
    if kind == Kind.MOVED:
        row.due_on = _later(due_on, row.due_on)
    elif due_on is not None and due_on != row.due_on:
        raise ValidationError({"due_on": _("Choose “Another day” above, or leave the day empty")})
    is_new_owner = owner.pk != row.owner_id
    if is_new_owner:
        _refuse_owner(row.board, owner)
        row.owner = owner
    if kind in {Kind.DONE, Kind.DROPPED}:
        row.state, row.ended_at = kind, timezone.now()
    row.full_clean()
    row.save(update_fields=["due_on", "owner", "state", "ended_at"])
    step.save()
    record("plan_action.updated", by=by, about=row, kind=kind)
    if is_new_owner:
        _tell_owner(row, by=by)
    return row


def _later(due_on: date | None, before: date) -> date:
    if due_on is None:
        raise ValidationError({"due_on": _("Enter the new day")})
    if due_on < dates.today() or due_on == before:
        raise ValidationError({"due_on": _("Choose another day, from today on")})
    return due_on
