"""What was said and decided about one case at one meeting."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, User
from disclosures.models import AGAINST_PRESUMPTION, AskedAboutChildren, DisclosureDecision
from mappa.reference_numbers import new_reference
from offenders.models import Offender
from offenders.visibility import scope_of
from panels.models.audience import AudienceModel, AudienceQuerySet, without_conflict
from panels.models.distribution import issued_rule
from panels.models.meeting import AgendaItem, ItemModel, ItemQuerySet, item_rule, minuting_rule


class ParagraphQuerySet(AudienceQuerySet["Paragraph"]):
    def visible_to(self, user: User) -> Self:
        """Paragraphs that stand, for an audience the user belongs to."""
        return super().visible_to(user).filter(removed_at__isnull=True)

    def removed(self, user: User) -> Self:
        """Paragraphs that were taken out with the words in them, for the same audience."""
        return super().visible_to(user).filter(removed_at__isnull=False)

    def outline_of(self, items: Iterable[AgendaItem]) -> list[tuple[int, str, int, int]]:
        """Item, section, position and key of every paragraph with a text, of items the caller already holds.

        That it is there, and not what it says: what is left out for a reader is said, not hidden.
        """
        rows = self.scoped(Q(item__in=list(items), removed_at__isnull=True)).exclude(text="")
        return list(rows.values_list("item", "section", "position", "pk"))


class Paragraph(AudienceModel):
    """A paragraph of the minutes of one item, under a heading and for one audience (domain.md 3.5).

    `drawn` ones hold what the record said on the day on which the item was finished. `sealed_section` is the heading by
    which minutes were sealed that were approved before the headings were the Guidance's.
    """

    class Section(models.TextChoices):
        CATEGORY = "01-category", _("Category and level")
        PERSON = "02-person", _("The person")
        OFFENCES = "03-offences", _("Convictions and cautions")
        DATES = "04-dates", _("Relevant dates")
        HOSPITAL = "05-hospital", _("Detained in hospital")
        RELEVANT = "06-relevant", _("Why the person is discussed, and what is relevant")
        TOOLS = "07-tools", _("Risk assessment tools and scores")
        SAFEGUARDING = "08-safeguarding", _("Safeguarding of children and adults")
        AGENCIES = "09-agencies", _("What the agencies report")
        VICTIMS = "10-victims", _("Victims")
        ACCOMMODATION = "11-accommodation", _("Accommodation")
        RIGHTS = "12-rights", _("Equality, diversity and human rights")
        DISCLOSURE = "13-disclosure", _("Disclosure")
        RISK = "14-risk", _("Summary of the risk")
        PLAN = "15-plan", _("Risk management plan")
        ACTIONS = "16-actions", _("Actions")
        VISOR = "17-visor", _("ViSOR")
        LEVEL = "18-level", _("Level and category")
        REVIEW = "19-review", _("Next review")

    # What stands under them is drawn from the record; more may be written.
    DRAWN = (Section.CATEGORY, Section.PERSON, Section.OFFENCES, Section.DATES, Section.HOSPITAL, Section.RELEVANT)
    # An item begins with an empty paragraph under each of these. Actions and the last two are rows of their own.
    WRITTEN = (
        Section.RELEVANT,
        Section.TOOLS,
        Section.SAFEGUARDING,
        Section.AGENCIES,
        Section.VICTIMS,
        Section.ACCOMMODATION,
        Section.RIGHTS,
        Section.DISCLOSURE,
        Section.RISK,
        Section.PLAN,
        Section.VISOR,
    )
    # Of these something must be said, if only that there is nothing to say, before the item is finished.
    MUST = (Section.SAFEGUARDING, Section.VICTIMS, Section.RIGHTS, Section.RISK, Section.PLAN)

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "PG"), editable=False)
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="paragraphs")
    section = models.CharField(max_length=20, choices=Section)
    position = models.PositiveSmallIntegerField(default=1)
    text = models.TextField(blank=True)
    drawn = models.BooleanField(default=False, editable=False)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    sealed_section = models.CharField(max_length=20, blank=True, editable=False)

    objects = ParagraphQuerySet.as_manager()

    class Meta:
        ordering = ["section", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="a_paragraph_removed_at_and_by_together",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return f"{self.item.get_absolute_url()}#section-{self.section}"


class DecisionQuerySet(ItemQuerySet["Decision"]):
    def visible_to(self, user: User) -> Self:
        """Decisions of items the user sees: to other agencies once the chair made them final and they were sent them."""
        scope = scope_of(user)
        rows = item_rule(scope, "item__")
        if scope.everything:
            return self.scoped(rows)
        return self.scoped(rows & without_conflict(user) & (issued_rule(scope) | minuting_rule(user, scope)))


class Decision(AskedAboutChildren, ItemModel):
    """What the meeting decided about level, category and disclosure, why, and when it looks again.

    Categories follow from the law (offenders/law/eligibility.py), so that a meeting confirms one or proposes another.
    `is_critical` (a critical public protection case) and `needs_media_plan` are asked of everyone at level 3.
    """

    class Category(models.TextChoices):
        CONFIRMED = "confirmed", _("The category is confirmed")
        CHANGE = "change", _("Another category is proposed")
        NONE = "none", _("No category applies any more: leaving MAPPA is proposed")

    item = models.OneToOneField(AgendaItem, models.PROTECT, related_name="decision")
    level = models.PositiveSmallIntegerField(choices=Offender.Level)
    rationale = models.TextField()
    disclosure = models.CharField(max_length=5, choices=DisclosureDecision.Decision)
    disclosure_reasons = models.TextField()
    disclosure_to = models.CharField(max_length=160, blank=True)
    next_review_on = models.DateField()
    category = models.CharField(max_length=10, choices=Category, blank=True)
    category_reasons = models.TextField(blank=True)
    plan_changes = models.TextField(blank=True)
    is_critical = models.BooleanField(null=True, blank=True)
    critical_reasons = models.TextField(blank=True)
    needs_media_plan = models.BooleanField(null=True, blank=True)
    media_reasons = models.TextField(blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=0)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(disclosure="yes", disclosure_to=""),
                name="a_decision_to_disclose_names_whom",
                violation_error_message=_("Enter to whom it is to be disclosed."),
            ),
            *AskedAboutChildren.Meta.constraints,
            models.CheckConstraint(
                condition=Q(category__in=["", "confirmed"]) | ~Q(category_reasons=""),
                name="a_proposed_category_says_why",
                violation_error_message=_("Enter why the category does not hold any more."),
            ),
            models.CheckConstraint(
                condition=Q(is_critical__isnull=True) | ~Q(critical_reasons=""),
                name="a_critical_case_was_considered_with_reasons",
                violation_error_message=_("Enter why this is, or is not, a critical public protection case."),
            ),
            models.CheckConstraint(
                condition=Q(needs_media_plan__isnull=True) | ~Q(media_reasons=""),
                name="a_media_plan_was_considered_with_reasons",
                violation_error_message=_("Enter why a media plan is, or is not, needed."),
            ),
            models.CheckConstraint(
                condition=~Q(presumption=True, disclosure="no", against_presumption=""),
                name="a_meeting_says_why_it_does_not_disclose",
                violation_error_message=AGAINST_PRESUMPTION,
            ),
        ]

    def __str__(self) -> str:
        return f"decision on {self.item_id}"

    def clean(self) -> None:
        found = self.missing_about_children()
        if self.is_against_presumption and not self.against_presumption:
            found["against_presumption"] = AGAINST_PRESUMPTION
        if found:
            raise ValidationError(found)

    @property
    def is_against_presumption(self) -> bool:
        return self.presumption and self.disclosure == DisclosureDecision.Decision.NO


class DissentQuerySet(AudienceQuerySet["Dissent"]):
    def outline_of(self, items: Iterable[AgendaItem]) -> list[tuple[int, int]]:
        """Item and key of every dissent, of items the caller already holds: that there is one, not what it says."""
        return list(self.scoped(Q(item__in=list(items))).values_list("item", "pk"))


class Dissent(AudienceModel):
    """An agency did not agree with what was decided, and why: all viewpoints are kept (Guidance 13b.1)."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "DT"), editable=False)
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="dissents")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    words = models.TextField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = DissentQuerySet.as_manager()

    class Meta:
        ordering = ["agency__name", "pk"]

    def __str__(self) -> str:
        return self.reference


