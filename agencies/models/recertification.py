"""The list, some times a year, of everybody in an agency: is each line still right?"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models.agency import Agency
from agencies.models.membership import Membership
from mappa.reference_numbers import new_reference


def new_recertification_reference() -> str:
    return new_reference("RC")


class RecertificationQuerySet(models.QuerySet["Recertification"]):
    def standing(self) -> Self:
        return self.filter(closed_at__isnull=True)


class Recertification(models.Model):
    """One agency's list. Lines that nobody answers are warned of on `due_on`, and stop on `stops_on`."""

    reference = models.CharField(max_length=12, unique=True, default=new_recertification_reference, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="recertifications")
    opened_on = models.DateField()
    due_on = models.DateField()
    stops_on = models.DateField()
    warned_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = RecertificationQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.UniqueConstraint("agency", condition=Q(closed_at__isnull=True), name="one_open_list_an_agency"),
        ]

    def __str__(self) -> str:
        return self.reference


class RecertificationLineQuerySet(models.QuerySet["RecertificationLine"]):
    def unanswered(self) -> Self:
        return self.filter(answer="")


class RecertificationLine(models.Model):
    """One membership on the list, and what was said of it."""

    class Answer(models.TextChoices):
        YES = "yes", _("Still right")
        CHANGED = "changed", _("Changed")
        ENDED = "ended", _("Ended")
        SILENCE = "silence", _("Nobody answered")

    recertification = models.ForeignKey(Recertification, models.PROTECT, related_name="lines")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="recertification_lines")
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = RecertificationLineQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("recertification", "membership", name="each_membership_once_on_a_list"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="line_answered_at_and_by_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recertification_id}: {self.answer}"
