"""Offences, and what a court decided about them."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
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

    WITH_TERM = (Disposal.IMPRISONMENT, Disposal.DETENTION, Disposal.CONDITIONAL_DISCHARGE)

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
                condition=Q(disposal__in=["imprisonment", "detention", "conditional_discharge"])
                | Q(term_years=0, term_months=0, term_days=0),
                name="only_some_disposals_have_a_term",
                violation_error_message=_("Only imprisonment, detention and a conditional discharge have a length."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_disposal_display()}, {self.dealt_with_on}"

    def clean(self) -> None:
        problems = {"dealt_with_on": self._wrong_date(), "disposal": self._wrong_disposal()}
        problems |= {"term_months": self._wrong_term(), "licence_ends_on": self._wrong_licence()}
        if found := {field: problem for field, problem in problems.items() if problem}:
            raise ValidationError(found)

    def _wrong_date(self) -> Promise | None:
        if self.dealt_with_on > dates.today():
            return _("The date of conviction must be in the past")
        if self.dealt_with_on < self.offender.born_on:
            return _("The date of conviction must be after the date of birth")
        return None

    def _wrong_disposal(self) -> Promise | None:
        if (self.disposal == self.Disposal.CAUTION) != (self.outcome == self.Outcome.CAUTIONED):
            return _("A caution is both the outcome and the sentence: choose it in both, or in neither")
        return None

    def _wrong_term(self) -> Promise | None:
        term = self.term_years or self.term_months or self.term_days
        if self.disposal in self.WITH_TERM and not term:
            return _("Enter the length of the sentence in years, months or days")
        if self.disposal and self.disposal not in self.WITH_TERM and term:
            return _("This sentence has no length: leave years, months and days empty, or choose another sentence")
        return None

    def _wrong_licence(self) -> Promise | None:
        if self.licence_ends_on and self.licence_ends_on < self.dealt_with_on:
            return _("The licence or order must end after the date of conviction")
        return None
