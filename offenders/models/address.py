"""Where a person lives or stays."""

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from offenders.models.fact import DatedFact, FactQuerySet
from offenders.models.offender import Offender


class Address(DatedFact):
    """A place where the person lives, stays or can be found, with its dates.

    A person has one main address at a time: the sole or main residence in the United Kingdom or, where there is none,
    the place where he can regularly be found (Sexual Offences Act 2003 s.83(7)). Hospital, custody and other stays
    stand beside it.
    """

    class Kind(models.TextChoices):
        HOME = "home", _("Home")
        APPROVED = "approved", _("Approved premises")
        NO_FIXED = "no_fixed", _("No fixed abode: place where regularly found")
        OTHER = "other", _("Other place regularly stayed at")
        TEMPORARY = "temporary", _("Temporary")
        HOSPITAL = "hospital", _("Hospital")
        CUSTODY = "custody", _("Prison or other custody")
        ABROAD = "abroad", _("Abroad")

    MAIN = ("home", "approved", "no_fixed")
    may_be_planned: ClassVar[bool] = True

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="addresses")
    kind = models.CharField(max_length=10, choices=Kind)
    address = models.TextField(max_length=400)
    postcode = models.CharField(max_length=10, blank=True)
    notes = models.TextField(max_length=1000, blank=True)

    objects = FactQuerySet["Address"].as_manager()

    class Meta(DatedFact.Meta):
        verbose_name = _("address")
        ordering = ["-from_on", "-pk"]
        constraints = [
            *DatedFact.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(kind__in=["home", "approved", "no_fixed"]) | Q(from_on__isnull=False),
                name="a_main_address_has_a_first_day",
                violation_error_message=_("Enter the date from which the person lives there."),
            ),
            # Ranges of one number stand for the case: plain equality would need an extension of the database.
            ExclusionConstraint(
                name="one_main_address_at_a_time",
                expressions=[
                    (Func(F("offender"), F("offender"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (
                        Func("from_on", "until", Value("[)"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(kind__in=["home", "approved", "no_fixed"], withdrawn_at__isnull=True),
                violation_error_message=_(
                    "The person has another main address in these days: end that one first, or choose other dates."
                ),
            ),
        ]
        indexes = [models.Index(fields=["postcode"], name="addresses_by_postcode")]

    def prepare(self) -> None:
        self.address = "\n".join(line.strip() for line in self.address.strip().splitlines() if line.strip())
        self.postcode = " ".join(self.postcode.upper().split())

    def clean(self) -> None:
        super().clean()
        if self.is_main and self.from_on is None:
            raise ValidationError({"from_on": _("Enter the date from which the person lives there")})

    def validate_constraints(self, exclude: Any = None) -> None:
        # Without a wrong date the database could not even make the range; `clean` has told it by then.
        if self.from_on and self.until and self.until < self.from_on:
            return
        super().validate_constraints(exclude)

    @property
    def is_main(self) -> bool:
        return self.kind in self.MAIN
