"""Where the person was and is, without overlap; and recalls to custody."""

from datetime import date
from functools import partial
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mappa import dates
from mappa.reference_numbers import new_reference
from offenders.models.licence import Body, Licence
from offenders.models.offender import CaseModel, CaseQuerySet, Offender


class _Case(Func):
    """One case as a range, so that the exclusion needs no extension of Postgres (btree_gist is contrib)."""

    function = "int8range"
    template = "%(function)s(%(expressions)s, '[]')"
    output_field = models.TextField()


class _Days(Func):
    """From the first day to the day before the last: on the day of a move the person is where the move led."""

    function = "daterange"
    output_field = DateRangeField()


class WhereaboutsQuerySet(CaseQuerySet["WhereaboutsPeriod"]):
    def standing(self) -> Self:
        """Periods that were not taken back as wrong."""
        return self.filter(withdrawn_at__isnull=True)

    def open(self) -> Self:
        """Where the person is now."""
        return self.standing().filter(until__isnull=True)


class WhereaboutsPeriod(CaseModel):
    """A time in one place, from a day until the day of the next move. Taken back if wrong, never changed otherwise."""

    class Move(models.TextChoices):
        RECEPTION = "reception", _("Received into custody")
        ADMISSION = "admission", _("Admitted to hospital")
        DETENTION = "detention", _("Detained under the Immigration Acts")
        TRANSFER = "transfer", _("Moved to another prison, hospital or removal centre")
        RELEASE = "release", _("Released or discharged")
        ABSCOND = "abscond", _("Absconded, escaped or unlawfully at large")
        FOUND = "found", _("Found, and in the community")
        ABROAD = "abroad", _("Went or was removed abroad")
        RETURNED = "returned", _("Returned from abroad")
        DEATH = "death", _("Died")
        # Asked by the page of registration alone: where the person was then, without a move that somebody saw.
        FOUND_HERE = "here", _("Was there when registered")

    # Whoever was moved elsewhere than there is in the country.
    AWAY = (Offender.Whereabouts.ABROAD, Offender.Whereabouts.DECEASED)

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="whereabouts_periods")
    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "WH"), editable=False)
    kind = models.CharField(max_length=10, choices=Offender.Whereabouts)
    move = models.CharField(max_length=10, choices=Move)
    place = models.CharField(max_length=120, blank=True)
    section = models.CharField(max_length=60, blank=True)
    notes = models.TextField(blank=True)
    from_on = models.DateField()
    until = models.DateField(null=True, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    withdrawal_reason = models.TextField(blank=True)

    objects = WhereaboutsQuerySet.as_manager()

    class Meta:
        ordering = ["-from_on", "-pk"]
        constraints = [
            ExclusionConstraint(
                name="one_place_at_a_time",
                expressions=[
                    (_Case(F("offender"), F("offender")), RangeOperators.OVERLAPS),
                    (_Days(F("from_on"), F("until"), Value("[)")), RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at__isnull=True),
                violation_error_message=_("The person was recorded somewhere else at that time."),
            ),
            models.UniqueConstraint(
                "offender",
                condition=Q(until__isnull=True, withdrawn_at__isnull=True),
                name="one_place_now",
                violation_error_message=_("The person is recorded somewhere else now."),
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("from_on")),
                name="a_stay_ends_after_it_begins",
                violation_error_message=_("The end must be on or after the beginning."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["custody", "hospital", "detention"]) | ~Q(place=""),
                name="custody_and_hospital_have_a_place",
                violation_error_message=_("Enter the prison, hospital or removal centre."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
                name="a_withdrawn_stay_says_by_whom_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} from {self.from_on}"

    def get_absolute_url(self) -> str:
        return reverse("offenders:sentences", args=[self.offender.reference])

    def clean(self) -> None:
        if not self.offender.born_on <= self.from_on <= dates.today():
            raise ValidationError({"on": _("The date must be after the date of birth and not after today")})

    def covers(self, day: date) -> bool:
        """Whether the person was there on a day; on the day of a move he is where it led."""
        return self.from_on <= day and (self.until is None or day < self.until)


class RecallQuerySet(CaseQuerySet["Recall"]):
    def standing(self) -> Self:
        """Recalls that were not taken back as wrong."""
        return self.filter(withdrawn_at__isnull=True)

    def outstanding(self) -> Self:
        """Recalls of people who have not been returned to custody, and whose licence does not hold again."""
        return self.standing().filter(returned_on__isnull=True, resumed_on__isnull=True)

    def suspending(self) -> Self:
        """Recalls by which a licence does not hold, whether the person is back in custody or not."""
        return self.standing().filter(licence__isnull=False, resumed_on__isnull=True)


class Recall(CaseModel):
    """A revocation of the licence: decided on a day, and carried out when the person is back in custody.

    It suspends the licence that ran on that day, where one is recorded, until that holds again (`resumed_on`).
    """

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "RE"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="recalls")
    # Empty while nobody has recorded the licence: the recall is known first.
    licence = models.ForeignKey(Licence, models.CASCADE, related_name="recalls", null=True, blank=True)
    decided_on = models.DateField()
    decided_by = models.CharField(max_length=20, choices=Body, default=Body.SECRETARY)
    reason = models.TextField()
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    returned_on = models.DateField(null=True, blank=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    resumed_on = models.DateField(null=True, blank=True)
    resumed_why = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    withdrawal_reason = models.TextField(blank=True)

    objects = RecallQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "offender",
                condition=Q(returned_on__isnull=True, resumed_on__isnull=True, withdrawn_at__isnull=True),
                name="one_recall_outstanding",
                violation_error_message=_("The person is recalled already: record the return to custody."),
            ),
            models.UniqueConstraint(
                "licence",
                condition=Q(resumed_on__isnull=True, withdrawn_at__isnull=True),
                name="a_licence_is_suspended_once",
                violation_error_message=_(
                    "The licence is suspended by a recall already: record first that it holds again, or the new licence."
                ),
            ),
            models.CheckConstraint(
                condition=Q(returned_on__isnull=True, returned_by__isnull=True)
                | Q(returned_on__gte=F("decided_on"), returned_by__isnull=False),
                name="a_return_is_after_the_recall",
                violation_error_message=_("The return to custody must be on or after the recall."),
            ),
            models.CheckConstraint(
                condition=Q(resumed_on__isnull=True, resumed_why="")
                | (Q(resumed_on__gte=F("decided_on")) & ~Q(resumed_why="")),
                name="a_licence_holds_again_after_the_recall",
                violation_error_message=_("The licence cannot hold again before the recall."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
                name="a_withdrawn_recall_says_by_whom_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"recall of {self.decided_on}"

    def get_absolute_url(self) -> str:
        return reverse("offenders:sentences", args=[self.offender.reference])

    @property
    def is_outstanding(self) -> bool:
        """Neither carried out, nor undone, nor taken back as wrong."""
        return self.returned_on is None and self.resumed_on is None and self.withdrawn_at is None

    @property
    def may_hold_again(self) -> bool:
        """Can the licence hold again? Of a recall without one, only until the return to custody."""
        if self.resumed_on or self.withdrawn_at:
            return False
        return self.licence.ended_on is None if self.licence else self.returned_on is None
