"""Everything that leaves the system is first a row here, in the transaction that decided it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class OutboxMessage(models.Model):
    """A mail to a user: a reference, what and by when, and a link. Never a name, date of birth or address."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        FAILED = "failed", _("Failed")

    key = models.CharField(max_length=150, unique=True)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    subject = models.CharField(max_length=120)
    body = models.TextField()
    # An .ics that goes with it, for a calendar: times and a link, and nothing about anyone.
    calendar = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    next_try_at = models.DateTimeField(auto_now_add=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="outbox_to_send", condition=models.Q(state__in=["waiting", "sending"])
            )
        ]

    def __str__(self) -> str:
        return self.key
