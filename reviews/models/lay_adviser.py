"""The public's two on a board: their appointment, and the hours they give."""

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import memberships
from agencies.models import Role, User
from mappa import dates
from mappa.reference_numbers import new_reference
from reviews.models.board import Board, OfBoard, OfBoardQuerySet
from reviews.readers import areas_read

LEAST, MOST = Decimal("0.25"), Decimal(16)  # of one entry, in hours


class LayAdviserQuerySet(OfBoardQuerySet["LayAdviser"]):
    def standing(self) -> Self:
        return self.filter(ended_on__isnull=True)

    def sitting_on(self, day: date) -> Self:
        """Who advised the board on a day."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=day), from_on__lte=day, until__gte=day)


class LayAdviser(OfBoard):
    """One of the members of the public whom the Secretary of State appoints to the board (CJA 2003 s.326(3)-(4))."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "LA"), editable=False)
    board = models.ForeignKey(Board, models.PROTECT, related_name="advisers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    letter = models.CharField(max_length=60)  # the letter of appointment, or of the last renewal
    # No conviction or caution for a relevant sexual or violent offence: asked before each appointment.
    is_clear = models.BooleanField(default=False)
    from_on = models.DateField()
    until = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = LayAdviserQuerySet.as_manager()

    class Meta:
        ordering = ["from_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                "board",
                "person",
                name="an_adviser_is_appointed_once",
                condition=Q(ended_on__isnull=True),
                violation_error_message=_("This person is a lay adviser of the board. Renew the appointment instead."),
            ),
            models.CheckConstraint(
                condition=Q(is_clear=True),
                name="an_adviser_was_checked",
                violation_error_message=_("Check first that there is no relevant conviction or caution."),
            ),
            models.CheckConstraint(
                condition=Q(until__gte=F("from_on")),
                name="an_appointment_ends_after_it_starts",
                violation_error_message=_("The appointment must end after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_by__isnull=True, end_reason="")
                | (Q(ended_on__gte=F("from_on"), ended_by__isnull=False) & ~Q(end_reason="")),
                name="an_ended_appointment_says_who_and_why",
                violation_error_message=_("The last day must not be before the first."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("reviews:board_adviser", args=[self.reference])


class HoursEntryQuerySet(OfBoardQuerySet["HoursEntry"]):
    area = "adviser__board__area"

    def visible_to(self, user: User) -> Self:
        """One's own while one advises there; all of an area for those who read everything of its board."""
        if user.is_system:
            return self.scoped(Q(pk__isnull=False))
        advises = sorted({m.agency.area_id for m in memberships(user) if m.role_id == Role.Code.LAY_ADVISER})
        own = Q(adviser__person=user.pk, adviser__board__area__in=advises)
        return self.scoped(own | Q(adviser__board__area__in=areas_read(user)))

    def in_month(self, day: date) -> Self:
        first = day.replace(day=1)
        return self.filter(on__gte=first, on__lt=dates.add_months(first, 1))


class HoursEntry(OfBoard):
    """Hours that a lay adviser gave on a day, as he says himself."""

    class Kind(models.TextChoices):
        BOARD = "board", _("Board meeting")
        OBSERVING = "observing", _("Observing a meeting")
        GROUP = "group", _("Sub-group")
        REVIEW = "review", _("Audit or serious case review")
        COMMUNITY = "community", _("Work with communities")
        TRAINING = "training", _("Training")
        READING = "reading", _("Reading papers")
        OTHER = "other", _("Something else")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "HE"), editable=False)
    adviser = models.ForeignKey(LayAdviser, models.PROTECT, related_name="hours")
    on = models.DateField()
    hours = models.DecimalField(
        max_digits=4, decimal_places=2, validators=[MinValueValidator(LEAST), MaxValueValidator(MOST)]
    )
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField(auto_now_add=True)

    objects = HoursEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(hours__gte=LEAST, hours__lte=MOST), name="hours_of_a_day")]

    @property
    def board(self) -> Board:
        return self.adviser.board

    def get_absolute_url(self) -> str:
        return self.adviser.get_absolute_url()

    def clean(self) -> None:
        on: date | None = self.on
        if on is not None and on > dates.today():
            raise ValidationError({"on": _("The day must be today or in the past")})
