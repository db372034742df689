"""What was decided about a person's category, which one was recorded when, and what is proposed to change."""

from functools import partial
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mappa.reference_numbers import new_reference
from offenders.models.offender import CaseModel, CaseQuerySet, Offender


class CategoryDecision(CaseModel):
    """A decision by which somebody is in MAPPA, or no longer. Never changed: an end or an error is a new row about it.

    Categories 3 and 4 by decision are the Responsible Authority's (CJA 2003 s.325(2)(b) and (c)). "Not MAPPA
    eligible" is a positive record that somebody who looks eligible was considered and ruled out.
    """

    class Kind(models.TextChoices):
        DANGEROUS = "dangerous", _("Category 3: other dangerous offender")
        TERRORISM_RISK = "terrorism_risk", _("Category 4: at risk of involvement in terrorism")
        NOT_ELIGIBLE = "not_eligible", _("Not MAPPA eligible")
        RISK_REDUCED = "risk_reduced", _("The level of risk has reduced enough")
        LAPSED = "lapsed", _("The last basis has ended")
        DIED = "died", _("The person has died")
        DEPORTED = "deported", _("The person was deported")
        LEFT = "left", _("Management ended by another decision")
        RE_ENTERED = "re_entered", _("Managed under MAPPA again")
        WITHDRAWN = "withdrawn", _("A decision made in error was withdrawn")

    GIVES_A_BASIS = (Kind.DANGEROUS, Kind.TERRORISM_RISK)
    ENDS_MANAGEMENT = (Kind.NOT_ELIGIBLE, Kind.LAPSED, Kind.DIED, Kind.DEPORTED, Kind.LEFT)
    ABOUT_ANOTHER = (Kind.RISK_REDUCED, Kind.WITHDRAWN)
    # What the law itself ended is not undone by saying that it was an error: a basis that is found again re-enters.
    CAN_BE_WITHDRAWN = (
        *GIVES_A_BASIS,
        Kind.RISK_REDUCED,
        Kind.NOT_ELIGIBLE,
        Kind.DIED,
        Kind.DEPORTED,
        Kind.LEFT,
    )

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "CD"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="category_decisions")
    kind = models.CharField(max_length=20, choices=Kind)
    reasons = models.TextField()
    decided_on = models.DateField()
    meeting = models.CharField(max_length=120, blank=True)
    tool = models.CharField(max_length=120, blank=True)
    concerns = models.ForeignKey("self", models.RESTRICT, related_name="later", null=True, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = CaseQuerySet["CategoryDecision"].as_manager()

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "concerns",
                "kind",
                condition=Q(concerns__isnull=False),
                name="a_decision_ends_once",
                violation_error_message=_("This decision has been ended or withdrawn already."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["risk_reduced", "withdrawn"], concerns__isnull=False)
                | (~Q(kind__in=["risk_reduced", "withdrawn"]) & Q(concerns__isnull=True)),
                name="an_end_says_of_which_decision",
            ),
            models.CheckConstraint(
                condition=~Q(reasons=""),
                name="a_decision_has_reasons",
                violation_error_message=_("Enter the reasons."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="not_eligible", tool=""),
                name="ruled_out_with_a_tool",
                violation_error_message=_("Enter the tool that was used."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class CategoryPeriod(CaseModel):
    """A time during which one category was recorded, why, and by whose confirmation. Never changed, only ended."""

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="category_periods")
    category = models.PositiveSmallIntegerField(choices=Offender.Category)
    from_on = models.DateField()
    until = models.DateField(null=True, blank=True)
    explanation = models.TextField()
    # Empty where the law gave the category; else what gave it.
    decision = models.ForeignKey(CategoryDecision, models.RESTRICT, related_name="periods", null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = CaseQuerySet["CategoryPeriod"].as_manager()

    class Meta:
        ordering = ["-from_on", "-pk"]
        constraints = [
            models.UniqueConstraint("offender", condition=Q(until__isnull=True), name="one_category_at_a_time"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("from_on")), name="a_category_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"category {self.category}"


class CategoryProposalQuerySet(CaseQuerySet["CategoryProposal"]):
    def open(self) -> Self:
        """Proposals that wait for a person."""
        return self.filter(outcome="")


class CategoryProposal(CaseModel):
    """What follows from the bases of a case and is not recorded yet. The system proposes, a person decides.

    `facts` are the bases in force by which it was made: when they change, it is overtaken, and may not be confirmed.
    """

    class Kind(models.TextChoices):
        CHANGE = "change", _("Change of category")
        EXIT = "exit", _("No longer managed under MAPPA")
        RE_ENTRY = "re_entry", _("Managed under MAPPA again")
        DECIDE = "decide", _("Category to be determined")

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed")
        DECLINED = "declined", _("Declined")
        OVERTAKEN = "overtaken", _("Overtaken")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "CP"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="category_proposals")
    kind = models.CharField(max_length=10, choices=Kind)
    from_category = models.PositiveSmallIntegerField(choices=Offender.Category, null=True, blank=True)
    to_category = models.PositiveSmallIntegerField(choices=Offender.Category, null=True, blank=True)
    explanation = models.TextField()
    facts = models.TextField(blank=True)
    as_of = models.DateField()
    due_on = models.DateField()
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    answer_reason = models.TextField(blank=True)

    objects = CategoryProposalQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "reference"]
        constraints = [
            models.UniqueConstraint("offender", condition=Q(outcome=""), name="one_open_category_proposal"),
            models.CheckConstraint(
                condition=Q(outcome="", answered_at__isnull=True, answered_by__isnull=True, answer_reason="")
                | (~Q(outcome="") & Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer_reason="")),
                name="an_answered_proposal_says_by_whom_and_why",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["change", "re_entry"], to_category__isnull=False)
                | Q(kind__in=["exit", "decide"], to_category__isnull=True),
                name="a_proposal_says_which_category_follows",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "reference"], name="category_proposals_open", condition=Q(outcome=""))
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("offenders:proposal", args=[self.reference])
