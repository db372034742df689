"""The measures of a plan: who does what by when, and how it is checked."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts
from agencies.models import Agency
from assessments.models.plan import Audience, Heading, Plan, PlanRowQuerySet
from mappa.reference_numbers import new_reference
from offenders.models import Offender
from offenders.models.offender import CaseModel
from offenders.visibility import Scope


class MeasureQuerySet(PlanRowQuerySet["Measure"]):
    # What was taken out of the draft was never part of what is shared.
    for_everyone = Q(audience=Audience.EVERYONE, removed_at__isnull=True)

    def _besides(self, scope: Scope) -> Q:
        # An agency words and does its own part, also while the plan is a draft.
        return Q(agency__in=sorted(scope.agencies))

    def outline_of(self, plan: Plan) -> list[tuple[int, str, int | None]]:
        """Key, heading and what it continues of each measure in a plan the caller already holds: never what it says."""
        return list(self.scoped(Q(plan=plan)).standing().values_list("pk", "pillar", "continues"))

    def to_do_of(self, plans: Iterable[Plan]) -> dict[int, int]:
        """How many measures of plans the caller already holds are still to be done, by plan: never what they say."""
        rows = self.scoped(Q(plan__in=list(plans))).to_do().order_by().values_list("plan")
        return dict(rows.annotate(models.Count("pk")))

    def standing(self) -> Self:
        """Measures that were not taken out of the draft."""
        return self.filter(removed_at__isnull=True)

    def undone(self) -> Self:
        """Of these, the measures of which nobody has said yet that they are done."""
        return self.standing().filter(done_on__isnull=True)

    def to_do(self) -> Self:
        """Undone measures of plans in force."""
        return self.undone().filter(plan__state=Plan.State.CURRENT)


class Measure(CaseModel):
    """One measure within a pillar, SMART as assessments/smart.py judges it."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "ME"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="measures")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="measures")
    pillar = models.CharField(max_length=20, choices=Heading)
    text = models.CharField(max_length=300)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    person = models.CharField(max_length=120, blank=True)
    due_on = models.DateField()
    checked_how = models.CharField(max_length=300)
    # Why words that cannot be checked stand all the same, and who let them.
    override_reason = models.CharField(max_length=300, blank=True)
    overridden_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.EVERYONE)
    # The same measure in the version before.
    continues = models.ForeignKey("self", models.PROTECT, related_name="continued_by", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    outcome = models.TextField(blank=True)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["pillar", "due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on__isnull=True, done_by__isnull=True)
                | (Q(done_on__isnull=False, done_by__isnull=False) & ~Q(outcome="")),
                name="a_done_measure_says_what_came_of_it",
                violation_error_message=_("Enter what was done."),
            ),
            models.CheckConstraint(
                condition=Q(override_reason="", overridden_by__isnull=True)
                | (~Q(override_reason="") & Q(overridden_by__isnull=False)),
                name="who_lets_words_stand_says_why",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="a_measure_removed_at_and_by_together",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "due_on"],
                name="measures_to_do",
                condition=Q(done_on__isnull=True, removed_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("assessments:report_measure", args=[self.reference])

    def parts(self) -> Parts:
        return replace(self.offender.parts(), owner=self.agency_id)
