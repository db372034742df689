"""The dates on which something ends or is decided: release, licence, parole, tribunal."""

from functools import partial
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mappa.reference_numbers import new_reference
from offenders.models.offender import CaseModel, CaseQuerySet, Offender


class KeyDateQuerySet(CaseQuerySet["KeyDate"]):
    def standing(self) -> Self:
        """Dates that hold: neither replaced by another nor withdrawn."""
        return self.filter(replacement__isnull=True, withdrawn_by__isnull=True)


class KeyDate(CaseModel):
    """A date of the sentence, with where it is from. Never changed: another date is a new row that replaces this one."""

    class Kind(models.TextChoices):
        EARLIEST_RELEASE = "earliest-release", _("Earliest release")
        CONDITIONAL_RELEASE = "conditional-release", _("Conditional release")
        AUTOMATIC_RELEASE = "automatic-release", _("Automatic release")
        HOME_DETENTION_CURFEW = "home-detention-curfew", _("Home detention curfew")
        PAROLE_ELIGIBILITY = "parole-eligibility", _("Parole eligibility")
        TARIFF_EXPIRY = "tariff-expiry", _("Tariff expiry")
        PAROLE_HEARING = "parole-hearing", _("Parole hearing")
        TRIBUNAL_HEARING = "tribunal-hearing", _("Tribunal hearing")
        LICENCE_EXPIRY = "licence-expiry", _("Licence expiry")
        SENTENCE_EXPIRY = "sentence-expiry", _("Sentence expiry")
        SUPERVISION_END = "supervision-end", _("End of post-sentence supervision")
        REMOVAL = "removal", _("Deportation or removal")

    # By these the person may be out of custody or hospital.
    RELEASE = (
        Kind.EARLIEST_RELEASE,
        Kind.CONDITIONAL_RELEASE,
        Kind.AUTOMATIC_RELEASE,
        Kind.HOME_DETENTION_CURFEW,
        Kind.PAROLE_ELIGIBILITY,
        Kind.TARIFF_EXPIRY,
    )

    # By these the sentence, or the licence under it, has run out.
    EXPIRY = (Kind.LICENCE_EXPIRY, Kind.SENTENCE_EXPIRY, Kind.SUPERVISION_END)
    # Of these several may stand; of every other kind there is one.
    SEVERAL = (Kind.PAROLE_HEARING, Kind.TRIBUNAL_HEARING)

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "KD"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="key_dates")
    kind = models.CharField(max_length=25, choices=Kind)
    on = models.DateField()
    source = models.CharField(max_length=120)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    replaces = models.OneToOneField("self", models.PROTECT, related_name="replacement", null=True, blank=True)
    reason = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    withdrawal_reason = models.TextField(blank=True)

    objects = KeyDateQuerySet.as_manager()

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(replaces__isnull=True, reason="") | (Q(replaces__isnull=False) & ~Q(reason="")),
                name="a_changed_key_date_says_why",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
                name="a_withdrawn_key_date_says_by_whom_and_why",
            ),
        ]
        indexes = [models.Index(fields=["offender", "on"], name="key_dates_of_a_case")]

    def __str__(self) -> str:
        return f"{self.kind}, {self.on}"

    def get_absolute_url(self) -> str:
        return reverse("offenders:sentences", args=[self.offender.reference])
