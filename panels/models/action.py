"""Something a named agency will do by a day."""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Why
from agencies.models import Agency, User
from mappa.guard import GuardedQuerySet, ProtectedModel
from mappa.reference_numbers import new_reference
from offenders.models import Document, Offender
from offenders.models.offender import CaseModel
from offenders.visibility import scope_of
from panels.models.meeting import AgendaItem, item_rule

R = TypeVar("R", bound=models.Model)


class ActionQuerySet(GuardedQuerySet["Action"]):
    def visible_to(self, user: User) -> Self:
        """Actions of items the user sees, and those his agency owns, of cases he sees."""
        scope = scope_of(user)
        own = scope.rule("offender__") & Q(agency__in=sorted(scope.agencies))
        return self.scoped(item_rule(scope, "item__") | own)

    def open(self) -> Self:
        """Actions that nobody has said to be done."""
        return self.filter(state=Action.State.OPEN)

    def to_confirm(self) -> Self:
        """Actions that are done, as their owners say."""
        return self.filter(state=Action.State.DONE)

    def unsettled(self) -> Self:
        """Actions about which somebody has something to do: their owner, or whoever confirms."""
        return self.filter(state__in=[Action.State.OPEN, Action.State.DONE])

    def late(self, on: date) -> Self:
        return self.open().filter(due_on__lt=on)

    def agreed(self) -> Self:
        """Actions as the minutes have them: without those that were taken out of the draft as wrong."""
        in_draft = Q(item__meeting__approved_at__isnull=True) | Q(withdrawn_at__lt=F("item__meeting__approved_at"))
        return self.exclude(Q(state=Action.State.WITHDRAWN) & in_draft)


class Action(CaseModel):
    """An action with its owner and date, in words that can be checked (assessments/smart.py)."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done, to be confirmed")
        CONFIRMED = "confirmed", _("Confirmed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

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
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    # Rises with every change but notes and documents: nobody answers what he has not read.
    version = models.PositiveIntegerField(default=0)
    # The day its owner did it: what is done and not confirmed yet is done, for whoever counts what is late.
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    outcome = models.TextField(blank=True)
    confirm_due_on = models.DateField(null=True, blank=True)
    # Nothing for what was done before anybody was asked to confirm.
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    withdrawal_reason = models.TextField(blank=True)
    # How many meetings found it late and left it with its owner.
    carried = models.PositiveSmallIntegerField(default=0)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                "item",
                "agency",
                "text",
                name="an_action_once",
                # What was wrong is withdrawn, and agreed again in the same words with another date.
                condition=~Q(state="withdrawn"),
                violation_error_message=_("This action is already recorded."),
            ),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True, done_by__isnull=True)
                | (Q(done_on__isnull=False, done_by__isnull=False) & ~Q(outcome="")),
                name="a_done_action_says_what_came_of_it",
                violation_error_message=_("Enter what was done."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "withdrawn"], done_on__isnull=True)
                | Q(state__in=["done", "confirmed"], done_on__isnull=False),
                name="an_action_is_done_when_it_was_done",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, state="confirmed"),
                name="an_action_confirmed_at_and_by_together",
            ),
            models.CheckConstraint(
                condition=(~Q(state="withdrawn") & Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True))
                | (
                    Q(state="withdrawn", withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdrawal_reason="")
                ),
                name="a_withdrawn_action_says_why",
                violation_error_message=_("Enter why the action is withdrawn."),
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "due_on"], name="actions_open", condition=Q(state="open")),
            models.Index(fields=["area", "due_on"], name="actions_open_in_area", condition=Q(state="open")),
            models.Index(fields=["area", "confirm_due_on"], name="actions_to_confirm", condition=Q(state="done")),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("panels:action", args=[self.reference])

    def parts(self) -> Parts:
        case = self.offender.parts()
        return replace(case, owner=self.agency_id, owner_user=self.officer_id, chair=self.item.meeting.chair_id)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def is_late(self, on: date) -> bool:
        return self.is_open and self.due_on < on

    def was_late(self, on: date, due_on: date) -> bool:
        """Was it past the date that it had then, `due_on`, and not done, at the end of that day?"""
        return due_on < on and (self.done_on is None or self.done_on > on)


class OfActionQuerySet(GuardedQuerySet[R]):
    """Whatever belongs to an action is seen by whoever sees the action."""

    def visible_to(self, user: User) -> Self:
        return self.scoped(Q(action__in=Action.objects.visible_to(user).order_by().values("pk")))


class OfAction(ProtectedModel):
    """A row of one action, and never changed."""

    action: models.ForeignKey[Action, Action]

    class Meta:
        abstract = True

    def case_id_for_audit(self) -> int:
        return self.action.case_id_for_audit()

    def parts(self) -> Parts:
        return self.action.parts()

    def why(self, user: User) -> Why:
        return self.action.why(user)


class PostponementQuerySet(OfActionQuerySet["Postponement"]):
    pass


class Postponement(OfAction):
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


class ProgressQuerySet(OfActionQuerySet["Progress"]):
    pass


class Progress(OfAction):
    """What became of an action, one line after the other: a note, or a step that somebody took."""

    class Kind(models.TextChoices):
        NOTE = "note", _("Progress")
        GIVEN = "given", _("Given to somebody")
        DONE = "done", _("Said to be done")
        CONFIRMED = "confirmed", _("Confirmed")
        RETURNED = "returned", _("Sent back")
        REASSIGNED = "reassigned", _("Given to another agency")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        CARRIED = "carried", _("Carried over")

    action = models.ForeignKey(Action, models.CASCADE, related_name="progress")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField(blank=True)
    # Of an action given to another agency: the minutes keep the agency that the meeting agreed.
    from_agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", null=True, blank=True)
    to_agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ProgressQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name_plural = _("progress")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="reassigned", from_agency__isnull=False, to_agency__isnull=False)
                | (~Q(kind="reassigned") & Q(from_agency__isnull=True, to_agency__isnull=True)),
                name="who_gave_and_who_got_an_action",
            ),
        ]
        # Few actions are ever given on: which agency had one on a day is asked of those alone.
        indexes = [
            models.Index(fields=["action", "at"], name="actions_given_on", condition=Q(from_agency__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.action_id}"


class EvidenceQuerySet(GuardedQuerySet["Evidence"]):
    def visible_to(self, user: User) -> Self:
        """Of actions the user sees, the documents that he may read."""
        documents = Document.objects.visible_to(user).order_by().values("pk")
        actions = Action.objects.visible_to(user).order_by().values("pk")
        return self.scoped(Q(action__in=actions, document__in=documents))

    def outline_of(self, action: Action) -> int:
        """How many documents an action that the caller already holds has: what is not for him is said, not hidden."""
        return self.scoped(Q(action=action)).count()


class Evidence(OfAction):
    """A document of the case that shows what was done. Who may read it, its own audience says."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="evidence")
    document = models.ForeignKey(Document, models.PROTECT, related_name="evidence")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name_plural = _("evidence")
        constraints = [
            models.UniqueConstraint(
                "action",
                "document",
                name="a_document_once_with_an_action",
                violation_error_message=_("This document is already with the action."),
            ),
        ]

    def __str__(self) -> str:
        return f"document {self.document_id} with action {self.action_id}"
