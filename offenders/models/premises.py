"""Other premises where the person stays, and when (Sexual Offences Act 2003 s.84(1)(c) and (6))."""

from datetime import date
from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mappa import dates
from mappa.reference_numbers import new_reference
from offenders.models.offender import CaseModel, CaseQuerySet, Offender


class OtherPremises(CaseModel):
    """An address in the United Kingdom, not the home address, where the person stays."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "PR"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="other_premises")
    address = models.CharField(max_length=300)
    # The address as it is compared: the same one written in capitals is the same one.
    folded = models.CharField(max_length=300, editable=False)
    first_on = models.DateField(editable=False)  # the first stay that was recorded: by it the page lists them
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = CaseQuerySet["OtherPremises"].as_manager()

    class Meta:
        ordering = ["-first_on", "-pk"]
        verbose_name_plural = _("other premises")
        constraints = [models.UniqueConstraint("offender", "folded", name="premises_are_recorded_once")]

    def __str__(self) -> str:
        return self.reference


class Stay(CaseModel):
    """Days at other premises: the first and the last day both count. Without `until` it goes on."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "ST"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="stays")
    premises = models.ForeignKey(OtherPremises, models.CASCADE, related_name="stays")
    from_on = models.DateField()
    until = models.DateField(null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = CaseQuerySet["Stay"].as_manager()

    class Meta:
        ordering = ["-from_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("from_on")),
                name="a_stay_ends_after_it_began",
                violation_error_message=_("The last day must be on or after the first day."),
            ),
            models.UniqueConstraint(
                "premises",
                condition=Q(until__isnull=True),
                name="one_stay_without_end",
                violation_error_message=_("A stay there has no end yet: record its last day first."),
            ),
            models.UniqueConstraint(
                "premises",
                "from_on",
                name="one_stay_a_first_day",
                violation_error_message=_("A stay there from this day is recorded already."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def clean(self) -> None:
        today = dates.today()
        first: date | None = self.from_on
        if first is not None and first > today:
            raise ValidationError({"from_on": _("The first day must be today or in the past")})
        if self.until and self.until > today:
            raise ValidationError({"until": _("The last day must be today or in the past")})
