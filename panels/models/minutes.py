"""What was sent, said and decided about one case at one meeting."""

from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from disclosures.models import AGAINST_PRESUMPTION, AskedAboutChildren, DisclosureDecision
from offenders.models import Offender
from offenders.visibility import scope_of
from panels.models.distribution import issued_rule
from panels.models.meeting import AgendaItem, Invitation, ItemModel, ItemQuerySet, item_rule, minuting_rule


class InformationReturnQuerySet(ItemQuerySet["InformationReturn"]):
    def visible_to(self, user: User) -> Self:
        """Returns of items the user sees: what an agency keeps to the Responsible Authority is seen there and by itself."""
        scope = scope_of(user)
        rows = item_rule(scope, "item__")
        if scope.everything:
            return self.scoped(rows)
        open_to = Q(for_all=True) | Q(invitation__agency__in=sorted(scope.agencies))
        return self.scoped(rows & (open_to | minuting_rule(user, scope)))

    def outline_of(self, items: Iterable[AgendaItem]) -> set[int]:
        """The invitations, to items the caller already holds, that were answered: that, not what was said."""
        rows = self.scoped(Q(item__in=list(items)))
        return set(rows.values_list("invitation", flat=True))


class InformationReturn(ItemModel):
    """What an invited agency tells the meeting about the person, or that it has nothing to share."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="returns")
    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="information")
    text = models.TextField(blank=True)
    nothing_to_share = models.BooleanField(default=False)
    for_all = models.BooleanField(default=False)
    sent_at = models.DateTimeField(auto_now_add=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = InformationReturnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(nothing_to_share=True, text="") | (Q(nothing_to_share=False) & ~Q(text="")),
                name="something_or_nothing_to_share",
                violation_error_message=_(
                    "Write what the meeting should know, or tick that there is nothing to share."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"information for {self.item_id}"


class ParagraphQuerySet(ItemQuerySet["Paragraph"]):
    def visible_to(self, user: User) -> Self:
        """Paragraphs of items the user sees, for an audience he belongs to; to other agencies once they were sent them."""
        scope = scope_of(user)
        rows = item_rule(scope, "item__")
        if scope.everything:
            return self.scoped(rows)
        issued = Q(audience=Paragraph.Audience.EVERYONE) & issued_rule(scope)
        return self.scoped(rows & (issued | minuting_rule(user, scope)))

    def outline_of(self, items: Iterable[AgendaItem]) -> set[tuple[int, str]]:
        """Which sections of items the caller already holds have a text: what is left out for him is said, not hidden."""
        rows = self.scoped(Q(item__in=list(items))).exclude(text="")
        return set(rows.values_list("item", "section"))


class Paragraph(ItemModel):
    """One section of the minutes of one item, for one audience (domain.md 3.5)."""

    class Section(models.TextChoices):
        REASON = "01-reason", _("Reason for the meeting")
        INFORMATION = "02-information", _("Information shared")
        VICTIMS = "03-victims", _("Victim issues")
        RISK = "04-risk", _("Risk assessment")
        PLAN = "05-plan", _("Risk management plan")

    class Audience(models.TextChoices):
        EVERYONE = "everyone", _("Everyone invited for this person")
        AUTHORITY = "authority", _("Responsible Authority only")

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="paragraphs")
    section = models.CharField(max_length=20, choices=Section)
    text = models.TextField(blank=True)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.EVERYONE)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = ParagraphQuerySet.as_manager()

    class Meta:
        ordering = ["section", "pk"]
        constraints = [models.UniqueConstraint("item", "section", name="a_section_once")]

    def __str__(self) -> str:
        return self.get_section_display()


class DecisionQuerySet(ItemQuerySet["Decision"]):
    def visible_to(self, user: User) -> Self:
        """Decisions of items the user sees: to other agencies once the chair made them final and they were sent them."""
        scope = scope_of(user)
        rows = item_rule(scope, "item__")
        if scope.everything:
            return self.scoped(rows)
        return self.scoped(rows & (issued_rule(scope) | minuting_rule(user, scope)))


class Decision(AskedAboutChildren, ItemModel):
    """What the meeting decided about the level and about disclosure, why, and when it looks again."""

    item = models.OneToOneField(AgendaItem, models.PROTECT, related_name="decision")
    level = models.PositiveSmallIntegerField(choices=Offender.Level)
    rationale = models.TextField()
    disclosure = models.CharField(max_length=5, choices=DisclosureDecision.Decision)
    disclosure_reasons = models.TextField()
    disclosure_to = models.CharField(max_length=160, blank=True)
    next_review_on = models.DateField()
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
