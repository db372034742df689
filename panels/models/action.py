"""Something a named agency will do by a day."""

from dataclasses import replace
from functools import partial
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Why
from agencies.models import Agency, User
from mappa.guard import GuardedQuerySet, ProtectedModel
from mappa.reference_numbers import new_reference
from offenders.models import Offender
from offenders.models.offender import CaseModel
from offenders.visibility import scope_of
from panels.models.meeting import AgendaItem, item_rule


class ActionQuerySet(GuardedQuerySet["Action"]):
    def visible_to(self, user: User) -> Self:
        """Actions of items the user sees, and those his agency owns, of cases he sees."""
        scope = scope_of(user)
        own = scope.rule("offender__") & Q(agency__in=sorted(scope.agencies))
        return self.scoped(item_rule(scope, "item__") | own)

    def open(self) -> Self:
        return self.filter(done_on__isnull=True)


class Action(CaseModel):
    """An action with its owner and date, in words that can be checked (assessments/smart.py)."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "AC"), editable=False)
    offender = models.ForeignKey(Offender, models.PROTECT, related_name="actions")
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="actions")
    area = models.ForeignKey("agencies.Area", models.PROTECT, related_name="+")
    text = models.CharField(max_length=300)
    checked_how = models.CharField(max_length=300, blank=True)
    # Why words that cannot be checked stand all the same; by whom is `made_by`.
    override_reason = models.CharField(max_length=300, blank=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    due_on = models.DateField()
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    outcome = models.TextField(blank=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                "item",
                "agency",
                "text",
                name="an_action_once",
                violation_error_message=_("This action is already recorded."),
            ),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True, done_by__isnull=True)
                | (Q(done_on__isnull=False, done_by__isnull=False) & ~Q(outcome="")),
                name="a_done_action_says_what_came_of_it",
                violation_error_message=_("Enter what was done."),
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "due_on"], name="actions_open", condition=Q(done_on__isnull=True)),
            models.Index(fields=["area", "due_on"], name="actions_open_in_area", condition=Q(done_on__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("panels:update_action", args=[self.reference])

    def parts(self) -> Parts:
        case = self.offender.parts()
        return replace(case, owner=self.agency_id, owner_user=self.officer_id)


class PostponementQuerySet(GuardedQuerySet["Postponement"]):
    def visible_to(self, user: User) -> Self:
        """Seen by whoever sees the action."""
        return self.scoped(Q(action__in=Action.objects.visible_to(user).order_by().values("pk")))


class Postponement(ProtectedModel):
    """A new date for an action, and why. Never changed: the minutes keep the date that the meeting agreed."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="postponements")
    from_due_on = models.DateField()
    to_due_on = models.DateField()
    reason = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = PostponementQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"postponed to {self.to_due_on}"

    def case_id_for_audit(self) -> int:
        return self.action.case_id_for_audit()

    def parts(self) -> Parts:
        return self.action.parts()

    def why(self, user: User) -> Why:
        return self.action.why(user)
