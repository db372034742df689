"""Decisions about telling third parties, either way."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from disclosures.models.children import AGAINST_PRESUMPTION, AskedAboutChildren
from offenders.models import Offender
from offenders.models.offender import CaseModel, CaseQuerySet


class DisclosureDecisionQuerySet(CaseQuerySet["DisclosureDecision"]):
    def to_carry_out(self) -> Self:
        """What meetings decided to disclose, and no record carries out yet."""
        decided = self.filter(decision=DisclosureDecision.Decision.YES, carried_out__isnull=True)
        return decided.exclude(meeting_reference="")

    def says_child_sex_offender(self) -> bool:
        """Was the person one by the last entry that says so or not, at a meeting or in a record that stands?"""
        by_record = models.Q(disclosure__isnull=False, disclosure__correction__isnull=True)
        found = self.filter(models.Q(child_sex_offender__isnull=False) | by_record)
        answers = ("child_sex_offender", "disclosure__child_sex_offender")
        return any(found.values_list(*answers).first() or ())


class DisclosureDecision(AskedAboutChildren, CaseModel):
    """An entry of the log: disclosure considered, and what was decided, with reasons. Never changed.

    "Considered, no" is a record too. One by hand has the whole record behind it (`disclosure`); one of a meeting has
    what the meeting decided, and the record that carries it out, if any, points back at it.
    """

    class Decision(models.TextChoices):
        YES = "yes", _("Disclose")
        NO = "no", _("Do not disclose")

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="disclosure_decisions")
    decision = models.CharField(max_length=5, choices=Decision)
    to_whom = models.CharField(max_length=340, blank=True)
    reasons = models.TextField()
    considered_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    meeting_reference = models.CharField(max_length=12, blank=True)

    objects = DisclosureDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-considered_at", "-pk"]
        constraints = [
            *AskedAboutChildren.Meta.constraints,
            models.CheckConstraint(
                condition=~models.Q(presumption=True, decision="no", against_presumption=""),
                name="a_meetings_no_against_the_presumption_says_why",
                violation_error_message=AGAINST_PRESUMPTION,
            ),
            models.CheckConstraint(
                condition=~models.Q(decision="yes", to_whom=""),
                name="a_disclosure_names_its_recipient",
                violation_error_message=_("Enter to whom it is to be disclosed."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_decision_display()
