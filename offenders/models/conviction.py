"""Offences, and what a court or the police found about them."""

from datetime import date
from functools import partial
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from mappa import dates
from mappa.reference_numbers import new_reference
from offenders.law.eligibility import REGISTER_BEGAN
from offenders.models.offender import CaseModel, CaseQuerySet, Offender

OLDER = _(
    "for what is older than 1 September 1997: on that day not yet dealt with for it, serving, detained, supervised or "
    "under its order (Sexual Offences Act 2003 s.81)"
)


class OffenceQuerySet(models.QuerySet["Offence"]):
    def in_use(self) -> Self:
        """Offences that may be chosen for a new conviction."""
        return self.filter(is_active=True)

    def matching(self, words: str) -> Self:
        """Offences whose title, statute or code has every one of the words, in any order; all without any."""
        found = self
        for word in words.split():
            found = found.filter(Q(title__icontains=word) | Q(statute__icontains=word) | Q(code__iexact=word))
        return found


class Offence(models.Model):
    """An offence, with the schedules that make it count for MAPPA."""

    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=160)
    statute = models.CharField(max_length=120)
    schedule_3 = models.BooleanField(_("Sexual Offences Act 2003, Schedule 3"), default=False)
    # Empty where the offence is in Schedule 3 without one; of each conviction it is asked whether it is met.
    schedule_3_condition = models.CharField(
        _("condition of Schedule 3"),
        max_length=160,
        blank=True,
        help_text=_("In words, for example: victim under 18, or sentence. Asked about each conviction."),
    )
    schedule_15_part = models.PositiveSmallIntegerField(_("CJA 2003, Schedule 15, Part"), null=True, blank=True)
    murder = models.BooleanField(default=False)
    section_327_4a = models.BooleanField(_("CJA 2003 s.327(4A)"), default=False)
    relevant_terrorist = models.BooleanField(default=False)
    is_active = models.BooleanField(_("may be chosen"), default=True)

    objects = OffenceQuerySet.as_manager()

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def registers_if(self, dealt_with_on: date | None, outcome: str) -> list[str | Promise]:
        """On what it depends whether a conviction of this offence counts for registration; empty without a condition.

        A caution of before the register began counts never, so nothing is asked of it.
        """
        if not self.schedule_3:
            return []
        is_old = dealt_with_on is not None and dealt_with_on < REGISTER_BEGAN
        if is_old and outcome == Conviction.Outcome.CAUTIONED:
            return []
        found: list[str | Promise] = [self.schedule_3_condition] if self.schedule_3_condition else []
        return [*found, OLDER] if is_old else found


class ConvictionQuerySet(CaseQuerySet["Conviction"]):
    def in_force(self) -> Self:
        """What stands: neither corrected by another row, nor quashed, nor taken back as wrong."""
        return self.filter(correction__isnull=True, set_aside_on__isnull=True, withdrawn_at__isnull=True)

    def with_sentence(self, user: User) -> Self:
        """With everything that was imposed, as offenders/sentencing.py needs it: two more queries, however many."""
        from offenders.models.disposal import Disposal, Term

        terms = Prefetch("terms", Term.objects.visible_to(user))
        disposals = Disposal.objects.visible_to(user).standing().prefetch_related(terms)
        return self.select_related("offence", "offender").prefetch_related(Prefetch("disposals", disposals))


