"""Everything that leaves the system is first a row here, in the transaction that decided it."""

from typing import Self

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

# A provider's words for what it has taken and not yet delivered (agencies.delivery.notify).
ON_ITS_WAY = ["created", "sending"]


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def on_its_way(self) -> Self:
        """What a provider took, and has not said to have arrived."""
        return self.filter(state="sent", provider_status__in=ON_ITS_WAY)

    def in_trouble(self) -> Self:
        """What did not reach its reader and is tried no more."""
        return self.filter(state__in=["failed", "returned"])


class OutboxMessage(models.Model):
    """A mail to a user: a reference, what and by when, and a link. Never a name, date of birth or address.

    What is true at sending may differ from what was true at writing: of a message `about` a row its reader must still see the
    row, and one with a `writer` gets its words then (agencies.outbox.WRITERS).
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        FAILED = "failed", _("Failed")
        # Accepted, and then said not to have arrived: the address is wrong, full or closed.
        RETURNED = "returned", _("Came back")

    key = models.CharField(max_length=150, unique=True)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Where it goes, when not to where its reader's mail goes by then.
    address = models.EmailField(blank=True)
    subject = models.CharField(max_length=120)
    body = models.TextField()
    # An .ics that goes with it, for a calendar: times and a link, and nothing about anyone.
    calendar = models.TextField(blank=True)
    writer = models.SlugField(max_length=30, blank=True)
    about_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", null=True, blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    next_try_at = models.DateTimeField(auto_now_add=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    # What proves delivery: the provider's own number and word for it, and when it was last asked.
    provider_id = models.CharField(max_length=200, blank=True)
    provider_status = models.CharField(max_length=60, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="outbox_to_send", condition=models.Q(state__in=["waiting", "sending"])
            ),
            models.Index(
                fields=["asked_at"],
                name="outbox_to_ask",
                condition=models.Q(state="sent", provider_status__in=ON_ITS_WAY),
            ),
            models.Index(
                fields=["state"], name="outbox_in_trouble", condition=models.Q(state__in=["failed", "returned"])
            ),
        ]

    def __str__(self) -> str:
        # What kind of message it is: the rest of the key may name a case.
        return f"{self.key.partition(':')[0]} {self.pk}"

    @property
    def goes_to(self) -> str:
        return self.address or self.to.email
