"""Reminders of what falls due."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from agencies.access import Why
from agencies.models import User
from mappa.guard import GuardedQuerySet, ProtectedModel
from offenders.models import Offender
from offenders.visibility import scope_of


class ReminderQuerySet(GuardedQuerySet["Reminder"]):
    def visible_to(self, user: User) -> Self:
        """The user's own reminders, of cases he still sees."""
        scope = scope_of(user)
        if scope.everything:
            return self.scoped(Q(pk__isnull=False))
        return self.scoped(Q(to=user) & (Q(offender__isnull=True) | scope.rule("offender__")))


class Reminder(ProtectedModel):
    """One reminder of one deadline at one stage to one person: unique, so that it is made and sent once.

    A meeting's minutes are about many cases, and such a reminder names none.
    """

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="reminders", null=True, blank=True)
    kind = models.SlugField(max_length=40)
    reference = models.CharField(max_length=12)
    due_on = models.DateField()
    stage = models.CharField(max_length=20)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint("kind", "reference", "due_on", "stage", "to", name="a_reminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"

    def case_id_for_audit(self) -> int | None:
        return self.offender_id

    def why(self, user: User) -> Why:
        return self.offender.why(user) if self.offender else Why("reminder")
