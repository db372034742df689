"""Tools by which risk is assessed, as reference data, and what they gave about a person."""

from decimal import Decimal
from functools import partial
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from mappa import dates
from mappa.reference_numbers import new_reference
from offenders.models import Offender
from offenders.models.offender import CaseModel, CaseQuerySet


class Tool(models.Model):
    """A tool: who uses it, and what it gives. Kept in the admin, so that a new one needs no code (domain.md 5.2)."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80, unique=True)
    measures = models.CharField(_("what it assesses"), max_length=200)
    used_by = models.CharField(_("who uses it"), max_length=120)
    bands = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text=_("From the lowest to the highest, with commas between. Empty when it gives none."),
    )
    has_score = models.BooleanField(_("gives a score"), default=False)
    lowest_score = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    highest_score = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    is_active = models.BooleanField(_("may be recorded"), default=True)
    citation = models.CharField(max_length=300)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(has_score=True) | Q(lowest_score__isnull=True, highest_score__isnull=True),
                name="only_a_tool_with_a_score_limits_it",
                violation_error_message=_("A tool that gives no score has no lowest or highest one."),
            ),
            models.CheckConstraint(
                condition=Q(lowest_score__isnull=True)
                | Q(highest_score__isnull=True)
                | Q(lowest_score__lte=F("highest_score")),
                name="a_score_is_not_highest_below_its_lowest",
                violation_error_message=_("The highest score must not be below the lowest."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if not self.bands and not self.has_score:
            raise ValidationError(_("Say which bands the tool gives, or that it gives a score."))

    def wrong_score(self, score: Decimal | None) -> str:
        """Why a score is none of this tool; empty when it is one, or none was given."""
        if score is None:
            return ""
        if not self.has_score:
            return __("%s gives no score: leave it empty") % self.name
        lowest, highest = self.lowest_score, self.highest_score
        if (lowest is not None and score < lowest) or (highest is not None and score > highest):
            words = __("Enter a score that %(tool)s gives: %(limits)s")
            return words % {"tool": self.name, "limits": self._limits()}
        return ""

    def _limits(self) -> str:
        if self.lowest_score is None:
            return __("at most %s") % plain(self.highest_score)
        if self.highest_score is None:
            return __("at least %s") % plain(self.lowest_score)
        return __("from %(lowest)s to %(highest)s") % {
            "lowest": plain(self.lowest_score),
            "highest": plain(self.highest_score),
        }


def plain(score: Decimal | None) -> str:
    """A score without noughts that say nothing."""
    return "" if score is None else f"{score.normalize():f}"


class ToolResultQuerySet(CaseQuerySet["ToolResult"]):
    def standing(self) -> Self:
        """Results that were not recorded by mistake."""
        return self.filter(withdrawn_at__isnull=True)


class ToolResult(CaseModel):
    """What a tool gave about a person on a day. Never changed: a wrong one is withdrawn with a reason, and kept."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "TR"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="tool_results")
    tool = models.ForeignKey(Tool, models.PROTECT, related_name="+")
    completed_on = models.DateField()
    completed_by = models.CharField(max_length=120)
    band = models.CharField(max_length=40, blank=True)
    score = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    notes = models.TextField(blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    withdrawal_reason = models.TextField(blank=True)

    objects = ToolResultQuerySet.as_manager()

    class Meta:
        ordering = ["-completed_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(band="") | Q(score__isnull=False),
                name="a_tool_result_has_a_band_or_a_score",
                violation_error_message=_("Choose the band or enter the score."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
                name="a_withdrawn_tool_result_says_by_whom_and_why",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("assessments:tools", args=[self.offender.reference])

    def clean(self) -> None:
        problems = {"completed_on": self._wrong_day(), "band": self._wrong_band(), "score": self._wrong_score()}
        if found := {field: problem for field, problem in problems.items() if problem}:
            raise ValidationError(found)

    def _wrong_day(self) -> str:
        if self.completed_on > dates.today():
            return __("The date must be today or in the past")
        if self.completed_on < self.offender.born_on:
            return __("The date must be after the person’s date of birth")
        return ""

    def _wrong_band(self) -> str:
        return __("Choose a band that this tool gives") if self.band and self.band not in self.tool.bands else ""

    def _wrong_score(self) -> str:
        if self.score is None and not self.band:
            return __("Choose the band or enter the score")
        return self.tool.wrong_score(self.score)
