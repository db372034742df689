"""Who does somebody's work while he is away."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mappa.reference_numbers import new_reference


def new_delegation_reference() -> str:
    return new_reference("DL")


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def in_force(self, on: date) -> Self:
        return self.filter(from_on__lte=on, until__gte=on, ended_at__isnull=True)


class Delegation(models.Model):
    """One person's work shown and reminded to a colleague too, for a time.

    It gives no access: the colleague gets what he sees by himself (docs/access.md).
    """

    reference = models.CharField(max_length=12, unique=True, default=new_delegation_reference, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    from_on = models.DateField(_("first day away"))
    until = models.DateField(_("last day away"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["from_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("from_on")),
                name="delegation_ends_after_it_starts",
                violation_error_message=_("The last day must not be before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(person=F("to")),
                name="nobody_stands_in_for_himself",
                violation_error_message=_("Choose somebody else to stand in."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
