"""Offences, and what a court decided about them."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mappa import dates
from offenders.models.offender import CaseModel, CaseQuerySet, Offender


class Offence(models.Model):
    """An offence, with the schedules that make it count for MAPPA."""

    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=160)
    statute = models.CharField(max_length=120)
    schedule_3 = models.BooleanField(_("Sexual Offences Act 2003, Schedule 3"), default=False)
    schedule_15_part = models.PositiveSmallIntegerField(_("CJA 2003, Schedule 15, Part"), null=True, blank=True)
    murder = models.BooleanField(default=False)
    section_327_4a = models.BooleanField(_("CJA 2003 s.327(4A)"), default=False)
    relevant_terrorist = models.BooleanField(default=False)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Conviction(CaseModel):
    """A conviction, caution or finding, with what was imposed."""

    class Outcome(models.TextChoices):
        CONVICTED = "convicted", _("Convicted")
        CAUTIONED = "cautioned", _("Cautioned")
        INSANITY = "not_guilty_by_reason_of_insanity", _("Not guilty by reason of insanity")
        DISABILITY = "under_a_disability_did_the_act", _("Under a disability and did the act")

    class Disposal(models.TextChoices):
        IMPRISONMENT = "imprisonment", _("Imprisonment")
        DETENTION = "detention", _("Detention")
        LIFE = "life", _("Life")
        IPP = "imprisonment_for_public_protection", _("Imprisonment for public protection")
        HOSPITAL = "hospital_order", _("Hospital order")
        RESTRICTED_HOSPITAL = "restricted_hospital_order", _("Hospital order with restrictions")
        GUARDIANSHIP = "guardianship_order", _("Guardianship order")
        COMMUNITY = "community_order", _("Community order")
        FINE = "fine", _("Fine")
        CONDITIONAL_DISCHARGE = "conditional_discharge", _("Conditional discharge")
        ABSOLUTE_DISCHARGE = "absolute_discharge", _("Absolute discharge")
        CAUTION = "caution", _("Caution")
        OTHER = "other", _("Other")

    WITH_TERM = (Disposal.IMPRISONMENT, Disposal.DETENTION)

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="convictions")
    offence = models.ForeignKey(Offence, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=40, choices=Outcome, default=Outcome.CONVICTED)
    dealt_with_on = models.DateField(_("date of conviction"))
    court = models.CharField(max_length=80, blank=True)
    disposal = models.CharField(max_length=40, choices=Disposal)
    term_years = models.PositiveSmallIntegerField(default=0)
    term_months = models.PositiveSmallIntegerField(default=0)
    term_days = models.PositiveSmallIntegerField(default=0)
    licence_ends_on = models.DateField(null=True, blank=True)

    objects = CaseQuerySet["Conviction"].as_manager()

    class Meta:
        ordering = ["-dealt_with_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(disposal__in=["imprisonment", "detention"]) | Q(term_years=0, term_months=0, term_days=0),
                name="only_custody_has_a_term",
                violation_error_message=_("Only imprisonment and detention have a length."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_disposal_display()}, {self.dealt_with_on}"

    def clean(self) -> None:
        dealt_with_on: date | None = self.dealt_with_on
        if dealt_with_on is not None and dealt_with_on > dates.today():
            raise ValidationError({"dealt_with_on": _("The date of conviction must be in the past")})
        if dealt_with_on is not None and dealt_with_on < self.offender.born_on:
            raise ValidationError({"dealt_with_on": _("The date of conviction must be after the date of birth")})
        if self.disposal in self.WITH_TERM and not (self.term_years or self.term_months or self.term_days):
            raise ValidationError({"term_months": _("Enter the length of the sentence in years, months or days")})
        if (self.disposal == self.Disposal.CAUTION) != (self.outcome == self.Outcome.CAUTIONED):
            raise ValidationError({"disposal": _("A caution is both the outcome and the disposal")})
