"""Orders of a court: what they forbid and require, for how long, and what became of them."""

from datetime import date
from functools import partial
from typing import NamedTuple, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from mappa import dates
from mappa.reference_numbers import new_reference
from mappa.templatetags.mappa import long_date
from offenders.law.periods import Length
from offenders.models.offender import CaseModel, CaseQuerySet, Offender

ADULT = 18


class Objection(NamedTuple):
    """What an order's length is at odds with. `refuses` when the figure was checked against its source."""

    field: str
    words: str
    refuses: bool


class OrderKind(models.Model):
    """A kind of order: who makes it, for how long, and where that is written. The figures are edited in the admin."""

    class Unit(models.TextChoices):
        DAYS = "days", _("days")
        MONTHS = "months", _("months")
        YEARS = "years", _("years")

    class Notification(models.TextChoices):
        NONE = "none", _("No notification requirements")
        SEXUAL = "sexual", _("Notification requirements as for a registered sexual offender")
        NAME_AND_ADDRESS = "name-and-address", _("Notification of name and address")
        VIOLENT = "violent", _("Notification requirements as a violent offender")
        OTHER = "other", _("Notification as the order says")

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120, unique=True)
    statute = models.CharField(max_length=200)
    applied_by = models.CharField(_("who applies"), max_length=200, blank=True)
    made_by = models.CharField(_("who makes it"), max_length=200)
    unit = models.CharField(max_length=6, choices=Unit, default=Unit.YEARS)
    shortest = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    longest = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    shortest_under_18 = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    longest_under_18 = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    each_prohibition = models.BooleanField(_("the shortest length holds for each prohibition"), default=False)
    longest_travel_ban = models.PositiveSmallIntegerField(
        _("longest foreign travel ban, in years"), null=True, blank=True
    )
    until_further_order = models.BooleanField(_("may run until further order"), default=True)
    notification = models.CharField(max_length=20, choices=Notification, default=Notification.NONE)
    first_made_on = models.DateField(_("first made on"), null=True, blank=True)
    legacy_from = models.DateField(_("no longer made from"), null=True, blank=True)
    is_checked = models.BooleanField(
        _("lengths checked against the source"),
        default=False,
        help_text=_("What differs from a checked length is refused; from another, it is asked about."),
    )
    is_active = models.BooleanField(_("may be recorded"), default=True)
    citation = models.CharField(max_length=300)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(shortest__isnull=True) | Q(longest__isnull=True) | Q(shortest__lte=F("longest")),
                name="an_order_is_not_longest_before_it_is_shortest",
                violation_error_message=_("The longest length must not be under the shortest."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def bounds(self, age: int) -> tuple[int | None, int | None]:
        """The shortest and longest length for somebody of this age, in the kind's unit; None where there is none."""
        if age < ADULT and (self.shortest_under_18 or self.longest_under_18):
            return self.shortest_under_18, self.longest_under_18
        return self.shortest, self.longest

    def objections(self, *, starts_on: date, ends_on: date | None, made_on: date, age: int) -> list[Objection]:
        """How an order of this kind differs from what its row says. Interim orders are not asked."""
        found = [self._too_old(made_on), self._too_new(made_on), self._open_ended(ends_on)]
        if ends_on is not None:
            found += self._length(starts_on, ends_on, age)
        return [objection for objection in found if objection]

    def short_prohibition(self, starts_on: date, ends_on: date | None, age: int) -> Objection | None:
        """A prohibition with an end of its own that comes too soon (SHPO: SOA 2003 s.103C, Sentencing Code s.347)."""
        shortest, _longest = self.bounds(age)
        if (
            not self.each_prohibition
            or ends_on is None
            or shortest is None
            or ends_on >= self._last(starts_on, shortest)
        ):
            return None
        words = __("A prohibition of this order lasts at least %(length)s (%(citation)s)")
        return Objection("ends_on", words % self._cited(shortest), self.is_checked)

    def long_travel_ban(self, starts_on: date, ends_on: date | None) -> Objection | None:
        """A foreign travel prohibition that lasts longer than one may, or has no end of its own. Asked about, not refused."""
        years = self.longest_travel_ban
        if years is None or (ends_on is not None and ends_on <= Length(years=years).after(starts_on)):
            return None
        words = __("A foreign travel prohibition lasts at most %(years)s years and has its own end (%(citation)s)")
        return Objection("ends_on", words % {"years": years, "citation": self.citation}, refuses=False)

    def _too_old(self, made_on: date) -> Objection | None:
        if self.first_made_on is None or made_on >= self.first_made_on:
            return None
        words = __("This order was first made on %(date)s (%(citation)s): choose the order that it replaced")
        about = {"date": long_date(self.first_made_on), "citation": self.citation}
        return Objection("made_on", words % about, self.is_checked)

    def _too_new(self, made_on: date) -> Objection | None:
        if self.legacy_from is None or made_on < self.legacy_from:
            return None
        words = __("This order was no longer made from %(date)s (%(citation)s): choose the order that replaced it")
        return Objection(
            "made_on", words % {"date": long_date(self.legacy_from), "citation": self.citation}, self.is_checked
        )

    def _open_ended(self, ends_on: date | None) -> Objection | None:
        if ends_on is not None or self.until_further_order:
            return None
        words = __("This order is made for a fixed period: enter its last day (%(citation)s)")
        return Objection("ends_on", words % {"citation": self.citation}, self.is_checked)

    def _length(self, starts_on: date, ends_on: date, age: int) -> list[Objection]:
        shortest, longest = self.bounds(age)
        found = []
        if shortest and ends_on < self._last(starts_on, shortest):
            words = __("This order lasts at least %(length)s (%(citation)s)")
            found.append(Objection("ends_on", words % self._cited(shortest), self.is_checked))
        # Courts write the last day or the anniversary: neither is too long.
        if longest and ends_on > self._size(longest).after(starts_on):
            words = __("This order lasts at most %(length)s (%(citation)s)")
            found.append(Objection("ends_on", words % self._cited(longest), self.is_checked))
        return found

    def _size(self, number: int) -> Length:
        return Length(**{self.unit: number})

    def _last(self, starts_on: date, number: int) -> date:
        return self._size(number).ends(starts_on)

    def _cited(self, number: int) -> dict[str, str]:
        return {"length": f"{number} {self.get_unit_display()}", "citation": self.citation}


class OrderQuerySet(CaseQuerySet["Order"]):
    def standing(self) -> Self:
        """Orders whose end nobody has recorded."""
        return self.filter(ended_on__isnull=True)

    def giving_requirements(self) -> Self:
        """Standing orders that make the person notify like a registered sexual offender, with no requirements recorded."""
        return self.standing().filter(kind__notification=OrderKind.Notification.SEXUAL, requirements__isnull=True)

    def unnotified(self, user: User) -> Self:
        """Of these, the orders that last longer than the person must notify anyhow."""
        from offenders.models.requirement import NotificationRequirement, Regime

        rows = NotificationRequirement.objects.visible_to(user).standing().filter(regime=Regime.SEXUAL)
        longer = Q(indefinite=True) | Q(last_day__gte=OuterRef("ends_on"))
        return self.giving_requirements().exclude(Exists(rows.filter(longer, offender=OuterRef("offender"))))


class Order(CaseModel):
    """An order about a person. How it ends is recorded by a person: none ends unseen."""

    class Ending(models.TextChoices):
        EXPIRED = "expired", _("It ran out")
        DISCHARGED = "discharged", _("A court discharged it")
        REPLACED = "replaced", _("Another order replaced it")
        ERROR = "error", _("It was recorded in error")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "OR"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="orders")
    kind = models.ForeignKey(OrderKind, models.PROTECT, related_name="+")
    court = models.CharField(max_length=120)
    applied_by = models.CharField(max_length=120, blank=True)
    made_on = models.DateField()
    starts_on = models.DateField()
    # The last day; empty until further order. A variation changes it, and keeps what it was.
    ends_on = models.DateField(null=True, blank=True)
    interim = models.BooleanField(default=False)
    ended_on = models.DateField(null=True, blank=True)
    ending = models.CharField(max_length=10, choices=Ending, blank=True)
    end_reason = models.TextField(blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-made_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__gte=F("made_on")),
                name="an_order_starts_when_it_is_made_or_later",
                violation_error_message=_("The order cannot start before it was made."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="an_order_ends_after_it_starts",
                violation_error_message=_("The order cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_by__isnull=True, ending="", end_reason="")
                | (Q(ended_on__isnull=False, ended_by__isnull=False, ended_on__gte=F("made_on")) & ~Q(ending="")),
                name="an_ended_order_says_how_and_by_whom",
                violation_error_message=_("The order cannot end before it was made."),
            ),
        ]
        indexes = [models.Index(fields=["ends_on"], name="orders_standing", condition=Q(ended_on__isnull=True))]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("offenders:orders", args=[self.offender.reference])

    def clean(self) -> None:
        problems = {"made_on": self._wrong_making(), "starts_on": self._wrong_start(), "ends_on": self._wrong_end()}
        if found := {field: problem for field, problem in problems.items() if problem}:
            raise ValidationError(found)

    def _wrong_making(self) -> Promise | None:
        if self.made_on > dates.today():
            return _("The date when the order was made must be today or in the past")
        if self.made_on < self.offender.born_on:
            return _("The date when the order was made must be after the person’s date of birth")
        return None

    def _wrong_start(self) -> Promise | None:
        return _("The order cannot start before it was made") if self.starts_on < self.made_on else None

    def _wrong_end(self) -> Promise | None:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            return _("The last day must be the same as or after the day when the order starts")
        return None

    def gives_requirements(self) -> bool:
        """Whoever it was made against notifies like a registered sexual offender, for as long as it stands."""
        return self.ended_on is None and self.kind.notification == OrderKind.Notification.SEXUAL

    def has_run_out(self, on: date) -> bool:
        """Its last day is past, and nobody has recorded yet how it ended."""
        return self.ended_on is None and self.ends_on is not None and self.ends_on < on