class ProposalQuerySet(ItemQuerySet["Proposal"]):
    def visible_to(self, user: User) -> Self:
        """Proposals of items the user sees: to other agencies once they were sent the minutes."""
        scope = scope_of(user)
        rows = item_rule(scope, "item__")
        if scope.everything:
            return self.scoped(rows)
        return self.scoped(rows & without_conflict(user) & (issued_rule(scope) | minuting_rule(user, scope)))

    def unanswered(self) -> Self:
        return self.filter(answer="")


class Proposal(ItemModel):
    """What the meeting asks of a body that has the power: MAPPA has none of its own (domain.md 0.3, Guidance 17.1)."""

    class Kind(models.TextChoices):
        PREMISES = "premises", _("Approved premises")
        CONDITIONS = "conditions", _("Licence conditions")
        RECALL = "recall", _("Recall")
        HOSPITAL = "hospital", _("Hospital, or its leave or discharge")
        ORDER = "order", _("Order of a court")
        CATEGORY = "category", _("Category, or leaving MAPPA")
        OTHER = "other", _("Something else")

    class Answer(models.TextChoices):
        AGREED = "agreed", _("Agreed")
        PARTLY = "partly", _("Agreed in part")
        REFUSED = "refused", _("Refused")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "PP"), editable=False)
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=10, choices=Kind)
    body = models.CharField(max_length=120)
    what = models.CharField(max_length=300)
    reasons = models.TextField()
    due_on = models.DateField()
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answer_words = models.TextField(blank=True)
    answer_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "item",
                "body",
                "what",
                name="a_proposal_once",
                violation_error_message=_("This proposal is already recorded."),
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_on__isnull=True, answer_recorded_by__isnull=True, answer_words="")
                | (
                    Q(answered_on__isnull=False, answer_recorded_by__isnull=False) & ~Q(answer="") & ~Q(answer_words="")
                ),
                name="an_answer_to_a_proposal_says_what_when_and_by_whom",
                violation_error_message=_("Enter what was decided, when, and the reasons."),
            ),
        ]
        indexes = [models.Index(fields=["due_on"], name="proposals_unanswered", condition=Q(answer=""))]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("panels:answer_proposal", args=[self.reference])

    def is_late(self, on: date) -> bool:
        return not self.answer and self.due_on < on
