"""Prompts to refer or reassess: a named rule, the fact it rests on, and what became of it."""

from functools import partial
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from mappa.reference_numbers import new_reference
from offenders.models import Offender
from offenders.models.offender import CaseModel, CaseQuerySet
from offenders.models.victim import compartment


class DriftPromptQuerySet(CaseQuerySet["DriftPrompt"]):
    def visible_to(self, user: User) -> Self:
        """Those of cases the user sees; what rests on a victim only where he may look at victims.

        Nobody else is told that something is left out: that a case has a victim is of the compartment.
        """
        cases = Offender.objects.visible_to(user)
        open_to_all = ~Q(rule=DriftPrompt.Rule.NEAR_VICTIM)
        return self.scoped(Q(offender__in=cases.order_by().values("pk")) & (open_to_all | compartment(user)))

    def open(self) -> Self:
        """Prompts that nobody has answered yet."""
        return self.filter(outcome="")

    def of_everybody(self) -> Self:
        """Those that whoever sees the case may read of: they stand on its pages."""
        return self.exclude(rule=DriftPrompt.Rule.NEAR_VICTIM)

    def of_the_compartment(self) -> Self:
        """Those that rest on a victim: they stand on the page of victims and on no other."""
        return self.filter(rule=DriftPrompt.Rule.NEAR_VICTIM)


class DriftPrompt(CaseModel):
    """A fact by which a level or an assessment may be out of date, put before people once.

    The rules are in assessments/drift_rules.py. A prompt changes nothing: it suggests a referral or a reassessment, and
    is answered by that, or dismissed with a reason.
    """

    class Rule(models.TextChoices):
        BREACH = "breach", _("New breach")
        ROSH_RAISED = "rosh-raised", _("Risk of serious harm raised")
        RELEASE = "release", _("Release near and no level set")
        NEAR_VICTIM = "near-victim", _("Address near a victim")
        CHILD = "child", _("Child in the household")
        REVIEWS = "reviews", _("Reviews missed")
        RECALL = "recall", _("Recall to custody")

    class Outcome(models.TextChoices):
        REFERRED = "referred", _("Referred to a higher level")
        REASSESSED = "reassessed", _("Risk assessed again")
        DISMISSED = "dismissed", _("Dismissed with a reason")
        GONE = "gone", _("No longer holds")

    # These ask for a decision on the level: another assessment answers nothing.
    FOR_A_REFERRAL = (Rule.ROSH_RAISED, Rule.RELEASE)

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "DP"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="drift_prompts")
    # The area of the case when it was made, for the board.
    area = models.ForeignKey("agencies.Area", models.PROTECT, related_name="+")
    rule = models.CharField(max_length=12, choices=Rule)
    # Which fact: the reference of its row and, of two, of the other one. The same fact never prompts twice.
    fact = models.CharField(max_length=20)
    besides = models.CharField(max_length=12, blank=True)
    fact_on = models.DateField()
    words = models.CharField(max_length=400)
    due_on = models.DateField()
    made_at = models.DateTimeField(auto_now_add=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    answer_reason = models.TextField(blank=True)

    objects = DriftPromptQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint("rule", "fact", "besides", name="a_fact_prompts_once"),
            models.CheckConstraint(
                condition=Q(outcome="", answered_at__isnull=True, answered_by__isnull=True, answer_reason="")
                | (
                    ~Q(outcome="")
                    & Q(answered_at__isnull=False, answered_by__isnull=False)
                    & (~Q(outcome="dismissed") | ~Q(answer_reason=""))
                ),
                name="an_answered_prompt_says_by_whom",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], name="drift_prompts_open", condition=Q(outcome="")),
            models.Index(fields=["area", "made_at"], name="drift_prompts_made"),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("assessments:prompt", args=[self.reference])

    @property
    def is_open(self) -> bool:
        return not self.outcome

    @property
    def suggests_referral(self) -> bool:
        """It suggests to refer; otherwise to assess again."""
        return self.rule in self.FOR_A_REFERRAL

    @property
    def rests_on_a_victim(self) -> bool:
        """It is of the compartment: no timeline and no audit of the case says which rule it is."""
        return self.rule == self.Rule.NEAR_VICTIM
