"""Photographs: how to know the person who is managed, and nothing else (docs/adr/0007)."""

from datetime import date
from functools import partial
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mappa import dates
from mappa.reference_numbers import new_reference
from offenders.models.offender import CaseQuerySet, Offender
from offenders.models.stored import StoredFile, followed_in, kept_whole


class PhotographQuerySet(CaseQuerySet["Photograph"]):
    def standing(self) -> Self:
        """Photographs that are neither replaced nor withdrawn; a replacement that was withdrawn replaces nothing."""
        return self.filter(~followed_in(Photograph.objects.scoped(Q())), withdrawn_at__isnull=True)

    def faces(self) -> Self:
        """What stands of the face, the newest picture first: the first of them is shown with the person."""
        return self.standing().filter(kind=Photograph.Kind.FACE).order_by("-taken_on", "-at", "-pk")


class Photograph(StoredFile):
    """A picture of the person. Never changed: another replaces it, or somebody withdraws it and says why."""

    class Kind(models.TextChoices):
        FACE = "face", _("Face")
        FULL_LENGTH = "full-length", _("Full length")
        MARK = "mark", _("Tattoo, scar or mark")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "PH"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="photographs")
    kind = models.CharField(max_length=12, choices=Kind)
    taken_on = models.DateField()
    notes = models.CharField(max_length=300, blank=True)
    supersedes = models.ForeignKey("self", models.PROTECT, related_name="successors", null=True, blank=True)

    objects = PhotographQuerySet.as_manager()

    class Meta(StoredFile.Meta):
        abstract = False
        constraints = kept_whole("photograph")
        indexes = [models.Index(fields=["offender", "-at"], name="photographs_of_a_case")]

    def get_absolute_url(self) -> str:
        return reverse("offenders:photographs", args=[self.offender.reference])

    def clean(self) -> None:
        taken_on: date | None = self.taken_on
        if taken_on is not None and taken_on > dates.today():
            raise ValidationError({"taken_on": _("The date when it was taken must be today or in the past")})
        if taken_on is not None and self.offender_id and taken_on < self.offender.born_at_the_earliest:
            raise ValidationError({"taken_on": _("The photograph cannot have been taken before the person was born")})