class Conviction(CaseModel):
    """A conviction, caution or finding for one offence. Never changed: a correction is a new row that points at it."""

    class Outcome(models.TextChoices):
        CONVICTED = "convicted", _("Convicted")
        CAUTIONED = "cautioned", _("Cautioned")
        INSANITY = "not_guilty_by_reason_of_insanity", _("Not guilty by reason of insanity")
        DISABILITY = "under_a_disability_did_the_act", _("Under a disability and did the act")

    class Jurisdiction(models.TextChoices):
        HERE = "england_and_wales", _("England and Wales")
        ELSEWHERE = "elsewhere", _("Elsewhere")

    class Inchoate(models.TextChoices):
        """Schedules 3 and 15 have these with the offence itself (SOA 2003 Sch 3 para 94; CJA 2003 Sch 15)."""

        ATTEMPT = "attempt", _("Attempt")
        CONSPIRACY = "conspiracy", _("Conspiracy")
        ENCOURAGING = "encouraging", _("Encouraging, assisting or inciting")
        AIDING = "aiding", _("Aiding, abetting, counselling or procuring")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "CV"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="convictions")
    offence = models.ForeignKey(Offence, models.PROTECT, related_name="+")
    inchoate = models.CharField(max_length=12, choices=Inchoate, blank=True)
    count = models.CharField(max_length=20, blank=True)
    # Does it count for registration: is the condition of Schedule 3 met, and that of s.81 for what is older? Empty where
    # neither asks anything, and on rows from before it was asked.
    schedule_3_met = models.BooleanField(null=True, blank=True)
    outcome = models.CharField(max_length=40, choices=Outcome, default=Outcome.CONVICTED)
    # The day of the conviction, finding or caution: SOA 2003 s.82(6) counts from it, not from the sentence.
    dealt_with_on = models.DateField(_("date of conviction"))
    committed_from = models.DateField(null=True, blank=True)
    committed_until = models.DateField(null=True, blank=True)
    court = models.CharField(max_length=80, blank=True)
    jurisdiction = models.CharField(max_length=20, choices=Jurisdiction, default=Jurisdiction.HERE)
    is_index = models.BooleanField(_("index offence"), default=False)
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    corrects = models.OneToOneField("self", models.PROTECT, related_name="correction", null=True, blank=True)
    correction_reason = models.TextField(blank=True)
    set_aside_on = models.DateField(null=True, blank=True)
    set_aside_court = models.CharField(max_length=80, blank=True)
    set_aside_reason = models.TextField(blank=True)
    set_aside_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    withdrawal_reason = models.TextField(blank=True)

    objects = ConvictionQuerySet.as_manager()

    class Meta:
        ordering = ["-dealt_with_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(committed_from__isnull=True)
                | Q(committed_until__isnull=True)
                | Q(committed_until__gte=F("committed_from")),
                name="an_offence_ends_after_it_begins",
                violation_error_message=_("The offence must end on or after the day on which it began."),
            ),
            models.CheckConstraint(
                condition=Q(set_aside_on__isnull=True, set_aside_by__isnull=True, set_aside_court="")
                | (Q(set_aside_on__isnull=False, set_aside_by__isnull=False) & ~Q(set_aside_court="")),
                name="a_conviction_set_aside_says_by_which_court",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True, correction_reason="")
                | (Q(corrects__isnull=False) & ~Q(correction_reason="")),
                name="a_correction_of_a_conviction_says_why",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
                name="a_withdrawn_conviction_says_by_whom_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}, {self.dealt_with_on}"

    def get_absolute_url(self) -> str:
        return reverse("offenders:sentences", args=[self.offender.reference])

    @property
    def title(self) -> str:
        """The offence, or the attempt at it."""
        return f"{self.offence.title} ({self.get_inchoate_display().lower()})" if self.inchoate else self.offence.title

    @property
    def schedule_3_is_unanswered(self) -> bool:
        """Whether it counts for registration depends on something that nobody has said."""
        return self.schedule_3_met is None and bool(self.offence.registers_if(self.dealt_with_on, self.outcome))

    @property
    def is_here(self) -> bool:
        return self.jurisdiction == self.Jurisdiction.HERE

    def clean(self) -> None:
        problems = {"dealt_with_on": self._wrong_date(), "committed_from": self._wrong_beginning()}
        problems |= {"committed_until": self._wrong_end(), "set_aside_on": self._wrong_appeal()}
        if found := {field: problem for field, problem in problems.items() if problem}:
            raise ValidationError(found)

    def _wrong_date(self) -> Promise | None:
        if self.dealt_with_on > dates.today():
            return _("The date of conviction must be in the past")
        if self.dealt_with_on < self.offender.born_on:
            return _("The date of conviction must be after the date of birth")
        return None

    def _wrong_beginning(self) -> Promise | None:
        if self.committed_from and self.committed_from < self.offender.born_on:
            return _("The offence must be after the date of birth")
        return self._after_conviction(self.committed_from)

    def _wrong_end(self) -> Promise | None:
        if self.committed_until and not self.committed_from:
            return _("Enter the first day of the offence too, or only that one")
        if self.committed_until and self.committed_from and self.committed_until < self.committed_from:
            return _("The offence must end on or after the day on which it began")
        return self._after_conviction(self.committed_until)

    def _after_conviction(self, day: date | None) -> Promise | None:
        late = day and day > self.dealt_with_on
        return _("The offence must be before the conviction, finding or caution") if late else None

    def _wrong_appeal(self) -> Promise | None:
        if self.set_aside_on and not self.dealt_with_on <= self.set_aside_on <= dates.today():
            return _("The appeal must be decided after the conviction and not after today")
        return None
