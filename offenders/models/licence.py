"""Licences: what a person released from custody must keep to, who set it, and what became of it."""

from datetime import date
from functools import partial
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mappa import dates
from mappa.reference_numbers import new_reference
from offenders.models.offender import CaseModel, CaseQuerySet, Offender


def same(*names: str) -> Any:
    """Equality of numbers for an exclusion constraint: a range of one number, which needs no extension of Postgres."""
    return [(Func(F(name), F(name), Value("[]"), function="int8range"), RangeOperators.OVERLAPS) for name in names]


def days(first: Any, last: Any, bounds: str) -> Any:
    """Days for an exclusion constraint; a missing last day is no end."""
    return (
        Func(first, last, Value(bounds), function="daterange", output_field=DateRangeField()),
        RangeOperators.OVERLAPS,
    )


class Body(models.TextChoices):
    """Who decides about a licence. A MAPPA meeting never does: it proposes (domain: who may impose)."""

    GOVERNOR = "governor", _("Prison governor, for the Secretary of State")
    SECRETARY = "secretary-of-state", _("Secretary of State (HMPPS)")
    PAROLE_BOARD = "parole-board", _("Parole Board")
    COURT = "court", _("Court")


class ConditionText(models.Model):
    """The wording of a licence condition. What stands in [square brackets] is filled in for each person."""

    class Group(models.TextChoices):
        STANDARD = "standard", _("Standard conditions of a licence")
        SUPERVISION_PERIOD = "pss", _("Requirements of post-sentence supervision")
        RESIDENCE = "residence", _("Residence at a specific place")
        RESIDENCY = "residency", _("Restriction of residency")
        CONTACT = "contact", _("Contact with a person")
        PROGRAMMES = "programmes", _("Programmes or activities")
        ITEMS = "items", _("Items and documents")
        DISCLOSURE = "disclosure", _("Disclosure of information")
        CURFEW = "curfew", _("Curfew arrangement")
        MOVEMENT = "movement", _("Freedom of movement")
        REPORTING = "reporting", _("Supervision and reporting")
        CONDUCT = "conduct", _("Restriction of specified conduct or acts")
        EXTREMISM = "extremism", _("Extremism")
        POLYGRAPH = "polygraph", _("Polygraph")
        SUBSTANCES = "substances", _("Drugs, alcohol and solvents")
        MONITORING = "monitoring", _("Electronic monitoring")
        TERRORIST = "terrorist", _("Terrorist personal search")
        ORGANISED = "organised", _("Serious organised crime")
        OTHER = "other", _("Own wording")

    code = models.SlugField(max_length=40, unique=True)
    group = models.CharField(max_length=12, choices=Group)
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=120)
    text = models.TextField()
    is_paraphrase = models.BooleanField(
        _("paraphrase"), default=True, help_text=_("The sense in our words: the licence itself has the exact text.")
    )
    is_active = models.BooleanField(_("may be added"), default=True)
    citation = models.CharField(max_length=200)

    class Meta:
        ordering = ["group", "position", "title"]

    def __str__(self) -> str:
        return self.title


# They come with the licence, all together.
STANDARD = (ConditionText.Group.STANDARD, ConditionText.Group.SUPERVISION_PERIOD)


class LicenceQuerySet(CaseQuerySet["Licence"]):
    def standing(self) -> Self:
        """Licences whose end nobody has recorded, suspended ones too."""
        return self.filter(ended_on__isnull=True)


