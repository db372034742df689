"""What was imposed for a conviction: sentences, orders and cautions, each with its terms."""

from functools import partial
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mappa import dates
from mappa.reference_numbers import new_reference
from offenders.law.periods import Length
from offenders.models.conviction import Conviction
from offenders.models.offender import CaseModel, CaseQuerySet, Offender

LONGEST = 999  # years, months or days in one box: nobody was ever sentenced to more


class DisposalQuerySet(CaseQuerySet["Disposal"]):
    def standing(self) -> Self:
        """What was imposed, not replaced by another row and not taken back as wrong."""
        return self.filter(replacement__isnull=True, withdrawn_at__isnull=True)

    def in_force(self) -> Self:
        """What stands for a conviction that stands."""
        return self.standing().filter(
            conviction__correction__isnull=True,
            conviction__set_aside_on__isnull=True,
            conviction__withdrawn_at__isnull=True,
        )

    def that_hold(self) -> Self:
        """Sentences in force under which a person is held, the first one first."""
        return self.in_force().filter(kind__in=Disposal.HELD).order_by("imposed_on", "pk")


class Disposal(CaseModel):
    """One sentence, order or caution. Never changed: what corrects or varies it is a new row that points at it.

    Its terms are consecutive; `overlap_…` is the part of them that runs together; `extension_…` the licence of an
    extended sentence; `discharge_…` the period of a conditional discharge (SOA 2003 s.82(1), (3) and (4)).
    """

    class Kind(models.TextChoices):
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

    class Why(models.TextChoices):
        CORRECTED = "corrected", _("Corrected")
        VARIED = "varied", _("Varied by a court")

    CUSTODY = (Kind.IMPRISONMENT, Kind.DETENTION)
    # Whoever was given one of these can be released or discharged.
    HELD = (*CUSTODY, Kind.LIFE, Kind.IPP, Kind.HOSPITAL, Kind.RESTRICTED_HOSPITAL)

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "DI"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="disposals")
    conviction = models.ForeignKey(Conviction, models.CASCADE, related_name="disposals")
    kind = models.CharField(max_length=40, choices=Kind)
    imposed_on = models.DateField()
    suspended = models.BooleanField(default=False)
    overlap_years = models.PositiveSmallIntegerField(default=0)
    overlap_months = models.PositiveSmallIntegerField(default=0)
    overlap_days = models.PositiveSmallIntegerField(default=0)
    extension_years = models.PositiveSmallIntegerField(default=0)
    extension_months = models.PositiveSmallIntegerField(default=0)
    extension_days = models.PositiveSmallIntegerField(default=0)
    discharge_years = models.PositiveSmallIntegerField(default=0)
    discharge_months = models.PositiveSmallIntegerField(default=0)
    discharge_days = models.PositiveSmallIntegerField(default=0)
    # When the licence or the order ends; empty while it has no end.
    ends_on = models.DateField(null=True, blank=True)
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    replaces = models.OneToOneField("self", models.PROTECT, related_name="replacement", null=True, blank=True)
    replaced_why = models.CharField(max_length=10, choices=Why, blank=True)
    replaced_court = models.CharField(max_length=80, blank=True)
    replacement_reason = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    withdrawal_reason = models.TextField(blank=True)

    objects = DisposalQuerySet.as_manager()

    class Meta:
        ordering = ["imposed_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["imprisonment", "detention"])
                | Q(
                    suspended=False,
                    overlap_years=0,
                    overlap_months=0,
                    overlap_days=0,
                    extension_years=0,
                    extension_months=0,
                    extension_days=0,
                ),
                name="only_custody_is_suspended_or_extended",
                violation_error_message=_("Only imprisonment and detention are suspended, extended or run together."),
            ),
            models.CheckConstraint(
                condition=Q(kind="conditional_discharge", discharge_years__gt=0)
                | Q(kind="conditional_discharge", discharge_months__gt=0)
                | Q(kind="conditional_discharge", discharge_days__gt=0)
                | (~Q(kind="conditional_discharge") & Q(discharge_years=0, discharge_months=0, discharge_days=0)),
                name="a_conditional_discharge_and_nothing_else_has_its_period",
                violation_error_message=_("A conditional discharge has a period, and nothing else has it."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("imposed_on")),
                name="a_licence_ends_after_the_sentence",
                violation_error_message=_("The licence or order must end after the sentence."),
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True, replaced_why="", replacement_reason="")
                | (Q(replaces__isnull=False, replaced_why__in=["corrected", "varied"]) & ~Q(replacement_reason="")),
                name="what_replaces_a_disposal_says_why",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
                name="a_withdrawn_disposal_says_by_whom_and_why",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def get_absolute_url(self) -> str:
        return reverse("offenders:sentences", args=[self.offender.reference])

    @property
    def overlap(self) -> Length:
        return Length(self.overlap_years, self.overlap_months, self.overlap_days)

    @property
    def extension(self) -> Length:
        return Length(self.extension_years, self.extension_months, self.extension_days)

    @property
    def discharge(self) -> Length:
        return Length(self.discharge_years, self.discharge_months, self.discharge_days)

    def set_length(self, name: str, length: Length) -> None:
        """Set "overlap", "extension" or "discharge"."""
        for unit in ("years", "months", "days"):
            setattr(self, f"{name}_{unit}", getattr(length, unit))

    def clean(self) -> None:
        problems = {"kind": self._wrong_kind(), "imposed_on": self._wrong_day(), "ends_on": self._wrong_end()}
        if found := {field: problem for field, problem in problems.items() if problem}:
            raise ValidationError(found)

    def _wrong_kind(self) -> Promise | None:
        if (self.kind == self.Kind.CAUTION) != (self.conviction.outcome == Conviction.Outcome.CAUTIONED):
            return _("A caution is both the outcome and the sentence: choose it in both, or in neither")
        return None

    def _wrong_day(self) -> Promise | None:
        if self.imposed_on > dates.today():
            return _("The date of the sentence must be in the past")
        if self.imposed_on < self.conviction.dealt_with_on:
            return _("The sentence must be on or after the date of conviction")
        return None

    def _wrong_end(self) -> Promise | None:
        if self.ends_on and self.ends_on < self.imposed_on:
            return _("The licence or order must end after the date of conviction")
        return None


class Term(CaseModel):
    """One of the consecutive terms of a sentence of imprisonment or detention. Never changed."""

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="terms")
    disposal = models.ForeignKey(Disposal, models.CASCADE, related_name="terms")
    position = models.PositiveSmallIntegerField()
    years = models.PositiveSmallIntegerField(default=0)
    months = models.PositiveSmallIntegerField(default=0)
    days = models.PositiveSmallIntegerField(default=0)

    objects = CaseQuerySet["Term"].as_manager()

    class Meta:
        ordering = ["disposal", "position"]
        constraints = [
            models.UniqueConstraint("disposal", "position", name="one_term_a_position"),
            models.CheckConstraint(
                condition=Q(years__gt=0) | Q(months__gt=0) | Q(days__gt=0),
                name="a_term_has_a_length",
                violation_error_message=_("Enter the length of the term."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.length)

    @property
    def length(self) -> Length:
        return Length(self.years, self.months, self.days)
