"""Reminders of what falls due."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.access import Why
from agencies.models import OutboxMessage, User
from mappa.guard import GuardedQuerySet, ProtectedModel
from offenders.models import Offender
from offenders.visibility import scope_of

State = OutboxMessage.State


class ReminderQuerySet(GuardedQuerySet["Reminder"]):
    def visible_to(self, user: User) -> Self:
        """The user's own reminders, of cases he still sees."""
        scope = scope_of(user)
        if scope.everything:
            return self.scoped(Q(pk__isnull=False))
        return self.scoped(Q(to=user) & (Q(offender__isnull=True) | scope.rule("offender__")))

    def untold(self) -> Self:
        """Still to be told, to people whom mail reaches."""
        waiting = Q(message__isnull=True, withdrawn_at__isnull=True)
        return self.filter(waiting, to__is_active=True, to__mail_returned_at__isnull=True)

    def undelivered(self) -> Self:
        """Whose message did not arrive, of people whom mail reaches.

        One that was withdrawn takes back what it was to tell, unless its reader could not sign in that day.
        """
        lost = [State.FAILED, State.RETURNED, State.WITHDRAWN]
        rows = self.filter(message__state__in=lost, withdrawn_at__isnull=True)
        return rows.filter(to__is_active=True, to__mail_returned_at__isnull=True)


class Reminder(ProtectedModel):
    """One reminder of one deadline at one stage to one person: unique, so that it is made and sent once.

    It goes out in a message: alone and at once where its kind is urgent, and else with others in the morning's. A meeting's minutes are
    about many cases, and such a reminder names none.
    """

    class Rung(models.TextChoices):
        """As whom somebody is reminded: what is late climbs from the person to the board."""

        OWN = "own", _("It is his to do")
        STANDING_IN = "standing-in", _("He stands in for whose it is")
        NOBODY = "nobody", _("It is nobody’s to do, and he co-ordinates the area")
        MANAGER = "manager", _("He manages whose it is, and it is late")
        COORDINATOR = "coordinator", _("He co-ordinates the area, and it is late")
        BOARD = "board", _("He sits on the board, and it is late: a number, and no reference")

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="reminders", null=True, blank=True)
    kind = models.SlugField(max_length=40)
    reference = models.CharField(max_length=12)
    due_on = models.DateField()
    stage = models.CharField(max_length=20)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    rung = models.CharField(max_length=12, choices=Rung, default=Rung.OWN)
    is_urgent = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)
    # The message that told him, or is about to. Without one it still has to be told; withdrawn, it has not.
    message = models.ForeignKey(OutboxMessage, models.PROTECT, related_name="+", null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint("kind", "reference", "due_on", "stage", "to", name="a_reminder_once"),
        ]
        indexes = [
            models.Index(
                fields=["to"], name="reminders_untold", condition=Q(message__isnull=True, withdrawn_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"

    def case_id_for_audit(self) -> int | None:
        return self.offender_id

    def why(self, user: User) -> Why:
        return self.offender.why(user) if self.offender else Why("reminder")
