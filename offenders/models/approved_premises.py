"""Approved premises: the register of places and beds, and the way of one person to a bed in one.

A MAPPA meeting proposes. The competent body decides: residence there is a licence condition or a condition of bail, and
the place is given by those who run the premises. A meeting imposes nothing (MAPPA has no powers of its own).
"""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import NamedTuple, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.models import Area
from mappa import dates
from mappa.reference_numbers import new_reference
from offenders.models.licence import days, same
from offenders.models.offender import CaseModel, CaseQuerySet, Offender

MOST_BEDS = 99


class Premises(models.Model):
    """One approved premises. About no case; kept by the administrator."""

    class Kind(models.TextChoices):
        PROBATION = "probation", _("Run by the Probation Service")
        INDEPENDENT = "independent", _("Run independently for the Probation Service")
        PIPE = "pipe", _("Psychologically informed (PIPE)")

    class For(models.TextChoices):
        MEN = "men", _("Men")
        WOMEN = "women", _("Women")

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120, unique=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PROBATION)
    residents = models.CharField(max_length=5, choices=For, default=For.MEN)
    beds = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(MOST_BEDS)])
    disabled_access = models.BooleanField(default=False)
    is_active = models.BooleanField(_("takes residents"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "premises"
        constraints = [
            models.CheckConstraint(condition=Q(beds__gte=1), name="premises_have_a_bed"),
        ]

    def __str__(self) -> str:
        return self.name


class PremisesProposal(CaseModel):
    """A proposal that a person lives in approved premises, and what the competent body decided."""

    class Proposer(models.TextChoices):
        MEETING = "meeting", _("A MAPPA meeting")
        PROBATION = "probation", _("The probation officer")
        PRISON = "prison", _("The prison")
        OTHER = "other", _("Another agency")

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")

    class Decider(models.TextChoices):
        PREMISES_UNIT = "premises-unit", _("Probation Service: approved premises placements")
        GOVERNOR = "governor", _("Prison governor, for the Secretary of State")
        SECRETARY = "secretary-of-state", _("Secretary of State (HMPPS)")
        PAROLE_BOARD = "parole-board", _("Parole Board")
        COURT = "court", _("Court, on bail")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "AP"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="premises_proposals")
    proposed_by = models.CharField(max_length=10, choices=Proposer)
    proposed_on = models.DateField()
    needed_from = models.DateField()
    reasons = models.TextField()
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_by = models.CharField(max_length=20, choices=Decider, blank=True)
    decided_by_officer = models.CharField(max_length=120, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decision_reasons = models.TextField(blank=True)
    conditions = models.TextField(blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawal_reason = models.TextField(blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = CaseQuerySet["PremisesProposal"].as_manager()

    class Meta:
        ordering = ["-proposed_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="", decided_by="", decided_by_officer="", decided_on__isnull=True)
                | (
                    ~Q(decision="")
                    & ~Q(decided_by="")
                    & ~Q(decided_by_officer="")
                    & ~Q(decision_reasons="")
                    & Q(decided_on__gte=F("proposed_on"))
                ),
                name="a_decided_proposal_says_whose_decision_and_why",
                violation_error_message=_("The decision cannot be before the proposal, and says who decided and why."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True, withdrawal_reason="")
                | (Q(withdrawn_on__gte=F("proposed_on")) & ~Q(withdrawal_reason="")),
                name="a_withdrawn_proposal_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("offenders:premises", args=[self.offender.reference])

    def clean(self) -> None:
        if self.proposed_on > dates.today():
            raise ValidationError({"proposed_on": _("The date of the proposal must be today or in the past")})
        if self.needed_from < self.proposed_on:
            raise ValidationError(
                {"needed_from": _("A place can be needed from the date of the proposal at the earliest")}
            )

    @property
    def is_open(self) -> bool:
        """Neither refused nor withdrawn."""
        return self.withdrawn_on is None and self.decision != self.Decision.REFUSED

    def is_running(self, places: "Iterable[PremisesPlace]") -> bool:
        """Waits for a decision or a bed, or somebody lives there under it. `places`: those of this proposal."""
        changed = PremisesPlace.Release.CHANGED
        left = any(place.arrived_on and place.released_on and place.release != changed for place in places)
        return self.is_open and not left


class Taken(NamedTuple):
    """A bed that is taken on a day, and nothing about whom it is for; `place` only serves to find one's own."""

    premises: int
    bed: int
    place: int


class PremisesPlaceQuerySet(CaseQuerySet["PremisesPlace"]):
    def standing(self) -> Self:
        """Places that are reserved or lived in."""
        return self.filter(released_on__isnull=True)

    def on(self, day: date) -> Self:
        """Beds that somebody has on a day: reserved for it, or lived in past the expected end."""
        begun = self.filter(from_on__lte=day)
        held = Q(until_on__gt=day)
        if day <= dates.today():
            held |= Q(arrived_on__isnull=False)
        return begun.filter((Q(released_on__isnull=True) & held) | Q(released_on__gt=day))

    def taken(self, premises: Iterable[Premises], day: date) -> list[Taken]:
        """Which beds of these premises are taken on a day, by whomever: numbers only, never whose."""
        rows = self.scoped(Q(premises__in=list(premises))).on(day).order_by()
        return [Taken(*row) for row in rows.values_list("premises", "bed", "pk")]

    def lived_in(self, premises: Premises, bed: int, day: date) -> bool:
        """Did somebody who has left since live in the bed on a day, and the day after: whoever it was?"""
        rows = self.scoped(Q(premises=premises, bed=bed, arrived_on__lte=day, released_on__gt=day))
        return rows.exists()

    def beds_taken_between(self, premises: Premises, first: date, until: date) -> set[int]:
        """The beds of the premises that are not free on every one of these days, whomever they are for."""
        rows = self.scoped(Q(premises=premises)).annotate(free_on=Least("released_on", "until_on"))
        clash = Q(from_on__lt=until, free_on__gt=first)
        if first <= dates.today():  # whoever has not left, though expected to, is still there
            clash |= Q(arrived_on__isnull=False, released_on__isnull=True)
        return set(rows.filter(clash).order_by().values_list("bed", flat=True))


class PremisesPlace(CaseModel):
    """A bed for a person from a day until the day on which it is free again. A change is a new row."""

    class Release(models.TextChoices):
        PLANNED = "planned", _("Left as planned")
        BREACH = "breach", _("Had to leave after a breach")
        RECALLED = "recalled", _("Was recalled to custody")
        ABSCONDED = "absconded", _("Absconded")
        DIED = "died", _("Died")
        CHANGED = "changed", _("Place or dates changed")
        WITHDRAWN = "withdrawn", _("Place given up before arrival")

    # How a stay ends; the others are the record's own.
    DEPARTURES = (Release.PLANNED, Release.BREACH, Release.RECALLED, Release.ABSCONDED, Release.DIED)

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "PL"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="premises_places")
    proposal = models.ForeignKey(PremisesProposal, models.CASCADE, related_name="places")
    premises = models.ForeignKey(Premises, models.PROTECT, related_name="+")
    bed = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(MOST_BEDS)])
    from_on = models.DateField()
    # The expected departure: the day on which the bed is free again.
    until_on = models.DateField()
    arrived_on = models.DateField(null=True, blank=True)
    released_on = models.DateField(null=True, blank=True)
    release = models.CharField(max_length=10, choices=Release, blank=True)
    release_notes = models.TextField(blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = PremisesPlaceQuerySet.as_manager()

    class Meta:
        ordering = ["-from_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__gt=F("from_on")),
                name="a_place_is_for_a_night_at_least",
                violation_error_message=_("The day of departure must be after the day from which the bed is reserved."),
            ),
            models.CheckConstraint(
                condition=Q(arrived_on__isnull=True) | Q(arrived_on__gte=F("from_on")),
                name="nobody_arrives_before_the_bed_is_theirs",
                violation_error_message=_("The bed is not reserved on the day of arrival."),
            ),
            models.CheckConstraint(
                condition=Q(released_on__isnull=True, release="")
                | (
                    Q(released_on__isnull=False)
                    & ~Q(release="")
                    & (Q(arrived_on__isnull=True) | Q(released_on__gte=F("arrived_on")))
                ),
                name="a_place_is_left_after_arrival_and_says_how",
                violation_error_message=_("The day of departure cannot be before the day of arrival."),
            ),
            ExclusionConstraint(
                name="a_bed_is_reserved_once",
                expressions=[
                    *same("premises", "bed"),
                    # What was promised, given up early perhaps. Whoever stays longer takes nothing from the next, or that
                    # departure could never be recorded; who lives in a bed is `one_resident_in_a_bed`.
                    days(F("from_on"), Greatest("from_on", Least("released_on", "until_on")), "[)"),
                ],
                violation_error_message=_("This bed is taken on some of these days. Choose another bed or other days."),
            ),
            models.UniqueConstraint(
                "premises",
                "bed",
                condition=Q(arrived_on__isnull=False, released_on__isnull=True),
                name="one_resident_in_a_bed",
                violation_error_message=_(
                    "Somebody still lives in this bed. Choose another, or record that departure first."
                ),
            ),
            models.UniqueConstraint(
                "proposal",
                condition=Q(released_on__isnull=True),
                name="one_place_for_a_proposal",
                violation_error_message=_("A bed is reserved already under this proposal."),
            ),
        ]
        indexes = [models.Index(fields=["until_on"], name="places_standing", condition=Q(released_on__isnull=True))]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("offenders:premises", args=[self.offender.reference])

    def clean(self) -> None:
        if self.until_on <= self.from_on:
            raise ValidationError({"until_on": _("The expected departure must be after the first day")})
        if self.bed > self.premises.beds:
            words = _("These premises have %(beds)s beds") % {"beds": self.premises.beds}
            raise ValidationError({"bed": words})
