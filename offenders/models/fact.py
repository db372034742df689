"""What is known of who a person is: facts that begin, end, and are corrected, and never overwritten."""

from datetime import date
from functools import partial
from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mappa import dates
from mappa.reference_numbers import new_reference
from offenders.models.offender import CaseModel, CaseQuerySet

M = TypeVar("M", bound=models.Model)


class FactQuerySet(CaseQuerySet[M]):
    """Facts of a case; seen by whoever sees the case."""

    def standing(self) -> Self:
        """Facts that were not withdrawn, whether they hold today or held once."""
        return self.filter(withdrawn_at__isnull=True)

    def in_force(self, on: date) -> Self:
        """Facts that stand and have not ended by a day."""
        return self.standing().filter(Q(until__isnull=True) | Q(until__gt=on))


class Fact(CaseModel):
    """One thing known of a person. What was wrong is withdrawn, perhaps for another row, and stays readable.

    `replaced_by` is the row by which this one was corrected.
    """

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "ID"), editable=False)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    withdrawn_because = models.CharField(max_length=300, blank=True)
    replaced_by = models.OneToOneField("self", models.PROTECT, related_name="replaces", null=True, blank=True)

    # Dates of it may lie ahead: where somebody will live is known before the day.
    may_be_planned: ClassVar[bool] = False

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    withdrawn_at__isnull=True,
                    withdrawn_by__isnull=True,
                    withdrawn_because="",
                    replaced_by__isnull=True,
                )
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_because="")),
                name="%(class)s_withdrawn_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def prepare(self) -> None:
        """Bring what was typed into its one form. Raises ValidationError."""

    @property
    def is_corrected(self) -> bool:
        """It was withdrawn for another row."""
        replaced_by: int | None = self.replaced_by_id  # type: ignore[attr-defined]
        return replaced_by is not None

    def has_ended(self, on: date) -> bool:
        """It held once and holds no longer."""
        raise NotImplementedError

    def end(self, until: date) -> list[str]:
        """Say when it stopped to hold; the fields that changed."""
        raise NotImplementedError

    @property
    def starts(self) -> date | None:
        """The first day on which it held, as far as that is known."""
        raise NotImplementedError

    def audited(self) -> dict[str, Any]:
        """What the audit may know of it: of what kind it is, never what it says."""
        kind = getattr(self, "kind", "")
        return {"kind": str(kind)} if kind else {}


class DatedFact(Fact):
    """A fact with a first day and an end, as far as they are known.

    `until` is the day on which it stopped to hold: of two addresses, one may end on the day on which the next begins.
    """

    from_on = models.DateField(_("from"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta(Fact.Meta):
        abstract = True
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(from_on__isnull=True) | Q(until__isnull=True) | Q(until__gte=models.F("from_on")),
                name="%(class)s_ends_after_it_starts",
                violation_error_message=_("The end date must be the same as or after the start date."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        problems = {"from_on": self._wrong_day(self.from_on), "until": self._wrong_day(self.until)}
        if self.from_on and self.until and self.until < self.from_on:
            problems["until"] = str(_("The end date must be the same as or after the start date"))
        if found := {field: problem for field, problem in problems.items() if problem}:
            raise ValidationError(found)

    def _wrong_day(self, day: date | None) -> str:
        if day is None:
            return ""
        if day < self.offender.born_at_the_earliest:
            return str(_("The date must be after the date of birth"))
        if day > dates.today() and not self.may_be_planned:
            return str(_("The date must be today or in the past"))
        return ""

    def has_ended(self, on: date) -> bool:
        return self.until is not None and self.until <= on

    def end(self, until: date) -> list[str]:
        self.until = until
        return ["until"]

    @property
    def starts(self) -> date | None:
        return self.from_on
