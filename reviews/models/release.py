"""What somebody recorded of a step before a release, where no other part of the record shows it."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from mappa import dates
from offenders.models import Offender
from offenders.models.offender import CaseModel, CaseQuerySet


class ReleaseEntry(CaseModel):
    """A step was done on a day, is not needed, or is to be done after all. Never changed: the last one of a step counts."""

    class Step(models.TextChoices):
        PREMISES = "premises", _("Approved premises")
        LICENCE = "licence", _("Licence conditions")
        DWP = "dwp", _("Notification to Jobcentre Plus (DWP)")

    class Outcome(models.TextChoices):
        DONE = "done", _("It was done")
        NOT_NEEDED = "not-needed", _("It is not needed")
        TO_DO = "to-do", _("It is to be done after all")

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="release_entries")
    step = models.CharField(max_length=10, choices=Step)
    outcome = models.CharField(max_length=10, choices=Outcome)
    on = models.DateField()
    words = models.TextField(max_length=1000)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = CaseQuerySet["ReleaseEntry"].as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("step before release")
        verbose_name_plural = _("steps before release")
        indexes = [models.Index(fields=["offender", "step"], name="release_steps_of_a_case")]

    def __str__(self) -> str:
        return f"{self.step}: {self.outcome}"

    def clean(self) -> None:
        on: date | None = self.on
        if on is not None and on > dates.today():
            raise ValidationError({"on": _("The day must be today or in the past")})
