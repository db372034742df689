"""Notification requirements: who must notify, under which Act, since when and how long."""

from datetime import date
from functools import partial
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from mappa.reference_numbers import new_reference
from offenders.models.conviction import Conviction
from offenders.models.disposal import Disposal
from offenders.models.offender import CaseModel, CaseQuerySet, Offender
from offenders.models.order import Order


class Regime(models.TextChoices):
    """The Act under which somebody must notify, by the names of offenders/law."""

    SEXUAL = "SOA2003", _("Sexual Offences Act 2003, Part 2")
    TERRORIST = "CTA2008", _("Counter-Terrorism Act 2008, Part 4")


class RequirementQuerySet(CaseQuerySet["NotificationRequirement"]):
    def with_conviction(self, user: User) -> Self:
        """With the conviction each rests on and its sentence, as offenders/sentencing.py needs it."""
        convictions = Conviction.objects.visible_to(user).with_sentence(user)
        return self.select_related("order").prefetch_related(Prefetch("conviction", convictions))

    def standing(self) -> Self:
        """Requirements whose end nobody has recorded."""
        return self.filter(ended_on__isnull=True)

    def in_force(self, on: date) -> Self:
        """Requirements that applied on a day: begun, within the period, and not ended before."""
        return self.filter(
            Q(last_day__isnull=True) | Q(last_day__gte=on),
            Q(ended_on__isnull=True) | Q(ended_on__gte=on),
            relevant_on__lte=on,
        )


class NotificationRequirement(CaseModel):
    """The person is subject to notification requirements. The period stands here as last worked out."""

    class Basis(models.TextChoices):
        CONVICTION = "conviction", _("Conviction, finding or caution")
        NOTIFICATION_ORDER = "notification_order", _("Notification order")
        SHPO = "shpo", _("Sexual harm prevention order")
        SRO_BREACH = "sro_breach", _("Breach of a sexual risk order")
        OTHER = "other", _("Something else")

    class Lasts(models.TextChoices):
        SENTENCE = "sentence", _("As long as the sentence gives")
        ORDER = "order", _("As long as the order lasts")

    class EndReason(models.TextChoices):
        EXPIRED = "expired", _("The period is over")
        QUASHED = "quashed", _("The conviction or order was quashed or discharged")
        REVIEWED = "reviewed", _("Indefinite requirements ended on review")
        DIED = "died", _("The person died")
        ERROR = "error", _("They were recorded by mistake")

    class Doubt(models.TextChoices):
        QUASHED = (
            "quashed",
            _("The conviction was quashed. Record the end of the requirements, or what they rest on now."),
        )
        NONE_GIVEN = (
            "none",
            _("By what is recorded now nothing gives these requirements. Correct the record, or record their end."),
        )
        ORDER_ENDED = "order", _("The order has ended. Record the end of the requirements.")
        DIED = "died", _("The person is recorded as deceased. Record the end of the requirements.")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "NR"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="requirements")
    regime = models.CharField(max_length=7, choices=Regime)
    basis = models.CharField(max_length=20, choices=Basis)
    basis_words = models.CharField(max_length=300, blank=True)
    conviction = models.ForeignKey(Conviction, models.PROTECT, related_name="requirements", null=True, blank=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="requirements", null=True, blank=True)
    relevant_on = models.DateField(_("relevant date"))
    lasts = models.CharField(max_length=10, choices=Lasts, default=Lasts.SENTENCE)
    # By hand only: what the period is worked out from. A conviction is asked itself.
    disposal = models.CharField(max_length=40, choices=Disposal.Kind, blank=True)
    term_years = models.PositiveSmallIntegerField(default=0)
    term_months = models.PositiveSmallIntegerField(default=0)
    term_days = models.PositiveSmallIntegerField(default=0)
    order_ends_on = models.DateField(null=True, blank=True)
    # The period as last worked out (RequirementPeriod keeps them all). Without a last day: indefinite, for as long as an
    # order lasts, or standing still in custody.
    indefinite = models.BooleanField(default=False, editable=False)
    last_day = models.DateField(null=True, blank=True, editable=False)
    # Why a person must look whether they still stand, and by when. They stand until somebody records their end.
    doubt = models.CharField(max_length=10, choices=Doubt, blank=True, editable=False)
    doubt_until = models.DateField(null=True, blank=True, editable=False)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_on = models.DateField(_("last day in force"), null=True, blank=True)
    end_reason = models.CharField(max_length=10, choices=EndReason, blank=True)
    end_words = models.TextField(blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = RequirementQuerySet.as_manager()

    class Meta:
        ordering = ["-relevant_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "conviction",
                "regime",
                name="one_requirement_of_a_conviction",
                violation_error_message=_("The notification requirements of this conviction are recorded already."),
            ),
            models.CheckConstraint(
                condition=Q(basis="conviction", conviction__isnull=False)
                | (Q(conviction__isnull=True) & ~Q(basis="conviction")),
                name="a_conviction_is_named",
            ),
            models.UniqueConstraint(
                "order",
                name="one_requirement_of_an_order",
                violation_error_message=_("The notification requirements of this order are recorded already."),
            ),
            models.CheckConstraint(
                condition=Q(doubt="", doubt_until__isnull=True) | (~Q(doubt="") & Q(doubt_until__isnull=False)),
                name="a_doubt_is_settled_by_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(basis="other") | ~Q(basis_words=""),
                name="another_basis_is_said_in_words",
                violation_error_message=_("Say in words what the requirements rest on."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, end_reason="", ended_by__isnull=True)
                | (Q(ended_on__isnull=False, ended_by__isnull=False) & ~Q(end_reason="")),
                name="ended_requirements_say_why",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("relevant_on")),
                name="requirements_end_after_they_began",
                violation_error_message=_("The end must be on or after the relevant date."),
            ),
            models.CheckConstraint(
                condition=Q(order_ends_on__isnull=True) | Q(order_ends_on__gte=F("relevant_on")),
                name="an_order_ends_after_it_began",
                violation_error_message=_("The order must end on or after the relevant date."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("offenders:notification", args=[self.offender.reference])

    @property
    def act(self) -> str:
        return str(Regime(self.regime).label)

    def is_over(self, on: date) -> bool:
        """The last day has passed and nobody has recorded the end."""
        return self.ended_on is None and self.last_day is not None and self.last_day < on

    def is_in_force(self, on: date) -> bool:
        """The same as the queryset's `in_force`, for a row at hand."""
        ends = [day for day in (self.last_day, self.ended_on) if day]
        return self.relevant_on <= on and all(day >= on for day in ends)


class RequirementPeriod(CaseModel):
    """A period as the law function gave it. Superseded when the facts changed; never changed itself."""

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="requirement_periods")
    requirement = models.ForeignKey(NotificationRequirement, models.CASCADE, related_name="periods")
    indefinite = models.BooleanField()
    years = models.PositiveSmallIntegerField(null=True, blank=True)
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    authority = models.CharField(max_length=160)
    explanation = models.CharField(max_length=500)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet["RequirementPeriod"].as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "requirement", condition=Q(superseded_at__isnull=True), name="one_period_of_a_requirement"
            ),
            models.CheckConstraint(condition=~Q(indefinite=True, last_day__isnull=False), name="indefinite_has_no_end"),
        ]

    def __str__(self) -> str:
        return f"period of {self.requirement_id}, {self.at:%Y-%m-%d}"


