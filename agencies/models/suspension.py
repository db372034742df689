"""An account that is closed for a time: by a colleague at once, by itself when nobody uses it; opened again by two people."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mappa.reference_numbers import new_reference


def new_suspension_reference() -> str:
    return new_reference("SP")


class SuspensionQuerySet(models.QuerySet["Suspension"]):
    def standing(self) -> Self:
        return self.filter(lifted_at__isnull=True)


class Suspension(models.Model):
    """From when until when, why, and who asked for the account to be opened again and who agreed.

    While one stands the user is not active, which is all that every rule asks.
    """

    class Why(models.TextChoices):
        BY_HAND = "by-hand", _("Suspended")
        DORMANT = "dormant", _("Not used for too long")

    reference = models.CharField(max_length=12, unique=True, default=new_suspension_reference, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="suspensions")
    why = models.CharField(max_length=10, choices=Why)
    reason = models.CharField(_("reason"), max_length=300)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    # It went on so long that he comes back by a new invitation only.
    disabled_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_why = models.CharField(_("why it should be opened again"), max_length=300, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "user",
                condition=Q(lifted_at__isnull=True),
                name="suspended_once_at_a_time",
                violation_error_message=_("This account is suspended already."),
            ),
            models.CheckConstraint(
                condition=Q(asked_at__isnull=True, asked_by__isnull=True)
                | Q(asked_at__isnull=False, asked_by__isnull=False),
                name="suspension_asked_at_and_by_together",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | (
                    Q(lifted_at__isnull=False, lifted_by__isnull=False, asked_by__isnull=False)
                    & ~Q(lifted_by=F("asked_by"))
                ),
                name="suspension_is_lifted_by_a_second_person",
                violation_error_message=_("Somebody else than whoever asked opens the account again."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