class OrderVariation(CaseModel):
    """A court changed an order. Never changed; what held before is kept in it and in the terms it superseded."""

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="order_variations")
    order = models.ForeignKey(Order, models.CASCADE, related_name="variations")
    varied_on = models.DateField()
    court = models.CharField(max_length=120)
    reason = models.TextField()
    ended_before = models.DateField(null=True, blank=True)
    ends_after = models.DateField(null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = CaseQuerySet["OrderVariation"].as_manager()

    class Meta:
        ordering = ["-varied_on", "-pk"]

    def __str__(self) -> str:
        return f"variation of {self.order_id}, {self.varied_on}"


class OrderTermQuerySet(CaseQuerySet["OrderTerm"]):
    def standing(self) -> Self:
        """Terms that no variation has superseded."""
        return self.filter(superseded_by__isnull=True)


class OrderTerm(CaseModel):
    """One thing that an order forbids or requires, with its own end where it has one.

    A positive requirement names who supervises it and tells the police of compliance (PCSC Act 2022 ss.174-175).
    """

    class Kind(models.TextChoices):
        PROHIBITION = "prohibition", _("Prohibition")
        TRAVEL = "travel", _("Foreign travel prohibition")
        REQUIREMENT = "requirement", _("Positive requirement")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "OT"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="order_terms")
    order = models.ForeignKey(Order, models.CASCADE, related_name="terms")
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.TextField()
    from_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    supervisor = models.CharField(max_length=120, blank=True)
    superseded_by = models.ForeignKey(OrderVariation, models.PROTECT, related_name="superseded", null=True, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = OrderTermQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("from_on")),
                name="a_term_ends_after_it_starts",
                violation_error_message=_("The term cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=(Q(kind="requirement") & ~Q(supervisor="")) | (~Q(kind="requirement") & Q(supervisor="")),
                name="a_requirement_and_nothing_else_has_a_supervisor",
                violation_error_message=_("A positive requirement, and nothing else, names its supervisor."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