class ParentalDirection(CaseModel):
    """A court directed that a parent carries the duties of somebody under 18 (SOA 2003 s.89)."""

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="parental_directions")
    requirement = models.ForeignKey(NotificationRequirement, models.CASCADE, related_name="directions")
    parent = models.CharField(max_length=160)
    from_on = models.DateField()
    until = models.DateField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = CaseQuerySet["ParentalDirection"].as_manager()

    class Meta:
        ordering = ["-from_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("from_on")),
                name="a_direction_ends_after_it_began",
                violation_error_message=_("The direction must end on or after its first day."),
            ),
        ]

    def __str__(self) -> str:
        return f"direction of {self.requirement_id}, {self.from_on}"


class RequirementReview(CaseModel):
    """An application that indefinite requirements end, and what was determined (SOA 2003 ss.91A to 91F)."""

    class Outcome(models.TextChoices):
        CONTINUES = "continues", _("The requirements continue")
        ENDS = "ends", _("The requirements end")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "RR"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="requirement_reviews")
    requirement = models.ForeignKey(NotificationRequirement, models.CASCADE, related_name="reviews")
    applied_on = models.DateField()
    determined_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    reasons = models.TextField(blank=True)
    next_on = models.DateField(_("first day for the next application"), null=True, blank=True)
    next_authority = models.CharField(max_length=160, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    determined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = CaseQuerySet["RequirementReview"].as_manager()

    class Meta:
        ordering = ["-applied_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "requirement",
                condition=Q(determined_on__isnull=True),
                name="one_open_application",
                violation_error_message=_("An application is waiting already: record what was determined."),
            ),
            models.CheckConstraint(
                condition=Q(determined_on__isnull=True, outcome="", determined_by__isnull=True)
                | (Q(determined_on__gte=F("applied_on"), determined_by__isnull=False) & ~Q(outcome="")),
                name="a_determination_says_what",
                violation_error_message=_("The determination must be on or after the day of the application."),
            ),
            models.CheckConstraint(
                condition=Q(next_on__isnull=True) | Q(outcome="continues"), name="only_a_refusal_has_a_next_day"
            ),
        ]

    def __str__(self) -> str:
        return self.reference
