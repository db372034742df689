"""The board's business plan for a year, its actions, and what became of each."""

import hashlib
from datetime import date
from functools import partial
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mappa.reference_numbers import new_reference
from reviews.models.board import Board, OfBoard, OfBoardQuerySet
from reviews.models.board_meeting import BoardDecision
from reviews.models.board_member import BoardMember


class BusinessPlanQuerySet(OfBoardQuerySet["BusinessPlan"]):
    def in_force(self, day: date) -> Self:
        """Plans that the board has agreed, for a day."""
        return self.filter(agreed_at__isnull=False, from_on__lte=day, until__gte=day)


class BusinessPlan(OfBoard):
    """What the board means to achieve in a year. One writes it, and a member who did not agrees it for the board."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "BZ"), editable=False)
    board = models.ForeignKey(Board, models.PROTECT, related_name="plans")
    title = models.CharField(max_length=120)
    aims = models.TextField(max_length=4000)
    from_on = models.DateField()
    until = models.DateField()
    written_at = models.DateTimeField(auto_now_add=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = BusinessPlanQuerySet.as_manager()

    class Meta:
        ordering = ["-from_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("from_on")),
                name="a_business_plan_ends_after_it_starts",
                violation_error_message=_("The plan must end after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True, agreed_by__isnull=True)
                | Q(agreed_at__isnull=False, agreed_by__isnull=False),
                name="a_business_plan_is_agreed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("written_by")),
                name="a_business_plan_is_agreed_by_another",
                violation_error_message=_("Whoever wrote the plan does not agree it. Ask another member."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("reviews:business_plan", args=[self.reference])

    @property
    def version(self) -> str:
        """What it says, in short: of other words it would be another."""
        words = "\t".join([self.title, self.aims, str(self.from_on), str(self.until)])
        return hashlib.sha256(words.encode()).hexdigest()[:16]


class PlanActionQuerySet(OfBoardQuerySet["PlanAction"]):
    area = "plan__board__area"

    def open(self) -> Self:
        return self.filter(state=PlanAction.State.OPEN)


class PlanAction(OfBoard):
    """Something that a member does for the board by a day."""

    class State(models.TextChoices):
        OPEN = "open", _("To be done")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "BA"), editable=False)
    plan = models.ForeignKey(BusinessPlan, models.PROTECT, related_name="actions")
    title = models.CharField(max_length=200)
    measure = models.CharField(max_length=300)  # by what the board will see that it is done
    owner = models.ForeignKey(BoardMember, models.PROTECT, related_name="plan_actions")
    due_on = models.DateField()
    decision = models.ForeignKey(BoardDecision, models.PROTECT, related_name="actions", null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    ended_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = PlanActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="an_ended_plan_action_says_when",
            )
        ]

    @property
    def board(self) -> Board:
        return self.plan.board

    def get_absolute_url(self) -> str:
        return reverse("reviews:plan_action", args=[self.reference])


class PlanStepQuerySet(OfBoardQuerySet["PlanStep"]):
    area = "action__plan__board__area"


class PlanStep(OfBoard):
    """What was said of an action, once: progress, another day, done, or dropped. Never changed."""

    class Kind(models.TextChoices):
        PROGRESS = "progress", _("Progress")
        MOVED = "moved", _("Another day")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    action = models.ForeignKey(PlanAction, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind)
    words = models.CharField(max_length=1000)
    was_due_on = models.DateField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = PlanStepQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.action_id}: {self.kind}"

    @property
    def board(self) -> Board:
        return self.action.board