class Licence(CaseModel):
    """A licence or a period of post-sentence supervision. One at a time; a recall suspends it."""

    class Kind(models.TextChoices):
        DETERMINATE = "determinate", _("Licence, determinate sentence")
        EXTENDED = "extended", _("Licence, extended sentence")
        LIFE = "life", _("Life licence")
        PSS = "pss", _("Post-sentence supervision")

    class Ending(models.TextChoices):
        EXPIRED = "expired", _("It ran out")
        REPLACED = "replaced", _("A new licence replaced it")
        CANCELLED = "cancelled", _("It was ended by the body that made it")
        ERROR = "error", _("It was recorded in error")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "LI"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="licences")
    kind = models.CharField(max_length=12, choices=Kind)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    made_by = models.CharField(max_length=20, choices=Body)
    ended_on = models.DateField(null=True, blank=True)
    ending = models.CharField(max_length=10, choices=Ending, blank=True)
    end_reason = models.TextField(blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = LicenceQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="a_licence_ends_after_it_starts",
                violation_error_message=_("The licence cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=(Q(kind="life") & Q(ends_on__isnull=True)) | (~Q(kind="life") & Q(ends_on__isnull=False)),
                name="only_a_life_licence_has_no_end",
                violation_error_message=_("Every licence but a life licence has a last day."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_by__isnull=True, ending="", end_reason="")
                | (Q(ended_on__isnull=False, ended_by__isnull=False) & ~Q(ending="")),
                name="an_ended_licence_says_how_and_by_whom",
            ),
            ExclusionConstraint(
                name="one_licence_at_a_time",
                expressions=[*same("offender"), days(F("starts_on"), F("ends_on"), "[]")],
                condition=Q(ended_on__isnull=True),
                violation_error_message=_(
                    "Another licence of this person runs on some of these days. Record the end of that one first."
                ),
            ),
        ]
        indexes = [models.Index(fields=["ends_on"], name="licences_standing", condition=Q(ended_on__isnull=True))]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("offenders:orders", args=[self.offender.reference])

    def clean(self) -> None:
        problems = {"starts_on": self._wrong_start(), "ends_on": self._wrong_end()}
        if found := {field: problem for field, problem in problems.items() if problem}:
            raise ValidationError(found)

    def _wrong_start(self) -> Promise | None:
        if self.starts_on < self.offender.born_on:
            return _("The licence must start after the person’s date of birth")
        return None

    def _wrong_end(self) -> Promise | None:
        if self.kind == self.Kind.LIFE:
            return _("A life licence has no last day: leave it empty") if self.ends_on else None
        if self.ends_on is None:
            return _("Enter the last day of the licence")
        if self.ends_on < self.starts_on:
            return _("The last day must be the same as or after the day when the licence starts")
        return None

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds, or held: a licence may be ended before it runs out."""
        days = [self.ends_on, self.ended_on if self.ending == self.Ending.CANCELLED else None]
        return min((day for day in days if day), default=None)

    def has_run_out(self, on: date) -> bool:
        """Its last day is past, and nobody has recorded yet that it ended."""
        return self.ended_on is None and self.ends_on is not None and self.ends_on < on


class LicenceConditionQuerySet(CaseQuerySet["LicenceCondition"]):
    def standing(self) -> Self:
        """Conditions that were not removed or varied."""
        return self.filter(removed_on__isnull=True)


class LicenceCondition(CaseModel):
    """A condition as it stands on this person's licence. A variation is a new row that replaces the other."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "LC"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="licence_conditions")
    licence = models.ForeignKey(Licence, models.CASCADE, related_name="conditions")
    wording = models.ForeignKey(ConditionText, models.PROTECT, related_name="+")
    text = models.TextField()
    added_on = models.DateField()
    proposed_by = models.CharField(max_length=120, blank=True)
    imposed_by = models.CharField(max_length=20, choices=Body)
    replaces = models.OneToOneField("self", models.PROTECT, related_name="replaced_by", null=True, blank=True)
    removed_on = models.DateField(null=True, blank=True)
    removed_by_body = models.CharField(max_length=20, choices=Body, blank=True)
    removal_reason = models.TextField(blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = LicenceConditionQuerySet.as_manager()

    class Meta:
        ordering = ["licence", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text__contains="[") & ~Q(text__contains="]") & ~Q(text=""),
                name="a_condition_has_no_blank_left",
                violation_error_message=_("Fill in what stands in [square brackets]."),
            ),
            models.CheckConstraint(
                condition=Q(removed_on__isnull=True, removed_by_body="", removal_reason="")
                | (Q(removed_on__gte=F("added_on")) & ~Q(removed_by_body="") & ~Q(removal_reason="")),
                name="a_removed_condition_says_by_whom_and_why",
                violation_error_message=_("A condition cannot be removed before it was added."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("offenders:orders", args=[self.offender.reference])

    def clean(self) -> None:
        if "[" in self.text or "]" in self.text:
            raise ValidationError({"text": _("Fill in what stands in [square brackets], and take the brackets out")})
        if self.added_on > dates.today():
            raise ValidationError({"added_on": _("The date when the condition was added must be today or in the past")})
